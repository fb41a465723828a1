//! The connection, and what a user sets.

#[cfg(feature = "axum")]
mod listener;

use crate::closing::{Bounds, Closing};
use pin_project_lite::pin_project;
use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

pin_project! {
    /// A connection that goes on reading for a while after the server has shut it down.
    ///
    /// What it reads then, it throws away. It ends when the peer closes or resets the connection, or
    /// when the first of its bounds is reached: [`max_time`](Self::max_time),
    /// [`max_idle`](Self::max_idle), [`max_bytes`](Self::max_bytes). Until the shutdown it is the
    /// inner connection and nothing more.
    ///
    /// Around a tokio stream it is one, too: for `TokioIo` of hyper-util, and so for hyper.
    ///
    /// ```no_run
    /// use lingering_close::Lingering;
    ///
    /// # async fn serve(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    /// let (stream, _) = listener.accept().await?;
    /// let io = hyper_util::rt::TokioIo::new(Lingering::new(stream));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Around a listener of `axum::serve` it is one, too (feature `axum`), and each connection that
    /// it accepts lingers within the same bounds.
    ///
    /// # Errors
    ///
    /// The errors of writing, flushing and the inner shutdown pass. An error of reading after the
    /// shutdown is an end like any other. If the inner shutdown itself takes longer than `max_time`,
    /// which can be when the peer reads nothing, the shutdown fails with
    /// [`TimedOut`](io::ErrorKind::TimedOut).
    ///
    /// # Panics
    ///
    /// The shutdown needs tokio's timer if it has to wait. So it panics if it is polled outside of a
    /// tokio runtime, or if the runtime was built without `enable_time`.
    #[derive(Debug)]
    pub struct Lingering<T> {
        #[pin]
        inner: T,
        bounds: Bounds,
        closing: Option<Closing>,
    }
}

impl<T> Lingering<T> {
    /// Wraps a connection or a listener. The bounds are nginx's defaults: 30 seconds in all, 5 seconds
    /// without a byte, and any number of bytes.
    #[must_use]
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            bounds: Bounds::DEFAULT,
            closing: None,
        }
    }

    /// The longest that the whole close takes, 30 seconds by default. The inner shutdown counts, too.
    ///
    /// With zero the close is the inner shutdown and nothing more.
    #[must_use]
    pub fn max_time(mut self, time: Duration) -> Self {
        self.bounds.time = time;
        self
    }

    /// The longest that it waits for the next byte, 5 seconds by default. Each byte that comes starts
    /// it again.
    ///
    /// With zero it reads what has come already, and does not wait.
    #[must_use]
    pub fn max_idle(mut self, time: Duration) -> Self {
        self.bounds.idle = time;
        self
    }

    /// The most that it reads after the shutdown. There is no such bound by default.
    ///
    /// If you set it, set it at or above the body limit of the proxy in front. A proxy that has
    /// collected an upload sends all of it; if the server stops reading before its end, the proxy
    /// loses the answer.
    ///
    /// With 0 the close is the inner shutdown and nothing more.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// The connection or listener inside: for what it knows of the peer, or for its options.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// The connection or listener alone, which does not linger: for a tunnel, after an upgrade.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T: AsyncRead> AsyncRead for Lingering<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.project().inner.poll_read(cx, buffer)
    }
}

impl<T: AsyncRead + AsyncWrite> AsyncWrite for Lingering<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    /// The inner shutdown, and then the reading. Once it was ready with `Ok`, it is so at once.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.project();
        let bounds = *this.bounds;
        if bounds.allow_nothing() {
            return this.inner.poll_shutdown(cx);
        }
        let closing = this.closing.get_or_insert_with(|| Closing::begin(bounds));
        closing.poll(this.inner, cx)
    }
}
