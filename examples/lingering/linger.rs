//! A connection that closes as those of nginx and Apache do, to be copied: it needs tokio only.

use std::task::{ready, Context, Poll};
use std::{future::Future, io, pin::Pin, time::Duration};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{sleep, Sleep};

/// The most that a connection reads while it closes.
pub(crate) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The longest that a connection takes to close.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(5);

/// If a connection is closed while received bytes are unread, the system resets it, and the peer
/// may lose the last answer. So this one reads what still comes after the server's end, until the
/// peer closes too, or [`MAX_BYTES`] came, or [`MAX_TIME`] is over. That costs the reading, and a
/// descriptor and a task within these bounds. Do not use it for tunnels: there one side may stop
/// sending and still need the rest.
pub(crate) struct Lingering<Io> {
    io: Io,
    /// Once it closes: when that is over, how many bytes may still come, whether it is shut down.
    closing: Option<(Pin<Box<Sleep>>, usize, bool)>,
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
        let begin = || (Box::pin(sleep(MAX_TIME)), MAX_BYTES, false);
        let (end, left, shut) = closing.get_or_insert_with(begin);
        while *left > 0 && end.as_mut().poll(cx).is_pending() {
            if !*shut {
                ready!(Pin::new(&mut *io).poll_shutdown(cx))?;
                *shut = true;
            }
            let mut bytes = [0; 8 * 1024];
            let most = bytes.len().min(*left);
            let mut bytes = ReadBuf::new(&mut bytes[..most]);
            match ready!(Pin::new(&mut *io).poll_read(cx, &mut bytes)) {
                Ok(()) if !bytes.filled().is_empty() => *left -= bytes.filled().len(),
                _ => break, // the peer has closed, or has reset the connection
            }
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
