//! CORS on either side.

use super::{
    assert_forwarded, assert_refused, cors, cross_origin, echo, layer, origin_allowed, send,
    towards,
};
use crate::support::Server;
use axum::{body::Body, extract::Request};
use http::{header, Method};
use hyper::body::Incoming;
use tower::{service_fn, ServiceBuilder};
use tower_not_implemented::NotImplementedLayer;

fn preflight() -> Request {
    let mut request = cross_origin("OPTIONS");
    let method = header::HeaderValue::from_static("PATCH");
    let name = header::ACCESS_CONTROL_REQUEST_METHOD;
    request.headers_mut().insert(name, method);
    request
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
async fn cors_outside_takes_a_proxied_body() {
    let origin = Server::start(service_fn(echo::<Incoming>)).await;
    let mut proxy = ServiceBuilder::new()
        .layer(cors())
        .layer(layer().wrap_body())
        .service(towards(origin.address));
    let response = send(&mut proxy, cross_origin("BREW")).await;
    assert_refused(&response, "BREW");
    assert!(origin_allowed(response.headers()));
    let response = send(&mut proxy, cross_origin("PATCH")).await;
    assert_forwarded(&response);
    assert_eq!(response.headers()["server"], "inner");
}
