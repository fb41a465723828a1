//! R45 to R53: what caches are told.

use super::assert_unmoved;
use crate::support::refusals::{answer, configurations, least, refusal, request, HOUR};
use http::header::{HeaderMap, HeaderValue};
use std::time::Duration;
use tower_not_implemented::CacheControl;

#[tokio::test]
async fn r45_nothing_is_said_to_caches_by_default() {
    let refused = refusal(request("BREW")).await;
    let mut expected = HeaderMap::new();
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    expected.insert("content-type", text);
    assert_eq!(refused.fields, expected);
}

#[tokio::test]
async fn r46_a_policy_is_one_valid_field_and_no_other_directive_is_added() {
    let own = "private=\"x\", no-cache, x=\"y, z\"";
    for (policy, expected) in [
        (CacheControl::no_store(), "no-store"),
        (CacheControl::max_age(HOUR), "max-age=3600"),
        (CacheControl::max_age(Duration::ZERO), "max-age=0"),
        (CacheControl::max_age(Duration::MAX), "max-age=2147483648"),
        (HeaderValue::from_static(own).into(), own),
    ] {
        let first = CacheControl::max_age(Duration::from_secs(1));
        let layer = least().cache_control(first).cache_control(policy);
        let refused = answer(&layer, request("BREW")).await;
        assert_eq!(refused.field("cache-control"), Some(expected));
    }
}

#[tokio::test]
async fn r53_every_user_gets_the_same_answer() {
    let public = HeaderValue::from_static("public, s-maxage=60");
    let mut layers = configurations();
    layers.push(least().cache_control(public));
    let fields = [("authorization", "Basic YTpi"), ("cookie", "user=a")];
    assert_unmoved(layers, &fields).await;
}
