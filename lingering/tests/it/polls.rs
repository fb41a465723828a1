//! What one poll does.

use crate::support::{take, within, Probe, Reading, Wakes};
use lingering_close::Lingering;
use std::{
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::advance,
};

#[tokio::test]
async fn one_poll_reads_a_bounded_amount_and_wakes_itself_once() {
    let (mut probe, calls) = Probe::new();
    probe.reading = Reading::Endless;
    let mut connection = pin!(Lingering::new(probe));
    let (woken, waker) = Wakes::new();
    for polls in 1..5 {
        let mut cx = Context::from_waker(&waker);
        assert!(connection.as_mut().poll_shutdown(&mut cx).is_pending());
        assert_eq!(woken.count(), polls);
        let reads = take(&calls).iter().filter(|call| **call == "read").count();
        assert!((1..=64).contains(&reads), "{reads}");
    }
}

#[test]
fn after_the_last_byte_of_the_bound_it_asks_for_no_more() {
    let (mut probe, calls) = Probe::new();
    probe.reading = Reading::Endless;
    let mut connection = pin!(Lingering::new(probe).max_bytes(10));
    let (_, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    assert!(connection.as_mut().poll_shutdown(&mut cx).is_ready());
    assert_eq!(take(&calls), ["shutdown", "read"]);
}

#[tokio::test]
async fn a_poll_with_nothing_to_read_does_not_wake_itself() {
    let (mut probe, calls) = Probe::new();
    probe.reading = Reading::Nothing;
    let mut connection = pin!(Lingering::new(probe));
    let (woken, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    assert!(connection.as_mut().poll_shutdown(&mut cx).is_pending());
    assert_eq!(take(&calls), ["shutdown", "read"]);
    assert!(connection.as_mut().poll_shutdown(&mut cx).is_pending());
    assert_eq!(take(&calls), ["read"], "it is shut down once");
    assert_eq!(woken.count(), 0);
}

#[tokio::test]
async fn a_shutdown_that_stays_pending_is_polled_again_and_nothing_is_read() {
    let (mut probe, calls) = Probe::new();
    (probe.pending, probe.reading) = (Some("shutdown"), Reading::Endless);
    let mut connection = pin!(Lingering::new(probe));
    let (woken, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    for _ in 0..3 {
        assert!(connection.as_mut().poll_shutdown(&mut cx).is_pending());
        assert_eq!(take(&calls), ["shutdown"]);
    }
    assert_eq!(woken.count(), 0);
}

/// The clock of this test moves on only because the other task has its turns.
#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_without_a_pause_is_left_in_time_and_holds_no_other_task() {
    let (mut probe, _) = Probe::new();
    probe.reading = Reading::Endless;
    let mut connection = Box::pin(Lingering::new(probe).max_idle(Duration::from_secs(1)));
    let closing = tokio::spawn(async move { connection.shutdown().await });
    for _ in 0..29 {
        advance(Duration::from_secs(1)).await;
        assert!(!closing.is_finished());
    }
    advance(Duration::from_secs(2)).await;
    within(closing).await.unwrap().unwrap();
}

#[tokio::test]
async fn bounds_as_long_as_can_be_do_not_panic() {
    let longest = [
        Duration::MAX,
        Duration::from_secs(u64::MAX / 4),
        Duration::from_secs(1 << 62),
    ];
    for long in longest {
        let (mut probe, _) = Probe::new();
        probe.reading = Reading::Nothing;
        let connection = Lingering::new(probe).max_time(long).max_idle(long);
        let mut connection = pin!(connection.max_bytes(u64::MAX));
        let (_, waker) = Wakes::new();
        let mut cx = Context::from_waker(&waker);
        for _ in 0..2 {
            let polled = connection.as_mut().poll_shutdown(&mut cx);
            assert!(matches!(polled, Poll::Pending), "{long:?}");
        }
    }
}
