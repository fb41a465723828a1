//! The content of a request that is answered without it: whether it is read, and how far.

use bytes::Buf;
use http::{
    header::{HeaderMap, CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING},
    Method, Request, Version,
};
use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// How many frames one poll reads: a body that is always ready must not hold the executor.
const FRAMES_A_POLL: usize = 64;

/// What to do about the content before the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// There is no content.
    Nothing,
    /// Leave it unread.
    Leave,
    /// Read it to its end, with a [`Discard`].
    Read,
}

impl Plan {
    /// The plan for `request`, of whose content at most `limit` bytes are read.
    pub(crate) fn new<B: Body>(request: &Request<B>, limit: u64) -> Self {
        // What follows a refused CONNECT may be meant for the tunnel (RFC 9931 section 8). This is
        // asked first, because servers give a CONNECT an empty body.
        if request.method() == Method::CONNECT {
            Self::Leave
        } else if request.body().is_end_stream() {
            Self::Nothing
        } else {
            Self::of_content(request, limit)
        }
    }

    fn of_content<B: Body>(request: &Request<B>, limit: u64) -> Self {
        let (fields, hint) = (request.headers(), request.body().size_hint());
        let http1 = is_http1(request.version());
        let length = declared_length(fields);
        let silent =
            !fields.contains_key(CONTENT_LENGTH) && !fields.contains_key(TRANSFER_ENCODING);
        let least = length.unwrap_or_default().max(hint.lower().into());
        // The hint alone is not enough: a limit of zero around the body hides what is left.
        if hint.exact() == Some(0) && (silent || (http1 && length == Some(0))) {
            Self::Nothing
        } else if limit == 0 || least > limit.into() || holds_back(request) {
            Self::Leave
        } else if http1 || length.is_some() || hint.exact() > Some(0) {
            Self::Read
        } else {
            // A later version's stream without a length may stay open for ever.
            Self::Leave
        }
    }
}

/// The client waits for `100 Continue`, which reading would send, before it sends the content.
/// HTTP/1.0 has no such expectation (RFC 9110 section 10.1.1).
fn holds_back<B>(request: &Request<B>) -> bool {
    request.version() > Version::HTTP_10 && request.headers().contains_key(EXPECT)
}

fn is_http1(version: Version) -> bool {
    version <= Version::HTTP_11
}

/// The bytes that Content-Length declares, where it alone says where the content ends. More than
/// 64 bits can count is still more than any limit.
fn declared_length(fields: &HeaderMap) -> Option<u128> {
    let mut lengths = fields.get_all(CONTENT_LENGTH).iter();
    let digits = lengths.next()?.to_str().ok()?;
    let alone = lengths.next().is_none() && !fields.contains_key(TRANSFER_ENCODING);
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (alone && valid).then(|| digits.parse().unwrap_or(u128::MAX))
}

pin_project! {
    /// Reads content to its end and throws it away as it comes. Ready with whether it ended within
    /// the limit.
    pub(crate) struct Discard<B> {
        #[pin]
        content: B,
        left_bytes: u64,
    }
}

impl<B> Discard<B> {
    pub(crate) fn new(content: B, limit: u64) -> Self {
        Self {
            content,
            left_bytes: limit,
        }
    }
}

impl<B: Body> Future for Discard<B> {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut this = self.project();
        for _ in 0..FRAMES_A_POLL {
            match this.content.as_mut().poll_frame(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(frame))) if !frame.is_trailers() => {
                    match this.left_bytes.checked_sub(cost(&frame)) {
                        Some(left) => *this.left_bytes = left,
                        None => return Poll::Ready(false),
                    }
                }
                // Trailers are the end too.
                Poll::Ready(end) => return Poll::Ready(!matches!(end, Some(Err(_)))),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// The bytes of a frame. One without any counts as one byte, or such frames could go on for ever.
fn cost<D: Buf>(frame: &Frame<D>) -> u64 {
    frame.data_ref().map_or(0, Buf::remaining).max(1) as u64
}

#[cfg(test)]
mod tests;
