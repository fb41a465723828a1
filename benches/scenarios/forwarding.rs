//! A supported request over three kinds of inner service.

use super::{
    floor::{floor, floor_arc},
    inner::{ask, boxed, now, Ask, Big, Ready},
    peers, repeat, Scenario,
};
use http::Method;
use std::hint::black_box;
use tower::{filter::FilterLayer, Layer, Service};
use tower_http::validate_request::ValidateRequestHeaderLayer;
use tower_not_implemented::NotImplementedLayer;

/// A scenario for each thing around the inner service.
macro_rules! around {
    ($inner:expr, $bare:ident, $layer:ident, $wrapped:ident, $custom:ident, $floor:ident,
     $floor_arc:ident, $validate:ident, $filter:ident, $set_status:ident) => {
        pub fn $bare() -> Scenario {
            forward($inner)
        }

        pub fn $layer() -> Scenario {
            forward(NotImplementedLayer::default().layer($inner))
        }

        pub fn $wrapped() -> Scenario {
            let layer = NotImplementedLayer::default().wrap_body();
            forward(layer.layer($inner))
        }

        pub fn $custom() -> Scenario {
            forward(peers::custom().layer($inner))
        }

        pub fn $floor() -> Scenario {
            forward(floor($inner))
        }

        pub fn $floor_arc() -> Scenario {
            forward(floor_arc($inner, peers::refusal()))
        }

        pub fn $validate() -> Scenario {
            let layer = ValidateRequestHeaderLayer::custom(peers::validate);
            forward(layer.layer($inner))
        }

        pub fn $filter() -> Scenario {
            forward(FilterLayer::new(peers::filter).layer($inner))
        }

        pub fn $set_status() -> Scenario {
            forward(peers::set_status().layer($inner))
        }
    };
}

around!(
    Ready,
    ready_bare,
    ready_layer,
    ready_layer_wrapped,
    ready_layer_custom,
    ready_floor,
    ready_floor_arc,
    ready_validate,
    ready_filter,
    ready_set_status
);
around!(
    boxed(),
    boxed_bare,
    boxed_layer,
    boxed_layer_wrapped,
    boxed_layer_custom,
    boxed_floor,
    boxed_floor_arc,
    boxed_validate,
    boxed_filter,
    boxed_set_status
);
around!(
    Big,
    big_bare,
    big_layer,
    big_layer_wrapped,
    big_layer_custom,
    big_floor,
    big_floor_arc,
    big_validate,
    big_filter,
    big_set_status
);

/// The method is hidden from the compiler, or it would leave the checks out.
pub fn forward<S>(service: S) -> Scenario
where
    S: Service<Ask> + 'static,
{
    repeat(service, |service| {
        let answer = now(service.call(ask(black_box(&Method::GET))));
        black_box(&answer);
    })
}
