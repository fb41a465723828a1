//! R33, R37 and R38: when a client may try again.

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
async fn r37_a_date_that_has_passed_is_left_out() {
    let now = SystemTime::now();
    let second = Duration::from_secs(1);
    for passed in [UNIX_EPOCH - second, UNIX_EPOCH, now - HOUR, now - second] {
        assert_eq!(retry_after(passed).await, None, "{passed:?}");
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
