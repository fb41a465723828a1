//! R54 to R57: problem details.

use crate::support::refusals::{answer, least, request, HOUR};
use serde_json::json;

#[tokio::test]
async fn r54_problem_details_are_json_of_the_status_alone() {
    let cause = "This server does not support the request method for any resource.";
    let permanent = least().problem_details();
    for (layer, condition) in [
        (permanent.clone(), "This is permanent."),
        (
            permanent.retry_after(HOUR),
            "This is temporary: try again after the time in Retry-After.",
        ),
    ] {
        let refused = answer(&layer, request("BREW")).await;
        refused.assert_refused();
        let content_type = refused.field("content-type");
        assert_eq!(content_type, Some("application/problem+json"));
        let expected = json!({
            "type": "about:blank",
            "title": "Not Implemented",
            "status": 501,
            "detail": format!("{cause} {condition}"),
        });
        assert_eq!(refused.json(), expected);
    }
}
