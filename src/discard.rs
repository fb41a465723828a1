//! How far the content of a refused request is read before it is answered.

use crate::refused_request::{is_http1, RefusedRequest};
use bytes::Buf;
use http::{header::EXPECT, Method, Request};
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
    /// Read what is at hand, and wait for so many bytes.
    Read { awaited: Option<u64> },
}

impl Plan {
    /// Waits for content only where there is a `limit` and the end is in sight within.
    pub(crate) fn new<B: Body>(request: &Request<B>, limit: Option<u64>) -> Self {
        let http1 = is_http1(request);
        let size = request.body().size_hint();
        let end_in_sight = http1 || size.exact().is_some();
        let awaited = limit.filter(|limit| *limit > 0 && end_in_sight && size.lower() <= *limit);
        let at_hand = http1 && size.lower() <= AT_HAND;
        match is_readable(request) {
            _ if has_no_content(request) => Self::Nothing,
            true if awaited.is_some() || at_hand => Self::Read { awaited },
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
        allowance: Allowance,
    }
}

impl<B: Body> Discard<B> {
    pub(crate) fn new(request: RefusedRequest, content: B, awaited: Option<u64>) -> Self {
        Self {
            request,
            content: Some(content),
            allowance: Allowance::new(awaited),
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
                Poll::Pending => return this.allowance.poll_again(cx),
                Poll::Ready(Some(Ok(frame))) if this.allowance.spend(&frame) => {}
                Poll::Ready(end) => return Poll::Ready(end.is_none()),
            }
        }
        Poll::Ready(true)
    }
}

/// How much is still read and waited for.
#[derive(Debug)]
struct Allowance {
    bytes: u64,
    /// None once the content has passed what is waited for.
    awaited: Option<u64>,
    turns: u8,
}

impl Allowance {
    fn new(awaited: Option<u64>) -> Self {
        Self {
            bytes: awaited.unwrap_or_default().max(AT_HAND),
            awaited,
            turns: TURNS,
        }
    }

    /// Takes a frame off, if it is within. A frame without bytes counts as one, for such frames
    /// must not go on for ever.
    fn spend<D: Buf>(&mut self, frame: &Frame<D>) -> bool {
        let bytes = frame.data_ref().map_or(0, Buf::remaining).max(1) as u64;
        let left = self.bytes.checked_sub(bytes);
        self.bytes = left.unwrap_or_default();
        self.awaited = self.awaited.and_then(|left| left.checked_sub(bytes));
        self.turns = TURNS;
        left.is_some()
    }

    /// Waits, or gives the task of the connection a turn to read, as often as is allowed.
    fn poll_again(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        match (self.awaited, self.turns.checked_sub(1)) {
            (Some(_), _) => Poll::Pending,
            (None, None) => Poll::Ready(false),
            (None, Some(left)) => {
                self.turns = left;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
