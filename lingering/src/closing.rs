//! A close: the inner shutdown, and then the reading, within bounds.

use std::{
    future::Future,
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{sleep_until, Instant, Sleep},
};

const BUFFER: usize = 8 * 1024;

/// The most reads of one poll: a peer that sends without a pause must not hold the executor.
const READS: usize = 16;

/// Longer bounds are as this one, thirty years, so that no sum of a time and a bound overflows.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) time: Duration,
    pub(crate) idle: Duration,
    pub(crate) bytes: u64,
}

impl Bounds {
    /// nginx's `lingering_time` and `lingering_timeout`; it has no bound in bytes.
    pub(crate) const DEFAULT: Self = Self {
        time: Duration::from_secs(30),
        idle: Duration::from_secs(5),
        bytes: u64::MAX,
    };

    pub(crate) fn allow_nothing(&self) -> bool {
        self.time.is_zero() || self.bytes == 0
    }
}

/// A close that has begun.
#[derive(Debug)]
pub(crate) struct Closing {
    stage: Stage,
    /// When all of it ends.
    end: Instant,
    /// When the wait for the next byte ends.
    until: Instant,
    idle: Duration,
    /// How many bytes may still come.
    left: u64,
    /// Made when there is something to wait for.
    timer: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug, PartialEq)]
enum Stage {
    ShuttingDown,
    Reading,
    Over,
}

impl Closing {
    pub(crate) fn begin(bounds: Bounds) -> Self {
        let end = Instant::now() + bounds.time.min(FAR);
        Self {
            stage: Stage::ShuttingDown,
            end,
            until: end,
            idle: bounds.idle.min(FAR),
            left: bounds.bytes,
            timer: None,
        }
    }

    pub(crate) fn poll<T: AsyncRead + AsyncWrite>(
        &mut self,
        mut io: Pin<&mut T>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        if self.stage == Stage::ShuttingDown {
            match io.as_mut().poll_shutdown(cx) {
                Poll::Ready(Ok(())) => self.stage = Stage::Reading,
                Poll::Ready(error) => return Poll::Ready(error),
                Poll::Pending => {
                    let late = |()| Err(io::ErrorKind::TimedOut.into());
                    return self.poll_timer(cx).map(late);
                }
            }
            self.wait_from(Instant::now());
        }
        if self.stage == Stage::Reading {
            if self.poll_discard(io, cx).is_pending() {
                return Poll::Pending;
            }
            self.stage = Stage::Over;
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when nothing more is to be read.
    fn poll_discard<T: AsyncRead>(
        &mut self,
        mut io: Pin<&mut T>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let now = Instant::now();
        if now >= self.end {
            return Poll::Ready(());
        }
        for _ in 0..READS {
            match poll_read(io.as_mut(), self.left, cx) {
                Poll::Pending => return self.poll_timer(cx),
                Poll::Ready(read) if read == 0 || read == self.left => return Poll::Ready(()),
                Poll::Ready(read) => self.left -= read,
            }
            self.wait_from(now);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn wait_from(&mut self, now: Instant) {
        self.until = self.end.min(now + self.idle);
    }

    /// Ready when `until` is over.
    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let until = self.until;
        let timer = self
            .timer
            .get_or_insert_with(|| Box::pin(sleep_until(until)));
        if timer.deadline() != until {
            timer.as_mut().reset(until);
        }
        timer.as_mut().poll(cx)
    }
}

/// Reads and throws away, and gives the number of bytes: at most `most`, and 0 at the end or after an error.
fn poll_read<T: AsyncRead>(io: Pin<&mut T>, most: u64, cx: &mut Context<'_>) -> Poll<u64> {
    let mut buffer = [MaybeUninit::uninit(); BUFFER];
    let most = usize::try_from(most).map_or(BUFFER, |most| most.min(BUFFER));
    let mut buffer = ReadBuf::uninit(&mut buffer[..most]);
    let read = io.poll_read(cx, &mut buffer);
    read.map(|read| read.map_or(0, |()| buffer.filled().len() as u64))
}
