//! A connection that closes as those of nginx and Apache do, to be copied: it needs tokio only.

use std::task::{ready, Context, Poll};
use std::{future::Future, io, pin::Pin, time::Duration};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{sleep, Sleep};

/// The most that a connection reads while it closes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The longest that a connection takes to close.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(5);

/// A connection that lingers. A system that closes one with bytes unread resets it, and the peer
/// may lose the last answer. So, once the server has shut down its sending side, this reads what
/// still comes and throws it away, until the peer closes too, or [`MAX_BYTES`] came, or
/// [`MAX_TIME`] is over.
///
/// It costs the reading, and a descriptor and a task for as long as the peer wants within these
/// bounds. It is not for tunnels: who shuts down one direction there needs the bytes of the other.
pub(crate) struct Lingering<Io> {
    io: Io,
    /// Once the sending side is shut down: when it is over, and how many bytes may still come.
    closing: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<Io> Lingering<Io> {
    pub(crate) fn new(io: Io) -> Self {
        Self { io, closing: None }
    }
}

type Polled<T = ()> = Poll<io::Result<T>>;

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<Io> {
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let Self { io, closing } = self.get_mut();
        if closing.is_none() {
            ready!(Pin::new(&mut *io).poll_shutdown(cx))?;
        }
        let (end, left) = closing.get_or_insert_with(|| (Box::pin(sleep(MAX_TIME)), MAX_BYTES));
        while *left > 0 && end.as_mut().poll(cx).is_pending() {
            let mut bytes = [0; 8 * 1024];
            let mut bytes = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut *io).poll_read(cx, &mut bytes))?;
            if bytes.filled().is_empty() {
                break; // the peer has closed
            }
            *left = left.saturating_sub(bytes.filled().len());
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Polled<usize> {
        Pin::new(&mut self.get_mut().io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Polled<usize> {
        Pin::new(&mut self.get_mut().io).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Lingering<Io> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Polled {
        Pin::new(&mut self.get_mut().io).poll_read(cx, to)
    }
}
