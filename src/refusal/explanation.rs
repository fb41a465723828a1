//! What a refusal says in its content.

use bytes::Bytes;
use http::HeaderValue;

// Whether a retry makes sense: RFC 9110 section 15.6 asks every server error to say so. Printable
// ASCII without `"`, `\` and `%`, which neither JSON nor grpc-message escapes.
pub(super) const TEMPORARY: &str =
    "This server does not support the request method for any resource. \
     This is temporary: try again after the time in Retry-After.";
pub(super) const PERMANENT: &str =
    "This server does not support the request method for any resource. This is permanent.";

pub(super) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

#[derive(Clone, Debug)]
pub(crate) enum Explanation {
    Text,
    /// RFC 9457.
    Problem,
    /// Of this type, and this content.
    Own(HeaderValue, Bytes),
}

impl Explanation {
    /// The content, which says `detail` unless it is the user's own, and its type; empty content has
    /// no type.
    pub(super) fn content(&self, detail: &str) -> (Option<HeaderValue>, Bytes) {
        match self {
            Self::Text => (Some(TEXT), text(detail).into()),
            Self::Problem => (Some(PROBLEM), problem(detail).into()),
            Self::Own(_, content) if content.is_empty() => (None, Bytes::new()),
            Self::Own(content_type, content) => (Some(content_type.clone()), content.clone()),
        }
    }
}

/// Each sentence of `detail` in a line of its own.
fn text(detail: &str) -> String {
    format!("501 Not Implemented: {}\n", detail.replace(". ", ".\n"))
}

fn problem(detail: &str) -> String {
    format!(
        r#"{{"type":"about:blank","title":"Not Implemented","status":501,"detail":"{detail}"}}"#
    )
}
