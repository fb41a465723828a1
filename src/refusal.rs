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
use explanation::Condition;
use http::header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use std::{sync::Arc, time::SystemTime};

/// How many bytes of content are read by default: what axum's extractors accept.
pub(crate) const DISCARD_LIMIT: u64 = 2 * 1024 * 1024;

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

    fn allow(&self) -> Option<HeaderValue> {
        let methods = self.allow_header.then(|| self.supported.to_string());
        HeaderValue::try_from(methods?).ok()
    }
}

/// What a layer and its services share: the 501 is made once, and answered many times.
pub(crate) struct Template {
    pub(crate) settings: Settings,
    /// The 501 as long as Retry-After has a meaning.
    first: Message,
    /// The 501 once the date in Retry-After has passed, if it is a date.
    lapsed: Option<Message>,
}

/// The fields of a 501, and its content.
type Message = (HeaderMap, Bytes);

/// The 501 of one moment, and its Cache-Control where that is another at every moment.
type Current<'a> = (&'a Message, Option<HeaderValue>);

impl Template {
    pub(crate) fn new(settings: Settings) -> Arc<Self> {
        let has_date = settings
            .retry_after
            .map_or(false, |it| it.delay().is_none());
        Arc::new(Self {
            first: frozen(&settings, settings.retry_after),
            lapsed: has_date.then(|| frozen(&settings, None)),
            settings,
        })
    }

    /// The 501 of the moment `now`.
    fn current(&self, now: impl FnOnce() -> SystemTime) -> Current<'_> {
        let date = self.settings.retry_after.filter(|_| self.lapsed.is_some());
        let left = date.and_then(|date| date.left(now()));
        let message = match &self.lapsed {
            Some(lapsed) if left.is_none() => lapsed,
            _ => &self.first,
        };
        let policy = left.and(self.settings.cache_control.as_ref());
        (message, policy.map(|policy| policy.value(left)))
    }
}

/// The 501 as long as `retry_after` has a meaning.
fn frozen(settings: &Settings, retry_after: Option<RetryAfter>) -> Message {
    let condition = retry_after.map_or(Condition::Permanent, |_| Condition::Temporary);
    let (content_type, content) = settings.explanation.content(condition);
    let left = retry_after.and_then(RetryAfter::delay);
    let cache_control = settings.cache_control.as_ref();
    let cache_control = cache_control.map(|policy| policy.value(left));
    let fields = [
        (CONTENT_TYPE, content_type),
        (RETRY_AFTER, retry_after.and_then(RetryAfter::value)),
        (CACHE_CONTROL, cache_control),
        (ALLOW, settings.allow()),
    ];
    let present = |(name, value)| Some((name, value?));
    (fields.into_iter().filter_map(present).collect(), content)
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
        let expected = [
            (0, 600),
            (400, 600),
            (401, 599),
            (999, 1),
            (1_000, 600),
            (0, 600),
        ];
        for (seconds, max_age) in expected {
            let ((fields, content), cache_control) = template.current(|| at(seconds));
            let waits = seconds < 1_000;
            let date = fields.get(RETRY_AFTER).map(HeaderValue::as_bytes);
            assert_eq!(date, waits.then_some(&b"Thu, 01 Jan 1970 00:16:40 GMT"[..]));
            let cache_control = cache_control.as_ref().unwrap_or(&fields[CACHE_CONTROL]);
            assert_eq!(*cache_control, format!("max-age={max_age}"));
            assert_eq!(fields[ALLOW], MethodSet::STANDARD.to_string());
            assert_eq!(fields[CONTENT_TYPE], explanation::TEXT);
            assert_eq!(fields.len(), if waits { 4 } else { 3 });
            let permanent = explanation::text(Condition::Permanent);
            assert_eq!(*content == permanent, !waits, "at {seconds}");
        }
    }
}
