//! Bodies, services and futures of every kind.

use super::{assert_composes, assert_refused, echo, layer, request, FullResponse};
use crate::support::refusals::{ask, with, Content};
use http_body_util::BodyExt;
use tower::{
    service_fn,
    util::{BoxCloneSyncService, BoxCloneSyncServiceLayer},
    Layer, ServiceBuilder,
};
use tower_http::limit::RequestBodyLimitLayer;

#[tokio::test]
async fn request_body_limit_wins_outside_and_loses_inside() {
    let ten_bytes = |method| with(request(method, "/"), "content-length", "10");
    let limit = RequestBodyLimitLayer::new(5);
    let outside = limit.layer(layer().layer(service_fn(echo)));
    let answer = ask(outside, ten_bytes("BREW")).await;
    assert_eq!(answer.status, 413);

    let mut inside = layer().wrap_body().layer(limit.layer(service_fn(echo)));
    let answer = ask(&mut inside, ten_bytes("BREW")).await;
    assert_refused(&answer, "BREW");
    let answer = ask(&mut inside, ten_bytes("POST")).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn the_service_and_the_layer_can_be_boxed() {
    let boxed = BoxCloneSyncService::new(layer().layer(service_fn(echo::<Content>)));
    assert_composes(boxed).await;
    let boxed = BoxCloneSyncServiceLayer::new(layer());
    assert_composes(boxed.layer(service_fn(echo::<Content>))).await;
}

#[tokio::test]
async fn a_boxed_body_is_wrapped() {
    let boxed = |response: FullResponse| response.map(BodyExt::boxed);
    let layers = ServiceBuilder::new().layer(layer().wrap_body());
    let service = layers.map_response(boxed);
    assert_composes(service.service_fn(echo::<Content>)).await;
}
