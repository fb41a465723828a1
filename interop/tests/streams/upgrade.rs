//! A WebSocket over HTTP/1.1 passes through the layer.

use crate::support::{within, Server};
use axum::{
    extract::{ws::WebSocket, WebSocketUpgrade},
    response::Response,
    routing::any,
    Router,
};
use futures_util::{SinkExt, StreamExt};
use http::{Method, StatusCode};
use tokio::net::TcpStream;
use tokio_tungstenite::{client_async, tungstenite::Message};
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;

/// The default layer, and one without CONNECT in the set: a WebSocket over HTTP/1.1 is a GET.
fn either() -> [NotImplementedLayer; 2] {
    [
        NotImplementedLayer::default(),
        NotImplementedLayer::new([Method::POST]),
    ]
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let _ = socket.send(message).await;
    }
}

async fn accept(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(echo)
}

fn routes() -> Router {
    Router::new().route("/ws", any(accept))
}

/// A WebSocket opens on `stream`, echoes and closes.
async fn assert_echoes(stream: TcpStream) {
    let opened = within(client_async("ws://localhost/ws", stream)).await;
    let (mut socket, response) = opened.unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    for message in [
        Message::text("FOO / HTTP/1.1\r\n\r\n"),
        Message::binary(vec![0; 100_000]),
    ] {
        within(socket.send(message.clone())).await.unwrap();
        let echoed = within(socket.next()).await.unwrap().unwrap();
        assert!(echoed == message, "{} bytes came back", echoed.len());
    }
    within(socket.close(None)).await.unwrap();
    let closed = within(socket.next()).await.unwrap().unwrap();
    assert!(closed.is_close(), "{closed:?}");
}

#[tokio::test]
async fn a_web_socket_opens_through_the_layer_wherever_it_is() {
    for layer in either() {
        let around = Server::start(layer.layer(routes())).await;
        let inside = Server::start(routes().layer(layer.clone())).await;
        let fallback = Router::new().fallback_service(routes());
        let everywhere = Server::start(fallback.layer(layer)).await;
        for app in [around, inside, everywhere] {
            assert_echoes(app.connect().await.stream).await;
        }
    }
}

/// The request for a WebSocket, but for its method.
const FOO: &str = "FOO /ws HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\n\
                   Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

#[tokio::test]
async fn a_refused_upgrade_leaves_the_connection_in_http_1_1_and_a_web_socket_opens_there() {
    for layer in either() {
        let server = Server::start(layer.layer(routes())).await;
        let mut connection = server.connect().await;
        for _ in 0..2 {
            connection.send(FOO).await;
            let answer = connection.response().await.to_ascii_lowercase();
            assert!(answer.starts_with("http/1.1 501 "), "{answer}");
            assert!(!answer.contains("\r\nupgrade: "), "{answer}");
            assert!(!answer.contains("\r\nconnection: "), "{answer}");
            connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
            let answer = connection.response().await;
            assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
        }
        assert_echoes(connection.stream).await;
    }
}
