//! Polling by hand.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    task::{Context, Wake, Waker},
};

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

thread_local! {
    static COUNT: (Arc<Count>, Waker) = {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        (count.clone(), Waker::from(count))
    };
}

/// What `poll` returns, and how often it has asked to be called again.
pub(super) fn poll<T>(poll: impl FnOnce(&mut Context<'_>) -> T) -> (T, usize) {
    COUNT.with(|(count, waker)| {
        count.0.store(0, Ordering::Relaxed);
        let output = poll(&mut Context::from_waker(waker));
        (output, count.0.load(Ordering::Relaxed))
    })
}
