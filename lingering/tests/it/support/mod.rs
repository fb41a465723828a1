//! What the tests share: bounds on time, pairs of connections, and an inner connection that is asked and counts.

pub(crate) mod tls;
mod watch;

use pin_project_lite::pin_project;
use std::{
    future::Future,
    io::{self, ErrorKind, IoSlice},
    marker::PhantomPinned,
    pin::Pin,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// A bound that no test reaches: where it is set, something else ends the close.
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// The longest that any one step may take on a paused clock, where no other bound is longer. On a running one a test
/// ends sooner.
const PATIENCE: Duration = Duration::from_secs(90);

/// The output of `future`, or a failed test when it takes too long.
#[track_caller]
pub(crate) fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    watch::watch();
    let caller = std::panic::Location::caller();
    async move {
        let output = tokio::time::timeout(PATIENCE, future).await;
        output.unwrap_or_else(|_| panic!("nothing happened within {PATIENCE:?} at {caller}"))
    }
}

/// Both ends of a connection on loopback: the server's and the client's.
pub(crate) async fn tcp() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap());
    let (server, client) = tokio::join!(within(listener.accept()), within(client));
    (server.unwrap().0, client.unwrap())
}

/// Both ends of a connection without a system, of a test that is watched.
pub(crate) fn duplex(size: usize) -> (DuplexStream, DuplexStream) {
    watch::watch();
    tokio::io::duplex(size)
}

/// Counts how often it was woken.
#[derive(Default)]
pub(crate) struct Wakes(AtomicUsize);

impl Wakes {
    pub(crate) fn new() -> (Arc<Self>, Waker) {
        let wakes = Arc::<Self>::default();
        (wakes.clone(), wakes.into())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The kind of every error of a [`Probe`].
pub(crate) const ERROR: ErrorKind = ErrorKind::BrokenPipe;

pub(crate) type Calls = Arc<Mutex<Vec<&'static str>>>;

/// What a [`Probe`] gives to a read.
#[derive(Clone, Copy, Default)]
pub(crate) enum Reading {
    #[default]
    End,
    Nothing,
    /// As many bytes as there is room for, each time.
    Endless,
    Error,
}

pin_project! {
    /// An inner connection that notes each call and does as it is told. It is not `Unpin`.
    #[derive(Default)]
    pub(crate) struct Probe {
        pub(crate) calls: Calls,
        pub(crate) reading: Reading,
        pub(crate) failing: Option<&'static str>,
        pub(crate) pending: Option<&'static str>,
        pub(crate) vectored: bool,
        #[pin]
        pub(crate) pinned: PhantomPinned,
    }
}

impl Probe {
    pub(crate) fn new() -> (Self, Calls) {
        watch::watch();
        let probe = Self::default();
        let calls = probe.calls.clone();
        (probe, calls)
    }

    fn note(&self, call: &'static str) {
        let mut calls = self.calls.lock().unwrap();
        calls.push(call);
        assert!(calls.len() < 100_000, "{call} is called without end");
    }

    fn call<T>(&self, name: &'static str, value: T) -> Poll<io::Result<T>> {
        self.note(name);
        if self.pending == Some(name) {
            return Poll::Pending;
        }
        let failing = self.failing == Some(name);
        Poll::Ready(if failing {
            Err(ERROR.into())
        } else {
            Ok(value)
        })
    }
}

impl AsyncRead for Probe {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.note("read");
        match self.reading {
            Reading::End => {}
            Reading::Nothing => return Poll::Pending,
            Reading::Endless => {
                buffer.initialize_unfilled();
                buffer.advance(buffer.remaining());
            }
            Reading::Error => return Poll::Ready(Err(ERROR.into())),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Probe {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.call("write", bytes.len())
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.call("write_vectored", bytes.iter().map(|part| part.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        self.vectored
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.call("flush", ())
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.call("shutdown", ())
    }
}

/// Takes the calls noted so far.
pub(crate) fn take(calls: &Calls) -> Vec<&'static str> {
    std::mem::take(&mut calls.lock().unwrap())
}
