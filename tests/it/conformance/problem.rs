//! R54 to R58: problem details and links.

use super::assert_never_sent;
use crate::support::refusals::{answer, every_refusal, least, request, Answer, HOUR};
use serde_json::json;

/// The problem of a permanent and of a temporary refusal.
async fn problems(name: &str) -> [Answer; 2] {
    let layer = least().problem_details();
    let permanent = answer(&layer, request(name)).await;
    let temporary = answer(&layer.retry_after(HOUR), request(name)).await;
    [permanent, temporary]
}

#[tokio::test]
async fn r54_problem_details_are_json_whatever_the_method() {
    let long = "X".repeat(8_000);
    for name in ["BREW", "A&B'C", "`|~", "%22", &long] {
        for refused in problems(name).await {
            let content_type = refused.field("content-type");
            assert_eq!(content_type, Some("application/problem+json"));
            assert!(refused.json().is_object());
        }
    }
}

#[tokio::test]
async fn r55_the_status_in_the_problem_is_that_of_the_response() {
    for refused in problems("BREW").await {
        let status = refused.json()["status"].as_u64();
        assert_eq!(status, Some(u64::from(refused.status.as_u16())));
    }
}

#[tokio::test]
async fn r56_the_title_of_the_problem_is_the_status_phrase() {
    for refused in problems("BREW").await {
        let phrase = refused.status.canonical_reason().unwrap();
        assert_eq!(refused.json()["type"], "about:blank");
        assert_eq!(refused.json()["title"], phrase);
    }
}

#[tokio::test]
async fn r57_the_problem_tells_nothing_of_the_server() {
    let cause = "This server does not support the request method for any resource.";
    let conditions = [
        "This is permanent.",
        "This is temporary: try again after the time in Retry-After.",
    ];
    for (refused, condition) in problems("BREW").await.into_iter().zip(conditions) {
        let expected = json!({
            "type": "about:blank",
            "title": "Not Implemented",
            "status": 501,
            "detail": format!("{cause} {condition}"),
        });
        assert_eq!(refused.json(), expected);
    }
}

#[tokio::test]
async fn r58_link_is_never_sent() {
    assert_never_sent(&every_refusal().await, "link");
}
