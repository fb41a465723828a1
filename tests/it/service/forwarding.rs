//! What reaches the inner service, and what comes back from it.

use super::{
    answer, assert_ready, assert_refused, at_once, content, forwarded, mocked, next_frame, poll,
    request, status, Frames, Incoming, Outgoing, Tag,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL},
    Method, Request, Response, StatusCode, Version,
};
use http_body::{Body, Frame};
use http_body_util::Full;
use std::{
    convert::Infallible,
    future::{pending, ready},
    panic::AssertUnwindSafe,
    sync::Arc,
    task::Poll,
};
use tower::{service_fn, util::BoxService, Layer, Service, ServiceExt};
use tower_not_implemented::{MethodSet, NotImplementedLayer};
use tower_test::mock::{self, Spawn};

#[tokio::test]
async fn inner_call_error_is_forwarded() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    assert_ready(&mut service);
    let response = service.call(request("GET"));
    handle.next_request().await.unwrap().1.send_error("broken");
    assert_eq!(response.await.unwrap_err().to_string(), "broken");
}

#[test]
fn every_supported_method_reaches_the_inner_service() {
    let supported = MethodSet::from([Method::POST, Method::from_bytes(b"PURGE").unwrap()]);
    let layer = NotImplementedLayer::new(supported.clone());
    let (mut service, mut handle) = mock::spawn_layer::<Incoming, Outgoing, _>(layer);
    for method in supported {
        assert_ready(&mut service);
        let _response = service.call(request(method.as_str()));
        match handle.poll_request() {
            Poll::Ready(Some((request, _))) => assert_eq!(request.method(), method),
            other => panic!("{method}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn supported_request_reaches_the_inner_service_untouched() {
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

    let (seen, _) = handle.next_request().await.unwrap();
    assert_eq!(seen.method(), Method::POST);
    assert_eq!(seen.uri(), "http://host:81/path?query");
    assert_eq!(seen.version(), Version::HTTP_10);
    assert_eq!(seen.headers(), &fields);
    assert_eq!(seen.extensions().get(), Some(&Tag("request")));
    assert_eq!(seen.extensions().len(), 1);
    assert_eq!(content(seen.into_body()), "content");
}

#[tokio::test]
async fn inner_response_head_is_forwarded_untouched() {
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

        let seen = forwarded(response).await;
        assert_eq!(seen.status().as_u16(), status);
        assert_eq!(seen.version(), Version::HTTP_2);
        assert_eq!(seen.headers(), &fields);
        assert_eq!(seen.extensions().get(), Some(&Tag("response")));
        assert_eq!(seen.extensions().len(), 1);
        assert_eq!(content(seen.into_body()), "content");
    }
}

#[tokio::test]
async fn inner_body_is_forwarded_frame_by_frame() {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", HeaderValue::from_static("42"));
    let frames = Frames::new([
        Ok(Frame::data(Bytes::from("one"))),
        Ok(Frame::data(Bytes::new())),
        Ok(Frame::data(Bytes::from("two"))),
        Ok(Frame::trailers(trailers.clone())),
    ]);
    let mut body = forwarded(Response::new(frames)).await.into_body();

    assert_eq!(
        (body.size_hint().lower(), body.size_hint().upper()),
        (7, Some(99))
    );
    for data in ["one", "", "two"] {
        assert!(!body.is_end_stream());
        let frame = next_frame(&mut body).unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), data);
    }
    assert!(!body.is_end_stream());
    let frame = next_frame(&mut body).unwrap().unwrap();
    assert_eq!(frame.into_trailers().unwrap(), trailers);
    assert!(body.is_end_stream());
    assert!(next_frame(&mut body).is_none());
}

#[tokio::test]
async fn inner_body_error_is_forwarded() {
    let frames = Frames::new([Err("torn"), Ok(Frame::data(Bytes::from("rest")))]);
    let mut body = forwarded(Response::new(frames)).await.into_body();
    assert_eq!(next_frame(&mut body).unwrap().unwrap_err(), "torn");
    let frame = next_frame(&mut body).unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "rest");
}

#[tokio::test]
async fn an_inner_501_carries_no_mark() {
    let mut response = Response::new(Full::<Bytes>::default());
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    let seen = forwarded(response).await;
    assert_eq!(seen.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(seen.extensions().is_empty());
    assert!(seen.headers().is_empty());
}

#[tokio::test]
async fn a_service_is_clone_over_bodies_that_are_not() {
    let inner = service_fn(|request: Request<Frames>| {
        ready(Ok::<_, Infallible>(Response::new(request.into_body())))
    });
    let service = NotImplementedLayer::new([Method::POST])
        .wrap_body()
        .layer(inner);
    for (method, expected) in [("POST", 200), ("PUT", 501)] {
        let body = Frames::new([Ok(Frame::data(Bytes::from("content")))]);
        let request = Request::builder().method(method).body(body).unwrap();
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{method}");
    }
}

#[tokio::test]
async fn the_inner_service_needs_not_be_clone() {
    let inner = BoxService::new(service_fn(answer));
    let mut service = Spawn::new(NotImplementedLayer::default().wrap_body().layer(inner));
    assert_ready(&mut service);
    assert_eq!(status(&mut service, "GET").await, StatusCode::OK);
    assert_refused(&mut service);
}

#[test]
fn dropping_a_forward_half_way_drops_the_inner_future() {
    let held = Arc::new(());
    let alive = Arc::downgrade(&held);
    let inner = service_fn(move |_: Incoming| {
        let held = held.clone();
        async move {
            let answer = pending::<Result<Outgoing, Infallible>>().await;
            drop(held);
            answer
        }
    });
    let mut service = NotImplementedLayer::default().layer(inner);
    let mut future = Box::pin(service.call(request("GET")));
    assert!(poll(future.as_mut()).is_pending());
    assert_eq!(alive.strong_count(), 2);
    drop(future);
    assert_eq!(alive.strong_count(), 1);
}

#[tokio::test]
async fn a_panic_of_the_inner_future_propagates_and_harms_nothing_else() {
    let inner = service_fn(|request: Incoming| async move {
        assert_eq!(request.method(), Method::GET, "told to");
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let mut service = Spawn::new(NotImplementedLayer::default().wrap_body().layer(inner));
    let other = service.call(request("BREW"));
    let panic = AssertUnwindSafe(service.call(request("POST")))
        .catch_unwind()
        .await
        .unwrap_err();
    assert!(panic.downcast_ref::<String>().unwrap().contains("told to"));
    assert_eq!(
        at_once(other).unwrap().status(),
        StatusCode::NOT_IMPLEMENTED
    );
    assert_refused(&mut service);
    assert_ready(&mut service);
    assert_eq!(status(&mut service, "GET").await, StatusCode::OK);
}

#[tokio::test]
async fn response_bodies_may_be_of_any_type() {
    let inner =
        service_fn(|_: Incoming| ready(Ok::<_, Infallible>(Response::new("not an HTTP body"))));
    let mut service = Spawn::new(NotImplementedLayer::default().wrap_body().layer(inner));
    assert_eq!(status(&mut service, "GET").await, StatusCode::OK);
    assert_refused(&mut service);
}
