//! What a refusal says.

use super::{
    body,
    config::{Cache, Content, Expected},
    discarding::Discarding,
    names::tells_a_secret,
    request::grpc_type,
};
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Response, StatusCode, Version,
};
use http_body::Body;
use std::{ops::RangeInclusive, task::Poll, time::SystemTime};
use tower_not_implemented::UnsupportedMethod;

const EXPLANATION: &str = "This server does not support the request method for any resource.";
const TEMPORARY: &str = "This is temporary: try again after the time in Retry-After.";
const PERMANENT: &str = "This is permanent.";

/// What a refusal depends on besides the time.
#[derive(Debug)]
pub(super) struct Refusal<'a> {
    expected: &'a Expected,
    method: Method,
    grpc: Option<&'static str>,
    version: Version,
    pub(super) discarding: Discarding,
}

impl<'a> Refusal<'a> {
    pub(super) fn new(request: &Request<body::TestBody>, expected: &'a Expected) -> Self {
        Self {
            expected,
            method: request.method().clone(),
            grpc: grpc_type(request.headers()),
            version: request.version(),
            discarding: Discarding::new(request, expected.limit, expected.timer),
        }
    }

    /// Whether `response`, which was made at that time, is the refusal.
    pub(super) fn check<B>(&self, response: Response<B>, made: &RangeInclusive<SystemTime>)
    where
        B: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        let old = self.version == Version::HTTP_10 && self.discarding.closes();
        let version = if old {
            Version::HTTP_10
        } else {
            Version::HTTP_11
        };
        assert_eq!(response.version(), version);
        let mark = response.extensions().get::<UnsupportedMethod>();
        assert_eq!(mark.map(UnsupportedMethod::method), Some(&self.method));
        assert_eq!(response.extensions().len(), 1, "nothing of the request's");
        let (parts, body) = response.into_parts();
        let (mut fields, content) = (parts.headers, drain(body));
        assert!(!tells_a_secret(&content), "{content:?}");
        for (name, value) in &fields {
            let tells = tells_a_secret(value.as_bytes());
            assert!(name == ALLOW || !tells, "{name}: {value:?}");
        }
        if let Some(allow) = fields.get_mut(ALLOW) {
            *allow = in_byte_order(allow);
        }
        let retry = self.expected.retry;
        let retries = retry.map_or(vec![None], |retry| retry.values(made));
        let messages = retries.into_iter().map(|retry| self.message(retry));
        let messages: Vec<_> = messages.collect();
        let message = (fields, content);
        assert!(
            messages.contains(&message),
            "{message:?} is none of {messages:?}"
        );
    }

    /// The fields and the content, with that in Retry-After and so many seconds until then.
    fn message(&self, retry: Option<(String, u64)>) -> (HeaderMap, Bytes) {
        let condition = if retry.is_some() {
            TEMPORARY
        } else {
            PERMANENT
        };
        let sentence = format!("{EXPLANATION} {condition}");
        let (content_type, content) = match &self.expected.content {
            _ if self.grpc.is_some() => (self.grpc.map(HeaderValue::from_static), Bytes::new()),
            Content::Own(_, content) if content.is_empty() => (None, Bytes::new()),
            Content::Own(content_type, content) => (Some(content_type.clone()), content.clone()),
            Content::Text => {
                let text = format!("501 Not Implemented: {EXPLANATION}\n{condition}\n");
                (Some(value("text/plain; charset=utf-8")), text.into())
            }
            Content::Problem => {
                let start = r#"{"type":"about:blank","title":"Not Implemented","status":501"#;
                let problem = format!(r#"{start},"detail":"{sentence}"}}"#);
                (Some(value("application/problem+json")), problem.into())
            }
        };
        let left = retry.as_ref().map_or(u64::MAX, |(_, left)| *left);
        let cache_control = self.expected.cache.as_ref().map(|cache| match cache {
            Cache::MaxAge(age) => value(format!("max-age={}", left.min(*age))),
            Cache::Verbatim(own) => own.clone(),
        });
        let names: Vec<_> = self.expected.names.iter().map(String::as_str).collect();
        let allow = self.expected.send_allow.then(|| value(names.join(", ")));
        let mut fields = HeaderMap::new();
        fields.extend(content_type.map(|value| (CONTENT_TYPE, value)));
        fields.extend(retry.map(|(retry, _)| (RETRY_AFTER, value(retry))));
        fields.extend(cache_control.map(|value| (CACHE_CONTROL, value)));
        fields.extend(allow.map(|value| (ALLOW, value)));
        if self.discarding.closes() {
            fields.insert(CONNECTION, value("close"));
        }
        if self.grpc.is_some() {
            fields.insert("grpc-status", value("12"));
            fields.insert("grpc-message", value(sentence));
        }
        (fields, content)
    }
}

fn value(value: impl Into<String>) -> HeaderValue {
    HeaderValue::try_from(value.into()).expect("a value")
}

/// The names of an Allow field, whose order is the set's matter.
fn in_byte_order(allow: &HeaderValue) -> HeaderValue {
    let mut names: Vec<_> = allow.to_str().expect("ASCII").split(", ").collect();
    names.sort_unstable();
    value(names.join(", "))
}

/// The content of a refusal: one frame at most, as long as its hint says, then the end.
fn drain<B>(mut body: B) -> Bytes
where
    B: Body<Data = Bytes, Error = body::Error> + Unpin,
{
    let length = body.size_hint().exact().expect("a known size");
    assert_eq!(body.is_end_stream(), length == 0);
    let mut content = Bytes::new();
    if length > 0 {
        let Poll::Ready(Some(Ok(frame))) = body::next(&mut body).0 else {
            panic!("no content");
        };
        content = frame.into_data().expect("data");
    }
    assert_eq!(content.len() as u64, length);
    for _ in 0..2 {
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
        assert!(matches!(body::next(&mut body).0, Poll::Ready(None)));
    }
    content
}
