//! The future of a response: forward, or refuse.

use crate::{refused_request::RefusedRequest, MakeResponseBody, WrapBody};
use http::Response;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The future of [`NotImplemented`](crate::NotImplemented): the inner service's, whose output
    /// it passes on, or a refusal, which is ready at once and never an error.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<Fut, F = WrapBody> {
        #[pin]
        kind: Kind<Fut, F>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<Fut, F> {
        Forward { #[pin] future: Fut },
        Refuse { request: RefusedRequest, make_body: F },
    }
}

impl<Fut, F> ResponseFuture<Fut, F> {
    pub(crate) fn forward(future: Fut) -> Self {
        Self {
            kind: Kind::Forward { future },
        }
    }

    pub(crate) fn refuse(request: RefusedRequest, make_body: F) -> Self {
        Self {
            kind: Kind::Refuse { request, make_body },
        }
    }
}

impl<Fut, F, ResBody, E> Future for ResponseFuture<Fut, F>
where
    Fut: Future<Output = Result<Response<ResBody>, E>>,
    F: MakeResponseBody<ResBody>,
{
    type Output = Result<Response<F::ResponseBody>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProj::Forward { future } => future.poll(cx).map_ok(F::forwarded),
            KindProj::Refuse { request, make_body } => Poll::Ready(Ok(refusal(request, make_body))),
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

impl<Fut, F> fmt::Debug for ResponseFuture<Fut, F> {
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
