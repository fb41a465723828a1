//! CONNECT, and Extended CONNECT (RFC 8441).

use super::{discarding, watch::serve};
use crate::support::{
    counting,
    refusals::{http2, http2_answer, http2_open, http2_request, Answer},
    within, Server,
};
use bytes::Bytes;
use futures_util::future::poll_fn;
use h2::{client::SendRequest, RecvStream, SendStream};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use std::convert::Infallible;
use tower::{service_fn, Layer};
use tower_not_implemented::NotImplementedLayer;

/// Answers CONNECT with an echo in a tunnel, and `protocol` with the protocol asked for.
async fn tunnel(mut request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    if let Some(protocol) = request.extensions().get::<hyper::ext::Protocol>() {
        let protocol = protocol.as_str().parse().unwrap();
        response.headers_mut().insert("protocol", protocol);
    }
    if request.method() == Method::CONNECT {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let (mut read, mut write) = tokio::io::split(TokioIo::new(upgrade.await.unwrap()));
            tokio::io::copy(&mut read, &mut write).await.unwrap();
        });
    }
    Ok(response)
}

/// A client of a server of [`tunnel`] that speaks Extended CONNECT (RFC 8441).
async fn tunnels(layer: NotImplementedLayer) -> (Server, SendRequest<Bytes>) {
    println!("{layer:?}"); // the last where it fails
    let service = layer.layer(service_fn(tunnel));
    let server = Server::of(|listener| async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        http2.enable_connect_protocol();
        let service = TowerToHyperService::new(service);
        let connection = http2.serve_connection(TokioIo::new(stream), service);
        // A client that goes away is an error to hyper, not to a test.
        let _ = connection.await;
    })
    .await;
    let client = http2(&server).await;
    // The server's settings come before any answer.
    let get = http2_answer(&client, http2_request("GET", "http://a/")).await;
    assert_eq!(get.status, StatusCode::OK);
    assert!(client.is_extended_connect_protocol_enabled());
    (server, client)
}

fn extended(protocol: &'static str) -> Request<()> {
    let mut request = http2_request("CONNECT", "http://a/chat");
    let protocol = h2::ext::Protocol::from(protocol);
    request.extensions_mut().insert(protocol);
    request
}

async fn assert_echoes(response: Response<RecvStream>, mut stream: SendStream<Bytes>) {
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body();
    for message in ["ping", "pong"] {
        stream.send_data(message.into(), false).unwrap();
        let echo = within(body.data()).await.unwrap().unwrap();
        assert_eq!(echo, message);
        body.flow_control().release_capacity(echo.len()).unwrap();
    }
    stream.send_data(Bytes::new(), true).unwrap();
    while let Some(data) = within(body.data()).await {
        assert_eq!(data.unwrap(), "");
    }
}

async fn assert_refuses_tunnel(client: &SendRequest<Bytes>, request: Request<()>) {
    let (response, mut stream) = http2_open(client, request).await;
    Answer::of_http2(response).await.assert_explained();
    let reset = within(poll_fn(|cx| stream.poll_reset(cx))).await;
    assert_eq!(reset.unwrap(), h2::Reason::NO_ERROR);
}

#[tokio::test]
async fn extended_connect_passes_with_its_protocol_when_connect_is_supported() {
    let (_server, client) = tunnels(NotImplementedLayer::default()).await;
    for protocol in ["websocket", "bogus"] {
        let (response, stream) = http2_open(&client, extended(protocol)).await;
        assert_eq!(response.headers()["protocol"], protocol);
        assert_echoes(response, stream).await;
    }
}

#[tokio::test]
async fn connect_passes_where_tunnels_are_allowed() {
    let (_server, client) = tunnels(NotImplementedLayer::default().tunnels(true)).await;
    let (response, stream) = http2_open(&client, http2_request("CONNECT", "other:443")).await;
    assert!(!response.headers().contains_key("protocol"));
    assert_echoes(response, stream).await;
}

#[tokio::test]
async fn connect_is_refused_unless_tunnels_are_allowed_and_it_is_supported() {
    let plain = || http2_request("CONNECT", "other:443");
    let without = || NotImplementedLayer::new([Method::POST]).tunnels(true);
    for (layer, request) in [
        (NotImplementedLayer::default(), plain()),
        (
            NotImplementedLayer::default().tunnels(true).tunnels(false),
            plain(),
        ),
        (without(), plain()),
        (without(), extended("websocket")),
    ] {
        let (_server, client) = tunnels(layer).await;
        assert_refuses_tunnel(&client, request).await;
        let get = http2_answer(&client, http2_request("GET", "http://a/")).await;
        assert_eq!(get.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_content_of_a_refused_connect_is_never_waited_for() {
    for limit in [0, 10, u64::MAX] {
        let (server, watch) = serve(discarding(limit)).await;
        let client = http2(&server).await;
        assert_refuses_tunnel(&client, http2_request("CONNECT", "other:443")).await;
        assert_eq!(watch.refusal().polls, 0);
    }
}

/// To hyper a length is an error, and it asks no service.
#[tokio::test]
async fn hyper_ends_the_connection_of_a_connect_with_a_length_with_and_without_the_layer() {
    let without = Server::start(counting().0).await;
    let (with, watch) = serve(NotImplementedLayer::default()).await;
    for server in [without, with] {
        let mut client = within(http2(&server).await.ready()).await.unwrap();
        let post = http2_request("POST", "http://a/");
        let (other, _still_sending) = client.send_request(post, false).unwrap();
        let mut client = within(client.ready()).await.unwrap();
        let mut connect = http2_request("CONNECT", "other:443");
        connect.headers_mut().insert("content-length", 10.into());
        let (refused, _stream) = client.send_request(connect, false).unwrap();
        for response in [refused, other] {
            within(response).await.unwrap_err();
        }
        within(client.ready()).await.unwrap_err();
    }
    assert_eq!(watch.refusals(), []);
}
