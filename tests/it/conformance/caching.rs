//! R45 to R53: what caches are told.

use super::assert_never_sent;
use crate::support::refusals::{
    answer, configurations, every_refusal, least, refusal, request, with, HOUR,
};
use http::header::{HeaderMap, HeaderValue};
use std::{collections::BTreeSet, time::Duration};
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
async fn r46_a_policy_is_one_valid_field() {
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
async fn r48_expires_is_never_sent() {
    assert_never_sent(&every_refusal().await, "expires");
}

#[tokio::test]
async fn r49_no_content_is_negotiated_and_vary_never_sent() {
    let mut answers = every_refusal().await;
    for accept in ["application/json", "text/html", "text/plain"] {
        answers.push(refusal(with(request("BREW"), "accept", accept)).await);
    }
    assert_never_sent(&answers, "vary");
}

#[tokio::test]
async fn r50_no_cache_is_addressed_apart() {
    let answers = every_refusal().await;
    for name in [
        "cdn-cache-control",
        "surrogate-control",
        "cloudflare-cdn-cache-control",
    ] {
        assert_never_sent(&answers, name);
    }
}

#[tokio::test]
async fn r51_no_store_is_alone() {
    let layer = least().retry_after(HOUR).allow_header(true);
    let layer = layer.cache_control(CacheControl::no_store());
    let refused = answer(&layer, request("BREW")).await;
    assert_eq!(refused.field("cache-control"), Some("no-store"));
    let expected = ["allow", "cache-control", "content-type", "retry-after"];
    assert_eq!(refused.names(), BTreeSet::from(expected));
}

#[tokio::test]
async fn r52_staleness_is_never_spoken_of() {
    for answer in every_refusal().await {
        let policy = answer.field("cache-control").unwrap_or_default();
        assert!(!policy.contains("stale"), "{policy}");
        assert!(["", "no-store", "max-age=3600"].contains(&policy));
    }
}

#[tokio::test]
async fn r53_every_user_gets_the_same_answer() {
    let public = HeaderValue::from_static("public, s-maxage=60");
    let mut layers = configurations();
    layers.push(least().cache_control(public));
    for layer in layers {
        let plain = answer(&layer, request("BREW")).await;
        for (name, value) in [("authorization", "Basic YTpi"), ("cookie", "user=a")] {
            let refused = answer(&layer, with(request("BREW"), name, value)).await;
            refused.assert_refused();
            assert_eq!(refused.message(), plain.message());
        }
    }
}
