//! The service as a part of a stack: what reaches the inner service and comes back from it,
//! readiness, and what a refusal looks like from the outside.

mod dry_run;
mod forwarding;
mod readiness;
mod refusal;
mod setters;
mod settings;

use crate::support::collect;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use std::{
    collections::VecDeque,
    convert::Infallible,
    fmt,
    future::{ready, Future, Ready},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{
    CacheControl, NotImplemented, NotImplementedLayer, ResponseBody, UnsupportedMethod, WrapBody,
};
use tower_test::mock::{self, Handle, Mock, Spawn};

type Incoming = Request<Full<Bytes>>;

type Outgoing = Response<Full<Bytes>>;

type Mocked<B> = NotImplemented<Mock<Incoming, Response<B>>, WrapBody>;

#[derive(Clone, Debug, PartialEq)]
struct Tag(&'static str);

/// A body of given frames, whose size hint tells nothing of them, and which is not Clone.
struct Frames(VecDeque<Result<Frame<Bytes>, &'static str>>);

impl Frames {
    fn new<const N: usize>(frames: [Result<Frame<Bytes>, &'static str>; N]) -> Self {
        Self(frames.into())
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        Poll::Ready(self.0.pop_front())
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let mut size = SizeHint::new();
        size.set_lower(7);
        size.set_upper(99);
        size
    }
}

fn request(method: &str) -> Incoming {
    let request = Request::builder().method(method).uri("/path?query");
    request.body(Full::default()).unwrap()
}

fn answer(_: Incoming) -> Ready<Result<Outgoing, Infallible>> {
    ready(Ok(Response::new(Full::from("answered"))))
}

fn mocked<B>() -> (Spawn<Mocked<B>>, Handle<Incoming, Response<B>>) {
    mock::spawn_layer(NotImplementedLayer::default().wrap_body())
}

/// The output of a future that is ready when it is first polled.
#[track_caller]
fn at_once<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("not ready at once")
}

#[track_caller]
fn assert_ready<S>(service: &mut Spawn<S>)
where
    S: Service<Incoming>,
    S::Error: fmt::Debug,
{
    match service.poll_ready() {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => panic!("not ready"),
    }
}

#[track_caller]
fn status<S, B>(service: &mut Spawn<S>, method: &str) -> StatusCode
where
    S: Service<Incoming, Response = Response<B>>,
    S::Error: fmt::Debug,
{
    at_once(service.call(request(method))).unwrap().status()
}

#[track_caller]
fn assert_refused<S, B>(service: &mut Spawn<S>)
where
    S: Service<Incoming, Response = Response<B>>,
    S::Error: fmt::Debug,
{
    let response = at_once(service.call(request("BREW"))).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(response.extensions().get::<UnsupportedMethod>().is_some());
}

/// The answer of `layer` to a method it refuses.
fn refusal(layer: &NotImplementedLayer) -> Response<ResponseBody<Full<Bytes>>> {
    let layer = layer.clone().wrap_body();
    at_once(layer.layer(service_fn(answer)).call(request("BREW"))).unwrap()
}

fn content<B: Body<Data = Bytes>>(body: B) -> Bytes
where
    B::Error: fmt::Debug,
{
    at_once(collect(body)).unwrap().to_bytes()
}

fn next_frame<B: Body + Unpin>(body: &mut B) -> Option<Result<Frame<B::Data>, B::Error>> {
    at_once(body.frame())
}

/// The answer of a layer with every setting around an inner service that answers `response`.
fn forwarded<B>(response: Response<B>) -> Response<ResponseBody<B>> {
    let layer = NotImplementedLayer::default()
        .retry_after(Duration::from_secs(1))
        .cache_control(CacheControl::no_store())
        .send_allow(true)
        .problem_details()
        .wrap_body();
    let (mut service, mut handle) = mock::spawn_layer::<Incoming, Response<B>, _>(layer);
    assert_ready(&mut service);
    let future = service.call(request("GET"));
    let (_, send) = at_once(handle.next_request()).unwrap();
    send.send_response(response);
    at_once(future).unwrap()
}
