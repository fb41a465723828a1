//! A WebSocket over HTTP/2: an Extended CONNECT (RFC 8441).

use crate::support::{
    refusals::{http2, http2_answer, http2_open, http2_request},
    within, Server,
};
use axum::{
    extract::ws::{WebSocket, WebSocketUpgrade},
    routing::any,
    Router,
};
use http::StatusCode;
use tower_not_implemented::NotImplementedLayer;

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

/// A text frame of a client, whose mask changes nothing, and of a server (RFC 6455 section 5.2).
const ASKED: &[u8] = b"\x81\x85\0\0\0\0hello";
const ECHOED: &[u8] = b"\x81\x05hello";

#[tokio::test]
async fn a_web_socket_over_http2_opens_behind_the_default_layer() {
    let open = |upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) };
    let routes = || Router::new().route("/chat", any(open));
    let inside = routes().layer(NotImplementedLayer::default());
    let around = Router::new().fallback_service(routes());
    let around = around.layer(NotImplementedLayer::default());
    for (place, app) in [("inside", inside), ("around", around)] {
        println!("{place}");
        let server = Server::of(|listener| axum::serve(listener, app)).await;
        let client = http2(&server).await;
        // The server's settings come before any answer.
        let refused = http2_answer(&client, http2_request("BREW", "http://a/chat")).await;
        assert_eq!(refused.status, StatusCode::NOT_IMPLEMENTED);

        let mut request = http2_request("CONNECT", "http://a/chat");
        let fields = request.headers_mut();
        fields.insert("sec-websocket-version", "13".parse().unwrap());
        let websocket = h2::ext::Protocol::from("websocket");
        request.extensions_mut().insert(websocket);
        let (response, mut stream) = http2_open(&client, request).await;
        assert_eq!(response.status(), StatusCode::OK);
        stream.send_data(ASKED.into(), false).unwrap();
        let mut content = response.into_body();
        let echoed = within(content.data()).await.unwrap().unwrap();
        assert_eq!(echoed, ECHOED);
    }
}
