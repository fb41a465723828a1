//! What the layer allocates, counted, and how large its types are.

use allocation_counter::measure;
use bytes::Bytes;
use futures_util::{
    stream::{poll_fn, Stream},
    FutureExt,
};
use http::{
    header::{HeaderValue, CONTENT_TYPE},
    Method, Request, Response,
};
use http_body::Frame;
use http_body_util::{Empty, Full, StreamBody};
use std::{
    convert::Infallible,
    future::{pending, ready, Future, Ready},
    mem::size_of,
    pin::{pin, Pin},
    task::{Context, Poll},
    time::{Duration, SystemTime},
};
use tower::{util::BoxCloneSyncService, Layer, Service};
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplemented, NotImplementedLayer, ResponseBody, ResponseFuture,
    RetryAfter, UnsupportedMethod, WrapBody,
};

type Answer = Response<Full<Bytes>>;
type BoxFuture = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

/// Fields take two allocations, and the mark three.
const MARKED_WITH_FIELDS: u64 = 5;

#[derive(Clone)]
struct Inner;

impl<B> Service<Request<B>> for Inner {
    type Response = Answer;
    type Error = Infallible;
    type Future = Ready<Result<Answer, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        ready(Ok(Response::new(Full::from("inner"))))
    }
}

fn custom() -> NotImplementedLayer {
    NotImplementedLayer::default()
        .retry_after(Duration::from_secs(120))
        .cache_control(CacheControl::no_store())
}

fn request(method: &str) -> impl Fn() -> Request<Empty<Bytes>> + '_ {
    with_content(method, Empty::new)
}

fn with_content<'a, B>(
    method: &'a str,
    content: impl Fn() -> B + 'a,
) -> impl Fn() -> Request<B> + 'a {
    move || {
        let mut request = Request::new(content());
        *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
        request
    }
}

fn content() -> Full<Bytes> {
    Full::from("content")
}

/// Content that is not there when it is first asked for, and has ended when it is asked for again.
fn late() -> StreamBody<impl Stream<Item = Result<Frame<Bytes>, Infallible>>> {
    let mut polls = 0;
    StreamBody::new(poll_fn(move |_| {
        polls += 1;
        if polls == 1 {
            Poll::Pending
        } else {
            Poll::Ready(None)
        }
    }))
}

/// How often an exchange with `service`, of two polls at most, allocates, the making of the request
/// left out. An exchange before it is left out too: the first clone of a `Bytes` may allocate what all later ones share.
fn allocations<S, B, R>(mut service: S, request: impl Fn() -> Request<B>) -> u64
where
    S: Service<Request<B>, Response = Response<R>>,
{
    let mut exchange = |request| {
        let mut future = pin!(service.call(request));
        let response = future.as_mut().now_or_never();
        let response = response.or_else(|| future.now_or_never());
        assert!(matches!(response, Some(Ok(_))));
    };
    exchange(request());
    let request = request();
    measure(|| exchange(request)).count_total
}

#[test]
fn allocations_are_counted() {
    let counted = measure(|| drop(Box::new(1)));
    assert_eq!((counted.count_total, counted.count_current), (1, 0));
}

#[test]
fn forwarding_allocates_nothing() {
    let default = NotImplementedLayer::default;
    assert_eq!(allocations(default().layer(Inner), request("GET")), 0);
    assert_eq!(allocations(custom().layer(Inner), request("GET")), 0);
    let wrapped = default().wrap_body().layer(Inner);
    assert_eq!(allocations(wrapped, request("GET")), 0);
    let dry_run = default().dry_run(true).layer(Inner);
    assert_eq!(allocations(dry_run, request("GET")), 0);
    let methods: MethodSet = "PROPFIND, PURGE".parse().unwrap();
    let service = NotImplemented::new(Inner, methods);
    assert_eq!(allocations(service.clone(), request("PROPFIND")), 0);
    assert_eq!(allocations(service, request("PURGE")), 0);
}

#[test]
fn forwarding_to_a_boxed_service_allocates_its_future_only() {
    let bare = BoxCloneSyncService::new(Inner);
    let layered = NotImplementedLayer::default().layer(bare.clone());
    assert_eq!(allocations(bare, request("GET")), 1);
    assert_eq!(allocations(layered, request("GET")), 1);
}

#[test]
fn forwarding_inside_and_around_an_axum_router_allocates_nothing() {
    use axum::{body::Body, routing::get, Router};

    let routes = || Router::new().route("/", get(|| async { "inner" }));
    let ask = || with_content("GET", Body::empty);
    let bare = allocations(routes().with_state(()), ask());
    let around = custom().layer(routes().with_state(()));
    assert_eq!(allocations(around, ask()), bare);

    let identity = tower::util::MapRequestLayer::new(|request: Request<Body>| request);
    let identity = allocations(routes().layer(identity).with_state(()), ask());
    let inside = routes().layer(custom()).with_state(());
    assert_eq!(allocations(inside, ask()), identity);
    // axum boxes any body but its own.
    let wrapping = routes().layer(custom().wrap_body()).with_state(());
    assert_eq!(allocations(wrapping, ask()), identity + 1);
}

/// axum calls `layer` for every route on every connection.
#[track_caller]
fn assert_layers_and_clones_without_allocating<L: Layer<Inner, Service: Clone>>(layer: &L) {
    let counted = measure(|| {
        let service = layer.layer(Inner);
        drop((service.clone(), service));
    });
    assert_eq!(counted.count_total, 0);
}

#[test]
fn layering_and_cloning_allocate_nothing() {
    assert_layers_and_clones_without_allocating(&NotImplementedLayer::default());
    assert_layers_and_clones_without_allocating(&custom());
    assert_layers_and_clones_without_allocating(&custom().wrap_body());
    assert_layers_and_clones_without_allocating(&custom().dry_run(true));
    let own_method = Method::from_bytes(b"PURGE").unwrap();
    assert_layers_and_clones_without_allocating(&NotImplementedLayer::new([own_method]));
}

#[test]
fn refusing_allocates_the_fields_and_the_mark() {
    let default = NotImplementedLayer::default;
    // A date makes no new fields.
    let date = SystemTime::now() + Duration::from_secs(86_400);
    for layer in [default(), custom(), default().retry_after(date)] {
        let counted = allocations(layer.layer(Inner), request("FOO"));
        assert_eq!(counted, MARKED_WITH_FIELDS, "{layer:?}");
    }
    let wrapped = custom().wrap_body().layer(Inner);
    assert_eq!(allocations(wrapped, request("FOO")), MARKED_WITH_FIELDS);
    // What is left until the date is written into Cache-Control only in place of a longer time: the
    // text, and what `Bytes` keeps of it.
    for (max_age, more) in [(3_600, 0), (172_800, 2)] {
        let cached = default().cache_control(CacheControl::max_age(Duration::from_secs(max_age)));
        let counted = allocations(cached.retry_after(date).layer(Inner), request("FOO"));
        assert_eq!(counted, MARKED_WITH_FIELDS + more);
    }
}

#[test]
fn refusing_grpc_allocates_once_more() {
    let grpc_request = || {
        let mut request = request("FOO")();
        let grpc = HeaderValue::from_static("application/grpc");
        request.headers_mut().insert(CONTENT_TYPE, grpc);
        request
    };
    // The fields grow by two.
    for layer in [NotImplementedLayer::default(), custom()] {
        let counted = allocations(layer.layer(Inner), grpc_request);
        assert_eq!(counted, MARKED_WITH_FIELDS + 1, "{layer:?}");
    }
}

#[test]
fn the_mark_goes_where_the_extensions_of_the_request_were() {
    let extended_request = || {
        let mut request = request("FOO")();
        request.extensions_mut().insert(());
        request
    };
    let service = NotImplementedLayer::default().layer(Inner);
    // The mark's map is there already, which took two.
    let counted = allocations(service, extended_request);
    assert_eq!(counted, MARKED_WITH_FIELDS - 2);
}

#[test]
fn reading_the_content_first_allocates_once_more() {
    let read = allocations(custom().layer(Inner), with_content("FOO", content));
    assert_eq!(read, MARKED_WITH_FIELDS + 1);
    let late = allocations(custom().layer(Inner), with_content("FOO", late));
    assert_eq!(late, MARKED_WITH_FIELDS + 1);
}

#[test]
fn a_timer_allocates_once_more() {
    // One reads, and one is the box of the timer, which is of some size.
    let layer = custom().discard_timeout(|| async { pending().await });
    let late = allocations(layer.layer(Inner), with_content("FOO", late));
    assert_eq!(late, MARKED_WITH_FIELDS + 2);
    // Content that is all there needs no timer.
    let read = allocations(layer.layer(Inner), with_content("FOO", content));
    assert_eq!(read, MARKED_WITH_FIELDS + 1);
}

#[test]
fn closing_allocates_once_more() {
    // The fields grow by `Connection: close`.
    for layer in [NotImplementedLayer::default(), custom()] {
        let left = allocations(layer.layer(Inner), with_content("CONNECT", content));
        assert_eq!(left, MARKED_WITH_FIELDS + 1, "{layer:?}");
    }
}

/// Each is put in its place: to sort again for each would allocate, or take a day.
#[test]
fn inserting_many_methods_one_by_one_allocates_the_growing_list_only() {
    // A few first: what copies the list each time fails there, and would take minutes with many.
    for count in [1_000, 100_000] {
        let methods = (0..count).map(|number| format!("M{number:06}").parse::<Method>().unwrap());
        let methods: Vec<_> = methods.collect();
        let mut set = MethodSet::GET_HEAD;
        let counted = measure(|| {
            for method in methods {
                set.insert(method);
            }
        });
        assert_eq!(set.len(), count + 2);
        assert!(counted.count_total <= 32, "{}", counted.count_total); // it doubles each time
    }
}

#[test]
fn a_service_is_8_bytes_larger_than_the_inner_service() {
    assert_eq!(size_of::<NotImplemented<()>>(), 8);
    assert_eq!(size_of::<NotImplemented<[u64; 4]>>(), 8 + 32);
    let wrapping = NotImplementedLayer::default().wrap_body();
    assert_eq!(size_of_val(&wrapping.layer([0_u64; 4])), 8 + 32);
}

#[test]
fn a_future_is_at_most_32_bytes_larger_than_a_boxed_one_and_16_than_a_large_one() {
    assert_eq!(size_of::<BoxFuture>(), 16);
    assert!(size_of::<ResponseFuture<BoxFuture, Full<Bytes>>>() <= 16 + 32);
    assert!(size_of::<ResponseFuture<BoxFuture, [u8; 1024]>>() <= 16 + 32);
    assert!(size_of::<ResponseFuture<BoxFuture, Full<Bytes>, WrapBody>>() <= 16 + 32);
    assert!(size_of::<ResponseFuture<[u64; 32], Full<Bytes>>>() <= 256 + 16);
}

#[test]
fn a_response_body_is_at_most_8_bytes_larger_than_the_inner_body() {
    assert!(size_of::<ResponseBody<[u64; 16]>>() <= 128 + 8);
    assert_eq!(size_of::<ResponseBody<Empty<Bytes>>>(), size_of::<Bytes>());
}

#[test]
fn values_are_small() {
    assert_eq!(size_of::<RetryAfter>(), 16);
    assert!(size_of::<CacheControl>() <= 48);
    assert_eq!(size_of::<MethodSet>(), 32);
    assert_eq!(size_of::<UnsupportedMethod>(), size_of::<Method>());
}
