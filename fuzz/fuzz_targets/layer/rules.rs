//! What must hold of every case.

use crate::{
    body::{self, Log, TestBody},
    config::{Cache, Content, Expected, Retry},
    date::imf_fixdate,
    inner::{self, Inner},
    names::tells_a_secret,
    request::{self, grpc_type},
    waker,
};
use bytes::Bytes;
use http::{
    header::{
        HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, EXPECT, RETRY_AFTER,
    },
    Method, Request, Response, StatusCode, Version,
};
use http_body::{Body, Frame};
use std::{
    collections::BTreeSet,
    future::Future,
    ops::RangeInclusive,
    pin::{pin, Pin},
    rc::Rc,
    task::Poll,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tower_not_implemented::{MakeResponseBody, NotImplemented, UnsupportedMethod};
use tower_service::Service;

/// How much of content that is at hand is read.
const AT_HAND: u64 = 64 * 1024;

/// How often a refusal gives way to content that is not at hand before it answers.
const TURNS: u64 = 16;

/// After so many polls of content that never comes it is plain that it is waited for.
const PATIENCE: u64 = 40;

type Frames = Poll<Option<Result<Frame<Bytes>, body::Error>>>;

pub struct Rules<'a> {
    pub expected: &'a Expected,
    pub request: &'a request::Case<'a>,
    pub inner: &'a inner::Case<'a>,
}

impl<'a> Rules<'a> {
    pub fn check<F>(&self, mut service: NotImplemented<Inner<'a>, F>)
    where
        F: MakeResponseBody<TestBody> + Clone,
        F::ResponseBody: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        if !self.check_ready(&mut service) {
            return;
        }
        let request = self.request.request();
        let supported = self.expected.names.contains(request.method().as_str());
        assert!(supported || !matches!(*request.method(), Method::GET | Method::HEAD));
        let facts = Facts::new(&request, self.expected.discard);
        let future = pin!(service.call(request));
        let calls = service.get_ref().calls.borrow();
        if supported {
            assert_eq!(calls.len(), 1);
            self.check_request(&calls[0]);
            self.check_forwarded(future);
        } else {
            assert!(calls.is_empty(), "a refused request got through");
            self.check_refused(future, &facts);
            assert!(calls.is_empty(), "a refused request got through");
        }
    }

    /// Readiness is the inner service's; whether it has come.
    fn check_ready<F>(&self, service: &mut NotImplemented<Inner<'a>, F>) -> bool
    where
        F: MakeResponseBody<TestBody> + Clone,
    {
        let mut ready = || waker::poll(|cx| service.poll_ready(cx)).0;
        for _ in 0..self.inner.busy() {
            assert_eq!(ready(), Poll::Pending);
        }
        let readiness = self.inner.readiness();
        assert_eq!(ready(), Poll::Ready(readiness));
        readiness.is_ok()
    }

    /// The inner service got the request as it was.
    fn check_request(&self, request: &Request<TestBody>) {
        let sent = self.request.request();
        assert_eq!(request.method(), sent.method());
        assert_eq!(request.uri(), sent.uri());
        assert_eq!(request.version(), sent.version());
        assert_eq!(request.headers(), sent.headers());
        assert_eq!(request.extensions().get(), Some(&request::Mark));
        assert_eq!(request.body().log.polls.get(), 0);
    }

    /// The response is the inner service's as it was.
    fn check_forwarded<Fut, B>(&self, mut future: Pin<&mut Fut>)
    where
        Fut: Future<Output = Result<Response<B>, inner::Error>>,
        B: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        let mut poll = || waker::poll(|cx| future.as_mut().poll(cx)).0;
        for _ in 0..self.inner.delay() {
            assert!(poll().is_pending());
        }
        let Poll::Ready(response) = poll() else {
            panic!("the answer is late");
        };
        assert!(poll().is_pending(), "the inner future's matter");
        let (mut response, mut expected) = match (response, self.inner.answer()) {
            (Ok(response), Ok(expected)) => (response, expected),
            (Err(error), Err(expected)) => return assert_eq!(error, expected),
            _ => panic!("errors are the inner service's"),
        };
        assert_eq!(response.status(), expected.status());
        assert_eq!(response.version(), expected.version());
        assert_eq!(response.headers(), expected.headers());
        assert_eq!(response.extensions().get(), Some(&inner::Mark));
        assert!(response.extensions().get::<UnsupportedMethod>().is_none());
        for _ in 0..self.inner.body.len() + 3 {
            let (body, expected) = (response.body_mut(), expected.body_mut());
            assert_eq!(body.is_end_stream(), expected.is_end_stream());
            assert_same_hint(body, expected);
            let (frame, woken) = next(body);
            let (expected, wakes) = next(expected);
            assert_same_frame(frame, expected);
            assert_eq!(woken, wakes);
        }
    }

    fn check_refused<Fut, B>(&self, mut future: Pin<&mut Fut>, facts: &Facts)
    where
        Fut: Future<Output = Result<Response<B>, inner::Error>>,
        B: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        for pendings in 0.. {
            let earliest = SystemTime::now();
            let (polled, woken) = waker::poll(|cx| future.as_mut().poll(cx));
            if let Poll::Ready(response) = polled {
                let now = Span {
                    earliest,
                    latest: SystemTime::now(),
                };
                facts.check_read();
                self.check_refusal(response.expect("no refusal is an error"), facts, &now);
                break;
            }
            // Nothing but the content keeps a refusal waiting.
            let log = &facts.log;
            assert_eq!(log.pendings.get(), pendings + 1);
            if !facts.may_wait() {
                assert!(woken && log.row.get() <= TURNS, "the answer waits");
            } else if log.row.get() > PATIENCE {
                return;
            }
        }
        for _ in 0..2 {
            let (polled, _) = waker::poll(|cx| future.as_mut().poll(cx));
            if let Poll::Ready(response) = polled {
                let response = response.expect("no refusal is an error");
                assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
            }
        }
    }

    fn check_refusal<B>(&self, response: Response<B>, facts: &Facts, now: &Span)
    where
        B: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        assert_eq!(response.version(), Version::HTTP_11);
        let mark = response.extensions().get::<UnsupportedMethod>();
        assert_eq!(mark.map(UnsupportedMethod::method), Some(&facts.method));
        let (parts, body) = response.into_parts();
        let content = drain(body);
        let fields = &parts.headers;
        // One value each.
        assert_eq!(fields.keys_len(), fields.len(), "{fields:?}");
        let close = fields.get(CONNECTION);
        assert_eq!(close.is_some(), facts.closes(), "{facts:?}");
        assert!(close.is_none_or(|close| close == "close"), "{fields:?}");
        let count = usize::from(close.is_some());
        let count = count
            + match facts.grpc {
                Some(grpc) => self.check_grpc(fields, &content, grpc, now),
                None => self.check_plain(fields, &content, now),
            };
        assert_eq!(fields.len(), count, "{fields:?}");
        assert!(!tells_a_secret(&content), "{content:?}");
        for (name, value) in fields {
            let tells = tells_a_secret(value.as_bytes());
            assert!(name == ALLOW || !tells, "{name}: {value:?}");
        }
    }

    /// A gRPC client's answer; how many fields it has.
    fn check_grpc(&self, fields: &HeaderMap, content: &[u8], grpc: &str, now: &Span) -> usize {
        assert_eq!(fields[CONTENT_TYPE], grpc);
        assert_eq!(fields["grpc-status"], "12");
        let message = fields["grpc-message"].to_str().expect("ASCII");
        assert!(message
            .bytes()
            .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'%'));
        self.check_condition(message, now);
        assert!(content.is_empty());
        3
    }

    /// Any other answer; how many fields it has.
    fn check_plain(&self, fields: &HeaderMap, content: &[u8], now: &Span) -> usize {
        let retry_after = self.check_retry_after(fields.get(RETRY_AFTER), now);
        let cache_control = self.check_cache_control(fields, now);
        let allow = self.check_allow(fields.get(ALLOW));
        let content_type = self.check_content(fields, content);
        [retry_after, cache_control, allow, content_type]
            .map(usize::from)
            .iter()
            .sum()
    }

    fn check_retry_after(&self, value: Option<&HeaderValue>, now: &Span) -> bool {
        let expected = match self.expected.retry {
            None => None,
            Some(Retry::Delay(seconds)) => Some(seconds.to_string()),
            Some(Retry::Date(seconds)) => Some(imf_fixdate(seconds)),
        };
        match value {
            Some(value) => assert_eq!(Some(value.to_str().expect("ASCII")), expected.as_deref()),
            None => assert!(self.may_be_permanent(now)),
        }
        assert!(value.is_none() || self.may_be_temporary(now));
        value.is_some()
    }

    fn may_be_temporary(&self, now: &Span) -> bool {
        match self.expected.retry {
            None => false,
            Some(Retry::Delay(_)) => true,
            Some(Retry::Date(seconds)) => now.earliest < moment(seconds),
        }
    }

    fn may_be_permanent(&self, now: &Span) -> bool {
        match self.expected.retry {
            None => true,
            Some(Retry::Delay(_)) => false,
            Some(Retry::Date(seconds)) => now.latest >= moment(seconds),
        }
    }

    fn check_condition(&self, text: &str, now: &Span) {
        let temporary = text.contains("temporary");
        assert_ne!(temporary, text.contains("permanent"), "{text}");
        let may_be = if temporary {
            self.may_be_temporary(now)
        } else {
            self.may_be_permanent(now)
        };
        assert!(may_be, "{text}");
    }

    fn check_cache_control(&self, fields: &HeaderMap, now: &Span) -> bool {
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
                    Some(Retry::Date(date)) if fields.contains_key(RETRY_AFTER) => now.until(date),
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
        let is_temporary = fields.contains_key(RETRY_AFTER);
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
                assert_eq!(text().contains("temporary"), is_temporary);
                assert_eq!(text().contains("permanent"), !is_temporary);
            }
            Content::Problem => {
                assert_eq!(fields[CONTENT_TYPE], "application/problem+json");
                assert!(text().starts_with(r#"{"type":"about:blank","#));
                assert!(text().contains(r#""status":501"#) && text().ends_with("\"}"));
                assert_eq!(text().contains("temporary"), is_temporary);
                assert_eq!(text().contains("permanent"), !is_temporary);
            }
        }
        content_type.is_some()
    }
}

/// What decides how a refused request is answered.
#[derive(Debug)]
struct Facts {
    method: Method,
    grpc: Option<&'static str>,
    http1: bool,
    empty: bool,
    /// Whether any of the content may be read.
    readable: bool,
    /// How much content is waited for, if it is.
    limit: Option<u64>,
    log: Rc<Log>,
}

impl Facts {
    fn new(request: &Request<TestBody>, discard: Option<u64>) -> Self {
        let http1 = request.version() <= Version::HTTP_11;
        let connects = request.method() == Method::CONNECT;
        let body = request.body();
        let hint = body.size_hint();
        let empty = !connects && (body.is_end_stream() || hint.exact() == Some(0));
        let held_back = connects || request.headers().contains_key(EXPECT);
        let in_sight = http1 || hint.exact().is_some();
        let limit = discard.filter(|limit| {
            *limit > 0 && in_sight && hint.lower() <= *limit && !held_back && !empty
        });
        let at_hand = http1 && hint.lower() <= AT_HAND && !held_back && !empty;
        Self {
            method: request.method().clone(),
            grpc: grpc_type(request.headers()),
            http1,
            empty,
            readable: at_hand || limit.is_some(),
            limit,
            log: body.log.clone(),
        }
    }

    /// Content that is left unread ends an HTTP/1.x connection.
    fn closes(&self) -> bool {
        self.http1 && !self.empty && !self.log.ended.get()
    }

    /// What is at hand was read, or waited for, and no more than that.
    fn check_read(&self) {
        let log = &self.log;
        if self.readable {
            let most = self.limit.unwrap_or_default().max(AT_HAND);
            assert!(log.before_last() <= most, "{self:?}");
            // It does not give up early.
            let tried = log.bytes.get() > most || log.row.get() > TURNS;
            assert!(log.ended.get() || log.failed.get() || tried, "{self:?}");
        } else {
            assert_eq!(log.polls.get(), 0, "{self:?}");
        }
    }

    /// Whether there is still content to wait for.
    fn may_wait(&self) -> bool {
        self.limit
            .is_some_and(|limit| self.log.bytes.get() <= limit)
    }
}

/// When an answer was made.
struct Span {
    earliest: SystemTime,
    latest: SystemTime,
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

fn next<B>(body: &mut B) -> (Frames, bool)
where
    B: Body<Data = Bytes, Error = body::Error> + Unpin,
{
    waker::poll(|cx| Pin::new(body).poll_frame(cx))
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
        let Poll::Ready(Some(Ok(frame))) = next(&mut body).0 else {
            panic!("no content");
        };
        content = frame.into_data().expect("data");
    }
    assert_eq!(content.len() as u64, length);
    for _ in 0..2 {
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
        assert!(matches!(next(&mut body).0, Poll::Ready(None)));
    }
    content
}

fn assert_same_hint(one: &impl Body, other: &impl Body) {
    let (one, other) = (one.size_hint(), other.size_hint());
    assert_eq!((one.lower(), one.upper()), (other.lower(), other.upper()));
}

fn assert_same_frame(frame: Frames, expected: Frames) {
    match (frame, expected) {
        (Poll::Ready(Some(Ok(frame))), Poll::Ready(Some(Ok(expected)))) => {
            assert_eq!(frame.trailers_ref(), expected.trailers_ref());
            // Not just the same bytes: the same memory.
            let place = |data: &Bytes| (data.as_ptr(), data.len());
            let expected = expected.data_ref().map(place);
            assert_eq!(frame.data_ref().map(place), expected);
        }
        (Poll::Ready(Some(Err(error))), Poll::Ready(Some(Err(expected)))) => {
            assert_eq!(error, expected);
        }
        (Poll::Ready(None), Poll::Ready(None)) | (Poll::Pending, Poll::Pending) => {}
        (frame, expected) => panic!("{frame:?}, not {expected:?}"),
    }
}
