//! Health checks (`docs/production.md`): what a probe with OPTIONS gets.

use crate::support::Server;
use axum::{
    http::Method,
    routing::{any, get},
    Router,
};
use tower::Layer;
use tower_http::cors::CorsLayer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/any", any(|| async { "any" }))
}

#[tokio::test]
async fn a_probe_with_options_needs_options_in_the_set_and_no_get_route() {
    for (supported, path, status) in [
        (MethodSet::STANDARD, "/any", 200),
        (MethodSet::STANDARD, "/", 405),
        (MethodSet::GET_HEAD.with(Method::OPTIONS), "/any", 200),
        (MethodSet::GET_HEAD, "/any", 501),
        (MethodSet::from([Method::POST]), "/any", 501),
    ] {
        let layer = NotImplementedLayer::new(supported);
        let server = Server::start(layer.layer(routes())).await;
        // What the `option httpchk` of HAProxy asks if nothing else is said.
        let answer = server.exchange(format!("OPTIONS {path} HTTP/1.0\r\n\r\n"));
        let answer = answer.await;
        let line = format!("HTTP/1.0 {status} ");
        assert!(answer.starts_with(&line), "{path}: {answer}");
    }
}

#[tokio::test]
async fn cors_outside_answers_a_probe_with_options_whatever_the_set() {
    let layer = NotImplementedLayer::new(MethodSet::GET_HEAD);
    let app = CorsLayer::permissive().layer(layer.layer(routes()));
    let server = Server::start(app).await;
    let answer = server.exchange("OPTIONS / HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}
