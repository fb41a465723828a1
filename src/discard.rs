//! How far the content of a refused request is read before it is answered.

use crate::refused_request::RefusedRequest;
use bytes::Buf;
use http::{header::EXPECT, Method, Request, Version};
use http_body::{Body, Frame};
use pin_project_lite::pin_project;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// How many bytes are read of content that is at hand.
const AT_HAND: u64 = 64 * 1024;

/// How often content that is not at hand is asked for again.
const TURNS: u8 = 16;

/// What to do about the content of a refused request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// There is none.
    Nothing,
    /// Leave it unread.
    Leave,
    /// Read so many bytes at most, and ask for more so many times at most or for as long as it
    /// takes.
    Read { bytes: u64, turns: Option<u8> },
}

impl Plan {
    const AT_HAND: Self = Self::Read {
        bytes: AT_HAND,
        turns: Some(TURNS),
    };

    /// Waits for content only where there is a `limit` and the end is in sight within.
    pub(crate) fn new<B: Body>(request: &Request<B>, limit: Option<u64>) -> Self {
        let http1 = request.version() <= Version::HTTP_11;
        let size = request.body().size_hint();
        let end_in_sight = http1 || size.exact().is_some();
        let awaited = limit.filter(|limit| *limit > 0 && end_in_sight && size.lower() <= *limit);
        match (is_readable(request), awaited) {
            _ if has_no_content(request) => Self::Nothing,
            (true, Some(bytes)) => Self::Read { bytes, turns: None },
            (true, None) if http1 && size.lower() <= AT_HAND => Self::AT_HAND,
            _ => Self::Leave,
        }
    }
}

/// Behind a refused CONNECT may stand the bytes of a tunnel (RFC 9931 section 8).
fn has_no_content<B: Body>(request: &Request<B>) -> bool {
    let content = request.body();
    let is_empty = content.is_end_stream() || content.size_hint().exact() == Some(0);
    is_empty && request.method() != Method::CONNECT
}

/// To read is to ask for what `Expect` holds back (RFC 9110 section 10.1.1), or to take the bytes
/// of a tunnel for content.
fn is_readable<B>(request: &Request<B>) -> bool {
    request.method() != Method::CONNECT && !request.headers().contains_key(EXPECT)
}

pin_project! {
    /// A refused request whose content is read, and thrown away.
    #[derive(Debug)]
    pub(crate) struct Discard<B> {
        request: RefusedRequest,
        #[pin]
        content: Option<B>,
        bytes_left: u64,
        turns_left: Option<u8>,
    }
}

impl<B: Body> Discard<B> {
    pub(crate) fn new(request: RefusedRequest, content: B, bytes: u64, turns: Option<u8>) -> Self {
        Self {
            request,
            content: Some(content),
            bytes_left: bytes,
            turns_left: turns,
        }
    }

    /// Reads on; ready with the request when it is time to answer it.
    pub(crate) fn poll<'a>(
        mut self: Pin<&'a mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<&'a RefusedRequest> {
        match self.as_mut().poll_end(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(ended) => {
                let mut this = self.project();
                this.content.set(None);
                if !ended {
                    this.request.leave_content();
                }
                Poll::Ready(this.request)
            }
        }
    }

    /// Ready with whether the content has ended.
    fn poll_end(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut this = self.project();
        while let Some(content) = this.content.as_mut().as_pin_mut() {
            match content.poll_frame(cx) {
                Poll::Pending => return poll_again(this.turns_left, cx),
                Poll::Ready(Some(Ok(frame))) if spend(this.bytes_left, &frame) => {}
                Poll::Ready(end) => return Poll::Ready(end.is_none()),
            }
        }
        Poll::Ready(true)
    }
}

/// Takes a frame off the limit, if it is within. A frame without bytes counts as one, for such
/// frames must not go on for ever.
fn spend<D: Buf>(bytes_left: &mut u64, frame: &Frame<D>) -> bool {
    let bytes = frame.data_ref().map_or(0, Buf::remaining).max(1);
    let left = bytes_left.checked_sub(bytes as u64);
    *bytes_left = left.unwrap_or(0);
    left.is_some()
}

/// Gives the task of the connection a turn to read, as often as is allowed.
fn poll_again(turns_left: &mut Option<u8>, cx: &mut Context<'_>) -> Poll<bool> {
    match turns_left {
        None => Poll::Pending,
        Some(0) => Poll::Ready(false),
        Some(left) => {
            *left -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    }
}
