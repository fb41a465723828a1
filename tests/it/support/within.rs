//! A bound on time, and on what never rests.

use std::{
    future::{poll_fn, Future},
    pin::pin,
    time::Duration,
};

/// The longest any one step over a socket may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// More often than anything here wakes. A paused clock stands still while a future wakes itself.
const POLLS: usize = 100_000;

/// The output of `future`, or a failed test when it takes too long.
#[track_caller]
pub(crate) fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        let (mut future, mut polls) = (pin!(future), 0);
        let counted = poll_fn(|cx| {
            polls += 1;
            assert!(polls <= POLLS, "it wakes itself for ever at {caller}");
            future.as_mut().poll(cx)
        });
        let output = tokio::time::timeout(PATIENCE, counted).await;
        output.unwrap_or_else(|_| panic!("nothing happened within {PATIENCE:?} at {caller}"))
    }
}
