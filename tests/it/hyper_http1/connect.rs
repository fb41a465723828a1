//! CONNECT: what follows a refused one may be meant for the tunnel (RFC 9931 section 8).

use super::{announced, assert_over, layer, push, refusal, refuse, serve, Fate::Closed, GET};
use crate::support::Server;
use http::Method;
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

/// A CONNECT, and what follows it.
fn connect(fields: &str, behind: &str) -> String {
    format!("CONNECT evil:1 HTTP/1.1\r\nHost: evil:1\r\n{fields}\r\n{behind}")
}

/// Layers that allow no tunnel, with and without CONNECT in their set, that read nothing, something
/// and everything.
fn without_tunnels() -> [NotImplementedLayer; 4] {
    let without = NotImplementedLayer::new([Method::POST]).tunnels(true);
    let nothing = layer().discard_limit(0);
    let everything = layer().discard_limit(u64::MAX);
    [nothing, layer(), everything, without]
}

#[tokio::test]
async fn a_request_behind_a_refused_connect_is_never_served() {
    for layer in without_tunnels() {
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
    for layer in without_tunnels() {
        for fields in [
            "",
            "Connection: keep-alive\r\n",
            "Content-Length: 5\r\n",
            "Expect: 100-continue\r\n",
        ] {
            let request = format!("CONNECT evil:1 HTTP/1.0\r\n{fields}\r\n{GET}");
            let fate = refuse(layer.clone(), [request.clone().into()]).await;
            assert_eq!(fate, Closed, "{request}");
        }
    }
}

#[tokio::test]
async fn a_request_sent_after_a_refused_connect_is_never_served() {
    for layer in without_tunnels() {
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
async fn no_form_of_a_connect_makes_a_request_behind_it_served() {
    for target in [
        "evil:1",
        "/any",
        "/",
        "http://evil:1/any",
        "http://evil:1",
        "*",
    ] {
        for version in ["1.0", "1.1"] {
            let head = format!("CONNECT {target} HTTP/{version}\r\nHost: evil:1\r\n\r\n{GET}");
            let fate = refuse(layer(), [head.into_bytes()]).await;
            assert_eq!(fate, Closed, "{target} {version}");
        }
    }
}

#[tokio::test]
async fn a_router_with_a_fallback_serves_nothing_behind_a_connect() {
    let hello = || async { "hello" };
    let routes = axum::Router::new().route("/any", axum::routing::any(hello));
    let app = routes.fallback(hello).layer(layer());
    let server = Server::start(app).await;
    for target in ["evil:1", "/any", "http://evil:1/any", "*"] {
        let request = format!("CONNECT {target} HTTP/1.1\r\nHost: evil:1\r\n\r\n{GET}");
        let answer = server.exchange(request).await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    }
}

#[tokio::test]
async fn connect_is_forwarded_where_tunnels_are_allowed() {
    let (server, calls) = serve(layer().tunnels(true)).await;
    let mut connection = server.connect().await;
    connection.send(connect("", "")).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
