//! What reaches the inner service, and what comes back from it.

use super::{
    assert_ready, assert_refused, at_once, content, forwarded, mocked, next_frame, request, status,
    Frames, Incoming, Outgoing, Tag,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL},
    Method, Request, Response, Version,
};
use http_body::{Body, Frame};
use http_body_util::Full;
use std::{convert::Infallible, future::pending, panic::AssertUnwindSafe, sync::Arc};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::NotImplementedLayer;
use tower_test::mock::Spawn;

#[test]
fn supported_request_reaches_the_inner_service_untouched() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    assert_ready(&mut service);
    let request = Request::builder()
        .method("POST")
        .uri("http://host:81/path?query")
        .version(Version::HTTP_10)
        .header("x-http-method-override", "BREW")
        .header("expect", "100-continue")
        .header("x-twice", "1")
        .header("x-twice", "2")
        .extension(Tag("request"))
        .body(Full::from("content"))
        .unwrap();
    let fields = request.headers().clone();
    let _response = service.call(request);

    let (seen, _) = at_once(handle.next_request()).unwrap();
    assert_eq!(seen.method(), Method::POST);
    assert_eq!(seen.uri(), "http://host:81/path?query");
    assert_eq!(seen.version(), Version::HTTP_10);
    assert_eq!(seen.headers(), &fields);
    assert_eq!(seen.extensions().get(), Some(&Tag("request")));
    assert_eq!(seen.extensions().len(), 1);
    assert_eq!(content(seen.into_body()), "content");
}

#[test]
fn inner_response_head_is_forwarded_untouched() {
    for status in [200, 101, 204, 304, 404, 405, 500, 501, 999] {
        let response = Response::builder()
            .status(status)
            .version(Version::HTTP_2)
            .header(ALLOW, "GET")
            .header(CACHE_CONTROL, "private")
            .header("x-twice", "1")
            .header("x-twice", "2")
            .extension(Tag("response"))
            .body(Full::<Bytes>::from("content"))
            .unwrap();
        let fields = response.headers().clone();

        let seen = forwarded(response);
        assert_eq!(seen.status().as_u16(), status);
        assert_eq!(seen.version(), Version::HTTP_2);
        assert_eq!(seen.headers(), &fields);
        assert_eq!(seen.extensions().get(), Some(&Tag("response")));
        assert_eq!(seen.extensions().len(), 1);
        assert_eq!(content(seen.into_body()), "content");
    }
}

#[test]
fn inner_body_is_forwarded_frame_by_frame_and_goes_on_after_an_error() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", HeaderValue::from_static("42"));
    let frames = Frames::new([
        Ok(Frame::data(Bytes::from("one"))),
        Ok(Frame::data(Bytes::new())),
        Err("torn"),
        Ok(Frame::data(Bytes::from("two"))),
        Ok(Frame::trailers(trailers.clone())),
    ]);
    let mut body = forwarded(Response::new(frames)).into_body();
    let hint = body.size_hint();
    assert_eq!((hint.lower(), hint.upper()), (7, Some(99)));
    for expected in [Ok("one"), Ok(""), Err("torn"), Ok("two")] {
        assert!(!body.is_end_stream());
        let frame = next_frame(&mut body).unwrap();
        let data = frame.map(|frame| frame.into_data().unwrap());
        assert_eq!(data, expected.map(Bytes::from));
    }
    assert!(!body.is_end_stream());
    let frame = next_frame(&mut body).unwrap().unwrap();
    assert_eq!(frame.into_trailers().unwrap(), trailers);
    assert!(body.is_end_stream());
    assert!(next_frame(&mut body).is_none());
}

#[test]
fn dropping_a_forward_half_way_drops_the_inner_future() {
    for dry_run in [false, true] {
        let held = Arc::new(());
        let inner = service_fn(|_: Incoming| {
            let held = held.clone();
            async move {
                let answer = pending::<Result<Outgoing, Infallible>>().await;
                drop(held);
                answer
            }
        });
        let layer = NotImplementedLayer::default().dry_run(dry_run);
        let method = if dry_run { "BREW" } else { "GET" };
        let mut future = Box::pin(layer.layer(inner).call(request(method)));
        assert!(future.as_mut().now_or_never().is_none());
        assert_eq!(Arc::strong_count(&held), 2);
        drop(future);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}

#[test]
fn a_panic_of_the_inner_future_propagates_and_harms_nothing_else() {
    let inner = service_fn(|request: Incoming| async move {
        assert_eq!(request.method(), Method::GET, "told to");
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut service = Spawn::new(NotImplementedLayer::default().layer(inner));
    let other = service.call(request("BREW"));
    let panicking = AssertUnwindSafe(service.call(request("POST"))).catch_unwind();
    let panic = at_once(panicking).unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("told to"));
    assert_eq!(at_once(other).unwrap().status(), 501);
    assert_refused(&mut service);
    assert_ready(&mut service);
    assert_eq!(status(&mut service, "GET"), 200);
}
