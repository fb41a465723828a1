//! A request that is refused, its answer drained.

use super::{
    inner::{ask, drain, now, Ready},
    peers, repeat, Scenario,
};
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONTENT_TYPE},
    Method, Request, Response,
};
use http_body::Body;
use http_body_util::{Empty, Full};
use std::{
    hint::black_box,
    time::{Duration, SystemTime},
};
use tower::{filter::FilterLayer, Layer, Service};
use tower_http::validate_request::ValidateRequestHeaderLayer;
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

/// For comparison: the inner service answers.
pub fn bare_ok() -> Scenario {
    refuse(Ready)
}

/// Retry-After, Cache-Control, content-type and text.
pub fn layer() -> Scenario {
    refuse(peers::custom().layer(Ready))
}

pub fn layer_same_body() -> Scenario {
    refuse(peers::custom().response_body(Full::from).layer(Ready))
}

pub fn validate() -> Scenario {
    refuse(ValidateRequestHeaderLayer::custom(peers::validate).layer(Ready))
}

pub fn validate_by_hand() -> Scenario {
    refuse(ValidateRequestHeaderLayer::custom(peers::validate_by_hand).layer(Ready))
}

/// An error and no answer.
pub fn filter() -> Scenario {
    let service = FilterLayer::new(peers::filter).layer(Ready);
    exchanges(service, ask)
}

pub fn layer_default() -> Scenario {
    refuse(NotImplementedLayer::default().layer(Ready))
}

pub fn layer_until_a_date() -> Scenario {
    let date = SystemTime::now() + Duration::from_secs(86_400);
    refuse(peers::custom().retry_after(date).layer(Ready))
}

pub fn layer_grpc() -> Scenario {
    let grpc = HeaderValue::from_static("application/grpc");
    exchanges(peers::custom().layer(Ready), move |method| {
        let mut request = ask(method);
        request.headers_mut().insert(CONTENT_TYPE, grpc.clone());
        request
    })
}

/// The content is at hand, and discarded.
pub fn layer_with_content() -> Scenario {
    exchanges(peers::custom().layer(Ready), |method| {
        let content = Full::new(Bytes::from_static(b"content"));
        let mut request = Request::new(content);
        *request.method_mut() = method.clone();
        request
    })
}

/// What a mark is put into.
pub fn response_alone() -> Scenario {
    let method = foo();
    repeat(mark(&method), |_| {
        black_box(&Response::new(Empty::<Bytes>::new()));
    })
}

/// The mark of a refusal, by itself.
pub fn response_with_mark() -> Scenario {
    let method = foo();
    repeat(mark(&method), |mark| {
        let mut response = Response::new(Empty::<Bytes>::new());
        response.extensions_mut().insert(mark.clone());
        black_box(&response);
    })
}

/// The answer by itself, as the peers make it.
pub fn response_with_fields() -> Scenario {
    repeat((), |()| {
        black_box(&peers::refusal::<Full<Bytes>>());
    })
}

fn refuse<S, R>(service: S) -> Scenario
where
    S: Service<Request<Empty<Bytes>>, Response = Response<R>> + 'static,
    R: Body,
{
    exchanges(service, ask)
}

fn exchanges<S, B, R>(service: S, request: impl Fn(&Method) -> Request<B> + 'static) -> Scenario
where
    S: Service<Request<B>, Response = Response<R>> + 'static,
    R: Body,
{
    repeat((service, foo()), move |(service, method)| {
        if let Ok(response) = now(service.call(request(method))) {
            black_box(&response);
            drain(response.into_body());
        }
    })
}

fn mark(method: &Method) -> UnsupportedMethod {
    let mut service = NotImplementedLayer::default().layer(Ready);
    let response = now(service.call(ask(method))).expect("a refusal is no error");
    response.extensions().get().cloned().expect("the mark")
}

fn foo() -> Method {
    Method::from_bytes(b"FOO").expect("FOO is a token")
}
