//! Upgrades of HTTP/1.1 and CONNECT tunnels pass through the layer.

use crate::support::Server;
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONNECTION, UPGRADE},
    Method, StatusCode,
};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use tokio::io::AsyncWriteExt;
use tower::{service_fn, Layer};
use tower_not_implemented::NotImplementedLayer;

/// The default layer, and one without CONNECT in the set: a WebSocket over HTTP/1.1 is a GET.
fn either() -> [NotImplementedLayer; 2] {
    [
        NotImplementedLayer::default(),
        NotImplementedLayer::new([Method::POST]),
    ]
}

/// Takes over the connection and echoes: 200 to CONNECT, 101 to any other method.
async fn tunnel(
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let mut response = http::Response::default();
    if request.method() != Method::CONNECT {
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let fields = response.headers_mut();
        fields.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        fields.insert(UPGRADE, HeaderValue::from_static("echo"));
    }
    tokio::spawn(async {
        let io = TokioIo::new(hyper::upgrade::on(request).await.unwrap());
        let (mut read, mut write) = tokio::io::split(io);
        let _ = tokio::io::copy(&mut read, &mut write).await;
        let _ = write.shutdown().await;
    });
    Ok(response)
}

/// The connection echoes after `head` was answered with `status`, from its first byte, in the same
/// write as the head, to its last.
async fn assert_tunnelled(layer: NotImplementedLayer, head: &str, status: &str) {
    let server = Server::start(layer.tunnels(true).layer(service_fn(tunnel))).await;
    for early in ["", "early, "] {
        let mut connection = server.connect().await;
        connection.send(format!("{head}{early}")).await;
        let answer = connection.response().await;
        assert!(answer.starts_with(status), "{answer}");
        let late = "FOO / HTTP/1.1\r\nHost: x\r\n\r\n";
        connection.send(late).await;
        connection.finish().await;
        assert_eq!(connection.rest().await, format!("{early}{late}"));
    }
}

#[tokio::test]
async fn a_connect_tunnel_passes_bytes_both_ways() {
    let head = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";
    let layer = NotImplementedLayer::default();
    for layer in [layer.clone(), layer.discard_limit(1_000)] {
        assert_tunnelled(layer, head, "HTTP/1.1 200 ").await;
    }
}

#[tokio::test]
async fn an_upgraded_connection_passes_bytes_both_ways() {
    let head = "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    for layer in either() {
        assert_tunnelled(layer, head, "HTTP/1.1 101 ").await;
    }
}
