//! What the layer is composed with: that each stack compiles, refuses and forwards.

use crate::support::{counting, within, Server};
use axum::{
    body::Body,
    error_handling::HandleErrorLayer,
    extract::Request,
    middleware::{from_fn, Next},
    routing::post,
    Router,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{header, HeaderMap, Method, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{
    collections::VecDeque, convert::Infallible, fmt::Debug, future::Future, net::SocketAddr,
    panic::AssertUnwindSafe, rc::Rc, sync::atomic::Ordering, time::Duration,
};
use tower::{
    service_fn,
    steer::Steer,
    util::{BoxCloneSyncService, BoxCloneSyncServiceLayer, BoxService},
    BoxError, Layer, Service, ServiceBuilder, ServiceExt,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::{Any, CorsLayer},
    decompression::DecompressionLayer,
    limit::RequestBodyLimitLayer,
    services::ServeDir,
    timeout::{RequestBodyTimeoutLayer, ResponseBodyTimeoutLayer, TimeoutLayer},
    trace::TraceLayer,
};
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

const TEXT: &str = "501 Not Implemented: ";
const LONG: Duration = Duration::from_secs(20);

type FullResponse = Response<Full<Bytes>>;

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
}

/// Answers with the content of the request.
async fn echo<B>(request: http::Request<B>) -> Result<FullResponse, Infallible>
where
    B: http_body::Body,
    B::Error: Debug,
{
    let content = request.into_body().collect().await.unwrap().to_bytes();
    let mut response = Response::new(Full::from(content));
    let inner = header::HeaderValue::from_static("inner");
    response.headers_mut().insert(header::SERVER, inner);
    Ok(response)
}

fn router() -> Router {
    Router::new().route("/", post(|content: Bytes| async { content }))
}

fn request(method: &str, path: &str) -> Request {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::from("hello"))
        .unwrap()
}

async fn send<S, B>(service: &mut S, request: Request) -> Response<Bytes>
where
    S: Service<Request, Response = Response<B>>,
    S::Error: Debug,
    B: http_body::Body,
    B::Error: Debug,
{
    let answered = async {
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        let (head, body) = response.into_parts();
        let content = body.collect().await.unwrap().to_bytes();
        Response::from_parts(head, content)
    };
    within(answered).await
}

#[track_caller]
fn assert_explained(response: &Response<Bytes>) {
    assert_eq!(response.status(), 501);
    assert!(response.body().starts_with(TEXT.as_bytes()));
}

#[track_caller]
fn assert_refused(response: &Response<Bytes>, method: &str) {
    assert_explained(response);
    let mark = response.extensions().get::<UnsupportedMethod>();
    assert_eq!(mark.unwrap().method(), method);
}

#[track_caller]
fn assert_forwarded(response: &Response<Bytes>) {
    assert_eq!(response.status(), 200);
    assert_eq!(response.body(), "hello");
    assert!(response.extensions().get::<UnsupportedMethod>().is_none());
}

/// Refuses BREW and forwards POST, in any order, and the refusal keeps its mark.
async fn assert_composes<S, B>(mut service: S)
where
    S: Service<Request, Response = Response<B>>,
    S::Error: Debug,
    B: http_body::Body,
    B::Error: Debug,
{
    for _ in 0..2 {
        assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
        assert_forwarded(&send(&mut service, request("POST", "/")).await);
    }
}

#[tokio::test]
async fn trace_composes_on_both_sides() {
    let trace = TraceLayer::new_for_http();
    let outside = ServiceBuilder::new().layer(trace.clone()).layer(layer());
    assert_composes(outside.service_fn(echo::<Body>)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(trace);
    assert_composes(inside.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn compression_composes_on_both_sides() {
    let compression = CompressionLayer::new();
    let outside = ServiceBuilder::new()
        .layer(compression.clone())
        .layer(layer());
    assert_composes(outside.service_fn(echo::<Body>)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(compression);
    assert_composes(inside.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn compression_outside_compresses_the_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(layer())
        .service_fn(echo::<Body>);
    let mut accepting = request("BREW", "/");
    let gzip = header::HeaderValue::from_static("gzip");
    accepting
        .headers_mut()
        .insert(header::ACCEPT_ENCODING, gzip);
    let response = send(&mut service, accepting).await;
    assert_eq!(response.status(), 501);
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["vary"], "accept-encoding");
    assert!(response.extensions().get::<UnsupportedMethod>().is_some());
}

#[tokio::test]
async fn a_compressed_refusal_decompresses_to_the_same_text() {
    let service = ServiceBuilder::new()
        .layer(DecompressionLayer::new())
        .layer(CompressionLayer::new())
        .layer(layer())
        .service_fn(echo::<Body>);
    assert_composes(service).await;
}

#[tokio::test]
async fn timeout_composes_on_both_sides() {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONG);
    let outside = ServiceBuilder::new().layer(timeout).layer(layer());
    assert_composes(outside.service_fn(echo::<Body>)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(timeout);
    assert_composes(inside.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn body_timeouts_compose_on_both_sides() {
    let response = ResponseBodyTimeoutLayer::new(LONG);
    let content = RequestBodyTimeoutLayer::new(LONG);
    let outside = ServiceBuilder::new()
        .layer(response.clone())
        .layer(content.clone());
    assert_composes(outside.layer(layer()).service_fn(echo)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(response);
    assert_composes(inside.layer(content).service_fn(echo)).await;
}

#[tokio::test]
async fn request_body_limit_composes_on_both_sides() {
    let limit = RequestBodyLimitLayer::new(1024);
    let outside = ServiceBuilder::new().layer(limit).layer(layer());
    assert_composes(outside.service_fn(echo)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(limit);
    assert_composes(inside.service_fn(echo)).await;
}

fn declaring_ten_bytes(method: &str) -> Request {
    let mut request = request(method, "/");
    let length = header::HeaderValue::from_static("10");
    request.headers_mut().insert(header::CONTENT_LENGTH, length);
    request
}

#[tokio::test]
async fn request_body_limit_wins_outside_and_loses_inside() {
    let limit = RequestBodyLimitLayer::new(5);
    let outside = ServiceBuilder::new().layer(limit).layer(layer());
    let mut outside = outside.service_fn(echo);
    let response = send(&mut outside, declaring_ten_bytes("BREW")).await;
    assert_eq!(response.status(), 413);

    let inside = ServiceBuilder::new().layer(layer()).layer(limit);
    let mut inside = inside.service_fn(echo);
    let response = send(&mut inside, declaring_ten_bytes("BREW")).await;
    assert_refused(&response, "BREW");
    let response = send(&mut inside, declaring_ten_bytes("POST")).await;
    assert_eq!(response.status(), 413);
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::PATCH])
}

/// A request of a script on another site.
fn cross_origin(method: &str) -> Request {
    let mut request = request(method, "/");
    let origin = header::HeaderValue::from_static("https://example.com");
    request.headers_mut().insert(header::ORIGIN, origin);
    request
}

fn preflight() -> Request {
    let mut request = cross_origin("OPTIONS");
    let method = header::HeaderValue::from_static("PATCH");
    let name = header::ACCESS_CONTROL_REQUEST_METHOD;
    request.headers_mut().insert(name, method);
    request
}

fn origin_allowed(headers: &HeaderMap) -> bool {
    let anyone = header::HeaderValue::from_static("*");
    headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN) == Some(&anyone)
}

#[tokio::test]
async fn cors_composes_on_both_sides() {
    let outside = ServiceBuilder::new().layer(cors()).layer(layer());
    assert_composes(outside.service_fn(echo::<Body>)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(cors());
    assert_composes(inside.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn cors_outside_lets_the_other_site_see_the_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(cors())
        .layer(layer())
        .service_fn(echo::<Body>);
    let response = send(&mut service, cross_origin("BREW")).await;
    assert_refused(&response, "BREW");
    assert!(origin_allowed(response.headers()));
    let response = send(&mut service, cross_origin("PATCH")).await;
    assert_forwarded(&response);
    assert!(origin_allowed(response.headers()));
}

#[tokio::test]
async fn cors_inside_hides_the_refusal_from_the_other_site() {
    let mut service = ServiceBuilder::new()
        .layer(layer())
        .layer(cors())
        .service_fn(echo::<Body>);
    let response = send(&mut service, cross_origin("BREW")).await;
    assert_refused(&response, "BREW");
    assert!(!origin_allowed(response.headers()));
    let response = send(&mut service, cross_origin("PATCH")).await;
    assert_forwarded(&response);
    assert!(origin_allowed(response.headers()));
}

#[tokio::test]
async fn cors_outside_answers_a_preflight_even_without_options() {
    let mut service = ServiceBuilder::new()
        .layer(cors())
        .layer(NotImplementedLayer::new([Method::PATCH]))
        .service_fn(echo::<Body>);
    let response = send(&mut service, preflight()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-methods"], "PATCH");
    assert!(origin_allowed(response.headers()));
}

#[tokio::test]
async fn cors_inside_answers_a_preflight_only_with_options() {
    let with = ServiceBuilder::new().layer(layer()).layer(cors());
    let response = send(&mut with.service_fn(echo::<Body>), preflight()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-methods"], "PATCH");

    let without = ServiceBuilder::new()
        .layer(NotImplementedLayer::new([Method::PATCH]))
        .layer(cors());
    let response = send(&mut without.service_fn(echo::<Body>), preflight()).await;
    assert_refused(&response, "OPTIONS");
    assert!(!origin_allowed(response.headers()));
}

#[tokio::test]
async fn catch_panic_composes_on_both_sides() {
    let catch = CatchPanicLayer::new();
    let outside = ServiceBuilder::new().layer(catch).layer(layer());
    assert_composes(outside.service_fn(echo::<Body>)).await;
    let inside = ServiceBuilder::new().layer(layer()).layer(catch);
    assert_composes(inside.service_fn(echo::<Body>)).await;
}

async fn panicking(_: Request) -> Result<FullResponse, Infallible> {
    panic!("inner");
}

#[tokio::test]
async fn a_panic_of_the_inner_future_passes_through() {
    let mut service = layer().layer(service_fn(panicking));
    let future = AssertUnwindSafe(service.call(request("POST", "/")));
    let panic = future.catch_unwind().await.map(drop).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"inner"));
    assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
}

#[tokio::test]
async fn catch_panic_outside_sees_a_panic_of_the_inner_future() {
    let mut service = ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(layer())
        .service_fn(panicking);
    let response = send(&mut service, request("POST", "/")).await;
    assert_eq!(response.status(), 500);
    assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
}

#[tokio::test]
async fn buffer_composes_on_both_sides() {
    let outside = ServiceBuilder::new().buffer(4).layer(layer());
    assert_composes(outside.service_fn(echo::<Body>)).await;
    let inside = ServiceBuilder::new().layer(layer()).buffer(4);
    assert_composes(inside.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn a_box_clone_sync_service_holds_the_service() {
    let boxed = BoxCloneSyncService::new(layer().layer(service_fn(echo::<Body>)));
    assert_composes(boxed).await;
}

#[tokio::test]
async fn a_box_clone_sync_service_layer_holds_the_layer() {
    let boxed = BoxCloneSyncServiceLayer::new(layer());
    assert_composes(boxed.layer(service_fn(echo::<Body>))).await;
}

#[tokio::test]
async fn an_inner_service_need_not_be_clone() {
    let boxed = BoxService::new(service_fn(echo::<Body>));
    assert_composes(layer().layer(boxed)).await;
}

#[tokio::test]
async fn an_inner_future_need_not_be_send() {
    let service = service_fn(|request: Request| async {
        let local = Rc::new(());
        let response = echo(request).await;
        drop(local);
        response
    });
    assert_composes(layer().layer(service)).await;
}

#[tokio::test]
async fn a_full_body_can_be_kept() {
    let layer = layer().response_body(Full::from);
    let service = layer.layer(service_fn(echo::<Body>));
    let kept: BoxService<Request, FullResponse, Infallible> = BoxService::new(service);
    assert_composes(kept).await;
}

#[tokio::test]
async fn a_boxed_body_is_wrapped() {
    let boxed = |response: FullResponse| response.map(BodyExt::boxed);
    let service = ServiceBuilder::new().layer(layer()).map_response(boxed);
    assert_composes(service.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn a_boxed_body_can_be_kept() {
    let boxed = |response: FullResponse| response.map(BodyExt::boxed);
    let service = ServiceBuilder::new()
        .layer(layer().response_body(|bytes| Full::from(bytes).boxed()))
        .map_response(boxed);
    assert_composes(service.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn a_body_whose_data_is_not_bytes_can_be_kept() {
    let queue = |bytes: Bytes| Full::new(VecDeque::from(bytes.to_vec()));
    let queued = service_fn(move |_: Request| async move {
        Ok::<_, Infallible>(Response::new(queue(Bytes::from("hello"))))
    });
    assert_composes(layer().response_body(queue).layer(queued)).await;
}

#[tokio::test]
async fn a_body_that_is_no_stream_can_be_kept() {
    let inner = service_fn(|_: Request| async { Ok::<_, Infallible>(Response::new("hello")) });
    let service = layer().response_body(|_| "refused").layer(inner);
    let response = service.clone().oneshot(request("BREW", "/")).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), *response.body()),
        (501, "refused")
    );
    let response = service.oneshot(request("POST", "/")).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), *response.body()),
        (200, "hello")
    );
}

async fn tonic_echo(request: Request) -> Result<Response<tonic::body::Body>, Infallible> {
    Ok(echo(request).await?.map(tonic::body::Body::new))
}

#[tokio::test]
async fn a_tonic_body_is_wrapped() {
    assert_composes(layer().layer(service_fn(tonic_echo))).await;
}

#[tokio::test]
async fn a_tonic_body_can_be_kept() {
    let layer = layer().response_body(|bytes| tonic::body::Body::new(Full::from(bytes)));
    let service = layer.layer(service_fn(tonic_echo));
    let kept: BoxService<Request, Response<tonic::body::Body>, Infallible> =
        BoxService::new(service);
    assert_composes(kept).await;
}

#[tokio::test]
async fn option_layer_takes_a_layer_that_keeps_the_body_type() {
    let layer = layer().response_body(Full::from);
    let some = ServiceBuilder::new().option_layer(Some(layer.clone()));
    assert_composes(some.service_fn(echo::<Body>)).await;

    let none = ServiceBuilder::new().option_layer(Some(layer).filter(|_| false));
    let mut none = none.service_fn(echo::<Body>);
    assert_forwarded(&send(&mut none, request("BREW", "/")).await);
    assert_forwarded(&send(&mut none, request("POST", "/")).await);
}

async fn stamp(request: Request, next: Next) -> axum::response::Response {
    let mut response = next.run(request).await;
    let stamped = header::HeaderValue::from_static("stamp");
    response.headers_mut().insert(header::VIA, stamped);
    response
}

#[tokio::test]
async fn from_fn_outside_sees_the_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(from_fn(stamp))
        .layer(layer())
        .service(router());
    assert_composes(service.clone()).await;
    let response = send(&mut service, request("BREW", "/")).await;
    assert_eq!(response.headers()["via"], "stamp");
}

#[tokio::test]
async fn from_fn_inside_does_not_see_the_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(layer())
        .layer(from_fn(stamp))
        .service(router());
    assert_composes(service.clone()).await;
    let response = send(&mut service, request("BREW", "/")).await;
    assert!(!response.headers().contains_key("via"));
    let response = send(&mut service, request("POST", "/")).await;
    assert_eq!(response.headers()["via"], "stamp");
}

async fn timed_out(_: BoxError) -> StatusCode {
    StatusCode::REQUEST_TIMEOUT
}

#[tokio::test]
async fn handled_errors_compose_outside() {
    let service = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(timed_out))
        .timeout(LONG)
        .layer(layer())
        .service(router());
    assert_composes(service).await;
}

#[tokio::test]
async fn handled_errors_compose_in_router_layer() {
    let stack = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(timed_out))
        .timeout(LONG)
        .layer(layer());
    assert_composes(router().layer(stack)).await;
}

#[tokio::test]
async fn an_inner_service_that_times_out_does_not_hold_up_a_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(timed_out))
        .layer(layer())
        .timeout(Duration::ZERO)
        .service_fn(|_: Request| std::future::pending::<Result<FullResponse, Infallible>>());
    assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
    let response = send(&mut service, request("POST", "/")).await;
    assert_eq!(response.status(), 408);
}

/// Each of the two layers refuses what is not in its own set.
async fn assert_nested(outer: [Method; 2], inner: [Method; 2]) {
    let mut service = ServiceBuilder::new()
        .layer(NotImplementedLayer::new(outer))
        .layer(NotImplementedLayer::new(inner))
        .service_fn(echo::<Body>);
    for method in ["PUT", "PATCH", "BREW"] {
        assert_refused(&send(&mut service, request(method, "/")).await, method);
    }
    assert_forwarded(&send(&mut service, request("POST", "/")).await);
    assert_forwarded(&send(&mut service, request("GET", "/")).await);
}

#[tokio::test]
async fn nested_layers_support_what_both_support() {
    let (put, patch) = ([Method::POST, Method::PUT], [Method::POST, Method::PATCH]);
    assert_nested(put.clone(), patch.clone()).await;
    assert_nested(patch, put).await;
}

#[tokio::test]
async fn a_refusal_of_the_inner_layer_passes_the_outer_one_unchanged() {
    let own = header::HeaderValue::from_static("text/html");
    let inner = NotImplementedLayer::new([Method::POST]).body(own, "<p>No.</p>");
    let mut service = ServiceBuilder::new()
        .layer(layer().allow_header(true))
        .layer(inner)
        .service_fn(echo::<Body>);
    let response = send(&mut service, request("PUT", "/")).await;
    assert_eq!(response.status(), 501);
    assert_eq!(response.body(), "<p>No.</p>");
    assert!(!response.headers().contains_key("allow"));
    let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
    assert_eq!(mark.method(), "PUT");
}

#[tokio::test]
async fn steer_routes_to_layers_of_different_sets() {
    let sets = [MethodSet::STANDARD, MethodSet::WEBDAV];
    let services = sets.map(|set| NotImplementedLayer::new(set).layer(service_fn(echo::<Body>)));
    let pick = |request: &Request, _: &[_]| usize::from(request.uri().path() == "/dav");
    let mut steer = Steer::new(services, pick);
    for path in ["/", "/dav"] {
        assert_refused(&send(&mut steer, request("BREW", path)).await, "BREW");
        assert_forwarded(&send(&mut steer, request("POST", path)).await);
    }
    assert_refused(
        &send(&mut steer, request("PROPFIND", "/")).await,
        "PROPFIND",
    );
    assert_forwarded(&send(&mut steer, request("PROPFIND", "/dav")).await);
}

fn serve_dir() -> ServeDir {
    ServeDir::new(env!("CARGO_MANIFEST_DIR"))
}

const FILE: &str = "/Cargo.toml";

#[tokio::test]
async fn serve_dir_answers_405_where_the_layer_answers_501() {
    let mut alone = serve_dir();
    let mut behind = layer().layer(serve_dir());
    let response = send(&mut alone, request("PROPFIND", FILE)).await;
    assert_eq!(response.status(), 405);
    let response = send(&mut behind, request("PROPFIND", FILE)).await;
    assert_refused(&response, "PROPFIND");
    for method in ["POST", "DELETE"] {
        let response = send(&mut alone, request(method, FILE)).await;
        assert_eq!(response.status(), 405);
        let same = send(&mut behind, request(method, FILE)).await;
        assert_eq!(same.status(), 405);
        assert_eq!(same.headers(), response.headers());
    }
}

#[tokio::test]
async fn serve_dir_behind_the_layer_serves_the_same_file() {
    let content = std::fs::read(env!("CARGO_MANIFEST_DIR").to_owned() + FILE).unwrap();
    let (mut alone, mut behind) = (serve_dir(), layer().layer(serve_dir()));
    for method in ["GET", "HEAD"] {
        let response = send(&mut behind, request(method, FILE)).await;
        let same = send(&mut alone, request(method, FILE)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers(), same.headers());
        assert_eq!(response.body(), same.body());
        assert_eq!(response.body().is_empty(), method == "HEAD");
    }
    let response = send(&mut behind, request("GET", FILE)).await;
    assert_eq!(response.body(), &content);
}

#[tokio::test]
async fn serve_dir_behind_the_layer_serves_ranges() {
    let content = std::fs::read(env!("CARGO_MANIFEST_DIR").to_owned() + FILE).unwrap();
    let mut part = request("GET", FILE);
    let range = header::HeaderValue::from_static("bytes=1-7");
    part.headers_mut().insert(header::RANGE, range);
    let response = send(&mut layer().layer(serve_dir()), part).await;
    assert_eq!(response.status(), 206);
    assert_eq!(response.body(), &content[1..=7]);
}

#[tokio::test]
async fn serve_dir_falls_back_to_the_layer() {
    let service = serve_dir()
        .call_fallback_on_method_not_allowed(true)
        .fallback(layer().layer(service_fn(echo::<Body>)));
    assert_composes(service).await;
}

/// A client that sends every request to `address`, whatever host it names.
fn towards(
    address: SocketAddr,
) -> impl Service<
    Request,
    Response = Response<Incoming>,
    Error = hyper_util::client::legacy::Error,
    Future = impl Future<Output = Result<Response<Incoming>, hyper_util::client::legacy::Error>> + Send,
> + Clone
       + Send {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    ServiceBuilder::new()
        .map_request(move |mut request: Request| {
            let target = format!("http://{address}{}", request.uri().path());
            *request.uri_mut() = target.parse::<Uri>().unwrap();
            request
        })
        .service(client)
}

#[tokio::test]
async fn a_proxied_body_is_wrapped() {
    let origin = Server::start(service_fn(echo::<Incoming>)).await;
    assert_composes(layer().layer(towards(origin.address))).await;
}

#[tokio::test]
async fn cors_outside_takes_a_proxied_body() {
    let origin = Server::start(service_fn(echo::<Incoming>)).await;
    let mut proxy = ServiceBuilder::new()
        .layer(cors())
        .layer(layer())
        .service(towards(origin.address));
    let response = send(&mut proxy, cross_origin("BREW")).await;
    assert_refused(&response, "BREW");
    assert!(origin_allowed(response.headers()));
    let response = send(&mut proxy, cross_origin("PATCH")).await;
    assert_forwarded(&response);
    assert_eq!(response.headers()["server"], "inner");
}

#[tokio::test]
async fn a_served_proxy_asks_the_origin_only_for_supported_methods() {
    let (service, calls) = counting();
    let origin = Server::start(service).await;
    let proxy = ServiceBuilder::new()
        .layer(layer())
        .map_request(|request: http::Request<Incoming>| request.map(Body::new))
        .service(towards(origin.address));
    let proxy = Server::start(proxy).await;
    let mut client = towards(proxy.address);

    let response = send(&mut client, request("BREW", "/pot")).await;
    assert_explained(&response);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let response = send(&mut client, request("POST", "/pot")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.body(), "POST /pot");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn axum_serves_the_layer_around_a_whole_router() {
    let app = layer().response_body(Body::from).layer(router());
    let app = axum::ServiceExt::<Request>::into_make_service(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = towards(listener.local_addr().unwrap());
    let server = tokio::spawn(async { axum::serve(listener, app).await });

    assert_explained(&send(&mut client, request("BREW", "/")).await);
    assert_explained(&send(&mut client, request("BREW", "/unknown")).await);
    assert_forwarded(&send(&mut client, request("POST", "/")).await);
    server.abort();
}
