//! Readiness is the inner service's, and what it reserves stays with the handle.

use super::{
    answer, assert_ready, assert_refused, at_once, mocked, request, status, Incoming, Outgoing,
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::Full;
use std::{convert::Infallible, task::Poll, time::Duration};
use tower::{
    limit::{rate::Rate, ConcurrencyLimit, RateLimit},
    load_shed::{error::Overloaded, LoadShed},
    service_fn, Layer, Service,
};
use tower_not_implemented::NotImplementedLayer;
use tower_test::mock::{self, Spawn};

#[track_caller]
fn assert_busy<S: Service<Incoming>>(service: &mut Spawn<S>) {
    assert!(service.poll_ready().is_pending(), "ready");
}

#[test]
fn readiness_is_the_inner_services_even_for_what_would_be_refused() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    handle.allow(0);
    assert_busy(&mut service);
    handle.allow(1);
    assert!(service.is_woken());
    assert_ready(&mut service);
    assert_refused(&mut service);
    assert_ready(&mut service);
    handle.send_error("worn out");
    match service.poll_ready() {
        Poll::Ready(Err(error)) => assert_eq!(error.to_string(), "worn out"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn refusing_needs_no_readiness() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    assert_refused(&mut service);
    assert!(handle.poll_request().is_pending());
}

/// Two handles of a service with room for one request, the first of which has just refused one.
fn after_a_refusal() -> [Spawn<impl Service<Incoming, Response = Outgoing, Error = Infallible>>; 2]
{
    let limited = ConcurrencyLimit::new(service_fn(answer), 1);
    let mut first = Spawn::new(NotImplementedLayer::default().layer(limited));
    let mut second = first.clone();
    assert_ready(&mut first);
    assert_refused(&mut first);
    assert_busy(&mut second);
    assert_ready(&mut first);
    [first, second]
}

#[test]
fn a_permit_stays_with_the_handle_until_its_next_supported_call() {
    let [mut first, mut second] = after_a_refusal();
    assert_eq!(status(&mut first, "GET"), StatusCode::OK);
    assert!(second.is_woken());
    assert_ready(&mut second);
}

#[test]
fn a_permit_stays_with_the_handle_until_its_drop() {
    let [first, mut second] = after_a_refusal();
    drop(first);
    assert!(second.is_woken());
    assert_ready(&mut second);
}

#[tokio::test(start_paused = true)]
async fn refusals_do_not_consume_a_rate_but_wait_for_it() {
    let minute = Duration::from_secs(60);
    let limited = RateLimit::new(service_fn(answer), Rate::new(1, minute));
    let mut service = Spawn::new(NotImplementedLayer::default().layer(limited));
    for _ in 0..3 {
        assert_ready(&mut service);
        assert_refused(&mut service);
    }
    assert_ready(&mut service);
    assert_eq!(status(&mut service, "GET"), StatusCode::OK);
    assert_busy(&mut service);
    tokio::time::advance(minute).await;
    assert_ready(&mut service);
    assert_refused(&mut service);
}

#[test]
fn load_shed_outside_sheds_refusals_while_saturated() {
    let (mut service, mut handle) = mock::spawn_with::<Incoming, Outgoing, _, _>(|inner| {
        LoadShed::new(NotImplementedLayer::default().layer(inner))
    });
    handle.allow(0);
    assert_ready(&mut service);
    let error = at_once(service.call(request("BREW"))).unwrap_err();
    assert!(error.is::<Overloaded>(), "{error}");
    handle.allow(1);
    assert_ready(&mut service);
    assert_refused(&mut service);
}

#[test]
fn load_shed_inside_leaves_refusals_alone_while_saturated() {
    let (mut service, mut handle) = mock::spawn_with::<Incoming, Outgoing, _, _>(|inner| {
        NotImplementedLayer::default().layer(LoadShed::new(inner))
    });
    handle.allow(0);
    assert_ready(&mut service);
    assert_refused(&mut service);
    let error = at_once(service.call(request("GET"))).unwrap_err();
    assert!(error.is::<Overloaded>(), "{error}");
}
