//! The future of a response: forward, or refuse.

use crate::{body::sealed::Token, discard::Discard, refusal::Answer, MakeResponseBody, WrapBody};
use bytes::Bytes;
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
    /// The future of [`NotImplemented`](crate::NotImplemented). It passes on what the inner
    /// service's future gives, or it gives a 501, which is never an error.
    ///
    /// Polled again after a 501, it stays pending.
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

/// A refusal in the making.
pub(crate) struct Refusing<ReqBody> {
    /// None once it is given.
    answer: Option<Answer>,
    /// What is read first. Boxed, so that forwarding pays nothing for its size.
    content: Option<Pin<Box<Discard<ReqBody>>>>,
}

impl<ReqBody> Refusing<ReqBody> {
    pub(crate) fn at_once(answer: Answer) -> Self {
        let answer = Some(answer);
        Self {
            answer,
            content: None,
        }
    }

    pub(crate) fn after(content: Discard<ReqBody>, answer: Answer) -> Self {
        Self {
            answer: Some(answer),
            content: Some(Box::pin(content)),
        }
    }
}

impl<ReqBody: Body> Refusing<ReqBody> {
    /// Out of line: the path of a supported request stays short.
    #[cold]
    #[inline(never)]
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Response<Bytes>> {
        if let Some(content) = &mut self.content {
            match (content.as_mut().poll(cx), &mut self.answer) {
                (Poll::Pending, _) => return Poll::Pending,
                (Poll::Ready(false), Some(answer)) => answer.leave_content(),
                (Poll::Ready(_), _) => {}
            }
            self.content = None;
        }
        let answer = self.answer.take();
        answer.map_or(Poll::Pending, |answer| Poll::Ready(answer.response()))
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
            KindProj::Forward { future } => F::forwarded(future.poll(cx), Token(())),
            KindProj::Refuse {
                refusing,
                make_body,
            } => refusing.poll(cx).map(|response| {
                Ok(response.map(|content| make_body.explaining(content, Token(()))))
            }),
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
