//! The bounds in time, on a clock that is paused.

use crate::support::{duplex, within, Probe, Reading};
use lingering_close::Lingering;
use std::{
    io::{self, ErrorKind},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter, DuplexStream},
    task::JoinHandle,
    time::{sleep, Instant},
};

const SECOND: Duration = Duration::from_secs(1);

/// After what time a close ends, and how.
async fn closing<T: AsyncRead + AsyncWrite>(
    connection: Lingering<T>,
) -> (Duration, io::Result<()>) {
    let start = Instant::now();
    let result = within(Box::pin(connection).shutdown()).await;
    (start.elapsed(), result)
}

/// After what time a close ends well.
async fn time<T: AsyncRead + AsyncWrite>(connection: Lingering<T>) -> Duration {
    let (time, result) = closing(connection).await;
    result.unwrap();
    time
}

fn pair() -> (Lingering<DuplexStream>, DuplexStream) {
    let (io, peer) = duplex(64);
    (Lingering::new(io), peer)
}

/// A peer that sends one byte each time that so many seconds are over, and then waits.
fn drip(mut peer: DuplexStream, seconds: &'static [u64]) -> JoinHandle<DuplexStream> {
    tokio::spawn(async move {
        for pause in seconds {
            sleep(Duration::from_secs(*pause)).await;
            if peer.write_all(b"x").await.is_err() {
                break;
            }
        }
        peer
    })
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_closes_ends_it_at_once() {
    let (connection, peer) = pair();
    drop(peer);
    assert_eq!(time(connection).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_closes_late_is_waited_for() {
    let (connection, peer) = pair();
    tokio::spawn(async move {
        sleep(3 * SECOND).await;
        drop(peer);
    });
    assert_eq!(time(connection).await, 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_left_after_max_idle() {
    let (connection, _peer) = pair();
    assert_eq!(time(connection).await, 5 * SECOND, "by default");
    let (connection, _peer) = pair();
    assert_eq!(time(connection.max_idle(2 * SECOND)).await, 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn each_byte_starts_max_idle_again() {
    let (connection, peer) = pair();
    let _peer = drip(peer, &[4, 4, 4]);
    assert_eq!(time(connection).await, 17 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_drips_is_left_after_max_time() {
    let (connection, peer) = pair();
    let _peer = drip(peer, &[4; 20]);
    assert_eq!(time(connection).await, 30 * SECOND, "by default");
    let (connection, peer) = pair();
    let _peer = drip(peer, &[4; 20]);
    assert_eq!(time(connection.max_time(9 * SECOND)).await, 9 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_shorter_bound_ends_the_wait_for_a_silent_peer() {
    let (connection, _peer) = pair();
    assert_eq!(time(connection.max_time(3 * SECOND)).await, 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn with_a_max_idle_of_zero_only_what_has_come_is_read() {
    let (connection, mut peer) = pair();
    peer.write_all(b"has come").await.unwrap();
    let mut connection = connection.max_idle(Duration::ZERO);
    let start = Instant::now();
    within(connection.shutdown()).await.unwrap();
    assert!(start.elapsed() < SECOND);
    drop(peer);
    let mut left = Vec::new();
    connection
        .into_inner()
        .read_to_end(&mut left)
        .await
        .unwrap();
    assert_eq!(left, b"");
}

/// As one of TLS whose peer does not read: it cannot be shut down before its bytes are taken.
#[tokio::test(start_paused = true)]
async fn a_shutdown_that_stays_pending_fails_after_max_time() {
    let (io, _unread) = duplex(1);
    let mut connection = Lingering::new(BufWriter::new(io));
    connection.write_all(b"answer").await.unwrap();
    let (time, result) = closing(connection).await;
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TimedOut);
    assert_eq!(time, 30 * SECOND);
}

/// A peer that takes the answer after so many seconds, and then is silent.
fn late_reader(after: u64) -> (Lingering<BufWriter<DuplexStream>>, JoinHandle<DuplexStream>) {
    let (io, mut peer) = duplex(1);
    let reader = tokio::spawn(async move {
        sleep(Duration::from_secs(after)).await;
        peer.read_exact(&mut [0; 6]).await.unwrap();
        peer
    });
    (Lingering::new(BufWriter::new(io)), reader)
}

#[tokio::test(start_paused = true)]
async fn max_idle_begins_after_the_inner_shutdown_and_max_time_before_it() {
    for (after, expected) in [(10, 15 * SECOND), (28, 30 * SECOND)] {
        let (mut connection, _peer) = late_reader(after);
        connection.write_all(b"answer").await.unwrap();
        assert_eq!(time(connection).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_that_failed_in_time_can_be_polled_again() {
    let (mut probe, _) = Probe::new();
    (probe.pending, probe.reading) = (Some("shutdown"), Reading::Endless);
    let mut connection = Box::pin(Lingering::new(probe));
    for _ in 0..2 {
        let late = within(connection.shutdown()).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TimedOut);
    }
}
