//! A clone of the service, which hyper-util and axum make for each request, and a new service,
//! which axum makes for each route on each connection.

use super::{inner::Ready, peers, repeat, Scenario};
use std::hint::black_box;
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;

pub fn empty_loop() -> Scenario {
    repeat((), |state| {
        black_box(state);
    })
}

pub fn bare() -> Scenario {
    clones(Ready)
}

pub fn layer() -> Scenario {
    clones(NotImplementedLayer::default().layer(Ready))
}

pub fn layer_custom() -> Scenario {
    clones(peers::custom().layer(Ready))
}

/// A service made by the layer.
pub fn layering() -> Scenario {
    layers(NotImplementedLayer::default())
}

pub fn layering_custom() -> Scenario {
    layers(peers::custom())
}

pub fn layering_wrapped() -> Scenario {
    layers(peers::custom().wrap_body())
}

fn layers<L: Layer<Ready> + 'static>(layer: L) -> Scenario {
    repeat(layer, |layer| {
        black_box(&layer.layer(Ready));
    })
}

fn clones<S: Clone + 'static>(service: S) -> Scenario {
    repeat(service, |service| {
        black_box(&service.clone());
    })
}
