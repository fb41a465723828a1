//! The service as a part of a stack: what reaches the inner service and comes back from it,
//! readiness, and what a refusal looks like from the outside.

use bytes::Bytes;
use futures_util::{task::noop_waker_ref, FutureExt};
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Response, StatusCode, Version,
};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt,
    future::{pending, ready, Future, Ready},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower::{
    buffer::Buffer,
    limit::{ConcurrencyLimit, RateLimit},
    load_shed::{error::Overloaded, LoadShed},
    service_fn,
    util::BoxService,
    Layer, Service, ServiceExt,
};
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplemented, NotImplementedLayer, ResponseBody, UnsupportedMethod,
};
use tower_test::mock::{self, Handle, Mock, Spawn};

type Incoming = Request<Full<Bytes>>;
type Outgoing = Response<Full<Bytes>>;
type Mocked<B> = NotImplemented<Mock<Incoming, Response<B>>>;

#[derive(Clone, Debug, PartialEq)]
struct Tag(&'static str);

/// A body of given frames, whose size hint tells nothing of them, and which is not Clone.
struct Frames(VecDeque<Result<Frame<Bytes>, &'static str>>);

impl Frames {
    fn new<const N: usize>(frames: [Result<Frame<Bytes>, &'static str>; N]) -> Self {
        Self(frames.into())
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        Poll::Ready(self.0.pop_front())
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let mut size = SizeHint::new();
        size.set_lower(7);
        size.set_upper(99);
        size
    }
}

fn request(method: &str) -> Incoming {
    let request = Request::builder().method(method).uri("/path?query");
    request.body(Full::default()).unwrap()
}

fn answer(_: Incoming) -> Ready<Result<Outgoing, Infallible>> {
    ready(Ok(Response::new(Full::from("answered"))))
}

fn mocked<B>() -> (Spawn<Mocked<B>>, Handle<Incoming, Response<B>>) {
    mock::spawn_layer(NotImplementedLayer::default())
}

/// The output of a future that is ready when it is first polled.
#[track_caller]
fn at_once<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("not ready at once")
}

#[track_caller]
fn assert_ready<S>(service: &mut Spawn<S>)
where
    S: Service<Incoming>,
    S::Error: fmt::Debug,
{
    match service.poll_ready() {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => panic!("not ready"),
    }
}

#[track_caller]
fn assert_busy<S: Service<Incoming>>(service: &mut Spawn<S>) {
    assert!(service.poll_ready().is_pending(), "ready");
}

async fn status<S, B>(service: &mut Spawn<S>, method: &str) -> StatusCode
where
    S: Service<Incoming, Response = Response<B>>,
    S::Error: fmt::Debug,
{
    service.call(request(method)).await.unwrap().status()
}

#[track_caller]
fn assert_refused<S, B>(service: &mut Spawn<S>)
where
    S: Service<Incoming, Response = Response<B>>,
    S::Error: fmt::Debug,
{
    let response = at_once(service.call(request("BREW"))).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(response.extensions().get::<UnsupportedMethod>().is_some());
}

/// The answer of `layer` to a method it refuses.
fn refusal(layer: &NotImplementedLayer) -> Response<ResponseBody<Full<Bytes>>> {
    at_once(layer.layer(service_fn(answer)).call(request("BREW"))).unwrap()
}

fn content<B: Body<Data = Bytes>>(body: B) -> Bytes
where
    B::Error: fmt::Debug,
{
    at_once(body.collect()).unwrap().to_bytes()
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(noop_waker_ref()))
}

fn next_frame<B: Body + Unpin>(body: &mut B) -> Option<Result<Frame<B::Data>, B::Error>> {
    at_once(body.frame())
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
}

#[test]
fn inner_readiness_error_surfaces() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    handle.send_error("worn out");
    match service.poll_ready() {
        Poll::Ready(Err(error)) => assert_eq!(error.to_string(), "worn out"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn inner_call_error_is_forwarded() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    assert_ready(&mut service);
    let response = service.call(request("GET"));
    handle.next_request().await.unwrap().1.send_error("broken");
    assert_eq!(response.await.unwrap_err().to_string(), "broken");
}

#[test]
fn unsupported_method_never_reaches_the_inner_service() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    for name in ["BREW", "PROPFIND", "QUERY", "get", "M-GET", "PRI", "*"] {
        assert_ready(&mut service);
        let response = at_once(service.call(request(name))).unwrap();
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "{name}");
        let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
        assert_eq!(mark.method(), name);
        assert!(handle.poll_request().is_pending(), "{name}");
    }
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

/// The answer of a layer with every setting around an inner service that answers `response`.
async fn forwarded<B>(response: Response<B>) -> Response<ResponseBody<B>> {
    let layer = NotImplementedLayer::default()
        .retry_after(Duration::from_secs(1))
        .cache_control(CacheControl::no_store())
        .allow_header(true)
        .problem_details();
    let (mut service, mut handle) = mock::spawn_layer::<Incoming, Response<B>, _>(layer);
    assert_ready(&mut service);
    let future = service.call(request("GET"));
    let (_, send) = handle.next_request().await.unwrap();
    send.send_response(response);
    future.await.unwrap()
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
    let service = NotImplemented::new(inner, [Method::POST]);
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
    let mut service = Spawn::new(NotImplementedLayer::default().layer(inner));
    assert_ready(&mut service);
    assert_eq!(status(&mut service, "GET").await, StatusCode::OK);
    assert_refused(&mut service);
}

#[test]
fn refusal_is_ready_on_first_poll() {
    let mut service = NotImplemented::new(service_fn(answer), []);
    let response = at_once(service.call(request("POST"))).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
}

#[test]
fn refusal_can_be_polled_after_completion() {
    let mut service = NotImplemented::new(service_fn(answer), []);
    let mut future = Box::pin(service.call(request("POST")));
    assert!(poll(future.as_mut()).is_ready());
    let _ = poll(future.as_mut());
}

#[test]
fn refusing_needs_no_readiness() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    assert_refused(&mut service);
    assert!(handle.poll_request().is_pending());
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
    let mut service = Spawn::new(NotImplementedLayer::default().layer(inner));
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

/// Two handles of a service with room for one request, the first of which has just refused one.
fn after_a_refusal<S, B>(service: S) -> (Spawn<S>, Spawn<S>)
where
    S: Service<Incoming, Response = Response<B>> + Clone,
    S::Error: fmt::Debug,
{
    let mut first = Spawn::new(service);
    let mut second = first.clone();
    assert_ready(&mut first);
    assert_refused(&mut first);
    assert_busy(&mut second);
    assert_ready(&mut first);
    (first, second)
}

fn limited(
) -> NotImplemented<impl Service<Incoming, Response = Outgoing, Error = Infallible> + Clone> {
    NotImplementedLayer::default().layer(ConcurrencyLimit::new(service_fn(answer), 1))
}

fn buffered(
) -> NotImplemented<impl Service<Incoming, Response = Outgoing, Error = tower::BoxError> + Clone> {
    NotImplementedLayer::default().layer(Buffer::new(service_fn(answer), 1))
}

#[tokio::test]
async fn a_permit_stays_with_the_handle_until_its_next_supported_call() {
    let (mut first, mut second) = after_a_refusal(limited());
    assert_eq!(status(&mut first, "GET").await, StatusCode::OK);
    assert!(second.is_woken());
    assert_ready(&mut second);
}

#[test]
fn a_permit_stays_with_the_handle_until_its_drop() {
    let (first, mut second) = after_a_refusal(limited());
    drop(first);
    assert!(second.is_woken());
    assert_ready(&mut second);
}

#[tokio::test]
async fn a_buffer_slot_stays_with_the_handle_until_its_next_supported_call() {
    let (mut first, mut second) = after_a_refusal(buffered());
    assert_eq!(status(&mut first, "GET").await, StatusCode::OK);
    assert!(second.is_woken());
    assert_ready(&mut second);
}

#[tokio::test]
async fn a_buffer_slot_stays_with_the_handle_until_its_drop() {
    let (first, mut second) = after_a_refusal(buffered());
    drop(first);
    assert!(second.is_woken());
    assert_ready(&mut second);
}

#[tokio::test(start_paused = true)]
async fn refusals_do_not_consume_a_rate_but_wait_for_it() {
    let minute = Duration::from_secs(60);
    let rate = tower::limit::rate::Rate::new(1, minute);
    let inner = RateLimit::new(service_fn(answer), rate);
    let mut service = Spawn::new(NotImplementedLayer::default().layer(inner));
    for _ in 0..3 {
        assert_ready(&mut service);
        assert_refused(&mut service);
    }
    assert_ready(&mut service);
    assert_eq!(status(&mut service, "GET").await, StatusCode::OK);
    assert_busy(&mut service);
    tokio::time::advance(minute).await;
    assert_ready(&mut service);
    assert_refused(&mut service);
}

#[tokio::test]
async fn load_shed_inside_leaves_refusals_alone_while_saturated() {
    let (mut service, mut handle) = mock::spawn_with::<Incoming, Outgoing, _, _>(|inner| {
        NotImplementedLayer::default().layer(LoadShed::new(inner))
    });
    handle.allow(0);
    assert_ready(&mut service);
    assert_refused(&mut service);
    let error = service.call(request("GET")).await.unwrap_err();
    assert!(error.is::<Overloaded>(), "{error}");
}

#[tokio::test]
async fn load_shed_outside_sheds_refusals_while_saturated() {
    let (mut service, mut handle) = mock::spawn_with::<Incoming, Outgoing, _, _>(|inner| {
        LoadShed::new(NotImplementedLayer::default().layer(inner))
    });
    handle.allow(0);
    assert_ready(&mut service);
    let error = service.call(request("BREW")).await.unwrap_err();
    assert!(error.is::<Overloaded>(), "{error}");
    handle.allow(1);
    assert_ready(&mut service);
    assert_refused(&mut service);
}

#[test]
fn the_inner_service_is_accessible() {
    let mut service = NotImplemented::new(vec![1], [Method::POST]);
    assert_eq!(service.get_ref(), &[1]);
    service.get_mut().push(2);
    assert_eq!(service.into_inner(), [1, 2]);
}

#[tokio::test]
async fn every_constructor_supports_the_same_set() {
    let supported = || [Method::POST, Method::from_bytes(b"PURGE").unwrap()];
    let services = [
        NotImplemented::new(service_fn(answer), supported()),
        NotImplemented::layer(supported()).layer(service_fn(answer)),
        NotImplementedLayer::new(supported()).layer(service_fn(answer)),
    ];
    for service in services {
        let mut service = Spawn::new(service);
        for method in ["GET", "HEAD", "POST", "PURGE"] {
            assert_eq!(status(&mut service, method).await, StatusCode::OK);
        }
        for method in ["PUT", "BREW", "purge"] {
            let status = status(&mut service, method).await;
            assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
        }
    }
}

#[tokio::test]
async fn the_default_layer_supports_the_standard_methods() {
    let mut service = Spawn::new(NotImplementedLayer::default().layer(service_fn(answer)));
    for method in MethodSet::REGISTERED {
        let supported = MethodSet::STANDARD.contains(&method);
        let expected = if supported { 200 } else { 501 };
        let status = status(&mut service, method.as_str()).await;
        assert_eq!(status.as_u16(), expected, "{method}");
    }
}

#[tokio::test]
async fn response_bodies_may_be_of_any_type() {
    let inner =
        service_fn(|_: Incoming| ready(Ok::<_, Infallible>(Response::new("not an HTTP body"))));
    let mut service = Spawn::new(NotImplementedLayer::default().layer(inner));
    assert_eq!(status(&mut service, "GET").await, StatusCode::OK);
    assert_refused(&mut service);
}

#[test]
fn the_body_of_a_refusal_has_an_exact_size_until_it_ends() {
    let own = HeaderValue::from_static("text/plain");
    let layer = NotImplementedLayer::default().body(own, "explained");
    let mut body = refusal(&layer).into_body();
    assert_eq!(body.size_hint().exact(), Some(9));
    assert!(!body.is_end_stream());

    let frame = next_frame(&mut body).unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "explained");
    assert_eq!(body.size_hint().exact(), Some(0));
    assert!(body.is_end_stream());
    assert!(next_frame(&mut body).is_none());
    assert!(next_frame(&mut body).is_none());
}

#[test]
fn the_default_body_is_empty_and_at_its_end() {
    let mut body = ResponseBody::<Frames>::default();
    assert_eq!(body.size_hint().exact(), Some(0));
    assert!(body.is_end_stream());
    assert!(next_frame(&mut body).is_none());
}

#[test]
fn an_own_empty_body_has_no_content_type() {
    let html = HeaderValue::from_static("text/html");
    let response = refusal(&NotImplementedLayer::default().body(html, ""));
    assert_eq!(response.headers().get(CONTENT_TYPE), None);
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
}

#[track_caller]
fn assert_field(layer: &NotImplementedLayer, name: http::HeaderName, expected: Option<&str>) {
    let response = refusal(layer);
    let values: Vec<_> = response.headers().get_all(name).iter().collect();
    assert_eq!(values, Vec::from_iter(expected));
}

#[test]
fn a_later_setting_replaces_an_earlier_one() {
    let layer = NotImplementedLayer::default()
        .retry_after(Duration::from_secs(1))
        .cache_control(CacheControl::no_store())
        .allow_header(false)
        .retry_after(Duration::from_secs(2))
        .cache_control(HeaderValue::from_static("private"))
        .allow_header(true);
    assert_field(&layer, RETRY_AFTER, Some("2"));
    assert_field(&layer, CACHE_CONTROL, Some("private"));
    let standard = MethodSet::STANDARD.to_string();
    assert_field(&layer, ALLOW, Some(&standard));
    assert_field(&layer.allow_header(false), ALLOW, None);
}

#[test]
fn a_later_explanation_replaces_an_earlier_one() {
    let text = || HeaderValue::from_static("text/x-own");
    let layer = NotImplementedLayer::default().body(text(), "first");
    let problem = layer.problem_details();
    assert_field(&problem, CONTENT_TYPE, Some("application/problem+json"));
    assert!(content(refusal(&problem).into_body()).starts_with(b"{"));

    let own = problem.body(text(), "second");
    assert_field(&own, CONTENT_TYPE, Some("text/x-own"));
    assert_eq!(content(refusal(&own).into_body()), "second");
}

#[test]
fn a_later_response_body_replaces_an_earlier_one() {
    let layer = NotImplementedLayer::default()
        .response_body(|_| Full::<Bytes>::from("first"))
        .response_body(|_| Full::<Bytes>::from("second"));
    let response = at_once(layer.layer(service_fn(answer)).call(request("BREW"))).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert_eq!(content(response.into_body()), "second");
}

#[test]
fn settings_are_those_of_the_moment_of_layering() {
    let layer = NotImplementedLayer::default();
    let mut before = layer.layer(service_fn(answer));
    let layer = layer.retry_after(Duration::from_secs(1));
    let response = at_once(before.call(request("BREW"))).unwrap();
    assert_eq!(response.headers().get(RETRY_AFTER), None);
    assert_field(&layer, RETRY_AFTER, Some("1"));
}

#[test]
fn response_body_keeps_the_inner_body_type() {
    let layer = NotImplementedLayer::default().response_body(Full::from);
    let mut service = layer.layer(service_fn(answer));
    let forwarded: Outgoing = at_once(service.call(request("GET"))).unwrap();
    assert_eq!(content(forwarded.into_body()), "answered");
    let refused: Outgoing = at_once(service.call(request("BREW"))).unwrap();
    assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED);
    let wrapped = refusal(&NotImplementedLayer::default());
    assert_eq!(refused.headers(), wrapped.headers());
    assert_eq!(content(refused.into_body()), content(wrapped.into_body()));
}

#[track_caller]
fn assert_shows(value: &impl fmt::Debug, parts: &[&str]) {
    let shown = format!("{value:?}");
    for part in parts {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
}

#[test]
fn debug_output_is_useful() {
    let layer = NotImplementedLayer::new([Method::from_bytes(b"PURGE").unwrap()])
        .retry_after(Duration::from_secs(4_321));
    assert_shows(&layer, &["NotImplementedLayer", "HEAD", "PURGE", "4321"]);
    let service = layer.layer(Tag("the inner service"));
    assert_shows(&service, &["NotImplemented", "the inner service", "PURGE"]);

    let mut service = layer.layer(service_fn(answer));
    let forward = service.call(request("GET"));
    assert_shows(&forward, &["ResponseFuture", "Forward"]);
    let refuse = service.call(request("BREW"));
    assert_shows(&refuse, &["ResponseFuture", "Refuse"]);
    let body = at_once(refuse).unwrap().into_body();
    assert_shows(&body, &["ResponseBody", "501 Not Implemented"]);
}

/// Every byte of the head's fields and the content.
fn sent(response: Response<ResponseBody<Full<Bytes>>>) -> String {
    let (head, body) = response.into_parts();
    format!("{:?} {:?}", head.headers, content(body))
}

#[test]
fn a_huge_method_is_refused_without_repeating_any_of_it() {
    let method = "Zq9".repeat(400_000 / 3);
    let plain = NotImplementedLayer::default();
    let full = plain
        .clone()
        .allow_header(true)
        .retry_after(Duration::from_secs(1));
    let problem = full.clone().problem_details();
    for layer in [plain, full, problem] {
        for content_type in ["text/plain", "application/grpc"] {
            let mut request = request(&method);
            let value = HeaderValue::from_static(content_type);
            request.headers_mut().insert(CONTENT_TYPE, value);
            let response = at_once(layer.layer(service_fn(answer)).call(request)).unwrap();
            assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
            let sent = sent(response);
            assert!(sent.len() < 1_000, "{} bytes", sent.len());
            assert!(!sent.contains("Zq9"), "{sent}");
        }
    }
}

/// Content of a declared length that ends when it is polled for the first time, and must not be
/// polled again.
struct Content {
    length: u64,
    polls_left: u32,
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.polls_left = self.polls_left.checked_sub(1).expect("polled too often");
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

fn refuse_content(content: Content) -> impl Future<Output = Result<Outgoing, Infallible>> {
    let inner = service_fn(|_: Request<Content>| ready(Ok(Outgoing::default())));
    let layer = NotImplementedLayer::default().response_body(Full::from);
    let request = Request::builder().method("BREW").body(content).unwrap();
    layer.layer(inner).call(request)
}

#[test]
fn content_declared_longer_than_64_kib_is_left_alone() {
    for (length, polls_left, closes) in [(65_536, 1, false), (65_537, 0, true)] {
        let refusal = at_once(refuse_content(Content { length, polls_left })).unwrap();
        assert_eq!(refusal.headers().contains_key("connection"), closes);
    }
}

#[test]
fn content_that_has_ended_is_not_polled_again() {
    let (length, polls_left) = (1, 1);
    let mut refusal = Box::pin(refuse_content(Content { length, polls_left }));
    let mut cx = Context::from_waker(noop_waker_ref());
    for _ in 0..2 {
        assert!(refusal.as_mut().poll(&mut cx).is_ready());
    }
}
