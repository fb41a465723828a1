//! Every example starts, stops and is short.

use super::{assert_status, half_an_upload, origin, BREW, GET, MANDATORY, REFUSED};
use crate::support::{
    example::{command, Example},
    within,
};
use futures_util::future::join_all;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tokio::net::TcpListener;

const NAMES: [&str; 6] = ["axum", "hyper", "lingering", "observe", "proxy", "tonic"];

/// Ctrl-C ends `name` while one connection is kept alive after a refusal, one after an answer, and
/// one was not used at all.
async fn assert_stops(name: &str, refused: &str, supported: &str) {
    let example = Example::start(name).await;
    let mut after_refusal = example.connect().await;
    after_refusal.send(refused).await;
    let answer = after_refusal.response().await;
    assert!(answer.starts_with(REFUSED), "{name}: {answer}");
    assert!(!answer.contains("connection: close"), "{name}: {answer}");

    let mut after_answer = example.connect().await;
    after_answer.send(supported).await;
    let answer = after_answer.response().await;
    assert_status(name, &answer, 200);

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

fn get_through_a_proxy(address: SocketAddr) -> String {
    format!("GET http://{address}/ HTTP/1.1\r\nhost: {address}\r\n\r\n")
}

#[tokio::test]
async fn every_example_stops_on_ctrl_c() {
    let origin = origin().await;
    let proxied = get_through_a_proxy(origin.address);
    let stops = NAMES.map(|name| match name {
        "proxy" => assert_stops(name, MANDATORY, &proxied),
        _ => assert_stops(name, BREW, GET),
    });
    join_all(stops).await;
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
async fn every_example_that_waits_for_content_or_an_origin_stops_meanwhile() {
    // Connections are made by the system and never accepted.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxied = get_through_a_proxy(silent.local_addr().unwrap());
    let upload = half_an_upload("POST /");
    let refused = half_an_upload("BREW /");
    let call = "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: localhost\r\n\
        content-type: application/grpc\r\ncontent-length: 10\r\n\r\n\0\0\0";
    let stops = [
        assert_stops_during("axum", &upload, GET),
        assert_stops_during("hyper", &refused, GET),
        assert_stops_during("lingering", &refused, GET),
        assert_stops_during("tonic", call, GET),
        assert_stops_during("proxy", &proxied, MANDATORY),
    ];
    join_all(stops).await;
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_example_has_fewer_than_80_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let examples = files(&folder);
    let names = examples.iter().map(|file| file.file_stem().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), NAMES);
    for file in examples {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines < 80, "{}: {lines}", file.display());
    }
}

#[tokio::test]
async fn every_example_tells_its_address_where_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for name in NAMES {
        let output = within(command(name, &address).output()).await.unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{name}: {errors}");
        let told = format!("Error: \"{address}: Address ");
        assert!(errors.starts_with(&told), "{name}: {errors}");
        assert!(errors.contains("in use"), "{name}: {errors}");
        assert!(output.stdout.is_empty(), "{name}");
    }
}
