//! A service of files.

use super::{assert_composes, assert_refused, echo, layer, request, send};
use axum::body::Body;
use http::header;
use tower::{service_fn, Layer};
use tower_http::services::ServeDir;

fn serve_dir() -> ServeDir {
    ServeDir::new(env!("CARGO_MANIFEST_DIR"))
}

const FILE: &str = "/Cargo.toml";

#[tokio::test]
async fn serve_dir_answers_405_where_the_layer_answers_501() {
    let mut alone = serve_dir();
    let mut behind = layer().wrap_body().layer(serve_dir());
    let response = send(&mut alone, request("PROPFIND", FILE)).await;
    assert_eq!(response.status(), 405);
    let response = send(&mut behind, request("PROPFIND", FILE)).await;
    assert_refused(&response, "PROPFIND");
    for method in ["POST", "DELETE"] {
        let response = send(&mut alone, request(method, FILE)).await;
        assert_eq!(response.status(), 405);
        let same = send(&mut behind, request(method, FILE)).await;
        assert_eq!(same.status(), 405);
        assert_eq!(same.headers(), response.headers());
    }
}

#[tokio::test]
async fn serve_dir_behind_the_layer_serves_the_same_file() {
    let content = std::fs::read(env!("CARGO_MANIFEST_DIR").to_owned() + FILE).unwrap();
    let (mut alone, mut behind) = (serve_dir(), layer().wrap_body().layer(serve_dir()));
    for method in ["GET", "HEAD"] {
        let response = send(&mut behind, request(method, FILE)).await;
        let same = send(&mut alone, request(method, FILE)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers(), same.headers());
        assert_eq!(response.body(), same.body());
        assert_eq!(response.body().is_empty(), method == "HEAD");
    }
    let response = send(&mut behind, request("GET", FILE)).await;
    assert_eq!(response.body(), &content);
}

#[tokio::test]
async fn serve_dir_behind_the_layer_serves_ranges() {
    let content = std::fs::read(env!("CARGO_MANIFEST_DIR").to_owned() + FILE).unwrap();
    let mut part = request("GET", FILE);
    let range = header::HeaderValue::from_static("bytes=1-7");
    part.headers_mut().insert(header::RANGE, range);
    let response = send(&mut layer().wrap_body().layer(serve_dir()), part).await;
    assert_eq!(response.status(), 206);
    assert_eq!(response.body(), &content[1..=7]);
}

#[tokio::test]
async fn serve_dir_falls_back_to_the_layer() {
    let service = serve_dir()
        .call_fallback_on_method_not_allowed(true)
        .fallback(layer().wrap_body().layer(service_fn(echo::<Body>)));
    assert_composes(service).await;
}
