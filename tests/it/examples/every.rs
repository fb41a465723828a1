//! Every example starts, stops and is short.

use super::{assert_status, half_an_upload, origin, BREW, GET, MANDATORY, REFUSED};
use crate::support::{
    example::{command, Example},
    within,
};
use futures_util::future::join_all;
use std::{fs, path::Path};
use tokio::net::TcpListener;

const NAMES: [&str; 5] = ["axum", "hyper", "observe", "proxy", "tonic"];

/// Ctrl-C ends `name` while one connection is kept alive after a refusal, one after an answer, and
/// one was not used at all.
async fn assert_stops(name: &str, refused: &str, supported: &str, status: u16) {
    let example = Example::start(name).await;
    let mut after_refusal = example.connect().await;
    after_refusal.send(refused).await;
    let answer = after_refusal.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    assert!(!answer.contains("connection: close"), "{answer}");

    let mut after_answer = example.connect().await;
    after_answer.send(supported).await;
    let answer = after_answer.response().await;
    assert_status(supported, &answer, status);

    let mut unused = example.connect().await;
    example.stop().await;
    for connection in [&mut after_refusal, &mut after_answer, &mut unused] {
        connection.rest().await;
    }
}

/// Ctrl-C ends `name` though a request of `begun` has begun and does not end.
async fn assert_stops_during(name: &str, begun: &str, answered: &str) {
    let example = Example::start(name).await;
    let mut waiting = example.connect().await;
    waiting.send(begun).await;
    // Sent and accepted later, so that its answer shows that the other has begun.
    let mut after = example.connect().await;
    after.send(answered).await;
    after.response().await;
    example.stop().await;
    for connection in [&mut waiting, &mut after] {
        connection.rest().await;
    }
}

async fn assert_needs_a_free_address(name: &str) {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = within(command(name, &address).output()).await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{errors}");
    assert!(errors.contains("AddrInUse"), "{errors}");
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn axum_stops_on_ctrl_c() {
    assert_stops("axum", BREW, GET, 200).await;
}

#[tokio::test]
async fn hyper_stops_on_ctrl_c() {
    assert_stops("hyper", BREW, GET, 200).await;
}

#[tokio::test]
async fn tonic_stops_on_ctrl_c() {
    assert_stops("tonic", BREW, GET, 200).await;
}

#[tokio::test]
async fn proxy_stops_on_ctrl_c() {
    let origin = origin().await;
    let address = origin.address;
    let get = format!("GET http://{address}/ HTTP/1.1\r\nhost: {address}\r\n\r\n");
    assert_stops("proxy", MANDATORY, &get, 200).await;
}

#[tokio::test]
async fn observe_stops_on_ctrl_c() {
    assert_stops("observe", BREW, GET, 200).await;
}

#[tokio::test]
async fn every_example_stops_during_a_request_head() {
    let stops = NAMES.map(|name| async move {
        let example = Example::start(name).await;
        let mut connection = example.connect().await;
        connection.send("OPTIONS / HTTP/1.1\r\nhost: loc").await;
        // Once a later connection was served, so was this one.
        example.answer("OPTIONS /").await;
        example.stop().await;
        assert_eq!(connection.rest().await, "", "{name}");
    });
    join_all(stops).await;
}

#[tokio::test]
async fn axum_stops_during_an_upload() {
    assert_stops_during("axum", &half_an_upload("POST /"), GET).await;
}

#[tokio::test]
async fn hyper_stops_during_a_refused_upload() {
    assert_stops_during("hyper", &half_an_upload("BREW /"), GET).await;
}

#[tokio::test]
async fn tonic_stops_during_a_call() {
    let call = "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: localhost\r\n\
        content-type: application/grpc\r\ncontent-length: 10\r\n\r\n\0\0\0";
    assert_stops_during("tonic", call, GET).await;
}

#[tokio::test]
async fn proxy_stops_while_an_origin_is_silent() {
    // Connections are made by the system and never accepted.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let get = format!("GET http://{address}/ HTTP/1.1\r\nhost: {address}\r\n\r\n");
    assert_stops_during("proxy", &get, MANDATORY).await;
}

#[test]
fn every_example_has_fewer_than_80_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.file_stem().unwrap()).collect();
    assert_eq!(names, NAMES);
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines < 80, "{}: {lines}", file.display());
    }
}

#[tokio::test]
async fn every_example_exits_with_an_error_where_its_address_is_taken() {
    for name in NAMES {
        assert_needs_a_free_address(name).await;
    }
}
