//! The inner services, and one exchange with a service.

use bytes::Bytes;
use futures_util::task::noop_waker_ref;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::{Empty, Full};
use std::{
    convert::Infallible,
    future::{self, Future},
    hint::black_box,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{util::BoxCloneSyncService, Service};

/// What most scenarios ask for.
pub type Ask = Request<Empty<Bytes>>;

/// What the inner services answer.
pub type Answer = Response<Full<Bytes>>;

/// Answers at once.
#[derive(Clone)]
pub struct Ready;

impl<B> Service<Request<B>> for Ready {
    type Response = Answer;
    type Error = Infallible;
    type Future = future::Ready<Result<Answer, Infallible>>;

    #[inline]
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, _: Request<B>) -> Self::Future {
        future::ready(Ok(answer()))
    }
}

/// Answers at once through a future with 256 bytes of state.
#[derive(Clone)]
pub struct Big;

pub struct BigFuture([u64; 32]);

impl Service<Ask> for Big {
    type Response = Answer;
    type Error = Infallible;
    type Future = BigFuture;

    #[inline]
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    #[inline]
    fn call(&mut self, _: Ask) -> BigFuture {
        BigFuture([0; 32])
    }
}

impl Future for BigFuture {
    type Output = Result<Answer, Infallible>;

    #[inline]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        black_box(&self.0);
        Poll::Ready(Ok(answer()))
    }
}

/// A service whose calls cannot be inlined and whose future is boxed, as in most servers.
pub type Boxed = BoxCloneSyncService<Ask, Answer, Infallible>;

pub fn boxed() -> Boxed {
    BoxCloneSyncService::new(Ready)
}

fn answer() -> Answer {
    Response::new(Full::new(Bytes::from_static(b"hello")))
}

/// A request without content.
#[inline]
pub fn ask(method: &Method) -> Ask {
    let mut request = Request::new(Empty::new());
    *request.method_mut() = method.clone();
    request
}

/// The output of a future that is ready at once.
#[inline]
pub fn now<F: Future>(future: F) -> F::Output {
    futures_util::pin_mut!(future);
    match future.poll(&mut Context::from_waker(noop_waker_ref())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the future is ready at once"),
    }
}

/// Reads a body to its end.
#[inline]
pub fn drain<B: Body>(body: B) {
    futures_util::pin_mut!(body);
    drain_pinned(body);
}

#[inline]
pub fn drain_pinned<B: Body>(mut body: Pin<&mut B>) {
    let mut cx = Context::from_waker(noop_waker_ref());
    while let Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut cx) {
        black_box(frame.is_ok());
    }
}
