//! Stacks of several layers.

use super::{assert_composes, assert_refused, echo, layer, request, router, FullResponse, Request};
use crate::support::{
    refusals::{ask, with, Content},
    within,
};
use axum::{
    error_handling::HandleErrorLayer,
    middleware::{from_fn, Next},
    response::Response,
};
use http::{HeaderValue, Method, StatusCode};
use std::{convert::Infallible, future::pending, time::Duration};
use tower::{service_fn, BoxError, Layer, ServiceBuilder, ServiceExt};
use tower_http::{compression::CompressionLayer, decompression::DecompressionLayer};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

const LONG: Duration = Duration::from_secs(20);

async fn timed_out(_: BoxError) -> StatusCode {
    StatusCode::REQUEST_TIMEOUT
}

#[tokio::test]
async fn handled_errors_compose_outside() {
    let stack = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(timed_out))
        .timeout(LONG)
        .layer(layer());
    assert_composes(stack.clone().service(router())).await;
    assert_composes(router().layer(stack)).await;
}

#[tokio::test]
async fn an_inner_service_that_times_out_does_not_hold_up_a_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(timed_out))
        .layer(layer())
        .timeout(Duration::ZERO)
        .service_fn(|_: Request| pending::<Result<FullResponse, Infallible>>());
    assert_refused(&ask(&mut service, request("BREW", "/")).await, "BREW");
    let answer = ask(&mut service, request("POST", "/")).await;
    assert_eq!(answer.status, 408);
}

#[tokio::test]
async fn compression_outside_compresses_the_refusal() {
    let refusing = layer().layer(service_fn(echo::<Content>));
    let compressed = CompressionLayer::new().layer(refusing);
    let accepting = with(request("BREW", "/"), "accept-encoding", "gzip");
    let answer = ask(compressed.clone(), accepting).await;
    assert_eq!((answer.status.as_u16(), answer.mark.is_some()), (501, true));
    assert_eq!(answer.field("content-encoding"), Some("gzip"));
    assert_eq!(answer.field("vary"), Some("accept-encoding"));
    // Decompressed, it is the same text.
    assert_composes(DecompressionLayer::new().layer(compressed)).await;
}

#[tokio::test]
async fn nested_layers_support_what_both_support() {
    let (put, patch) = ([Method::POST, Method::PUT], [Method::POST, Method::PATCH]);
    for (outer, inner) in [(put.clone(), patch.clone()), (patch, put)] {
        let mut service = ServiceBuilder::new()
            .layer(NotImplementedLayer::new(outer))
            .layer(NotImplementedLayer::new(inner))
            .service_fn(echo::<Content>);
        for method in ["PUT", "PATCH", "BREW"] {
            assert_refused(&ask(&mut service, request(method, "/")).await, method);
        }
        for method in ["GET", "POST"] {
            let answer = ask(&mut service, request(method, "/")).await;
            answer.assert_forwarded("hello");
        }
    }
}

#[tokio::test]
async fn a_refusal_of_the_inner_layer_passes_the_outer_one_unchanged() {
    let own = HeaderValue::from_static("text/html");
    let inner = NotImplementedLayer::new([Method::POST]).body(own, "<p>No.</p>");
    let service = ServiceBuilder::new()
        .layer(layer().send_allow(true))
        .layer(inner)
        .service_fn(echo::<Content>);
    let answer = ask(service, request("PUT", "/")).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (501, "<p>No.</p>"));
    assert_eq!(answer.field("allow"), None);
    assert_eq!(answer.mark.unwrap().method(), "PUT");
}

async fn strangers_are_unknown(request: axum::extract::Request, next: Next) -> Response {
    if request.headers().contains_key("authorization") {
        next.run(request).await
    } else {
        axum::response::IntoResponse::into_response(StatusCode::UNAUTHORIZED)
    }
}

#[tokio::test]
async fn a_strangers_refusal_is_501_where_authentication_is_inside_and_401_where_it_is_outside() {
    let authentication = from_fn(strangers_are_unknown);
    let inside = router().layer(authentication.clone()).layer(layer());
    let outside = router().layer(layer()).layer(authentication);
    for (app, status) in [(inside, 501), (outside, 401)] {
        let answer = ask(app, request("BREW", "/")).await;
        assert_eq!(answer.status, status);
        // axum's, of the route.
        assert_eq!(answer.fields["allow"], "POST");
    }
}

#[tokio::test]
async fn a_rate_limit_counts_refusals_where_it_is_outside_and_not_where_it_is_inside() {
    let hour = Duration::from_secs(3_600);
    let hello = || service_fn(echo::<Content>);
    let mut outside = ServiceBuilder::new()
        .load_shed()
        .rate_limit(5, hour)
        .layer(layer())
        .service(hello());
    let mut inside = ServiceBuilder::new()
        .layer(layer())
        .load_shed()
        .rate_limit(5, hour)
        .service(hello());
    for number in 0..20 {
        let limited = (&mut outside).oneshot(request("BREW", "/"));
        assert_eq!(within(limited).await.is_ok(), number < 5);
        assert_refused(&ask(&mut inside, request("BREW", "/")).await, "BREW");
    }
}

async fn tells_its_path(
    path: Option<axum::extract::MatchedPath>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let path = path.map_or("none".into(), |path| path.as_str().to_string());
    response.headers_mut().insert("via", path.parse().unwrap());
    response
}

#[tokio::test]
async fn layers_outside_see_the_matched_path_of_router_layer_only() {
    let telling = from_fn(tells_its_path);
    let inside = router().layer(layer()).layer(telling.clone());
    let around = axum::Router::new().fallback_service(layer().layer(router()));
    for (app, path) in [(inside, "/"), (around.layer(telling), "none")] {
        for method in ["POST", "BREW"] {
            let answer = ask(app.clone(), request(method, "/")).await;
            assert_eq!(answer.field("via"), Some(path), "{method}");
        }
    }
}

#[tokio::test]
async fn a_method_of_its_own_is_routed_by_any_or_by_the_fallback_of_a_route() {
    use axum::routing::{any, get};
    let query = Method::from_bytes(b"QUERY").unwrap();
    let layer = NotImplementedLayer::new(MethodSet::STANDARD.with(query));
    let told = |method: Method| async move { method.to_string() };
    let app = axum::Router::new()
        .route("/any", any(told))
        .route("/get", get(told).fallback(told))
        .layer(layer);
    for (path, allow) in [("/any", None), ("/get", Some("GET,HEAD"))] {
        let answer = ask(app.clone(), request("QUERY", path)).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, "QUERY"));
        assert_eq!(answer.field("allow"), allow, "{path}"); // axum's own
        assert_refused(&ask(app.clone(), request("BREW", path)).await, "BREW");
    }
}

/// `docs/frameworks.md`, for a WASI host that forbids the field.
#[tokio::test]
async fn told_that_a_request_came_over_http2_the_refusal_has_no_connection_field() {
    let set = MethodSet::STANDARD.without(&Method::CONNECT);
    let service = ServiceBuilder::new()
        .map_request(|mut request: Request| {
            *request.version_mut() = http::Version::HTTP_2;
            request
        })
        .layer(NotImplementedLayer::new(set))
        .service_fn(echo::<Content>);
    let mut expecting = request("BREW", "/");
    let expect = HeaderValue::from_static("100-continue");
    expecting.headers_mut().insert("expect", expect);
    let connects = ["/", "a:1"].map(|target| request("CONNECT", target));
    for refused in connects.into_iter().chain([expecting]) {
        let answer = ask(service.clone(), refused).await;
        let connection = answer.field("connection");
        assert_eq!((answer.status.as_u16(), connection), (501, None));
    }
}
