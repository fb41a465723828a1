//! What a refusal says.

use super::{
    body,
    config::{Cache, Content, Expected, Retry},
    date::imf_fixdate,
    discarding::Discarding,
    names::tells_a_secret,
    request::grpc_type,
    waker,
};
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Response, StatusCode, Version,
};
use http_body::Body;
use std::{
    collections::BTreeSet,
    ops::RangeInclusive,
    pin::Pin,
    task::Poll,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tower_not_implemented::UnsupportedMethod;

/// What an answer depends on besides the settings and the time.
#[derive(Debug)]
pub(super) struct Facts {
    method: Method,
    grpc: Option<&'static str>,
    version: Version,
    pub(super) discarding: Discarding,
}

impl Facts {
    pub(super) fn new(request: &Request<body::TestBody>, limit: u64, timer: bool) -> Self {
        Self {
            method: request.method().clone(),
            grpc: grpc_type(request.headers()),
            discarding: Discarding::new(request, limit, timer),
            version: request.version(),
        }
    }
}

pub(super) struct Refusal<'a> {
    pub(super) expected: &'a Expected,
    pub(super) now: Span,
}

impl Refusal<'_> {
    pub(super) fn check<B>(&self, response: Response<B>, facts: &Facts)
    where
        B: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        let old = facts.version == Version::HTTP_10 && facts.discarding.closes();
        let version = if old {
            Version::HTTP_10
        } else {
            Version::HTTP_11
        };
        assert_eq!(response.version(), version);
        let mark = response.extensions().get::<UnsupportedMethod>();
        assert_eq!(mark.map(UnsupportedMethod::method), Some(&facts.method));
        assert_eq!(response.extensions().len(), 1, "nothing of the request's");
        let (parts, body) = response.into_parts();
        let content = drain(body);
        self.check_fields(&parts.headers, &content, facts);
        assert!(!tells_a_secret(&content), "{content:?}");
        for (name, value) in &parts.headers {
            let tells = tells_a_secret(value.as_bytes());
            assert!(name == ALLOW || !tells, "{name}: {value:?}");
        }
    }

    /// Each has one value, and there are no others.
    fn check_fields(&self, fields: &HeaderMap, content: &[u8], facts: &Facts) {
        assert_eq!(fields.keys_len(), fields.len(), "{fields:?}");
        let close = fields.get(CONNECTION);
        assert_eq!(close.is_some(), facts.discarding.closes(), "{facts:?}");
        assert!(close.is_none_or(|close| close == "close"), "{fields:?}");
        let described = match facts.grpc {
            Some(grpc) => check_grpc(fields, content, grpc),
            None => usize::from(self.check_content(fields, content)),
        };
        let present = [
            close.is_some(),
            self.check_retry_after(fields.get(RETRY_AFTER)),
            self.check_cache_control(fields),
            self.check_allow(fields.get(ALLOW)),
        ];
        let present = present.iter().filter(|present| **present).count();
        assert_eq!(fields.len(), described + present, "{fields:?}");
    }

    fn check_retry_after(&self, value: Option<&HeaderValue>) -> bool {
        let expected = match self.expected.retry {
            None => None,
            Some(Retry::Delay(seconds)) => Some(seconds.to_string()),
            Some(Retry::Date(seconds)) => Some(imf_fixdate(seconds)),
        };
        match value {
            Some(value) => assert_eq!(Some(value.to_str().expect("ASCII")), expected.as_deref()),
            None => assert!(self.may_be_permanent()),
        }
        assert!(value.is_none() || self.may_be_temporary());
        value.is_some()
    }

    fn may_be_temporary(&self) -> bool {
        match self.expected.retry {
            None => false,
            Some(Retry::Delay(_)) => true,
            Some(Retry::Date(seconds)) => self.now.earliest < moment(seconds),
        }
    }

    fn may_be_permanent(&self) -> bool {
        match self.expected.retry {
            None => true,
            Some(Retry::Delay(_)) => false,
            Some(Retry::Date(seconds)) => self.now.latest >= moment(seconds),
        }
    }

    fn check_cache_control(&self, fields: &HeaderMap) -> bool {
        let value = fields.get(CACHE_CONTROL);
        match &self.expected.cache {
            None => assert_eq!(value, None),
            Some(Cache::Verbatim(expected)) => assert_eq!(value, Some(expected)),
            Some(Cache::MaxAge(age)) => {
                let value = value.and_then(|value| value.to_str().ok());
                let seconds = value.and_then(|value| value.strip_prefix("max-age="));
                let seconds = seconds.expect("max-age");
                assert!(seconds.bytes().all(|byte| byte.is_ascii_digit()));
                let left = match self.expected.retry {
                    Some(Retry::Delay(delay)) => delay..=delay,
                    Some(Retry::Date(date)) if fields.contains_key(RETRY_AFTER) => {
                        self.now.until(date)
                    }
                    _ => u64::MAX..=u64::MAX,
                };
                let fresh = *left.start().min(age)..=*left.end().min(age);
                let seconds = seconds.parse().expect("a number");
                assert!(fresh.contains(&seconds), "{seconds}, not {fresh:?}");
            }
        }
        value.is_some()
    }

    fn check_allow(&self, value: Option<&HeaderValue>) -> bool {
        assert_eq!(value.is_some(), self.expected.allow_header);
        if let Some(value) = value {
            let names: Vec<&str> = value.to_str().expect("ASCII").split(", ").collect();
            let distinct: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(names.len(), distinct.len());
            assert!(distinct.into_iter().eq(&self.expected.names), "{names:?}");
        }
        value.is_some()
    }

    fn check_content(&self, fields: &HeaderMap, content: &[u8]) -> bool {
        let content_type = fields.get(CONTENT_TYPE);
        let text = || std::str::from_utf8(content).expect("UTF-8");
        match &self.expected.content {
            Content::Own(_, expected) if expected.is_empty() => {
                assert_eq!(content_type, None);
                assert!(content.is_empty());
            }
            Content::Own(expected_type, expected) => {
                assert_eq!(content_type, Some(expected_type));
                assert_eq!(content, expected);
            }
            Content::Text => {
                assert_eq!(fields[CONTENT_TYPE], "text/plain; charset=utf-8");
                assert!(text().starts_with("501 Not Implemented: "));
                check_condition(text(), fields);
            }
            Content::Problem => {
                assert_eq!(fields[CONTENT_TYPE], "application/problem+json");
                assert!(text().starts_with(r#"{"type":"about:blank","#));
                assert!(text().contains(r#""status":501"#) && text().ends_with("\"}"));
                check_condition(text(), fields);
            }
        }
        content_type.is_some()
    }
}

/// A gRPC client's answer; how many fields it has by itself.
fn check_grpc(fields: &HeaderMap, content: &[u8], grpc: &str) -> usize {
    assert_eq!(fields[CONTENT_TYPE], grpc);
    assert_eq!(fields["grpc-status"], "12");
    let message = fields["grpc-message"].to_str().expect("ASCII");
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'%';
    assert!(message.bytes().all(plain), "{message}");
    check_condition(message, fields);
    assert!(content.is_empty());
    3
}

/// The text speaks of what Retry-After says.
fn check_condition(text: &str, fields: &HeaderMap) {
    let temporary = fields.contains_key(RETRY_AFTER);
    assert_eq!(text.contains("temporary"), temporary, "{text}");
    assert_eq!(text.contains("permanent"), !temporary, "{text}");
}

/// When an answer was made.
pub(super) struct Span {
    pub(super) earliest: SystemTime,
    pub(super) latest: SystemTime,
}

impl Span {
    /// How many whole seconds there were to go.
    fn until(&self, seconds: u64) -> RangeInclusive<u64> {
        let left = |now| {
            let left = moment(seconds).duration_since(now).unwrap_or_default();
            left.as_secs()
        };
        left(self.latest)..=left(self.earliest)
    }
}

fn moment(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
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
        let Poll::Ready(Some(Ok(frame))) = next(&mut body) else {
            panic!("no content");
        };
        content = frame.into_data().expect("data");
    }
    assert_eq!(content.len() as u64, length);
    for _ in 0..2 {
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
        assert!(matches!(next(&mut body), Poll::Ready(None)));
    }
    content
}

fn next<B: Body<Data = Bytes> + Unpin>(
    body: &mut B,
) -> Poll<Option<Result<http_body::Frame<Bytes>, B::Error>>> {
    waker::poll(|cx| Pin::new(body).poll_frame(cx)).0
}
