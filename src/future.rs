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
        Refuse { request: RefusedRequest, make_body: F },
        // Boxed, so that forwarding pays nothing for its size.
        Discard { discard: Pin<Box<Discard<ReqBody>>>, make_body: F },
    }
}

impl<Fut, ReqBody, F> ResponseFuture<Fut, ReqBody, F> {
    pub(crate) fn forward(future: Fut) -> Self {
        let kind = Kind::Forward { future };
        Self { kind }
    }

    pub(crate) fn refuse(request: RefusedRequest, make_body: F) -> Self {
        let kind = Kind::Refuse { request, make_body };
        Self { kind }
    }

    pub(crate) fn discard(discard: Discard<ReqBody>, make_body: F) -> Self {
        let discard = Box::pin(discard);
        let kind = Kind::Discard { discard, make_body };
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
            KindProj::Forward { future } => future.poll(cx).map_ok(F::forwarded),
            KindProj::Refuse { request, make_body } => Poll::Ready(Ok(refusal(request, make_body))),
            KindProj::Discard { discard, make_body } => discard
                .as_mut()
                .poll(cx)
                .map(|request| Ok(refusal(request, make_body))),
        }
    }
}

/// Out of line: the path of a supported request stays short.
#[cold]
#[inline(never)]
fn refusal<F, ResBody>(request: &RefusedRequest, make_body: &F) -> Response<F::ResponseBody>
where
    F: MakeResponseBody<ResBody>,
{
    request
        .answer()
        .map(|content| make_body.explaining(content))
}

impl<Fut, ReqBody, F> fmt::Debug for ResponseFuture<Fut, ReqBody, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Forward { .. } => "Forward",
            Kind::Refuse { .. } => "Refuse",
            Kind::Discard { .. } => "Discard",
        };
        f.debug_tuple("ResponseFuture")
            .field(&format_args!("{kind}"))
            .finish()
    }
}
