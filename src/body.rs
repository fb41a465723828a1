//! The body of a response: the inner service's, or the explanation; and the two ways to hold it.

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The body of every response after [`wrap_body`](crate::NotImplementedLayer::wrap_body): the
    /// inner service's body, frame by frame, or the content of a 501, whose size is known.
    ///
    /// [`Default`] is an empty body, whatever `B` is. CORS and timeout layers outside need that.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProj]
    enum Kind<B> {
        Forwarded { #[pin] body: B },
        Explaining { rest: Bytes },
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn forwarded(body: B) -> Self {
        Self {
            kind: Kind::Forwarded { body },
        }
    }

    pub(crate) fn explaining(rest: Bytes) -> Self {
        Self {
            kind: Kind::Explaining { rest },
        }
    }
}

/// An empty body.
impl<B> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::explaining(Bytes::new())
    }
}

impl<B: Body<Data = Bytes>> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProj::Forwarded { body } => body.poll_frame(cx),
            KindProj::Explaining { rest } => {
                let content = mem::take(rest);
                Poll::Ready((!content.is_empty()).then(|| Ok(Frame::data(content))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Forwarded { body } => body.is_end_stream(),
            Kind::Explaining { rest } => rest.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Forwarded { body } => body.size_hint(),
            Kind::Explaining { rest } => SizeHint::with_exact(rest.len() as u64),
        }
    }
}

/// What polling the future of a response gives.
type Polled<B, E> = Poll<Result<Response<B>, E>>;

/// Decides the type of the response body, and makes the body of a 501.
///
/// [`KeepBody`], the default, and [`WrapBody`] implement it. `B` is the inner service's body. Other
/// crates cannot implement the trait, and its methods are no part of the public API.
pub trait MakeResponseBody<B>: sealed::Sealed {
    /// The body of every response, the inner service's and the refusals'.
    type ResponseBody;

    // It takes the whole `Poll`. To take the response out and to put it back would copy it, also
    // where nothing is to be done, and the compiler does not remove that copy.
    #[doc(hidden)]
    fn forwarded<E>(polled: Polled<B, E>) -> Polled<Self::ResponseBody, E>;

    #[doc(hidden)]
    fn explaining(content: Bytes) -> Self::ResponseBody;
}

/// The default: every response has the inner service's body type `B`. The content of a 501 becomes
/// one by `B: From<Bytes>`.
///
/// axum's `Body`, `Full<Bytes>` and the bodies of warp and salvo have that. For any other body call
/// [`wrap_body`](crate::NotImplementedLayer::wrap_body).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KeepBody;

impl<B: From<Bytes>> MakeResponseBody<B> for KeepBody {
    type ResponseBody = B;

    fn forwarded<E>(polled: Polled<B, E>) -> Polled<B, E> {
        polled
    }

    fn explaining(content: Bytes) -> B {
        B::from(content)
    }
}

/// Every response has a [`ResponseBody`], around any inner body whose data is `Bytes`:
/// [`wrap_body`](crate::NotImplementedLayer::wrap_body).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WrapBody;

impl<B> MakeResponseBody<B> for WrapBody {
    type ResponseBody = ResponseBody<B>;

    fn forwarded<E>(polled: Polled<B, E>) -> Polled<ResponseBody<B>, E> {
        polled.map_ok(|response| response.map(ResponseBody::forwarded))
    }

    fn explaining(content: Bytes) -> ResponseBody<B> {
        ResponseBody::explaining(content)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::KeepBody {}
    impl Sealed for super::WrapBody {}
}
