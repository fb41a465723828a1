//! CORS on either side (`docs/placement.md`).

use super::{assert_refused, echo, layer, request, Request};
use crate::support::refusals::{ask, with, Answer, Content};
use http::Method;
use tower::{service_fn, Layer};
use tower_http::cors::{Any, CorsLayer};
use tower_not_implemented::NotImplementedLayer;

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::PATCH])
}

/// A request of a script on another site.
fn cross_origin(method: &str) -> Request {
    with(request(method, "/"), "origin", "https://example.com")
}

async fn outside(layer: NotImplementedLayer, request: Request) -> Answer {
    let service = cors().layer(layer.layer(service_fn(echo::<Content>)));
    ask(service, request).await
}

async fn inside(layer: NotImplementedLayer, request: Request) -> Answer {
    let service = layer.layer(cors().layer(service_fn(echo::<Content>)));
    ask(service, request).await
}

#[tokio::test]
async fn only_cors_outside_lets_the_other_site_see_the_refusal() {
    let seen = outside(layer(), cross_origin("BREW")).await;
    assert_refused(&seen, "BREW");
    assert_eq!(seen.field("access-control-allow-origin"), Some("*"));
    let hidden = inside(layer(), cross_origin("BREW")).await;
    assert_refused(&hidden, "BREW");
    assert_eq!(hidden.field("access-control-allow-origin"), None);

    let patch = || cross_origin("PATCH");
    for answer in [
        outside(layer(), patch()).await,
        inside(layer(), patch()).await,
    ] {
        answer.assert_forwarded("hello");
        assert_eq!(answer.field("access-control-allow-origin"), Some("*"));
    }
}

#[tokio::test]
async fn only_cors_outside_answers_a_preflight_without_options_in_the_set() {
    let preflight = || {
        let options = cross_origin("OPTIONS");
        with(options, "access-control-request-method", "PATCH")
    };
    let without = || NotImplementedLayer::new([Method::PATCH]);
    for answered in [
        outside(without(), preflight()).await,
        inside(layer(), preflight()).await,
    ] {
        assert_eq!(answered.status, 200);
        let methods = answered.field("access-control-allow-methods");
        assert_eq!(methods, Some("PATCH"));
        assert_eq!(answered.field("access-control-allow-origin"), Some("*"));
    }
    let refused = inside(without(), preflight()).await;
    assert_refused(&refused, "OPTIONS");
    assert_eq!(refused.field("access-control-allow-origin"), None);
}
