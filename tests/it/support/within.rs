//! A bound on time.

use std::{future::Future, time::Duration};

/// The longest any one step over a socket may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the panic of [`within`] begins with.
pub(crate) const TOO_LATE: &str = "nothing happened within";

/// The output of `future`, or a failed test when it takes too long.
#[track_caller]
pub(crate) fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        let output = tokio::time::timeout(PATIENCE, future).await;
        output.unwrap_or_else(|_| panic!("{TOO_LATE} {PATIENCE:?} at {caller}"))
    }
}
