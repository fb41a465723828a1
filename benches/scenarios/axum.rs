//! An axum `Router` as `axum::serve` uses it, request to drained answer.

use super::{
    inner::{drain, now},
    peers, repeat, Scenario,
};
use axum::{
    body::Body,
    extract::Request,
    middleware,
    response::Response,
    routing::{self, Route},
    Router,
};
use http::{Method, StatusCode};
use std::{convert::Infallible, hint::black_box};
use tower::{layer::util::Identity, Layer, Service};
use tower_http::validate_request::ValidateRequestHeaderLayer;

pub fn get_bare() -> Scenario {
    get(router())
}

pub fn get_around() -> Scenario {
    get(around())
}

pub fn get_around_validate() -> Scenario {
    get(around_validate())
}

pub fn get_around_from_fn() -> Scenario {
    get(middleware::from_fn(peers::from_fn).layer(router()))
}

pub fn get_inside_nothing() -> Scenario {
    get(inside(Identity::new()))
}

pub fn get_inside() -> Scenario {
    get(inside(peers::custom()))
}

pub fn get_inside_wrapped() -> Scenario {
    get(inside(peers::custom().wrap_body()))
}

pub fn get_inside_validate() -> Scenario {
    get(inside(ValidateRequestHeaderLayer::custom(peers::validate)))
}

pub fn get_inside_from_fn() -> Scenario {
    get(inside(middleware::from_fn(peers::from_fn)))
}

/// The answer of axum itself, from the route.
pub fn foo_method_router() -> Scenario {
    foo(router(), StatusCode::METHOD_NOT_ALLOWED)
}

pub fn foo_around() -> Scenario {
    refused(around())
}

pub fn foo_around_validate() -> Scenario {
    refused(around_validate())
}

pub fn foo_around_from_fn() -> Scenario {
    refused(middleware::from_fn(peers::from_fn).layer(router()))
}

/// The answer of axum itself, from the route.
pub fn foo_inside_nothing() -> Scenario {
    foo(inside(Identity::new()), StatusCode::METHOD_NOT_ALLOWED)
}

pub fn foo_inside() -> Scenario {
    refused(inside(peers::custom()))
}

pub fn foo_inside_wrapped() -> Scenario {
    refused(inside(peers::custom().wrap_body()))
}

pub fn foo_inside_validate() -> Scenario {
    refused(inside(ValidateRequestHeaderLayer::custom(peers::validate)))
}

pub fn foo_inside_from_fn() -> Scenario {
    refused(inside(middleware::from_fn(peers::from_fn)))
}

pub fn router() -> Router {
    served(routes())
}

/// The layer around the finished `Router`.
pub fn around() -> impl App {
    peers::custom().layer(router())
}

pub fn around_validate() -> impl App {
    ValidateRequestHeaderLayer::custom(peers::validate).layer(router())
}

/// A layer in `Router::layer`.
fn inside<L>(layer: L) -> Router
where
    L: Layer<Route> + Clone + Send + Sync + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: axum::response::IntoResponse,
    <L::Service as Service<Request>>::Error: Into<Infallible>,
    <L::Service as Service<Request>>::Future: Send,
{
    served(routes().layer(layer))
}

fn routes() -> Router {
    Router::new().route("/", routing::get(|| async { "hello" }))
}

/// Layers are applied now and not on each request.
fn served(routes: Router) -> Router {
    routes.with_state(())
}

/// What `axum::serve` takes.
pub trait App:
    Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static
{
}

impl<S> App for S where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static
{
}

fn get(service: impl App) -> Scenario {
    asks("GET", StatusCode::OK, service)
}

fn refused(service: impl App) -> Scenario {
    foo(service, StatusCode::NOT_IMPLEMENTED)
}

fn foo(service: impl App, expected: StatusCode) -> Scenario {
    asks("FOO", expected, service)
}

fn asks(method: &str, expected: StatusCode, service: impl App) -> Scenario {
    let method = Method::from_bytes(method.as_bytes()).expect("the name is a token");
    repeat((service, method), move |(service, method)| {
        assert_eq!(ask(service, method), expected);
    })
}

/// One request, and its answer drained.
#[inline]
pub fn ask<S, B>(service: &mut S, method: &Method) -> StatusCode
where
    S: Service<Request, Response = http::Response<B>, Error = Infallible>,
    B: http_body::Body,
{
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.clone();
    let Ok(response) = now(service.call(request));
    let status = black_box(&response).status();
    drain(response.into_body());
    status
}
