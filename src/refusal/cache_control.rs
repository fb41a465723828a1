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
        let seconds = age.as_secs();
        Self(Kind::MaxAge(if seconds < LONGEST_DELAY {
            seconds
        } else {
            LONGEST_DELAY
        }))
    }

    pub(super) fn value(&self) -> HeaderValue {
        match &self.0 {
            Kind::NoStore => HeaderValue::from_static("no-store"),
            Kind::MaxAge(age) => max_age_value(*age),
            Kind::Verbatim(value) => value.clone(),
        }
    }

    /// The value in place of a `max-age` that is longer than these seconds.
    pub(super) fn shortened(&self, seconds: u64) -> Option<HeaderValue> {
        matches!(self.0, Kind::MaxAge(age) if age > seconds).then(|| max_age_value(seconds))
    }
}

fn max_age_value(seconds: u64) -> HeaderValue {
    let value = format!("max-age={seconds}");
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

    #[test]
    fn max_age_is_whole_seconds_rounded_down_and_at_most_what_every_cache_understands() {
        for (age, expected) in [
            (Duration::ZERO, "max-age=0"),
            (Duration::from_millis(1_999), "max-age=1"),
            (Duration::from_secs(1 << 31), "max-age=2147483648"),
            (Duration::MAX, "max-age=2147483648"),
        ] {
            assert_eq!(CacheControl::max_age(age).value(), expected);
        }
        let longest = CacheControl::max_age(Duration::from_secs(1 << 31));
        assert_eq!(CacheControl::max_age(Duration::MAX), longest);
    }

    #[test]
    fn max_age_never_outlives_retry_after() {
        let hour = CacheControl::max_age(Duration::from_secs(3_600));
        assert_eq!(hour.shortened(60).unwrap(), "max-age=60");
        assert_eq!(hour.shortened(3_600), None);
        assert_eq!(
            CacheControl::max_age(Duration::MAX).shortened(1 << 31),
            None
        );
    }

    #[test]
    fn other_policies_ignore_retry_after() {
        let own = CacheControl::from(HeaderValue::from_static("max-age=3600"));
        assert_eq!(own.value(), "max-age=3600");
        assert_eq!(own.shortened(60), None);
        assert_eq!(CacheControl::no_store().shortened(60), None);
    }
}
