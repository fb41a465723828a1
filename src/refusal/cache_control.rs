//! What caches may do with a refusal.

use super::LONGEST_DELAY;
use http::HeaderValue;
use std::time::Duration;

/// What caches may do with a 501: the `Cache-Control` field ([RFC 9111 section 5.2]).
///
/// Any other value is made from a `HeaderValue`, and is sent as it is:
///
/// ```
/// use http::HeaderValue;
/// use std::time::Duration;
/// use tower_not_implemented::CacheControl;
///
/// let never = CacheControl::no_store();
/// let ten_minutes = CacheControl::max_age(Duration::from_secs(600));
/// let own = CacheControl::from(HeaderValue::from_static("private, max-age=60"));
/// # assert_ne!(never, ten_minutes);
/// # assert_ne!(own, ten_minutes);
/// ```
///
/// [RFC 9111 section 5.2]: https://www.rfc-editor.org/rfc/rfc9111.html#section-5.2
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheControl(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    NoStore,
    /// Seconds.
    MaxAge(u64),
    Verbatim(HeaderValue),
}

impl CacheControl {
    /// `no-store`: no cache keeps the 501.
    #[must_use]
    pub const fn no_store() -> Self {
        Self(Kind::NoStore)
    }

    /// `max-age`: caches may keep the 501 for this time, in whole seconds, rounded down. The most
    /// is 2³¹ seconds (68 years).
    ///
    /// With a [`RetryAfter`](crate::RetryAfter) the shorter time of the two is sent. For a date
    /// that is the time that is left. So no cache answers the retry with the old 501.
    #[must_use]
    pub const fn max_age(age: Duration) -> Self {
        Self(Kind::MaxAge(age.as_secs()))
    }

    /// The value; beside Retry-After, where the client is to wait so many seconds.
    pub(super) fn value(&self, seconds_left: Option<u64>) -> HeaderValue {
        match &self.0 {
            Kind::NoStore => HeaderValue::from_static("no-store"),
            Kind::MaxAge(age) => max_age_value(seconds_left.unwrap_or(u64::MAX).min(*age)),
            Kind::Verbatim(value) => value.clone(),
        }
    }
}

fn max_age_value(seconds: u64) -> HeaderValue {
    let value = format!("max-age={}", seconds.min(LONGEST_DELAY));
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("no-store"))
}

/// The value is sent as it is, even if it outlives `Retry-After`.
impl From<HeaderValue> for CacheControl {
    fn from(value: HeaderValue) -> Self {
        Self(Kind::Verbatim(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_max_age(age: Duration, retry_after: Option<u64>, expected: &str) {
        assert_eq!(CacheControl::max_age(age).value(retry_after), expected);
    }

    #[test]
    fn max_age_is_whole_seconds_rounded_down() {
        assert_max_age(Duration::ZERO, None, "max-age=0");
        assert_max_age(Duration::from_millis(1_999), None, "max-age=1");
    }

    #[test]
    fn max_age_is_at_most_what_every_cache_understands() {
        assert_max_age(Duration::from_secs(1 << 31), None, "max-age=2147483648");
        assert_max_age(Duration::MAX, None, "max-age=2147483648");
    }

    #[test]
    fn max_age_never_outlives_retry_after() {
        assert_max_age(Duration::from_secs(3_600), Some(60), "max-age=60");
        assert_max_age(Duration::from_secs(60), Some(3_600), "max-age=60");
    }

    #[test]
    fn other_policies_ignore_retry_after() {
        assert_eq!(CacheControl::no_store().value(Some(60)), "no-store");
        let own = CacheControl::from(HeaderValue::from_static("max-age=3600"));
        assert_eq!(own.value(Some(60)), "max-age=3600");
    }
}
