//! R33 to R38: when a client may try again.

use crate::support::refusals::{answer, least, refusal, request, HOUR};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tower_not_implemented::{CacheControl, NotImplementedLayer, RetryAfter};

#[tokio::test]
async fn r33_retry_after_is_sent_once_and_only_when_asked() {
    let without = refusal(request("BREW")).await;
    assert_eq!(without.field("retry-after"), None);
    let minute = Duration::from_secs(60);
    assert_eq!(retry_after(minute).await.as_deref(), Some("60"));

    let layer = least().retry_after(HOUR).retry_after(minute);
    let refused = answer(&layer, request("BREW")).await;
    assert_eq!(refused.field("retry-after"), Some("60"));
}

/// What goes out as `Retry-After`.
async fn retry_after(value: impl Into<RetryAfter>) -> Option<String> {
    let refused = answer(&least().retry_after(value), request("BREW")).await;
    refused.field("retry-after").map(String::from)
}

#[tokio::test]
async fn r34_a_delay_is_digits() {
    for (delay, expected) in [
        (Duration::ZERO, "0"),
        (Duration::from_millis(1), "1"),
        (Duration::from_millis(1_500), "2"),
        (Duration::from_secs(u64::MAX), "2147483648"),
        (Duration::MAX, "2147483648"),
    ] {
        assert_eq!(retry_after(delay).await.as_deref(), Some(expected));
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[tokio::test]
async fn r35_r36_a_date_is_an_imf_fixdate_and_every_date_has_a_meaning() {
    let last = "Fri, 31 Dec 9999 23:59:59 GMT";
    for (seconds, expected) in [
        (3_981_312_000, "Wed, 29 Feb 2096 00:00:00 GMT"),
        (4_107_571_747, "Mon, 01 Mar 2100 08:09:07 GMT"),
        (13_574_649_599, "Tue, 29 Feb 2400 23:59:59 GMT"),
        (253_402_300_799, last),
        (253_402_300_800, last),
        (1 << 40, last),
    ] {
        assert_eq!(retry_after(at(seconds)).await.as_deref(), Some(expected));
    }
    let first = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(retry_after(first).await, None);
}

#[tokio::test]
async fn r37_a_date_that_has_passed_is_left_out() {
    let now = SystemTime::now();
    for passed in [UNIX_EPOCH, at(1), now - HOUR, now - Duration::from_secs(1)] {
        assert_eq!(retry_after(passed).await, None);
    }
    assert!(retry_after(now + HOUR).await.unwrap().ends_with(" GMT"));
}

#[tokio::test]
async fn r38_freshness_never_outlives_retry_after() {
    let minute = Duration::from_secs(60);
    let kept = least().cache_control(CacheControl::max_age(HOUR));
    assert_eq!(max_age(&kept.clone().retry_after(minute)).await, 60);
    assert_eq!(max_age(&kept.clone().retry_after(2 * HOUR)).await, 3_600);
    assert_eq!(max_age(&kept.clone().retry_after(UNIX_EPOCH)).await, 3_600);
    let counted = max_age(&kept.retry_after(SystemTime::now() + minute)).await;
    assert!((1..=60).contains(&counted), "{counted}");
}

async fn max_age(layer: &NotImplementedLayer) -> u64 {
    let refused = answer(layer, request("BREW")).await;
    let value = refused.field("cache-control").unwrap();
    value.strip_prefix("max-age=").unwrap().parse().unwrap()
}
