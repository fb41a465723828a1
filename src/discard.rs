//! The content of a request that is answered without it: whether it is read, and how far.

mod timer;

use timer::Timer;
pub(crate) use timer::{make_timer, MakeTimer};

use bytes::Buf;
use http::{
    header::{HeaderMap, HeaderValue, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, TRANSFER_ENCODING},
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
    /// The plan for `request`, of whose content at most `limit` bytes are read. The branches are the
    /// numbered questions of docs/content.md.
    pub(crate) fn new<B: Body>(request: &Request<B>, limit: u64) -> Self {
        // What follows a refused CONNECT may be meant for the tunnel (RFC 9931 section 8). This is
        // asked first, because servers give a CONNECT an empty body.
        if request.method() == Method::CONNECT {
            Self::Leave
        } else if has_ended(request) {
            Self::Nothing
        } else if limit == 0 || least(request) > limit.into() || is_awaited(request) {
            Self::Leave
        } else {
            Self::Read
        }
    }
}

/// Whether there is no content. A size of zero alone does not say so: a limit of zero around the
/// body hides what is left.
fn has_ended<B: Body>(request: &Request<B>) -> bool {
    let (fields, body) = (request.headers(), request.body());
    let declared = || fields.contains_key(CONTENT_LENGTH) || fields.contains_key(TRANSFER_ENCODING);
    let zero = || is_http1(request) && declared_length(fields) == Some(0);
    body.is_end_stream() || (body.size_hint().exact() == Some(0) && (!declared() || zero()))
}

/// The least bytes that are to come.
fn least<B: Body>(request: &Request<B>) -> u128 {
    let declared = declared_length(request.headers()).unwrap_or_default();
    declared.max(request.body().size_hint().lower().into())
}

/// Whether the client may wait for the answer before it sends the rest: for `100 Continue`, which
/// reading would send, and which HTTP/1.0 does not have (RFC 9110 section 10.1.1); or in a call of
/// gRPC or Connect, whose stream is open in both directions.
fn is_awaited<B: Body>(request: &Request<B>) -> bool {
    let (fields, hint) = (request.headers(), request.body().size_hint());
    let expects = request.version() > Version::HTTP_10 && fields.contains_key(EXPECT);
    let known = declared_length(fields).is_some() || hint.exact().map_or(false, |size| size > 0);
    expects || (!is_http1(request) && !known && is_streaming_rpc(fields))
}

fn is_streaming_rpc(fields: &HeaderMap) -> bool {
    let content_type = fields.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    ["application/grpc", "application/connect+"]
        .iter()
        .any(|name| {
            let start = content_type.and_then(|value| value.get(..name.len()));
            start.map_or(false, |start| start.eq_ignore_ascii_case(name.as_bytes()))
        })
}

fn is_http1<B>(request: &Request<B>) -> bool {
    request.version() <= Version::HTTP_11
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
    /// the limit and the time.
    pub(crate) struct Discard<B> {
        #[pin]
        content: B,
        left_bytes: u64,
        timer: Timer,
    }
}

impl<B> Discard<B> {
    pub(crate) fn new(content: B, limit: u64, make_timer: Option<MakeTimer>) -> Self {
        Self {
            content,
            left_bytes: limit,
            timer: make_timer.map_or(Timer::None, Timer::Unmade),
        }
    }
}

impl<B: Body> Discard<B> {
    fn poll_content(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
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

impl<B: Body> Future for Discard<B> {
    type Output = bool;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let read = self.as_mut().poll_content(cx);
        if read.is_pending() {
            return self.project().timer.poll(cx).map(|()| false);
        }
        read
    }
}

/// The bytes of a frame. One without any counts as one byte, or such frames could go on for ever.
fn cost<D: Buf>(frame: &Frame<D>) -> u64 {
    frame.data_ref().map_or(0, Buf::remaining).max(1) as u64
}

#[cfg(test)]
mod tests;
