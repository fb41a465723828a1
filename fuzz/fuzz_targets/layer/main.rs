//! Any configuration of the layer, any request, any inner service: who answers, and what.
//!
//! Bytes become a [`Case`], which is carried out and held against what its settings lead one to
//! expect. Everything is polled by hand, so that each poll can be accounted for.

#![no_main]

mod body;
mod config;
mod discarding;
mod few;
mod inner;
mod names;
mod refusal;
mod request;
mod rules;
mod waker;

use arbitrary::Arbitrary;
use inner::Inner;
use libfuzzer_sys::fuzz_target;
use tower_layer::Layer;
use tower_not_implemented::{NotImplemented, NotImplementedLayer};

fuzz_target!(|case: Case<'_>| case.run());

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    set: config::Set<'a>,
    /// Set before the type of the response body is chosen.
    early: Vec<config::Setting<'a>>,
    /// Set after it.
    late: Vec<config::Setting<'a>>,
    wraps_body: bool,
    /// None is set, for some numbers.
    bare: u8,
    clones: bool,
    request: request::Case<'a>,
    inner: inner::Case<'a>,
}

impl Case<'_> {
    fn run(&self) {
        let (set, names) = self.set.build();
        let mut expected = config::Expected::new(names);
        let inner = Inner::new(&self.inner);
        if self.bare % 8 == 1 {
            return self.check(NotImplemented::new(inner, set), &expected);
        }
        let layer = config::apply(NotImplementedLayer::new(set), &self.early, &mut expected);
        if self.wraps_body {
            let layer = config::apply(layer.wrap_body(), &self.late, &mut expected);
            self.check(layer.layer(inner), &expected);
        } else {
            let layer = config::apply(layer, &self.late, &mut expected);
            self.check(layer.layer(inner), &expected);
        }
    }
}
