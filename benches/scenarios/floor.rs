//! The least that a service with this check can cost: one bit test, and a future that forwards or
//! refuses. It knows nine methods, reads no content, and sets no mark.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::Service;

/// The answer made once, kept as the layer keeps its own.
pub type Shared = Option<Arc<Response<Bytes>>>;

#[derive(Clone)]
pub struct Floor<S, R> {
    inner: S,
    supported: u64,
    refusal: R,
}

/// A floor whose refusals are empty.
pub fn floor<S>(inner: S) -> Floor<S, ()> {
    with_refusal(inner, ())
}

/// A floor with an `Arc` in it.
pub fn floor_arc<S>(inner: S, refusal: Response<Bytes>) -> Floor<S, Shared> {
    with_refusal(inner, Some(Arc::new(refusal)))
}

fn with_refusal<S, R>(inner: S, refusal: R) -> Floor<S, R> {
    Floor {
        inner,
        supported: 0b1_1111_1111,
        refusal,
    }
}

#[inline]
fn bit(method: &Method) -> Option<u32> {
    let bit = match *method {
        Method::GET => 0,
        Method::HEAD => 1,
        Method::POST => 2,
        Method::PUT => 3,
        Method::DELETE => 4,
        Method::CONNECT => 5,
        Method::OPTIONS => 6,
        Method::TRACE => 7,
        Method::PATCH => 8,
        _ => return None,
    };
    Some(bit)
}

impl<S, R, A, B> Service<Request<A>> for Floor<S, R>
where
    S: Service<Request<A>, Response = Response<B>>,
    R: Refusal + Clone,
    B: From<Bytes>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = FloorFuture<S::Future, R>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<A>) -> Self::Future {
        let supported = self.supported;
        if bit(request.method()).is_some_and(|bit| supported >> bit & 1 == 1) {
            let future = self.inner.call(request);
            FloorFuture::Forward { future }
        } else {
            let refusal = self.refusal.clone();
            FloorFuture::Refuse { refusal }
        }
    }
}

pin_project! {
    #[project = FloorFutureProj]
    pub enum FloorFuture<F, R> {
        Forward { #[pin] future: F },
        Refuse { refusal: R },
    }
}

impl<F, R, B, E> Future for FloorFuture<F, R>
where
    F: Future<Output = Result<Response<B>, E>>,
    R: Refusal,
    B: From<Bytes>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            FloorFutureProj::Forward { future } => future.poll(cx),
            FloorFutureProj::Refuse { refusal } => {
                Poll::Ready(Ok(refusal.response().map(From::from)))
            }
        }
    }
}

pub trait Refusal {
    fn response(&self) -> Response<Bytes>;
}

impl Refusal for () {
    fn response(&self) -> Response<Bytes> {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        response
    }
}

impl Refusal for Shared {
    fn response(&self) -> Response<Bytes> {
        match self {
            Some(response) => Response::clone(response),
            None => ().response(),
        }
    }
}
