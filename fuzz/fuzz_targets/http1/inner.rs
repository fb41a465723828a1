//! The service behind the layer: it reads each request's content, then answers 200.

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    cell::RefCell,
    convert::Infallible,
    future::Future,
    mem,
    pin::Pin,
    rc::Rc,
    task::{ready, Context, Poll},
};
use tower_service::Service;

pub const CONTENT: &str = "inner";

#[derive(Clone, Default)]
pub struct Inner {
    /// The targets of the requests that reached it.
    pub seen: Rc<RefCell<Vec<String>>>,
}

impl Service<Request<Incoming>> for Inner {
    type Response = Response<Once>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Answering {
        self.seen.borrow_mut().push(request.uri().to_string());
        Answering(request.into_body())
    }
}

pub struct Answering(Incoming);

impl Future for Answering {
    type Output = Result<Response<Once>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(Ok(_)) = ready!(Pin::new(&mut self.0).poll_frame(cx)) {}
        let content = Bytes::from_static(CONTENT.as_bytes());
        Poll::Ready(Ok(Response::new(Once(content))))
    }
}

/// A body of one frame.
pub struct Once(Bytes);

impl From<Bytes> for Once {
    fn from(content: Bytes) -> Self {
        Self(content)
    }
}

impl Body for Once {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let content = mem::take(&mut self.0);
        Poll::Ready((!content.is_empty()).then(|| Ok(Frame::data(content))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}
