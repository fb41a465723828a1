//! Health checks (`docs/production.md`): what a probe with OPTIONS gets.

use super::routes;
use crate::support::Server;
use axum::http::Method;
use tower::Layer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

/// The answer to what the `option httpchk` of `HAProxy` asks if nothing else is said.
async fn probe(supported: MethodSet, path: &str) -> String {
    let layer = NotImplementedLayer::new(supported);
    let server = Server::start(layer.layer(routes())).await;
    let answer = server.exchange(format!("OPTIONS {path} HTTP/1.0\r\n\r\n"));
    answer.await
}

#[tokio::test]
async fn a_probe_with_options_needs_options_in_the_set() {
    let answer = probe(MethodSet::STANDARD, "/any").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
    let supported = MethodSet::GET_HEAD.with(Method::OPTIONS);
    let answer = probe(supported, "/any").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
    for supported in [MethodSet::GET_HEAD, MethodSet::from([Method::POST])] {
        let answer = probe(supported, "/any").await;
        assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
    }
}

#[tokio::test]
async fn on_a_get_route_a_probe_with_options_is_405() {
    let answer = probe(MethodSet::STANDARD, "/").await;
    assert!(answer.starts_with("HTTP/1.0 405 "), "{answer}");
}
