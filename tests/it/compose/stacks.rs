//! Stacks of several layers.

use super::{
    assert_composes, assert_forwarded, assert_refused, echo, layer, request, router, send,
    FullResponse, LONG,
};
use axum::{
    body::Body,
    error_handling::HandleErrorLayer,
    extract::Request,
    middleware::{from_fn, Next},
};
use http::{header, Method, StatusCode};
use std::{convert::Infallible, time::Duration};
use tower::{service_fn, steer::Steer, BoxError, Layer, ServiceBuilder};
use tower_http::{cors::CorsLayer, timeout::RequestBodyDeadlineLayer, trace::TraceLayer};
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

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

#[tokio::test]
async fn tracing_cors_and_a_deadline_compose_outside() {
    let stack = || {
        ServiceBuilder::new()
            .layer(TraceLayer::new_for_http())
            .layer(CorsLayer::permissive())
            .layer(RequestBodyDeadlineLayer::new(LONG))
            .layer(layer())
    };
    assert_composes(stack().service(router())).await;
    assert_composes(router().layer(stack())).await;
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
