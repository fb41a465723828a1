//! The layer around itself, over a boxed inner service.

use super::{forwarding::forward, inner::boxed, Scenario};
use tower::Layer;
use tower_not_implemented::{NotImplemented, NotImplementedLayer};

pub fn bare() -> Scenario {
    forward(boxed())
}

pub fn layer_1() -> Scenario {
    forward(NotImplementedLayer::default().layer(boxed()))
}

pub fn layer_16() -> Scenario {
    forward(sixteen(&NotImplementedLayer::default(), boxed()))
}

pub fn layer_16_wrapped() -> Scenario {
    let layer = NotImplementedLayer::default().wrap_body();
    forward(sixteen(&layer, boxed()))
}

fn sixteen<F: Clone, S>(layer: &NotImplementedLayer<F>, inner: S) -> Sixteen<S, F> {
    four(layer, four(layer, four(layer, four(layer, inner))))
}

type Four<S, F> = NotImplemented<NotImplemented<NotImplemented<NotImplemented<S, F>, F>, F>, F>;

type Sixteen<S, F> = Four<Four<Four<Four<S, F>, F>, F>, F>;

fn four<F: Clone, S>(layer: &NotImplementedLayer<F>, inner: S) -> Four<S, F> {
    layer.layer(layer.layer(layer.layer(layer.layer(inner))))
}
