//! The recipes of the documentation, as its pages have them.

mod alerts;
pub(crate) mod balancers;
mod body;
mod configuration;
mod health;
mod pages;
mod retries;
mod rollout;
mod sets;
mod switch;
mod uploads;

use crate::support::refusals::{ask, request_to, with, Content};
use axum::{
    http::Request,
    routing::{any, get},
    Router,
};

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/any", any(|| async { "any" }))
}

/// A request with the content type of gRPC.
fn call(method: &str) -> Request<Content> {
    with(
        request_to(method, "/any"),
        "content-type",
        "application/grpc",
    )
}

async fn status(app: &Router, method: &str, target: &str) -> u16 {
    let answer = ask(app.clone(), request_to(method, target)).await;
    answer.status.as_u16()
}

/// Each a method, a target, and the status of the answer.
async fn assert_statuses(app: &Router, expected: &[(&str, &str, u16)]) {
    for &(method, target, expected) in expected {
        let status = status(app, method, target).await;
        assert_eq!(status, expected, "{method} {target}");
    }
}
