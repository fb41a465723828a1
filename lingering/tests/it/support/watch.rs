//! A bound on each test by the clock of the system.

use std::{
    io::{self, Write},
    process,
    sync::mpsc::{channel, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

/// All tests together take a second.
const LONGEST: Duration = Duration::from_secs(60);

/// What must not outlive its bound. No bound of tokio's ends a poll that does not return, and on a paused clock none
/// ends a task that wakes itself for ever.
struct Watch {
    _end: Sender<()>,
}

thread_local! {
    /// A test has a thread of its own.
    static WATCH: Watch = Watch::begin();
}

/// Ends the tests, and names this one, if it takes too long from now on.
pub(crate) fn watch() {
    WATCH.with(|_| ());
}

impl Watch {
    fn begin() -> Self {
        let (end, ended) = channel();
        let test = thread::current().name().unwrap_or_default().to_owned();
        thread::spawn(move || {
            if ended.recv_timeout(LONGEST) == Err(RecvTimeoutError::Timeout) {
                let line = format!("\nthe test {test} takes more than {LONGEST:?}\n");
                // `eprintln` would show it after the test.
                io::stderr().write_all(line.as_bytes()).ok();
                process::exit(101);
            }
        });
        Self { _end: end }
    }
}
