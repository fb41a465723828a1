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
use http::header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use std::time::SystemTime;

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
    pub(crate) discard_limit: u64,
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
        }
    }

    fn allow(&self) -> Option<HeaderValue> {
        let methods = self.allow_header.then(|| self.supported.to_string());
        HeaderValue::try_from(methods?).ok()
    }
}

/// The settings, and the 501 that is frozen from them.
pub(crate) struct Template {
    pub(crate) settings: Settings,
    /// The 501 as long as Retry-After has a meaning.
    first: Message,
    /// The 501 once the date in Retry-After has passed, if it is a date.
    lapsed: Option<Message>,
}

/// The fields of a 501, and its content.
type Message = (HeaderMap, Bytes);

impl Template {
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
    fn at(&self, now: impl FnOnce() -> SystemTime) -> Message {
        let lapsed = match &self.lapsed {
            Some(lapsed) => lapsed,
            None => return self.first.clone(),
        };
        let left = self.settings.retry_after.and_then(|date| date.left(now()));
        match (left, &self.settings.cache_control) {
            (None, _) => lapsed.clone(),
            (Some(_), None) => self.first.clone(),
            (left, Some(policy)) => {
                let (mut fields, content) = self.first.clone();
                fields.insert(CACHE_CONTROL, policy.value(left));
                (fields, content)
            }
        }
    }
}

/// The 501 as long as `retry_after` has a meaning.
fn frozen(settings: &Settings, retry_after: Option<RetryAfter>) -> Message {
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
    (fields.into_iter().filter_map(present).collect(), content)
}

/// The 501 of the default settings, with room for a Connection field.
fn standard() -> Message {
    let mut fields = HeaderMap::with_capacity(3);
    fields.insert(CONTENT_TYPE, explanation::TEXT);
    (fields, explanation::text(Condition::Permanent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// A refusal until second 1,000 that caches may keep for 600 seconds, as sent at `now`.
    fn frozen_at(now: SystemTime) -> Message {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        Template::new(settings).at(|| now)
    }

    fn cache_control_at(seconds: u64) -> HeaderValue {
        frozen_at(at(seconds)).0[CACHE_CONTROL].clone()
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
        let date = &before.0[RETRY_AFTER];
        assert_eq!(date, "Thu, 01 Jan 1970 00:16:40 GMT");

        let after = frozen_at(at(1_000));
        assert!(!after.0.contains_key(RETRY_AFTER));
        assert_eq!(after.0[CACHE_CONTROL], "max-age=600");
        assert_ne!(before.1, after.1);
    }

    /// A refusal until second 1,000 with every header and its own content.
    fn full() -> Template {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        settings.allow_header = true;
        settings.explanation = Explanation::Own {
            content_type: HeaderValue::from_static("text/x-own"),
            content: Bytes::from_static(b"own"),
        };
        Template::new(settings)
    }

    #[test]
    fn one_refusal_reads_the_clock_for_every_request() {
        let refusal = full();
        let fields = |seconds| refusal.at(|| at(seconds)).0;
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
            let (fields, content) = refusal.at(|| at(seconds));
            assert_eq!(fields.len(), count);
            assert_eq!(fields[CONTENT_TYPE], "text/x-own");
            assert_eq!(fields[ALLOW], MethodSet::STANDARD.to_string());
            assert_eq!(content, "own");
        }
    }
}
