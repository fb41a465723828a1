//! Any configuration of the layer, any request, any inner service: who answers, and what.
//!
//! The bytes become a [`Case`], which is carried out and held against what its settings lead one to
//! expect. Everything is polled by hand, so that each poll can be accounted for.

#![no_main]

mod body;
mod config;
mod date;
mod inner;
mod names;
mod request;
mod rules;
#[path = "../waker.rs"]
mod waker;

use arbitrary::Arbitrary;
use body::TestBody;
use bytes::Bytes;
use http_body::Body;
use inner::Inner;
use libfuzzer_sys::fuzz_target;
use rules::Rules;
use tower_layer::Layer;
use tower_not_implemented::{MakeResponseBody, NotImplemented, NotImplementedLayer};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    set: config::Set<'a>,
    /// Set before the type of the response body is chosen.
    early: Vec<config::Setting<'a>>,
    /// Set after it.
    late: Vec<config::Setting<'a>>,
    keeps_body_type: bool,
    bare: bool,
    clones: bool,
    request: request::Case<'a>,
    inner: inner::Case<'a>,
}

fuzz_target!(|case: Case<'_>| case.run());

impl Case<'_> {
    fn run(&self) {
        let (set, names) = self.set.build();
        let mut expected = config::Expected::new(names);
        let inner = Inner::new(&self.inner);
        if self.bare {
            return self.check(NotImplemented::new(inner, set), &expected);
        }
        let layer = config::apply(NotImplementedLayer::new(set), &self.early, &mut expected);
        if self.keeps_body_type {
            let layer = layer.response_body(TestBody::of);
            let layer = config::apply(layer, &self.late, &mut expected);
            self.check(layer.layer(inner), &expected);
        } else {
            let layer = config::apply(layer, &self.late, &mut expected);
            self.check(layer.layer(inner), &expected);
        }
    }

    fn check<F>(&self, service: NotImplemented<Inner<'_>, F>, expected: &config::Expected)
    where
        F: MakeResponseBody<TestBody> + Clone,
        F::ResponseBody: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        let service = if self.clones {
            service.clone()
        } else {
            service
        };
        Rules {
            expected,
            request: &self.request,
            inner: &self.inner,
        }
        .check(service);
    }
}
