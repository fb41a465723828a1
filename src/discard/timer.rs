//! The bound for a wait: a future of the user's, of any runtime.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

/// Makes one future for each wait.
pub(crate) type MakeTimer = Arc<dyn Fn() -> Sleep + Send + Sync>;

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) fn make_timer<T>(timer: impl Fn() -> T + Send + Sync + 'static) -> MakeTimer
where
    T: Future<Output = ()> + Send + 'static,
{
    Arc::new(move || Box::pin(timer()))
}

/// The end of one wait.
pub(crate) enum Timer {
    None,
    /// It is made the first time that the content is not all there.
    Unmade(MakeTimer),
    /// Only `get_mut` is called: the mutex makes a future `Sync` that is not.
    Made(Mutex<Sleep>),
}

impl Timer {
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Self::Unmade(make) = self {
            *self = Self::Made(Mutex::new(make()));
        }
        match self {
            Self::Made(sleep) => {
                let sleep = sleep.get_mut().unwrap_or_else(PoisonError::into_inner);
                sleep.as_mut().poll(cx)
            }
            _ => Poll::Pending,
        }
    }
}
