//! CONNECT: what follows a refused one may be meant for the tunnel (RFC 9931 section 8).

use super::{assert_fates, layer, serve, Fate::Closed, GET};
use crate::support::Server;
use http::Method;
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

const TARGETS: [&str; 6] = [
    "evil:1",
    "/any",
    "/",
    "http://evil:1/any",
    "http://evil:1",
    "*",
];

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
        for version in ["HTTP/1.0", "HTTP/1.1"] {
            let line = format!("CONNECT evil:1 {version}\r\nHost: evil:1\r\n");
            for (fields, content) in [
                ("", ""),
                ("Connection: keep-alive\r\n", ""),
                ("Content-Length: 5\r\n", "hello"),
                ("Content-Length: 0\r\n", ""),
                ("Expect: 100-continue\r\n", ""),
            ] {
                let request = format!("{line}{fields}\r\n{content}").into_bytes();
                println!("{layer:?}: {version} {fields:?}");
                let case = ("with its content", vec![request], Closed);
                assert_fates(layer.clone(), [case]).await;
            }
        }
        let fields = "Host: evil:1\r\nTransfer-Encoding: chunked\r\n";
        let chunked = format!("CONNECT evil:1 HTTP/1.1\r\n{fields}\r\n0\r\n\r\n");
        println!("{layer:?}");
        let case = ("chunked", vec![chunked.into_bytes()], Closed);
        assert_fates(layer, [case]).await;
    }
}

#[tokio::test]
async fn no_form_of_a_connect_makes_a_request_behind_it_served() {
    let hello = || async { "hello" };
    let routes = axum::Router::new().route("/any", axum::routing::any(hello));
    let server = Server::start(routes.fallback(hello).layer(layer())).await;
    for target in TARGETS {
        for version in ["HTTP/1.0", "HTTP/1.1"] {
            println!("{target} {version}");
            let head = format!("CONNECT {target} {version}\r\nHost: evil:1\r\n\r\n");
            let answer = server.exchange(format!("{head}{GET}")).await;
            assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
            assert_eq!(answer.matches("HTTP/1.").count(), 1, "{answer}");
            let case = (target, vec![head.into_bytes()], Closed);
            assert_fates(layer(), [case]).await;
        }
    }
}

#[tokio::test]
async fn connect_is_forwarded_where_tunnels_are_allowed() {
    let (server, calls) = serve(layer().tunnels(true)).await;
    let mut connection = server.connect().await;
    let head = "CONNECT example:1 HTTP/1.1\r\nHost: example:1\r\n\r\n";
    connection.send(head).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
