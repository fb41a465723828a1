//! The lingering example.

use super::{assert_answers, assert_refuses, BREW};
use crate::proxies::upload::{lost, Reading, Upload, TRIES};
use crate::support::example::Example;
use std::time::Duration;
use tokio::time::Instant;

/// How long a connection lingers whose peer stays silent.
const MAX_IDLE: Duration = Duration::from_secs(5);

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
    assert!(start.elapsed() < MAX_IDLE, "{:?}", start.elapsed());
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
