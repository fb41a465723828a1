//! The observe example.

use super::{assert_answers, assert_refuses, assert_status, BREW, REFUSED};
use crate::support::{
    example::{command, Example},
    within,
};

/// The JSON content of the answer to `line`.
async fn json(example: &Example, line: &str) -> serde_json::Value {
    let answer = example.answer(line).await;
    let (head, content) = answer.split_once("\r\n\r\n").unwrap();
    let content_type = "\r\ncontent-type: application/json";
    assert!(head.contains(content_type), "{answer}");
    serde_json::from_str(content).unwrap()
}

#[tokio::test]
async fn observe_gives_refusals_a_json_page() {
    let example = Example::start("observe").await;
    let (long, cut) = ("X".repeat(400), "X".repeat(32));
    let methods = [("BREW", "BREW"), ("A&'B", "A&'B"), (&long, &cut)];
    for (method, shown) in methods {
        assert_refuses(&example, &[method], &["/", "/nowhere"]).await;
        let page = json(&example, &format!("{method} /")).await;
        let expected = serde_json::json!({ "error": "unsupported method", "method": shown });
        assert_eq!(page, expected);
    }
    let other = example.answer("DELETE /").await;
    assert_status("DELETE /", &other, 405);
    assert!(!other.contains("unsupported"), "{other}");
    example.stop().await;
}

#[tokio::test]
async fn observe_counts_refusals_under_a_bounded_number_of_labels() {
    let example = Example::start("observe").await;
    assert_eq!(json(&example, "GET /counts").await, serde_json::json!({}));
    for number in 0..50 {
        assert_refuses(&example, &[&format!("MADE-UP-{number}")], &["/"]).await;
    }
    assert_refuses(&example, &["PROPFIND"], &["/", "/nowhere"]).await;
    let expected = serde_json::json!({ "_OTHER 501": 50, "PROPFIND 501": 2 });
    assert_eq!(json(&example, "GET /counts").await, expected);
    example.stop().await;
}

#[tokio::test]
async fn observe_counts_grpc_refusals_and_leaves_them_as_they_are() {
    let example = Example::start("observe").await;
    let call = BREW.replace("\r\n\r\n", "\r\ncontent-type: application/grpc\r\n\r\n");
    let mut connection = example.connect().await;
    connection.send(call).await;
    let answer = connection.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    for field in ["content-type: application/grpc", "grpc-status: 12"] {
        assert!(answer.contains(&format!("\r\n{field}\r\n")), "{answer}");
    }
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    let expected = serde_json::json!({ "_OTHER 501": 1 });
    assert_eq!(json(&example, "GET /counts").await, expected);
    example.stop().await;
}

#[tokio::test]
async fn observe_does_not_log_refusals_as_errors() {
    let example = Example::start("observe").await;
    assert_refuses(&example, &["BREW", "PROPFIND"], &["/", "/nowhere"]).await;
    assert_answers(&example, &[("GET /", 200)]).await;
    let log = example.stop().await;
    let refusals = log.lines().filter(|line| line.contains(" status=501 "));
    assert_eq!(refusals.count(), 4, "{log}");
    for line in log.lines() {
        assert!(line.contains(" INFO "), "{line}");
    }
}

#[tokio::test]
async fn observe_counts_and_refuses_nothing_unless_it_is_told_to() {
    for variable in [None, Some("false")] {
        let mut command = command("observe", "127.0.0.1:0");
        command.envs(variable.map(|value| ("ENFORCE_METHODS", value)));
        let example = Example::of("observe", &mut command).await;
        assert_answers(&example, &[("BREW /", 405), ("PROPFIND /nowhere", 404)]).await;
        let expected = serde_json::json!({ "_OTHER 405": 1, "PROPFIND 404": 1 });
        assert_eq!(json(&example, "GET /counts").await, expected);
        example.stop().await;
    }
}

#[tokio::test]
async fn observe_does_not_start_with_a_wrong_variable() {
    for wrong in ["", "True", "1"] {
        let mut command = command("observe", "127.0.0.1:0");
        let output = within(command.env("ENFORCE_METHODS", wrong).output()).await;
        let output = output.unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(errors.contains("ENFORCE_METHODS: "), "{errors}");
    }
}
