//! The lingering example, and the connection that it is about.

#[path = "../../../examples/lingering/linger.rs"]
mod linger;

use super::{assert_answers, assert_refuses, BREW};
use crate::proxies::upload::{lost, Reading, Upload, TRIES};
use crate::support::{example::Example, within};
use linger::{Lingering, MAX_BYTES, MAX_TIME};
use std::time::Duration;
use tokio::{
    io::{duplex, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter, DuplexStream},
    time::{sleep, Instant},
};

static CHUNK: [u8; 64 * 1024] = [b'x'; 64 * 1024];

/// A connection that lingers and its peer.
fn pair() -> (Lingering<DuplexStream>, DuplexStream) {
    let (io, peer) = duplex(CHUNK.len());
    (Lingering::new(io), peer)
}

/// How long a connection takes to close, on the clock of a test that is paused.
async fn closing(mut connection: impl AsyncWrite + Unpin) -> Duration {
    let start = Instant::now();
    within(connection.shutdown()).await.unwrap();
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_close_waits_for_nothing_but_the_peer_to_close_too() {
    let (connection, peer) = pair();
    drop(peer);
    assert_eq!(closing(connection).await, Duration::ZERO);

    let (mut connection, mut peer) = pair();
    within(connection.write_all(b"answer")).await.unwrap();
    let client = tokio::spawn(async move {
        peer.write_all(&CHUNK).await.unwrap();
        let mut answer = String::new();
        peer.read_to_string(&mut answer).await.unwrap();
        answer
    });
    assert_eq!(closing(connection).await, Duration::ZERO);
    assert_eq!(within(client).await.unwrap(), "answer");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stays_silent_or_sends_now_and_then_is_left_after_some_seconds() {
    let (to_silent, _peer) = pair();
    let (to_sender, mut sender) = pair();
    tokio::spawn(async move {
        while sender.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    // As one of TLS whose peer does not read: it cannot be shut down before its bytes are taken.
    let (io, _unread) = duplex(1);
    let mut to_deaf = Lingering::new(BufWriter::new(io));
    within(to_deaf.write_all(b"answer")).await.unwrap();
    for (peer, took) in [
        ("silent", closing(to_silent).await),
        ("sender", closing(to_sender).await),
        ("deaf", closing(to_deaf).await),
    ] {
        let in_time = (MAX_TIME..2 * MAX_TIME).contains(&took);
        assert!(in_time, "{peer}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_all_the_time_is_left_after_some_bytes() {
    let (connection, mut peer) = pair();
    let sender = tokio::spawn(async move {
        let mut sent = 0;
        // Bounded, for the clock stands still meanwhile.
        while sent < 2 * MAX_BYTES && peer.write_all(&CHUNK).await.is_ok() {
            sent += CHUNK.len();
        }
        sent
    });
    assert_eq!(closing(connection).await, Duration::ZERO);
    let sent = within(sender).await.unwrap();
    assert!(sent >= MAX_BYTES, "{sent}");
    assert!(sent <= MAX_BYTES + 2 * CHUNK.len(), "{sent}");
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
    let lines = [("GET /", 200), ("POST /", 405), ("GET /nowhere", 404)];
    assert_answers(&example, &lines).await;
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

#[tokio::test]
async fn lingering_leaves_a_client_that_never_stops_sending() {
    let example = Example::start("lingering").await;
    let mut connection = example.connect().await;
    // Too large to be read.
    let head = "BREW / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000000\r\n\r\n";
    connection.send(head).await;
    within(async { while connection.stream.write_all(&CHUNK).await.is_ok() {} }).await;
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
