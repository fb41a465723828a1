//! The service behind the layer: it answers everything 200, and notes what it got.

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
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

/// A request that reached the service.
#[derive(Debug)]
pub struct Seen {
    pub method: String,
    pub target: String,
    /// What was read of its content, if it was read to its end.
    pub content: Option<Vec<u8>>,
}

#[derive(Clone)]
pub struct Inner {
    reads_content: bool,
    seen: Rc<RefCell<Vec<Seen>>>,
}

impl Inner {
    pub fn new(reads_content: bool) -> Self {
        Self {
            reads_content,
            seen: Rc::default(),
        }
    }

    pub fn seen(&self) -> Rc<RefCell<Vec<Seen>>> {
        self.seen.clone()
    }
}

impl Service<Request<Incoming>> for Inner {
    type Response = Response<Once>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Answering {
        let mut seen = self.seen.borrow_mut();
        seen.push(Seen {
            method: request.method().to_string(),
            target: request.uri().to_string(),
            content: None,
        });
        Answering {
            content: self.reads_content.then(|| request.into_body()),
            read: Vec::new(),
            index: seen.len() - 1,
            seen: self.seen.clone(),
        }
    }
}

/// The answer, once the content has been read, if it is.
pub struct Answering {
    content: Option<Incoming>,
    read: Vec<u8>,
    index: usize,
    seen: Rc<RefCell<Vec<Seen>>>,
}

impl Future for Answering {
    type Output = Result<Response<Once>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        while let Some(content) = &mut this.content {
            match ready!(Pin::new(content).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    let data = frame.into_data().unwrap_or_default();
                    this.read.extend_from_slice(&data);
                }
                Some(Err(_)) => this.content = None,
                None => {
                    this.content = None;
                    let read = mem::take(&mut this.read);
                    this.seen.borrow_mut()[this.index].content = Some(read);
                }
            }
        }
        let mut response = Response::new(Once(Bytes::from_static(CONTENT.as_bytes())));
        let index = HeaderValue::from(this.index);
        response.headers_mut().insert("x-inner", index);
        Poll::Ready(Ok(response))
    }
}

/// A body of one frame.
pub struct Once(Bytes);

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
