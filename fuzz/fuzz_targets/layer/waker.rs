//! Polling by hand.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    task::{Context, Wake, Waker},
};

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What `poll` returns, and how often it has asked to be called again.
pub(super) fn poll<T>(poll: impl FnOnce(&mut Context<'_>) -> T) -> (T, usize) {
    let count = Arc::new(Count::default());
    let waker = Waker::from(count.clone());
    let output = poll(&mut Context::from_waker(&waker));
    (output, count.0.load(Ordering::Relaxed))
}
