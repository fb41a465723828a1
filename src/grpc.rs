//! The answer a gRPC client understands.

use crate::explanation::Condition;
use http::header::{HeaderMap, HeaderName, HeaderValue, CONTENT_TYPE};

/// The protocol of a gRPC request, which is that of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grpc {
    Native,
    Web,
    WebText,
}

impl Grpc {
    /// The protocol named by a request's one content-type: `application/grpc`, `-web` or
    /// `-web-text`, alone or followed by `+` and a message format or `;` and parameters.
    pub(crate) fn of(fields: &HeaderMap) -> Option<Self> {
        let value = fields.get(CONTENT_TYPE)?;
        let alone = fields.get_all(CONTENT_TYPE).iter().nth(1).is_none();
        Self::named(value.to_str().ok()?).filter(|_| alone)
    }

    fn named(content_type: &str) -> Option<Self> {
        let name = content_type.split(&['+', ';'][..]).next()?.trim_end();
        [Self::Native, Self::Web, Self::WebText]
            .into_iter()
            .find(|grpc| name.eq_ignore_ascii_case(grpc.content_type()))
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Native => "application/grpc",
            Self::Web => "application/grpc-web",
            Self::WebText => "application/grpc-web-text",
        }
    }

    /// The fields of a Trailers-Only answer: UNIMPLEMENTED, and why.
    pub(crate) fn fields(self, condition: Condition) -> HeaderMap {
        let mut fields = HeaderMap::with_capacity(3);
        fields.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        fields.insert(STATUS, UNIMPLEMENTED);
        fields.insert(MESSAGE, condition.choose(TEMPORARY, PERMANENT));
        fields
    }
}

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const UNIMPLEMENTED: HeaderValue = HeaderValue::from_static("12");

// Percent-encoded, as grpc-message is: none of these bytes needs it.
const TEMPORARY: HeaderValue = HeaderValue::from_static(
    "this server does not support the HTTP request method; this is temporary",
);
const PERMANENT: HeaderValue = HeaderValue::from_static(
    "this server does not support the HTTP request method; this is permanent",
);
