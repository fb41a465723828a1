//! Polling by hand.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    task::{Context, Wake, Waker},
};

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

thread_local! {
    static FLAG: (Arc<Flag>, Waker) = {
        let flag = Arc::new(Flag(AtomicBool::new(false)));
        (flag.clone(), Waker::from(flag))
    };
}

/// What `poll` returns, and whether it has asked to be called again.
pub fn poll<T>(poll: impl FnOnce(&mut Context<'_>) -> T) -> (T, bool) {
    FLAG.with(|(flag, waker)| {
        flag.0.store(false, Ordering::Relaxed);
        let output = poll(&mut Context::from_waker(waker));
        (output, flag.0.load(Ordering::Relaxed))
    })
}
