//! The settings, and the 501 that they are frozen into: made once, answered many times.

mod answer;
mod cache_control;
mod explanation;
mod grpc;
mod retry_after;
mod unsupported;

pub(crate) use answer::Answer;
pub use cache_control::CacheControl;
pub(crate) use explanation::Explanation;
pub use retry_after::RetryAfter;
pub use unsupported::UnsupportedMethod;

use crate::{discard::MakeTimer, MethodSet};
use bytes::Bytes;
use explanation::{PERMANENT, TEMPORARY};
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Version,
};
use std::{sync::Arc, time::SystemTime};

/// How many bytes of content are read by default: what axum's extractors accept.
const DISCARD_LIMIT: u64 = 2 * 1024 * 1024;

/// The most seconds that every cache and client understands (RFC 9111 section 1.2.2).
const LONGEST_DELAY: u64 = 1 << 31;

/// What a user can set.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) supported: MethodSet,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) cache_control: Option<CacheControl>,
    pub(crate) allow_header: bool,
    pub(crate) explanation: Explanation,
    /// Bytes.
    pub(crate) discard_limit: u64,
    pub(crate) discard_timeout: Option<MakeTimer>,
    /// Whether a CONNECT may ask for a tunnel.
    pub(crate) tunnels: bool,
}

impl Settings {
    pub(crate) const fn new(supported: MethodSet) -> Self {
        Self {
            supported,
            retry_after: None,
            cache_control: None,
            allow_header: false,
            explanation: Explanation::Text,
            discard_limit: DISCARD_LIMIT,
            discard_timeout: None,
            tunnels: false,
        }
    }

    /// Whether the inner service answers `request`: its method is supported, and it asks for no tunnel
    /// that is not allowed.
    pub(crate) fn forwards<B>(&self, request: &Request<B>) -> bool {
        let method = request.method();
        self.supported.contains(method)
            && (*method != Method::CONNECT || self.tunnels || is_extended_connect(request))
    }

    fn allow(&self) -> Option<HeaderValue> {
        let methods = self.allow_header.then(|| self.supported.to_string());
        HeaderValue::try_from(methods?).ok()
    }
}

/// An extended CONNECT has a path, and one that asks for a tunnel has none (RFC 9113 section 8.5, RFC
/// 8441 section 4): h2 rejects any other, HTTP/3 servers must. Over HTTP/1.x every CONNECT asks for one.
fn is_extended_connect<B>(request: &Request<B>) -> bool {
    request.version() > Version::HTTP_11 && !request.uri().path().is_empty()
}

/// What a layer and its services share: the 501 is made once, and answered many times.
pub(crate) struct Template {
    pub(crate) settings: Settings,
    /// The 501 as long as Retry-After has a meaning.
    first: Message,
    /// The 501 once the date in Retry-After has passed.
    lapsed: Message,
}

struct Message {
    fields: HeaderMap,
    content: Bytes,
}

/// The 501 of one moment.
struct Current<'a> {
    message: &'a Message,
    /// In place of the message's own, while a date is to come.
    cache_control: Option<HeaderValue>,
}

impl Template {
    pub(crate) fn new(settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            first: frozen(&settings, settings.retry_after),
            lapsed: frozen(&settings, None),
            settings,
        })
    }

    /// The 501 of the moment `now`.
    fn current(&self, now: impl FnOnce() -> SystemTime) -> Current<'_> {
        let date = self.settings.retry_after.filter(|it| it.delay().is_none());
        let left = date.and_then(|date| date.left(now()));
        let lapsed = date.is_some() && left.is_none();
        let message = if lapsed { &self.lapsed } else { &self.first };
        let policy = left.and(self.settings.cache_control.as_ref());
        let cache_control = policy.map(|policy| policy.value(left));
        Current {
            message,
            cache_control,
        }
    }
}

/// The 501 as long as `retry_after` has a meaning.
fn frozen(settings: &Settings, retry_after: Option<RetryAfter>) -> Message {
    let detail = retry_after.map_or(PERMANENT, |_| TEMPORARY);
    let (content_type, content) = settings.explanation.content(detail);
    let left = retry_after.and_then(RetryAfter::delay);
    let policy = settings.cache_control.as_ref();
    let fields = [
        (CONTENT_TYPE, content_type),
        (RETRY_AFTER, retry_after.and_then(RetryAfter::value)),
        (CACHE_CONTROL, policy.map(|policy| policy.value(left))),
        (ALLOW, settings.allow()),
    ];
    let present = |(name, value)| Some((name, value?));
    let fields = fields.into_iter().filter_map(present).collect();
    Message { fields, content }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// A refusal until second 1,000 with every header, that caches may keep for 600 seconds.
    fn full() -> Arc<Template> {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        settings.allow_header = true;
        Template::new(settings)
    }

    #[test]
    fn freshness_counts_down_to_the_date_and_the_date_passes() {
        let template = full();
        for (seconds, max_age) in [(0, 600), (400, 600), (401, 599), (999, 1), (1_000, 600)] {
            println!("at {seconds}");
            let current = template.current(|| at(seconds));
            let Message { fields, content } = current.message;
            let waits = seconds < 1_000;
            let date = fields.get(RETRY_AFTER).map(HeaderValue::as_bytes);
            assert_eq!(date, waits.then_some(&b"Thu, 01 Jan 1970 00:16:40 GMT"[..]));
            let own = &fields[CACHE_CONTROL];
            let cache_control = current.cache_control.as_ref().unwrap_or(own);
            assert_eq!(*cache_control, format!("max-age={max_age}"));
            assert_eq!(fields[ALLOW], MethodSet::STANDARD.to_string());
            assert_eq!(fields[CONTENT_TYPE], explanation::TEXT);
            assert_eq!(fields.len(), if waits { 4 } else { 3 });
            let detail = if waits { TEMPORARY } else { PERMANENT };
            assert_eq!(*content, Explanation::Text.content(detail).1);
        }
    }
}
