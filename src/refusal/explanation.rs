//! What a refusal says in its content.

use bytes::Bytes;
use http::HeaderValue;

/// Whether a retry makes sense: RFC 9110 section 15.6 asks every server error to say so.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    Temporary,
    Permanent,
}

impl Condition {
    pub(super) fn choose<T>(self, temporary: T, permanent: T) -> T {
        match self {
            Self::Temporary => temporary,
            Self::Permanent => permanent,
        }
    }
}

/// Printable ASCII without `"`, `\` and `%`, which neither JSON nor grpc-message escapes.
macro_rules! sentences {
    (temporary, $between:literal) => {
        sentences!(
            $between,
            "This is temporary: try again after the time in Retry-After."
        )
    };
    (permanent, $between:literal) => {
        sentences!($between, "This is permanent.")
    };
    ($between:literal, $condition:literal) => {
        concat!(
            "This server does not support the request method for any resource.",
            $between,
            $condition
        )
    };
}
pub(super) use sentences;

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
    pub(super) fn content(&self, condition: Condition) -> (Option<HeaderValue>, Bytes) {
        match self {
            Self::Text => (Some(TEXT), text(condition)),
            Self::Problem => (Some(PROBLEM), problem(condition)),
            Self::Own { content, .. } if content.is_empty() => (None, Bytes::new()),
            Self::Own {
                content_type,
                content,
            } => (Some(content_type.clone()), content.clone()),
        }
    }
}

pub(super) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");

pub(super) fn text(condition: Condition) -> Bytes {
    macro_rules! text {
        ($condition:ident) => {
            concat!("501 Not Implemented: ", sentences!($condition, "\n"), "\n")
        };
    }
    fixed(condition.choose(text!(temporary), text!(permanent)))
}

fn problem(condition: Condition) -> Bytes {
    macro_rules! problem {
        ($condition:ident) => {
            concat!(
                r#"{"type":"about:blank","title":"Not Implemented","status":501,"detail":""#,
                sentences!($condition, " "),
                r#""}"#
            )
        };
    }
    fixed(condition.choose(problem!(temporary), problem!(permanent)))
}

fn fixed(content: &'static str) -> Bytes {
    Bytes::from_static(content.as_bytes())
}
