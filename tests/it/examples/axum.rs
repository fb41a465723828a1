//! The axum example.

use super::{assert_answers, assert_refuses, GET};
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

/// What follows may be meant for a tunnel. Without the close, axum and observe would keep the connection.
#[tokio::test]
async fn axum_and_observe_serve_nothing_behind_a_connect() {
    let cases = ["axum", "observe"].map(|name| [(name, "1.1"), (name, "1.0")]);
    for (name, version) in cases.concat() {
        let example = Example::start(name).await;
        let connect = format!(
            "CONNECT other:443 HTTP/{version}\r\nhost: other:443\r\nconnection: keep-alive\r\n\r\n"
        );
        let answer = example.exchange(format!("{connect}{GET}{GET}")).await;
        let line = format!("HTTP/{version} 501 Not Implemented\r\n");
        assert!(answer.starts_with(&line), "{name}: {answer}");
        assert!(answer.contains("\r\nconnection: close"), "{name}: {answer}");
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "{name}: {answer}");
        example.stop().await;
    }
}
