//! Alerts (`docs/production.md`): refusals are counted apart from server errors.

use super::{assert_statuses, routes};
use axum::{http::StatusCode, response::Response, routing::get, Router};
use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc,
};
use tower::ServiceBuilder;
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

#[derive(Default)]
struct Counts {
    refused: AtomicU64,
    server_errors: AtomicU64, // alert on this one
}

fn count(counts: &Counts, response: Response) -> Response {
    if response.extensions().get::<UnsupportedMethod>().is_some() {
        counts.refused.fetch_add(1, Ordering::Relaxed);
    } else if response.status().is_server_error() {
        counts.server_errors.fetch_add(1, Ordering::Relaxed);
    }
    response
}

#[tokio::test]
async fn refusals_are_no_server_errors() {
    let counts = Arc::new(Counts::default());
    let counter = counts.clone();
    let failed = get(|| async { StatusCode::INTERNAL_SERVER_ERROR });
    let later = get(|| async { StatusCode::NOT_IMPLEMENTED });
    let routes = routes().route("/failed", failed).route("/later", later);
    let app: Router = routes.layer(
        ServiceBuilder::new()
            .map_response(move |response| count(&counter, response))
            .layer(NotImplementedLayer::default()),
    );
    let requests = [
        ("FOO", "/", 501),
        ("PROPFIND", "/nowhere", 501),
        ("FOO", "/any", 501),
        ("GET", "/", 200),
        ("DELETE", "/", 405),
        ("GET", "/failed", 500),
        ("GET", "/later", 501),
    ];
    assert_statuses(&app, &requests).await;
    assert_eq!(counts.refused.load(Ordering::Relaxed), 3);
    assert_eq!(counts.server_errors.load(Ordering::Relaxed), 2);
}
