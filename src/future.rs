//! The future of a response: forward, forward and mark, or refuse.

use crate::{discard::Discard, refusal::Answer, DryRun, KeepBody, MakeResponseBody};
use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    mem,
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
        },
        DryRun {
            #[pin]
            future: Fut,
            // Boxed, so that forwarding pays nothing for its size.
            mark: Box<DryRun>,
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
        Self::of(Kind::Forward { future })
    }

    pub(crate) fn dry_run(future: Fut, mark: DryRun) -> Self {
        let mark = Box::new(mark);
        Self::of(Kind::DryRun { future, mark })
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
            KindProj::Forward { future } => F::forwarded(future.poll(cx)),
            KindProj::DryRun { future, mark } => {
                let mut polled = future.poll(cx);
                if let Poll::Ready(Ok(response)) = &mut polled {
                    let mark = DryRun(mem::take(&mut mark.0));
                    response.extensions_mut().insert(mark);
                }
                F::forwarded(polled)
            }
            KindProj::Refuse { content, answer } => {
                let read = content.as_mut().map(|content| content.as_mut().poll(cx));
                if read == Some(Poll::Pending) {
                    return Poll::Pending;
                }
                *content = None;
                answer.take().map_or(Poll::Pending, |mut answer| {
                    answer.all_read |= read == Some(Poll::Ready(true));
                    Poll::Ready(Ok(answer.response(F::explaining)))
                })
            }
        }
    }
}

impl<Fut, ReqBody, F> fmt::Debug for ResponseFuture<Fut, ReqBody, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Forward { .. } => "Forward",
            Kind::DryRun { .. } => "DryRun",
            Kind::Refuse { .. } => "Refuse",
        };
        write!(f, "ResponseFuture({kind})")
    }
}
