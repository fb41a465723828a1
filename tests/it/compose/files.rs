//! A service of files.

use super::{assert_composes, assert_refused, echo, layer, request, Request};
use crate::support::refusals::{ask, with, Content};
use tower::{service_fn, Layer};
use tower_http::services::ServeDir;

fn serve_dir() -> ServeDir {
    ServeDir::new(env!("CARGO_MANIFEST_DIR"))
}

const FILE: &str = "/Cargo.toml";

async fn assert_unchanged(request: impl Fn() -> Request, status: u16) {
    let alone = ask(serve_dir(), request()).await;
    let behind = ask(layer().wrap_body().layer(serve_dir()), request()).await;
    assert_eq!(alone.status, status);
    assert_eq!(behind.message(), alone.message());
}

#[tokio::test]
async fn serve_dir_behind_the_layer_answers_supported_methods_as_it_does_alone() {
    for (method, status) in [("GET", 200), ("HEAD", 200), ("POST", 405), ("DELETE", 405)] {
        assert_unchanged(|| request(method, FILE), status).await;
    }
    let part = || with(request("GET", FILE), "range", "bytes=1-7");
    assert_unchanged(part, 206).await;
}

#[tokio::test]
async fn serve_dir_answers_405_where_the_layer_answers_501() {
    let propfind = || request("PROPFIND", FILE);
    assert_eq!(ask(serve_dir(), propfind()).await.status, 405);
    let behind = layer().wrap_body().layer(serve_dir());
    assert_refused(&ask(behind, propfind()).await, "PROPFIND");
}

#[tokio::test]
async fn serve_dir_falls_back_to_the_layer() {
    let service = serve_dir()
        .call_fallback_on_method_not_allowed(true)
        .fallback(layer().wrap_body().layer(service_fn(echo::<Content>)));
    assert_composes(service).await;
}
