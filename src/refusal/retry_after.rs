//! When a client may try again.

use super::LONGEST_DELAY;
use http::HeaderValue;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// 9999-12-31T23:59:59Z in seconds since 1970, the last second an HTTP-date can name.
const LAST_DATE: u64 = 253_402_300_799;

/// When a client may try again: the `Retry-After` field ([RFC 9110 section 10.2.3]). It is a delay
/// or a date.
///
/// Every [`Duration`] and every [`SystemTime`] is allowed:
///
/// | from | sent as |
/// |---|---|
/// | a `Duration` | whole seconds, rounded up, 2³¹ (68 years) at most |
/// | a `SystemTime` in the future | an HTTP-date (IMF-fixdate), rounded up to the second |
/// | a `SystemTime` that has passed, even one before 1970 | nothing: the field is left out |
/// | a `SystemTime` after the year 9999 | the last second of 9999 |
///
/// A delay starts when the client receives the answer, even if a cache kept the answer for a while.
/// A date does not move. On a target without a clock (`wasm32-unknown-unknown`) it never passes.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_not_implemented::RetryAfter;
///
/// let delay = RetryAfter::from(Duration::from_millis(1_500)); // Retry-After: 2
/// let date = RetryAfter::from(SystemTime::now() + Duration::from_secs(86_400));
/// # assert_eq!(delay, RetryAfter::from(Duration::from_secs(2)));
/// # assert_ne!(delay, date);
/// ```
///
/// [RFC 9110 section 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RetryAfter(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Seconds from the receipt of the answer.
    Delay(u64),
    /// Seconds since 1970, [`LAST_DATE`] at most.
    Date(u64),
}

impl RetryAfter {
    /// The field's value. A date's is sent until the date passes.
    pub(super) fn value(self) -> Option<HeaderValue> {
        match self.0 {
            Kind::Delay(seconds) => Some(HeaderValue::from(seconds)),
            Kind::Date(seconds) => {
                let date = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
                HeaderValue::try_from(httpdate::fmt_http_date(date)).ok()
            }
        }
    }

    /// How many seconds the client is to wait: the delay, or from `now` to the date, rounded down;
    /// none once the date has passed.
    pub(super) fn seconds_left(self, now: impl FnOnce() -> SystemTime) -> Option<u64> {
        match self.0 {
            Kind::Delay(seconds) => Some(seconds),
            Kind::Date(seconds) => Duration::from_secs(seconds)
                .checked_sub(since_1970(now()))
                .filter(|left| *left > Duration::ZERO)
                .map(|left| left.as_secs()),
        }
    }
}

/// A delay in whole seconds, rounded up; 2³¹ seconds (68 years) at most.
impl From<Duration> for RetryAfter {
    fn from(delay: Duration) -> Self {
        Self(Kind::Delay(whole_seconds(delay).min(LONGEST_DELAY)))
    }
}

/// A date, rounded up to the second.
impl From<SystemTime> for RetryAfter {
    fn from(date: SystemTime) -> Self {
        Self(Kind::Date(whole_seconds(since_1970(date)).min(LAST_DATE)))
    }
}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn whole_seconds(duration: Duration) -> u64 {
    let part = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[track_caller]
    fn assert_value(retry_after: impl Into<RetryAfter>, expected: &str) {
        assert_eq!(retry_after.into().value().unwrap(), expected);
    }

    #[test]
    fn a_delay_is_whole_seconds_rounded_up() {
        assert_value(Duration::ZERO, "0");
        assert_value(Duration::from_nanos(1), "1");
        assert_value(Duration::from_millis(1_500), "2");
        assert_value(Duration::from_secs(120), "120");
        assert_value(Duration::from_secs((1 << 31) - 1), "2147483647");
        assert_value(Duration::from_secs((1 << 31) + 1), "2147483648");
        assert_value(Duration::MAX, "2147483648");
    }

    #[test]
    fn a_date_is_an_imf_fixdate_rounded_up() {
        assert_value(at(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_value(at(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
        let between = at(784_111_776) + Duration::from_nanos(1);
        assert_value(between, "Sun, 06 Nov 1994 08:49:37 GMT");
    }

    #[test]
    fn dates_outside_the_format_are_its_ends() {
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_value(before, "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_value(at(LAST_DATE), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_value(at(LAST_DATE + 1), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn a_date_counts_down_and_passes() {
        let date = RetryAfter::from(at(100));
        let (left, part) = (|now| date.seconds_left(|| now), Duration::from_nanos(1));
        assert_eq!(left(at(40)), Some(60));
        assert_eq!(left(at(98) + part), Some(1));
        assert_eq!(left(at(99) + part), Some(0));
        assert_eq!((left(at(100)), left(at(101))), (None, None));
        let before = |seconds| UNIX_EPOCH - Duration::from_secs(seconds);
        assert_eq!(RetryAfter::from(before(1)).seconds_left(|| before(2)), None);
        let delay = RetryAfter::from(Duration::from_secs(5));
        assert_eq!(
            delay.seconds_left(|| panic!("a delay asks for no clock")),
            Some(5)
        );
    }
}
