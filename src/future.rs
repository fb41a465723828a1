//! The future of a response: forward, or refuse.

use crate::{discard::Discard, refused_request::RefusedRequest, MakeResponseBody, WrapBody};
use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The future of [`NotImplemented`](crate::NotImplemented): the inner service's, whose output
    /// it passes on, or a refusal, which is never an error.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<Fut, ReqBody, F = WrapBody> {
        #[pin]
        kind: Kind<Fut, ReqBody, F>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<Fut, ReqBody, F> {
        Forward { #[pin] future: Fut },
        Refuse { refusing: Refusing<ReqBody>, make_body: F },
    }
}

pub(crate) enum Refusing<ReqBody> {
    Now(RefusedRequest),
    // Boxed, so that forwarding pays nothing for its size.
    Discarding(Pin<Box<Discard<ReqBody>>>),
}

impl<ReqBody: Body> Refusing<ReqBody> {
    /// Out of line: the path of a supported request stays short.
    #[cold]
    #[inline(never)]
    fn poll<F, B>(&mut self, make_body: &F, cx: &mut Context<'_>) -> Poll<Response<F::ResponseBody>>
    where
        F: MakeResponseBody<B>,
    {
        let request = match self {
            Self::Now(request) => Poll::Ready(&*request),
            Self::Discarding(discard) => discard.as_mut().poll(cx),
        };
        request.map(|request| request.answer(|content| make_body.explaining(content)))
    }
}

impl<Fut, ReqBody, F> ResponseFuture<Fut, ReqBody, F> {
    #[inline]
    pub(crate) fn forward(future: Fut) -> Self {
        Self {
            kind: Kind::Forward { future },
        }
    }

    pub(crate) fn refuse(refusing: Refusing<ReqBody>, make_body: F) -> Self {
        let kind = Kind::Refuse {
            refusing,
            make_body,
        };
        Self { kind }
    }
}

impl<Fut, ReqBody, F, ResBody, E> Future for ResponseFuture<Fut, ReqBody, F>
where
    Fut: Future<Output = Result<Response<ResBody>, E>>,
    ReqBody: Body,
    F: MakeResponseBody<ResBody>,
{
    type Output = Result<Response<F::ResponseBody>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProj::Forward { future } => F::forwarded(future.poll(cx)),
            KindProj::Refuse {
                refusing,
                make_body,
            } => refusing.poll(make_body, cx).map(Ok),
        }
    }
}

impl<Fut, ReqBody, F> fmt::Debug for ResponseFuture<Fut, ReqBody, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Forward { .. } => "Forward",
            Kind::Refuse { .. } => "Refuse",
        };
        f.debug_tuple("ResponseFuture")
            .field(&format_args!("{kind}"))
            .finish()
    }
}
