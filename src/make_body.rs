//! The two ways to hold the body of a response.

use crate::ResponseBody;
use bytes::Bytes;
use http::Response;
use std::task::Poll;

/// What polling the future of a response gives.
type Polled<B, E> = Poll<Result<Response<B>, E>>;

/// Decides the type of the response body, and makes the body of a refusal.
///
/// There are two implementors: [`WrapBody`], the default, and any `Fn(Bytes) -> B`, as given to
/// [`response_body`](crate::NotImplementedLayer::response_body). `B` is the inner service's body.
/// The trait cannot be implemented outside this crate.
pub trait MakeResponseBody<B>: sealed::Sealed<B> {
    /// The body of every response, the inner service's and the refusals'.
    type ResponseBody;

    #[doc(hidden)]
    fn forwarded<E>(polled: Polled<B, E>) -> Polled<Self::ResponseBody, E>;

    #[doc(hidden)]
    fn explaining(&self, content: Bytes) -> Self::ResponseBody;
}

/// The default: every response has a [`ResponseBody`] around the inner service's body, whatever
/// that is.
#[derive(Clone, Copy, Debug, Default)]
pub struct WrapBody;

impl<B> MakeResponseBody<B> for WrapBody {
    type ResponseBody = ResponseBody<B>;

    #[inline]
    fn forwarded<E>(polled: Polled<B, E>) -> Polled<ResponseBody<B>, E> {
        polled.map_ok(|response| response.map(ResponseBody::forwarded))
    }

    fn explaining(&self, content: Bytes) -> ResponseBody<B> {
        ResponseBody::explaining(content)
    }
}

impl<B, F: Fn(Bytes) -> B> MakeResponseBody<B> for F {
    type ResponseBody = B;

    #[inline]
    fn forwarded<E>(polled: Polled<B, E>) -> Polled<B, E> {
        polled
    }

    fn explaining(&self, content: Bytes) -> B {
        self(content)
    }
}

mod sealed {
    use super::{Bytes, WrapBody};

    pub trait Sealed<B> {}
    impl<B> Sealed<B> for WrapBody {}
    impl<B, F: Fn(Bytes) -> B> Sealed<B> for F {}
}
