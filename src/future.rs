//! The future of a response: forward, or refuse.

use crate::{discard::Discard, refusal::Answer, KeepBody, MakeResponseBody};
use bytes::Bytes;
use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The future of [`NotImplemented`](crate::NotImplemented). It passes on what the inner
    /// service's future gives, or it gives a 501, which is never an error.
    ///
    /// Polled again after a 501, it stays pending.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<Fut, ReqBody, F = KeepBody> {
        #[pin]
        kind: Kind<Fut, ReqBody>,
        make_body: PhantomData<F>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<Fut, ReqBody> {
        Forward { #[pin] future: Fut },
        Refuse { refusing: Refusing<ReqBody> },
    }
}

/// A refusal under way: the content to read first, and then the answer.
struct Refusing<ReqBody> {
    /// None once it is given.
    answer: Option<Answer>,
    /// Whether there is no content, or it has been read to its end.
    ended: bool,
    /// Boxed, so that forwarding pays nothing for its size.
    content: Option<Pin<Box<Discard<ReqBody>>>>,
}

impl<ReqBody: Body> Refusing<ReqBody> {
    #[cold]
    #[inline(never)]
    fn poll<B, E>(
        &mut self,
        cx: &mut Context<'_>,
        body: impl FnOnce(Bytes) -> B,
    ) -> Poll<Result<Response<B>, E>> {
        if let Some(content) = &mut self.content {
            match content.as_mut().poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(ended) => self.ended = ended,
            }
            self.content = None;
        }
        match self.answer.take() {
            Some(answer) => Poll::Ready(Ok(answer.response(self.ended, body))),
            None => Poll::Pending,
        }
    }
}

impl<Fut, ReqBody, F> ResponseFuture<Fut, ReqBody, F> {
    #[inline]
    pub(crate) fn forward(future: Fut) -> Self {
        Self {
            kind: Kind::Forward { future },
            make_body: PhantomData,
        }
    }

    /// Reads `content`, and then answers; or at once, where `ended` says that none is left unread.
    pub(crate) fn refuse(
        answer: Answer,
        ended: bool,
        content: Option<Pin<Box<Discard<ReqBody>>>>,
    ) -> Self {
        let refusing = Refusing {
            answer: Some(answer),
            ended,
            content,
        };
        Self {
            kind: Kind::Refuse { refusing },
            make_body: PhantomData,
        }
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
            KindProj::Refuse { refusing } => refusing.poll(cx, F::explaining),
        }
    }
}

impl<Fut, ReqBody, F> fmt::Debug for ResponseFuture<Fut, ReqBody, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Forward { .. } => "Forward",
            Kind::Refuse { .. } => "Refuse",
        };
        write!(f, "ResponseFuture({kind})")
    }
}
