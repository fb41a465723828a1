//! The axum example.

use super::{assert_answers, assert_refuses, assert_serves_nothing_behind_connect};
use crate::support::example::Example;

#[tokio::test]
async fn axum_answers_supported_methods_as_its_routes_say() {
    let example = Example::start("axum").await;
    let lines = [
        ("GET /", 200),
        ("HEAD /", 200),
        ("POST /", 200),
        ("DELETE /", 405),
        ("GET /any", 200),
        ("POST /any", 200),
        ("PUT /any", 200),
        ("DELETE /any", 200),
        ("GET /nowhere", 404),
        ("DELETE /nowhere", 404),
    ];
    assert_answers(&example, &lines).await;
    example.stop().await;
}

#[tokio::test]
async fn axum_refuses_unsupported_methods_on_every_path() {
    let example = Example::start("axum").await;
    let long = "X".repeat(8_000);
    let methods = ["BREW", "FOO", "PROPFIND", "get", "M-GET", "PRI", &long];
    assert_refuses(&example, &methods, &["/", "/any", "/nowhere"]).await;
    example.stop().await;
}

#[tokio::test]
async fn axum_serves_nothing_behind_a_connect() {
    assert_serves_nothing_behind_connect("axum").await;
}
