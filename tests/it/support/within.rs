//! A bound on time.

use std::{future::Future, time::Duration};

/// The longest any one step over a socket may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The output of `future`, or a failed test when it takes too long.
#[track_caller]
pub(crate) fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let caller = std::panic::Location::caller();
    async move {
        let output = tokio::time::timeout(PATIENCE, future).await;
        output.unwrap_or_else(|_| panic!("nothing happened within {PATIENCE:?} at {caller}"))
    }
}
