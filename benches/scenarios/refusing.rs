//! A request that is refused, its answer drained.

use super::{
    floor::{floor, floor_arc},
    inner::{ask, drain, now, Ready},
    peers::{self, Mark},
    repeat, Scenario,
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
use tower_not_implemented::NotImplementedLayer;

/// The bytes of a long token.
const HUGE: usize = 60_000;

/// What a request carries.
#[derive(Clone)]
struct Carried(#[allow(dead_code)] u64);

/// For comparison: the inner service answers.
pub fn bare_ok() -> Scenario {
    refuse(Ready)
}

/// Retry-After, Cache-Control, content-type and text.
pub fn layer() -> Scenario {
    refuse(peers::custom().layer(Ready))
}

pub fn layer_wrapped() -> Scenario {
    refuse(peers::custom().wrap_body().layer(Ready))
}

/// An answer without fields and content.
pub fn floor_empty() -> Scenario {
    refuse(floor(Ready))
}

/// A clone of the answer, without the mark.
pub fn floor_fields() -> Scenario {
    refuse(floor_arc(Ready, peers::refusal()))
}

pub fn validate() -> Scenario {
    refuse(ValidateRequestHeaderLayer::custom(peers::validate).layer(Ready))
}

/// With a mark as the layer's.
pub fn validate_marked() -> Scenario {
    refuse(ValidateRequestHeaderLayer::custom(peers::validate_marked).layer(Ready))
}

/// An error and no answer.
pub fn filter() -> Scenario {
    let service = FilterLayer::new(peers::filter).layer(Ready);
    exchanges(service, &foo(), ask)
}

pub fn layer_default() -> Scenario {
    refuse(NotImplementedLayer::default().layer(Ready))
}

/// The request itself takes one copy of the token.
pub fn layer_huge_token() -> Scenario {
    let method = Method::from_bytes("F".repeat(HUGE).as_bytes()).expect("the name is a token");
    exchanges(peers::custom().layer(Ready), &method, ask)
}

/// The request carries an extension, as it does in axum.
pub fn layer_extension() -> Scenario {
    exchanges(peers::custom().layer(Ready), &foo(), |method| {
        let mut request = ask(method);
        request.extensions_mut().insert(Carried(1));
        request
    })
}

pub fn layer_until_a_date() -> Scenario {
    let date = SystemTime::now() + Duration::from_secs(86_400);
    refuse(peers::custom().retry_after(date).layer(Ready))
}

pub fn layer_grpc() -> Scenario {
    let grpc = HeaderValue::from_static("application/grpc");
    exchanges(peers::custom().layer(Ready), &foo(), move |method| {
        let mut request = ask(method);
        request.headers_mut().insert(CONTENT_TYPE, grpc.clone());
        request
    })
}

/// The content is at hand, and discarded.
pub fn layer_with_content() -> Scenario {
    exchanges(peers::custom().layer(Ready), &foo(), |method| {
        let content = Full::new(Bytes::from_static(b"content"));
        let mut request = Request::new(content);
        *request.method_mut() = method.clone();
        request
    })
}

/// What a mark is put into, and the method in it.
pub fn response_alone() -> Scenario {
    repeat(foo(), |method| {
        black_box((&Response::new(Empty::<Bytes>::new()), method.clone()));
    })
}

/// The mark of a refusal, by itself.
pub fn response_with_mark() -> Scenario {
    repeat(foo(), |method| {
        let mut response = Response::new(Empty::<Bytes>::new());
        response.extensions_mut().insert(Mark(method.clone()));
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
    exchanges(service, &foo(), ask)
}

fn exchanges<S, B, R>(
    service: S,
    method: &Method,
    request: impl Fn(&Method) -> Request<B> + 'static,
) -> Scenario
where
    S: Service<Request<B>, Response = Response<R>> + 'static,
    R: Body,
{
    repeat((service, method.clone()), move |(service, method)| {
        if let Ok(response) = now(service.call(request(method))) {
            black_box(&response);
            drain(response.into_body());
        }
    })
}

fn foo() -> Method {
    Method::from_bytes(b"FOO").expect("FOO is a token")
}
