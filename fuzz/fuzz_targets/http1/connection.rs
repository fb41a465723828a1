//! One connection between a client that has sent all it will, and hyper.

use crate::{inner::Inner, waker};
use hyper::{
    rt::{Read, ReadBufCursor, Write},
    server::conn::http1,
    service::service_fn,
};
use std::{
    cell::RefCell,
    future::Future,
    io,
    pin::{pin, Pin},
    task::{Context, Poll},
};
use tower_not_implemented::NotImplemented;
use tower_service::Service;

/// What the server has sent by the end. `idle` looks at what it has sent when it waits for more.
pub fn run(
    input: &[u8],
    piece: Option<usize>,
    service: NotImplemented<Inner>,
    idle: impl Fn(&[u8]),
) -> Vec<u8> {
    let wire = RefCell::new(Wire {
        input,
        piece,
        arriving: false,
        ended: false,
        output: Vec::new(),
    });
    let service = service_fn(|request| service.clone().call(request));
    let connection = http1::Builder::new().serve_connection(Stream(&wire), service);
    let mut connection = pin!(connection);
    // Each piece may take a poll, and each refusal a few more.
    let bound = 1_000 + 32 * input.len();
    for _ in 0..bound {
        let (polled, wakes) = waker::poll(|cx| connection.as_mut().poll(cx));
        if polled.is_ready() {
            return std::mem::take(&mut wire.borrow_mut().output);
        }
        if wakes == 0 {
            let mut wire = wire.borrow_mut();
            assert!(!wire.ended, "waits for nothing");
            assert!(wire.input.is_empty(), "does not read on");
            wire.ended = true;
            idle(&wire.output);
        }
    }
    panic!("not done after {bound} polls");
}

struct Wire<'a> {
    /// What is still to arrive.
    input: &'a [u8],
    piece: Option<usize>,
    /// The next piece is still on its way.
    arriving: bool,
    ended: bool,
    output: Vec<u8>,
}

struct Stream<'w, 'a>(&'w RefCell<Wire<'a>>);

impl Read for Stream<'_, '_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut wire = self.0.borrow_mut();
        if wire.arriving {
            wire.arriving = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if wire.input.is_empty() && !wire.ended {
            return Poll::Pending;
        }
        let length = wire.piece.unwrap_or(usize::MAX);
        let length = length.min(wire.input.len()).min(buffer.remaining());
        let (piece, rest) = wire.input.split_at(length);
        buffer.put_slice(piece);
        wire.input = rest;
        wire.arriving = wire.piece.is_some() && !rest.is_empty();
        Poll::Ready(Ok(()))
    }
}

impl Write for Stream<'_, '_> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.borrow_mut().output.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
