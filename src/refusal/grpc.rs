//! The answer that a gRPC client understands.

use super::explanation::{PERMANENT, TEMPORARY};
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderName, HeaderValue, CONTENT_TYPE, RETRY_AFTER},
    Response,
};

/// The protocol of a gRPC request, which is that of its answer.
#[derive(Clone, Copy)]
pub(super) enum Grpc {
    Native,
    Web,
    WebText,
}

impl Grpc {
    /// The protocol that a request's one content-type names: `application/grpc`, `-web` or
    /// `-web-text`, alone or followed by `+` and a message format or `;` and parameters.
    pub(super) fn of(fields: &HeaderMap) -> Option<Self> {
        let grpc = Self::named(fields.get(CONTENT_TYPE)?.as_bytes())?;
        let alone = fields.get_all(CONTENT_TYPE).iter().nth(1).is_none();
        alone.then_some(grpc)
    }

    /// Looks at bytes: a parameter need not be ASCII.
    fn named(content_type: &[u8]) -> Option<Self> {
        let name = content_type.split(|byte| b"+;".contains(byte)).next()?;
        let end = name.iter().rposition(|byte| !b" \t".contains(byte))?;
        [Self::Native, Self::Web, Self::WebText]
            .into_iter()
            .find(|grpc| name[..=end].eq_ignore_ascii_case(grpc.content_type().as_bytes()))
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Native => "application/grpc",
            Self::Web => "application/grpc-web",
            Self::WebText => "application/grpc-web-text",
        }
    }

    /// Makes `response` a Trailers-Only answer: UNIMPLEMENTED, and why, without content.
    pub(super) fn describe(self, response: &mut Response<Bytes>) {
        *response.body_mut() = Bytes::new();
        let fields = response.headers_mut();
        let message = if fields.contains_key(RETRY_AFTER) {
            TEMPORARY
        } else {
            PERMANENT
        };
        fields.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        fields.insert(STATUS, HeaderValue::from_static("12"));
        fields.insert(MESSAGE, HeaderValue::from_static(message));
    }
}

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
