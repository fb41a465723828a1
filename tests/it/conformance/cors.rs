//! R66 to R68: requests of scripts on other sites.

use crate::support::{
    refusals::{answer, reflect, refusal, request, with, Answer, Content},
    within,
};
use http::{Method, Request, StatusCode};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::cors::{Any, CorsLayer};
use tower_not_implemented::NotImplementedLayer;

fn preflight(name: &str) -> Request<Content> {
    let options = with(request("OPTIONS"), "origin", "https://other");
    with(options, "access-control-request-method", name)
}

/// The answer with CORS around the layer.
async fn with_cors(request: Request<Content>) -> Answer {
    let cors = CorsLayer::new().allow_origin(Any);
    let service = ServiceBuilder::new()
        .layer(cors.allow_methods([Method::PATCH]))
        .layer(NotImplementedLayer::new([Method::PATCH]))
        .service_fn(reflect);
    Answer::of(within(service.oneshot(request)).await.unwrap()).await
}

#[tokio::test]
async fn r66_a_preflight_is_answered_by_cors_outside() {
    let answered = with_cors(preflight("PATCH")).await;
    assert_eq!(answered.status, StatusCode::OK);
    let methods = answered.field("access-control-allow-methods");
    assert_eq!(methods, Some("PATCH"));

    refusal(preflight("PATCH")).await.assert_refused();
    let listed = NotImplementedLayer::new([Method::OPTIONS]);
    let forwarded = answer(&listed, preflight("PATCH")).await;
    forwarded.assert_forwarded("OPTIONS / ");
}

#[tokio::test]
async fn r67_a_refusal_keeps_the_fields_of_cors_outside() {
    let brew = || with(request("BREW"), "origin", "https://other");
    let refused = with_cors(brew()).await;
    refused.assert_refused();
    let origin = refused.field("access-control-allow-origin");
    assert_eq!(origin, Some("*"));
    assert_eq!(refused.content, refusal(brew()).await.content);
}

#[tokio::test]
async fn r68_the_method_a_preflight_asks_for_changes_nothing() {
    let listed = NotImplementedLayer::new([Method::OPTIONS]);
    for name in ["BOGUS", "GET", "*"] {
        let forwarded = answer(&listed, preflight(name)).await;
        forwarded.assert_forwarded("OPTIONS / ");
        refusal(preflight(name)).await.assert_refused();
    }
}
