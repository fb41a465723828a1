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

use crate::MethodSet;
use bytes::Bytes;
use explanation::Condition;
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Response, StatusCode,
};
use std::{panic::RefUnwindSafe, time::SystemTime};

/// How many bytes of content are read by default. Go's net/http reads as many after a handler, for
/// the same reason.
pub(crate) const DISCARD_LIMIT: u64 = 256 * 1024;

/// What a user can set.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) supported: MethodSet,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) cache_control: Option<CacheControl>,
    pub(crate) allow_header: bool,
    pub(crate) explanation: Explanation,
    /// Bytes.
    pub(crate) discard_request_body: u64,
}

impl Settings {
    pub(crate) const fn new(supported: MethodSet) -> Self {
        Self {
            supported,
            retry_after: None,
            cache_control: None,
            allow_header: false,
            explanation: Explanation::Text,
            discard_request_body: DISCARD_LIMIT,
        }
    }

    fn allow(&self) -> Option<HeaderValue> {
        let methods = self.allow_header.then(|| self.supported.to_string());
        HeaderValue::try_from(methods?).ok()
    }
}

/// The settings, and what is frozen from them.
pub(crate) struct Refusal {
    pub(crate) settings: Settings,
    /// The 501 as long as Retry-After has a meaning.
    first: Response<Bytes>,
    /// The 501 once the date in Retry-After has passed, if it is a date.
    lapsed: Option<Response<Bytes>>,
}

/// Only extensions are not, and a frozen response has none.
impl RefUnwindSafe for Refusal {}

impl Refusal {
    pub(crate) fn new(settings: Settings) -> Self {
        let is_date = |retry_after: RetryAfter| retry_after.delay().is_none();
        let has_date = settings.retry_after.map_or(false, is_date);
        Self {
            first: frozen(&settings, settings.retry_after),
            lapsed: has_date.then(|| frozen(&settings, None)),
            settings,
        }
    }

    /// The 501 to send at this moment.
    fn at(&self, now: impl FnOnce() -> SystemTime) -> Response<Bytes> {
        let lapsed = match &self.lapsed {
            Some(lapsed) => lapsed,
            None => return self.first.clone(),
        };
        let left = self.settings.retry_after.and_then(|date| date.left(now()));
        match (left, &self.settings.cache_control) {
            (None, _) => lapsed.clone(),
            (Some(_), None) => self.first.clone(),
            (left, Some(policy)) => {
                let mut response = self.first.clone();
                let fields = response.headers_mut();
                fields.insert(CACHE_CONTROL, policy.value(left));
                response
            }
        }
    }
}

/// The 501 as long as `retry_after` has a meaning.
fn frozen(settings: &Settings, retry_after: Option<RetryAfter>) -> Response<Bytes> {
    let condition = retry_after.map_or(Condition::Permanent, |_| Condition::Temporary);
    let (content_type, content) = settings.explanation.content(condition);
    let left = retry_after.and_then(RetryAfter::delay);
    let cache_control = settings.cache_control.as_ref();
    let fields = [
        (CONTENT_TYPE, content_type),
        (RETRY_AFTER, retry_after.and_then(RetryAfter::value)),
        (
            CACHE_CONTROL,
            cache_control.map(|policy| policy.value(left)),
        ),
        (ALLOW, settings.allow()),
    ];
    let present = |(name, value)| Some((name, value?));
    let fields = fields.into_iter().filter_map(present).collect();
    not_implemented(fields, content)
}

/// The 501 of the default settings, with room for a Connection field.
fn standard() -> Response<Bytes> {
    let mut fields = HeaderMap::with_capacity(3);
    fields.insert(CONTENT_TYPE, explanation::TEXT);
    not_implemented(fields, explanation::text(Condition::Permanent))
}

fn not_implemented(fields: HeaderMap, content: Bytes) -> Response<Bytes> {
    let mut response = Response::new(content);
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    *response.headers_mut() = fields;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// A refusal until second 1,000 that caches may keep for 600 seconds, as sent at `now`.
    fn frozen_at(now: SystemTime) -> Response<Bytes> {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        Refusal::new(settings).at(|| now)
    }

    fn cache_control_at(seconds: u64) -> HeaderValue {
        frozen_at(at(seconds)).headers()[CACHE_CONTROL].clone()
    }

    #[test]
    fn freshness_counts_down_to_the_date() {
        assert_eq!(cache_control_at(0), "max-age=600");
        assert_eq!(cache_control_at(400), "max-age=600");
        assert_eq!(cache_control_at(401), "max-age=599");
        assert_eq!(cache_control_at(999), "max-age=1");
    }

    #[test]
    fn the_date_is_sent_until_it_passes() {
        let before = frozen_at(at(999));
        let date = &before.headers()[RETRY_AFTER];
        assert_eq!(date, "Thu, 01 Jan 1970 00:16:40 GMT");

        let after = frozen_at(at(1_000));
        assert!(!after.headers().contains_key(RETRY_AFTER));
        assert_eq!(after.headers()[CACHE_CONTROL], "max-age=600");
        assert_ne!(before.body(), after.body());
    }

    /// A refusal until second 1,000 with every header and its own content.
    fn full() -> Refusal {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        settings.allow_header = true;
        settings.explanation = Explanation::Own {
            content_type: HeaderValue::from_static("text/x-own"),
            content: Bytes::from_static(b"own"),
        };
        Refusal::new(settings)
    }

    #[test]
    fn one_refusal_reads_the_clock_for_every_request() {
        let refusal = full();
        let fields = |seconds| refusal.at(|| at(seconds)).headers().clone();
        for (seconds, max_age) in [
            (0, "max-age=600"),
            (999, "max-age=1"),
            (1_000, "max-age=600"),
        ] {
            let fields = fields(seconds);
            assert_eq!(fields.contains_key(RETRY_AFTER), seconds < 1_000);
            assert_eq!(fields[CACHE_CONTROL], max_age);
        }
        assert_eq!(fields(0)[CACHE_CONTROL], "max-age=600");
    }

    #[test]
    fn what_a_date_does_not_touch_is_there_before_and_after_it_passes() {
        let refusal = full();
        for (seconds, count) in [(0, 4), (1_000, 3)] {
            let response = refusal.at(|| at(seconds));
            assert_eq!(response.headers().len(), count);
            assert_eq!(response.headers()[CONTENT_TYPE], "text/x-own");
            assert_eq!(response.headers()[ALLOW], MethodSet::STANDARD.to_string());
            assert_eq!(response.body(), "own");
        }
    }
}
