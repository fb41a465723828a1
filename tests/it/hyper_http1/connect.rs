//! CONNECT: what follows a refused one may be meant for the tunnel (RFC 9931 section 8).

use super::{announced, assert_over, layer, push, refusal, refuse, serve, Fate::Closed, GET};
use http::Method;
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

/// A CONNECT, and what follows it.
fn connect(fields: &str, behind: &str) -> String {
    format!("CONNECT evil:1 HTTP/1.1\r\nHost: evil:1\r\n{fields}\r\n{behind}")
}

/// Layers without CONNECT in their set, that read nothing, something and everything.
fn without_connect() -> [NotImplementedLayer; 3] {
    let layer = NotImplementedLayer::new([Method::POST]);
    let nothing = layer.clone().discard_limit(0);
    let everything = layer.clone().discard_limit(u64::MAX);
    [nothing, layer, everything]
}

#[tokio::test]
async fn a_request_behind_a_refused_connect_is_never_served() {
    for layer in without_connect() {
        for request in [
            connect("", ""),
            connect("", GET),
            connect("Connection: keep-alive\r\n", GET),
            connect("Content-Length: 5\r\n", &format!("hello{GET}")),
            connect("Content-Length: 0\r\n", GET),
            connect("Expect: 100-continue\r\n", GET),
            connect("Transfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{GET}")),
        ] {
            let fate = refuse(layer.clone(), [request.clone().into()]).await;
            assert_eq!(fate, Closed, "{request}");
        }
    }
}

#[tokio::test]
async fn a_request_behind_a_refused_connect_of_http_1_0_is_never_served() {
    for layer in without_connect() {
        for fields in ["", "Connection: keep-alive\r\n"] {
            let request = format!("CONNECT evil:1 HTTP/1.0\r\n{fields}\r\n{GET}");
            let fate = refuse(layer.clone(), [request.clone().into()]).await;
            assert_eq!(fate, Closed, "{request}");
        }
    }
}

#[tokio::test]
async fn a_request_sent_after_a_refused_connect_is_never_served() {
    for layer in without_connect() {
        let (server, calls) = serve(layer).await;
        let mut connection = server.connect().await;
        connection.send(connect("", "")).await;
        assert_eq!(announced(&refusal(&mut connection).await), Closed);
        push(&mut connection, GET).await;
        assert_over(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_supported_connect_is_forwarded() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    connection.send(connect("", "")).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
