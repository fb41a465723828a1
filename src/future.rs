//! The future of a response: forward, forward and mark, or refuse.

use crate::{discard::Discard, refusal::Answer, DryRun, KeepBody, MakeResponseBody};
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
        make_body: PhantomData<fn() -> F>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<Fut, ReqBody> {
        Forward {
            #[pin]
            future: Fut,
            // In a dry run. Boxed, so that forwarding pays nothing for its size.
            mark: Option<Box<DryRun>>,
        },
        Refuse {
            // To be read first. Boxed, so that forwarding pays nothing for its size.
            content: Option<Pin<Box<Discard<ReqBody>>>>,
            // None once it is given.
            answer: Option<Answer>,
        },
    }
}

impl<Fut, ReqBody, F> ResponseFuture<Fut, ReqBody, F> {
    pub(crate) fn forward(future: Fut) -> Self {
        Self::of(Kind::Forward { future, mark: None })
    }

    pub(crate) fn dry_run(future: Fut, mark: DryRun) -> Self {
        let mark = Some(Box::new(mark));
        Self::of(Kind::Forward { future, mark })
    }

    pub(crate) fn refuse(content: Option<Discard<ReqBody>>, answer: Answer) -> Self {
        let (content, answer) = (content.map(Box::pin), Some(answer));
        Self::of(Kind::Refuse { content, answer })
    }

    fn of(kind: Kind<Fut, ReqBody>) -> Self {
        let make_body = PhantomData;
        Self { kind, make_body }
    }
}

impl<Fut, ReqBody, F, ResBody, E> Future for ResponseFuture<Fut, ReqBody, F>
where
    Fut: Future<Output = Result<Response<ResBody>, E>>,
    ReqBody: Body,
    F: MakeResponseBody<ResBody>,
{
    type Output = Result<Response<F::ResponseBody>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProj::Forward { future, mark: None } => F::forwarded(future.poll(cx)),
            KindProj::Forward { future, mark } => F::forwarded(poll_marked(future, mark, cx)),
            KindProj::Refuse { content, answer } => {
                poll_refusal(content, answer, F::explaining, cx)
            }
        }
    }
}

// Out of line, and so is the next one: the path of a supported request stays short.
#[cold]
#[inline(never)]
fn poll_marked<Fut, B, E>(
    future: Pin<&mut Fut>,
    mark: &mut Option<Box<DryRun>>,
    cx: &mut Context<'_>,
) -> Poll<Fut::Output>
where
    Fut: Future<Output = Result<Response<B>, E>>,
{
    future.poll(cx).map_ok(|mut response| {
        if let Some(mark) = mark.take() {
            response.extensions_mut().insert(*mark);
        }
        response
    })
}

#[cold]
#[inline(never)]
fn poll_refusal<ReqBody: Body, B, E>(
    content: &mut Option<Pin<Box<Discard<ReqBody>>>>,
    answer: &mut Option<Answer>,
    body: impl FnOnce(Bytes) -> B,
    cx: &mut Context<'_>,
) -> Poll<Result<Response<B>, E>> {
    let mut read = false;
    if let Some(reading) = content {
        match reading.as_mut().poll(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(to_its_end) => read = to_its_end,
        }
        *content = None;
    }
    match answer.take() {
        None => Poll::Pending,
        Some(mut answer) => {
            answer.all_read |= read;
            Poll::Ready(Ok(answer.response(body)))
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
