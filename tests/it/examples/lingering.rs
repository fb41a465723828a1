//! The lingering example, and the connection that it is about.

#[path = "../../../examples/lingering/linger.rs"]
mod linger;

use super::{assert_answers, assert_refuses, BREW};
use crate::proxies::upload::{lost, Reading, Upload, TRIES};
use crate::support::{example::Example, within};
use linger::{Lingering, MAX_BYTES, MAX_TIME};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{duplex, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf},
    time::{sleep, Instant},
};

static CHUNK: [u8; 64 * 1024] = [b'x'; 64 * 1024];

/// A connection that lingers and its peer.
fn pair() -> (Lingering<DuplexStream>, DuplexStream) {
    let (io, peer) = duplex(CHUNK.len());
    (Lingering::new(io), peer)
}

/// How long a connection takes to close, on the clock of a test that is paused.
async fn closing(mut connection: Lingering<DuplexStream>) -> Duration {
    let start = Instant::now();
    connection.shutdown().await.unwrap();
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_close_waits_for_nothing_where_the_peer_has_closed() {
    let (connection, peer) = pair();
    drop(peer);
    assert_eq!(closing(connection).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_close_waits_for_nothing_but_the_peer_to_close_too() {
    let (mut connection, mut peer) = pair();
    connection.write_all(b"answer").await.unwrap();
    let client = tokio::spawn(async move {
        peer.write_all(&CHUNK).await.unwrap();
        let mut answer = String::new();
        peer.read_to_string(&mut answer).await.unwrap();
        answer
    });
    assert_eq!(closing(connection).await, Duration::ZERO);
    assert_eq!(client.await.unwrap(), "answer");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stays_silent_is_left_after_some_seconds() {
    let (connection, _peer) = pair();
    let took = closing(connection).await;
    assert!(took >= MAX_TIME, "{took:?}");
    assert!(took < 2 * MAX_TIME, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_now_and_then_is_left_after_some_seconds() {
    let (connection, mut peer) = pair();
    tokio::spawn(async move {
        while peer.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    let took = closing(connection).await;
    assert!(took >= MAX_TIME, "{took:?}");
    assert!(took < 2 * MAX_TIME, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_all_the_time_is_left_after_some_bytes() {
    let (connection, mut peer) = pair();
    let sender = tokio::spawn(async move {
        let mut sent = 0;
        while peer.write_all(&CHUNK).await.is_ok() {
            sent += CHUNK.len();
        }
        sent
    });
    assert_eq!(closing(connection).await, Duration::ZERO);
    let sent = sender.await.unwrap();
    assert!(sent >= MAX_BYTES, "{sent}");
    assert!(sent <= MAX_BYTES + 2 * CHUNK.len(), "{sent}");
}

/// A connection that is never shut down, as one of TLS whose peer does not read.
struct Stuck;

impl AsyncRead for Stuck {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

impl AsyncWrite for Stuck {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Pending
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_cannot_be_shut_down_is_left_after_some_seconds() {
    let start = Instant::now();
    Lingering::new(Stuck).shutdown().await.unwrap();
    assert!(start.elapsed() >= MAX_TIME && start.elapsed() < 2 * MAX_TIME);
}

/// The control: without a loss here the next test would show nothing. Up to 2 MiB axum's loses none.
#[tokio::test]
async fn axum_loses_refusals_of_a_large_upload() {
    let example = Example::start("axum").await;
    for upload in Upload::of(&[10_000_000]) {
        let lost = lost(example.address, "/", upload, Reading::Last).await;
        println!("axum, {upload}: lost {lost} of {TRIES}");
        assert_ne!(lost, 0, "{upload}");
    }
    example.stop().await;
}

#[tokio::test]
async fn lingering_answers_as_its_routes_and_the_layer_say() {
    let example = Example::start("lingering").await;
    assert_answers(
        &example,
        &[("GET /", 200), ("POST /", 405), ("GET /nowhere", 404)],
    )
    .await;
    assert_refuses(&example, &["BREW", "PROPFIND"], &["/", "/nowhere"]).await;
    example.stop().await;
}

#[tokio::test]
async fn lingering_loses_no_refusal_of_a_large_upload() {
    let example = Example::start("lingering").await;
    for upload in Upload::of(&[1_000_000, 10_000_000]) {
        let lost = lost(example.address, "/", upload, Reading::Last).await;
        println!("lingering, {upload}: lost {lost} of {TRIES}");
        assert_eq!(lost, 0, "{upload}");
    }
    example.stop().await;
}

#[tokio::test]
async fn lingering_closes_at_once_after_an_answer() {
    let example = Example::start("lingering").await;
    let start = Instant::now();
    for _ in 0..TRIES {
        example.answer("GET /").await;
    }
    assert!(start.elapsed() < MAX_TIME, "{:?}", start.elapsed());
    example.stop().await;
}

/// A refused upload that does not end, and is too large to be read.
async fn send_for_ever(example: &Example) {
    let mut stream = example.connect().await.stream;
    let head = "BREW / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    while stream.write_all(&CHUNK).await.is_ok() {}
}

#[tokio::test]
async fn lingering_leaves_a_client_that_never_stops_sending() {
    let example = Example::start("lingering").await;
    within(send_for_ever(&example)).await;
    example.stop().await;
}

#[tokio::test]
async fn lingering_stops_while_connections_linger() {
    let example = Example::start("lingering").await;
    let mut silent = example.connect().await;
    silent
        .send(BREW.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"))
        .await;
    silent.response().await;
    example.stop().await;
    assert_eq!(silent.rest().await, "");
}
