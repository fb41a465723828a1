//! R69 and R70: the service around a service.

use crate::support::{
    refusals::{least, refusal, request, tokens},
    within,
};
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::Full;
use std::collections::BTreeSet;
use tower::{service_fn, Layer, ServiceExt};

#[tokio::test]
async fn r69_the_mark_alone_carries_the_method() {
    let expected = refusal(request("BREW")).await;
    let mut seen = BTreeSet::new();
    for name in tokens(10_000) {
        let refused = refusal(request(&name)).await;
        refused.assert_refused();
        assert_eq!(refused.message(), expected.message());
        assert_eq!(refused.mark.unwrap().method(), name.as_str());
        seen.insert(name);
    }
    assert!(seen.len() > 9_000, "{}", seen.len());
}

#[tokio::test]
async fn r70_a_refusal_waits_for_no_inner_work() {
    let failing = service_fn(|_| async { Err::<Response<Full<Bytes>>, _>("broken") });
    let service = least().layer(failing);
    let refused = within(service.clone().oneshot(request("BREW"))).await;
    assert_eq!(refused.unwrap().status(), StatusCode::NOT_IMPLEMENTED);
    let forwarded = within(service.oneshot(request("GET"))).await;
    assert_eq!(forwarded.unwrap_err(), "broken");

    let stuck = service_fn(|_| std::future::pending::<Result<Response<Full<Bytes>>, ()>>());
    let refused = within(least().layer(stuck).oneshot(request("BREW"))).await;
    assert_eq!(refused.unwrap().status(), StatusCode::NOT_IMPLEMENTED);
}
