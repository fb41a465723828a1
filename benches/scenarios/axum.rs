//! An axum `Router` as `axum::serve` uses it, request to drained answer.

use super::{
    floor::{floor, floor_arc},
    inner::{drain, now},
    peers, repeat, Scenario,
};
use axum::{body::Body, extract::Request, middleware, response::Response, routing::get, Router};
use http::{Method, StatusCode};
use std::{convert::Infallible, hint::black_box};
use tower::{layer::layer_fn, util::MapRequestLayer, Layer, Service};
use tower_http::validate_request::ValidateRequestHeaderLayer;

pub fn get_bare() -> Scenario {
    asks("GET", StatusCode::OK, router())
}

pub fn get_around() -> Scenario {
    asks("GET", StatusCode::OK, around())
}

pub fn get_around_validate() -> Scenario {
    let layer = ValidateRequestHeaderLayer::custom(peers::validate);
    asks("GET", StatusCode::OK, layer.layer(router()))
}

pub fn get_around_from_fn() -> Scenario {
    let layer = middleware::from_fn(peers::from_fn_501);
    asks("GET", StatusCode::OK, layer.layer(router()))
}

pub fn get_inside() -> Scenario {
    asks("GET", StatusCode::OK, inside())
}

pub fn get_inside_wrapped() -> Scenario {
    asks("GET", StatusCode::OK, inside_wrapped())
}

pub fn get_identity() -> Scenario {
    let identity = MapRequestLayer::new(|request: Request| request);
    asks("GET", StatusCode::OK, served(routes().layer(identity)))
}

pub fn get_floor() -> Scenario {
    asks(
        "GET",
        StatusCode::OK,
        served(routes().layer(layer_fn(floor))),
    )
}

pub fn get_floor_arc() -> Scenario {
    let layer = layer_fn(|inner| floor_arc(inner, peers::refusal()));
    asks("GET", StatusCode::OK, served(routes().layer(layer)))
}

pub fn get_validate() -> Scenario {
    asks("GET", StatusCode::OK, validate())
}

pub fn get_from_fn() -> Scenario {
    asks("GET", StatusCode::OK, from_fn_501())
}

/// The answer of axum itself, from the route.
pub fn foo_method_router() -> Scenario {
    asks("FOO", StatusCode::METHOD_NOT_ALLOWED, router())
}

pub fn foo_around() -> Scenario {
    asks("FOO", StatusCode::NOT_IMPLEMENTED, around())
}

pub fn foo_around_validate() -> Scenario {
    let layer = ValidateRequestHeaderLayer::custom(peers::validate);
    asks("FOO", StatusCode::NOT_IMPLEMENTED, layer.layer(router()))
}

pub fn foo_around_from_fn_501() -> Scenario {
    let layer = middleware::from_fn(peers::from_fn_501);
    asks("FOO", StatusCode::NOT_IMPLEMENTED, layer.layer(router()))
}

pub fn foo_inside() -> Scenario {
    asks("FOO", StatusCode::NOT_IMPLEMENTED, inside())
}

pub fn foo_inside_wrapped() -> Scenario {
    asks("FOO", StatusCode::NOT_IMPLEMENTED, inside_wrapped())
}

pub fn foo_validate() -> Scenario {
    asks("FOO", StatusCode::NOT_IMPLEMENTED, validate())
}

pub fn foo_from_fn_501() -> Scenario {
    asks("FOO", StatusCode::NOT_IMPLEMENTED, from_fn_501())
}

pub fn foo_from_fn_405() -> Scenario {
    let checked = routes().layer(middleware::from_fn(peers::from_fn_405));
    asks("FOO", StatusCode::METHOD_NOT_ALLOWED, served(checked))
}

pub fn foo_from_fn_405_bare() -> Scenario {
    let checked = routes().layer(middleware::from_fn(peers::from_fn_405_bare));
    asks("FOO", StatusCode::METHOD_NOT_ALLOWED, served(checked))
}

fn routes() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

/// Layers are applied now and not on each request.
fn served(routes: Router) -> Router {
    routes.with_state(())
}

fn router() -> Router {
    served(routes())
}

fn around() -> impl Service<Request, Response = Response, Error = Infallible> {
    peers::custom().layer(router())
}

fn inside() -> Router {
    served(routes().layer(peers::custom()))
}

fn inside_wrapped() -> Router {
    served(routes().layer(peers::custom().wrap_body()))
}

fn validate() -> Router {
    let layer = ValidateRequestHeaderLayer::custom(peers::validate);
    served(routes().layer(layer))
}

fn from_fn_501() -> Router {
    served(routes().layer(middleware::from_fn(peers::from_fn_501)))
}

fn asks<S>(method: &str, expected: StatusCode, service: S) -> Scenario
where
    S: Service<Request, Response = Response, Error = Infallible> + 'static,
{
    let method = Method::from_bytes(method.as_bytes()).expect("the name is a token");
    repeat((service, method), move |(service, method)| {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method.clone();
        let Ok(response) = now(service.call(request));
        assert_eq!(black_box(&response).status(), expected);
        drain(response.into_body());
    })
}
