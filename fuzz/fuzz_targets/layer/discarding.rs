//! How much of the content of a refused request is read, and how.

use super::{
    body::{Log, TestBody},
    waker,
};
use http::{
    header::{HeaderValue, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, TRANSFER_ENCODING},
    HeaderMap, Method, Request, Version,
};
use http_body::Body;
use std::{
    cell::Cell,
    rc::Rc,
    task::{Context, Poll},
};

/// One poll that reads more frames holds the executor.
const FRAMES_A_POLL: usize = 256;

#[derive(Debug)]
pub(super) struct Discarding {
    rule: Rule,
    http1: bool,
    limit: u64,
    /// Whether a wait ends at once.
    timer: bool,
    log: Rc<Cell<Log>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    NoContent,
    AtOnce,
    Read,
}

impl Discarding {
    pub(super) fn new(request: &Request<TestBody>, limit: u64, timer: bool) -> Self {
        Self {
            rule: rule(request, limit),
            http1: is_http1(request),
            limit,
            timer,
            log: request.body().log.clone(),
        }
    }

    /// Polls a refusal, and looks at what that does to the content.
    pub(super) fn poll<T>(&self, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let before = self.log.get();
        let (polled, wakes) = waker::poll(poll);
        let log = self.log.get();
        let (polls, pendings) = (log.polls - before.polls, log.pendings - before.pendings);
        let own_wakes = wakes - (log.wakes - before.wakes);
        assert!(polls <= FRAMES_A_POLL, "{polls} frames in one poll");
        if self.timer && self.rule == Rule::Read {
            assert!(
                polled.is_ready(),
                "it waits in spite of the timer: {self:?}"
            );
            assert_eq!(self.is_over(), (pendings, own_wakes) == (0, 0), "{self:?}");
        } else if polled.is_pending() {
            assert!(polls > 0 && !self.is_over(), "the answer waits: {self:?}");
            assert!(pendings <= 1, "content that is not there is asked again");
            assert_eq!(own_wakes, 1 - pendings, "wakes without need: {self:?}");
        } else {
            assert_eq!((pendings, own_wakes), (0, 0), "{self:?}");
            assert!(self.is_over(), "it gives up early: {self:?}");
        }
        polled
    }

    /// Whether nothing is left to read, as far as it is to be read.
    fn is_over(&self) -> bool {
        let log = self.log.get();
        self.rule != Rule::Read || log.ended || log.failed || log.bytes > self.limit
    }

    /// Whether more will never come.
    pub(super) fn hangs(&self) -> bool {
        self.log.get().hangs
    }

    pub(super) fn check_read(&self) {
        let log = self.log.get();
        if self.rule == Rule::Read {
            assert!(log.bytes_before <= self.limit, "{self:?}");
            assert!(log.bytes <= self.limit || !log.ended, "{self:?}");
            assert_eq!(log.polls_after_end, 0, "{self:?}");
        } else {
            assert_eq!(log.polls, 0, "{self:?}");
        }
    }

    /// Content that is left unread ends an HTTP/1.x connection.
    pub(super) fn closes(&self) -> bool {
        let left = match self.rule {
            Rule::NoContent => false,
            Rule::AtOnce => true,
            Rule::Read => !self.log.get().ended,
        };
        self.http1 && left
    }
}

fn is_http1(request: &Request<TestBody>) -> bool {
    request.version() <= Version::HTTP_11
}

fn rule(request: &Request<TestBody>, limit: u64) -> Rule {
    let http1 = is_http1(request);
    let (fields, body) = (request.headers(), request.body());
    let hint = body.size_hint();
    let coded = fields.contains_key(TRANSFER_ENCODING);
    let length = length(fields).filter(|_| !coded);
    if request.method() == Method::CONNECT {
        return Rule::AtOnce;
    }
    let none_declared = !fields.contains_key(CONTENT_LENGTH) || http1 && length == Some(0);
    if body.is_end_stream() || hint.exact() == Some(0) && !coded && none_declared {
        return Rule::NoContent;
    }
    let expects = fields.contains_key(EXPECT) && request.version() >= Version::HTTP_11;
    let least = u128::from(hint.lower()).max(length.unwrap_or(0));
    if expects || limit == 0 || least > u128::from(limit) {
        return Rule::AtOnce;
    }
    let in_sight = length.is_some() || hint.exact().is_some_and(|length| length > 0);
    if http1 || in_sight || !is_open_call(fields) {
        Rule::Read
    } else {
        Rule::AtOnce
    }
}

fn is_open_call(fields: &HeaderMap) -> bool {
    let value = fields.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let value = String::from_utf8_lossy(value.unwrap_or_default()).to_ascii_lowercase();
    value.starts_with("application/grpc") || value.starts_with("application/connect+")
}

/// The one length that is declared, in digits only.
fn length(fields: &HeaderMap) -> Option<u128> {
    let values: Vec<_> = fields.get_all(CONTENT_LENGTH).iter().collect();
    let [value] = values[..] else {
        return None;
    };
    let digits = value.as_bytes();
    let add = |length: u128, digit: &u8| {
        let digit = char::from(*digit).to_digit(10)?;
        Some(length.saturating_mul(10).saturating_add(digit.into()))
    };
    let length = digits.iter().try_fold(0, add);
    length.filter(|_| !digits.is_empty())
}
