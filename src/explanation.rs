//! What a refusal says in its content.

use bytes::Bytes;
use http::HeaderValue;

/// Whether a retry makes sense (RFC 9110 section 15.6 asks for it in every server error).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Temporary,
    Permanent,
}

impl Condition {
    pub(crate) fn choose<T>(self, temporary: T, permanent: T) -> T {
        match self {
            Self::Temporary => temporary,
            Self::Permanent => permanent,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Explanation {
    Text,
    /// RFC 9457.
    Problem,
    Own {
        content_type: HeaderValue,
        content: Bytes,
    },
}

impl Explanation {
    /// The content and its type; empty content has no type.
    pub(crate) fn content(&self, condition: Condition) -> (Option<HeaderValue>, Bytes) {
        match self {
            Self::Text => (Some(TEXT), fixed(text(condition))),
            Self::Problem => (Some(PROBLEM), fixed(problem(condition))),
            Self::Own { content, .. } if content.is_empty() => (None, Bytes::new()),
            Self::Own {
                content_type,
                content,
            } => (Some(content_type.clone()), content.clone()),
        }
    }
}

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

fn fixed(content: &'static str) -> Bytes {
    Bytes::from_static(content.as_bytes())
}

fn text(condition: Condition) -> &'static str {
    condition.choose(TEMPORARY_TEXT, PERMANENT_TEXT)
}

const TEMPORARY_TEXT: &str = "501 Not Implemented: this server does not support the request \
     method for any resource. This is temporary: try again after the time in Retry-After.\n";

const PERMANENT_TEXT: &str = "501 Not Implemented: this server does not support the request \
     method for any resource. This is permanent.\n";

fn problem(condition: Condition) -> &'static str {
    condition.choose(TEMPORARY_PROBLEM, PERMANENT_PROBLEM)
}

const TEMPORARY_PROBLEM: &str = concat!(
    r#"{"type":"about:blank","title":"Not Implemented","status":501,"#,
    r#""detail":"This server does not support the request method for any resource. "#,
    r#"This is temporary: try again after the time in Retry-After."}"#,
);

const PERMANENT_PROBLEM: &str = concat!(
    r#"{"type":"about:blank","title":"Not Implemented","status":501,"#,
    r#""detail":"This server does not support the request method for any resource. "#,
    r#"This is permanent."}"#,
);
