//! A body of a hundred frames, read to its end.

use super::{
    inner::{ask, drain_pinned, now},
    repeat, Scenario,
};
use bytes::Bytes;
use http::{Method, Response};
use http_body::{Body, Frame};
use http_body_util::{combinators::UnsyncBoxBody, BodyExt};
use std::{
    convert::Infallible,
    future,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{MakeResponseBody, NotImplementedLayer};

const FRAMES: usize = 100;

pub fn bare() -> Scenario {
    reads(frames())
}

pub fn layer() -> Scenario {
    reads(through(&NotImplementedLayer::default(), frames))
}

pub fn layer_wrapped() -> Scenario {
    let layer = NotImplementedLayer::default().wrap_body();
    reads(through(&layer, frames))
}

pub fn boxed_bare() -> Scenario {
    reads(boxed())
}

pub fn boxed_wrapped() -> Scenario {
    let layer = NotImplementedLayer::default().wrap_body();
    reads(through(&layer, boxed))
}

fn reads<B: Body + 'static>(body: B) -> Scenario {
    repeat(Box::pin(body), |body| drain_pinned(body.as_mut()))
}

/// The body of `layer`'s answer around a service that answers with `body`.
fn through<F, B>(layer: &NotImplementedLayer<F>, body: fn() -> B) -> F::ResponseBody
where
    F: MakeResponseBody<B> + Clone,
{
    let inner = service_fn(move |_| future::ready(Ok::<_, Infallible>(Response::new(body()))));
    let Ok(response) = now(layer.layer(inner).call(ask(&Method::GET)));
    response.into_body()
}

/// A hundred frames, and a hundred again after the end.
struct Frames {
    left: usize,
}

/// The layer asks for it, to make the body of a refusal; here is none.
impl From<Bytes> for Frames {
    fn from(_: Bytes) -> Self {
        frames()
    }
}

fn frames() -> Frames {
    Frames { left: FRAMES }
}

fn boxed() -> UnsyncBoxBody<Bytes, Infallible> {
    frames().boxed_unsync()
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    #[inline]
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            self.left = FRAMES;
            return Poll::Ready(None);
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"frame")))))
    }
}
