//! Bodies that other layers wrap, on sockets: they hide what the body says of itself.

use super::layer;
use crate::support::{
    frames::{answered, answered_early, Frames},
    Connection, Server,
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use std::{convert::Infallible, time::Duration};
use tower::{service_fn, ServiceBuilder};
use tower_http::{
    decompression::RequestDecompressionLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer},
};

const HOUR: Duration = Duration::from_secs(3_600);

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

pub(super) async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello")))
}

async fn timed() -> Server {
    let outside = ServiceBuilder::new().layer(RequestBodyTimeoutLayer::new(HOUR));
    Server::start(outside.layer(layer()).service(service_fn(hello))).await
}

async fn with_deadline() -> Server {
    let outside = ServiceBuilder::new().layer(RequestBodyDeadlineLayer::new(HOUR));
    Server::start(outside.layer(layer()).service(service_fn(hello))).await
}

async fn decompressing() -> Server {
    let outside = ServiceBuilder::new().layer(RequestDecompressionLayer::new());
    Server::start(outside.layer(layer()).service(service_fn(hello))).await
}

async fn limited(limit: usize) -> Server {
    let outside = ServiceBuilder::new().layer(RequestBodyLimitLayer::new(limit));
    Server::start(outside.layer(layer()).service(service_fn(hello))).await
}

async fn refusal(connection: &mut Connection) -> String {
    let answer = connection.response().await;
    assert_eq!(&answer[8..30], " 501 Not Implemented\r\n", "{answer}");
    answer
}

async fn assert_kept(connection: &mut Connection) {
    let answer = refusal(connection).await;
    assert!(!answer.contains("connection: close"), "{answer}");
    connection.send(GET).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

async fn assert_closed(connection: &mut Connection) {
    let answer = refusal(connection).await;
    assert!(answer.contains("\r\nconnection: close"), "{answer}");
    assert_eq!(connection.rest().await, "");
}

/// A request without content is answered, and its connection lives on, over every version.
async fn assert_sees_that_there_is_none(server: &Server) {
    for head in [
        "BREW / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "BREW / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let mut connection = server.connect().await;
        connection.send(head).await;
        assert_kept(&mut connection).await;
    }
    let mut frames = Frames::connect(server.address).await;
    for (stream, fields) in [(1, &[][..]), (3, &[("content-length", "0")])] {
        frames.request(stream, "BREW", fields, true).await;
        assert_eq!(frames.take(2).await, answered(501, stream));
        assert_eq!(frames.ping().await, []);
    }
}

/// Content whose end is in sight is read, over every version.
async fn assert_reads(server: &Server) {
    for head in [
        "BREW / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
    ] {
        let mut connection = server.connect().await;
        connection.send(head).await;
        connection.send("hello").await;
        assert_kept(&mut connection).await;
    }
    let mut connection = server.connect().await;
    let head = "BREW / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    connection.send(head).await;
    connection.send("5\r\nhello\r\n0\r\n\r\n").await;
    assert_kept(&mut connection).await;

    let mut frames = Frames::connect(server.address).await;
    let declared = [("content-length", "100000")];
    frames.request(1, "BREW", &declared, false).await;
    for _ in 0..10 {
        assert_eq!(frames.ping().await, []);
        frames.data(1, &[b'x'; 10_000], false).await;
    }
    assert_eq!(frames.ping().await, []);
    frames.data(1, b"", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert_eq!(frames.ping().await, []);
}

/// Content declared above the limit is answered at once, over every version.
async fn assert_leaves_too_much(server: &Server) {
    for head in [
        "BREW / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 10000000\r\n\r\n",
        "BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n",
    ] {
        let mut connection = server.connect().await;
        connection.send(head).await;
        assert_closed(&mut connection).await;
    }
    let mut frames = Frames::connect(server.address).await;
    let declared = [("content-length", "10000000")];
    frames.request(1, "BREW", &declared, false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
}

#[tokio::test]
async fn no_content_is_seen_through_every_wrapper() {
    assert_sees_that_there_is_none(&timed().await).await;
    assert_sees_that_there_is_none(&with_deadline().await).await;
    assert_sees_that_there_is_none(&decompressing().await).await;
    assert_sees_that_there_is_none(&limited(1_000_000).await).await;
    assert_sees_that_there_is_none(&limited(0).await).await;
}

#[tokio::test]
async fn content_is_read_through_every_wrapper() {
    assert_reads(&timed().await).await;
    assert_reads(&with_deadline().await).await;
    assert_reads(&decompressing().await).await;
    assert_reads(&limited(1_000_000).await).await;
}

#[tokio::test]
async fn too_much_content_is_seen_through_every_wrapper() {
    assert_leaves_too_much(&timed().await).await;
    assert_leaves_too_much(&with_deadline().await).await;
    assert_leaves_too_much(&decompressing().await).await;
    assert_leaves_too_much(&limited(100_000_000).await).await;
}

#[tokio::test]
async fn content_behind_a_limit_of_zero_ends_the_connection_as_announced() {
    let server = limited(0).await;
    for content in ["5\r\nhello\r\n", "5\r\nhello\r\n0\r\n\r\n"] {
        let mut connection = server.connect().await;
        let head = "BREW / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        connection.send(format!("{head}{content}")).await;
        assert_closed(&mut connection).await;
    }
}

#[tokio::test]
async fn an_open_stream_behind_a_limit_of_zero_is_not_waited_for() {
    let server = limited(0).await;
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "BREW", &[], false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
    frames.request(3, "GET", &[], true).await;
    assert_eq!(frames.take(2).await, answered(200, 3));
}

/// A thousand bytes, compressed.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xa8\x18\x05\xa3\x60\x14\x0c\x77\x00\x00\xe6\xc9\x41\x3b\xe8\x03\x00\x00";

/// Has `content`, said to be compressed, refused over HTTP/1.1.
async fn refuse_compressed(content: &[u8]) -> (Server, Connection) {
    let server = decompressing().await;
    let mut connection = server.connect().await;
    let head = format!(
        "BREW / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    connection.send([head.as_bytes(), content].concat()).await;
    (server, connection)
}

#[tokio::test]
async fn compressed_content_is_read_to_its_end() {
    let (_server, mut connection) = refuse_compressed(GZIP).await;
    assert_kept(&mut connection).await;
}

#[tokio::test]
async fn content_that_does_not_decompress_ends_the_connection_as_announced() {
    let (_server, mut connection) = refuse_compressed(b"not compressed at all").await;
    assert_closed(&mut connection).await;
    let (_server, mut connection) = refuse_compressed(&GZIP[..GZIP.len() - 9]).await;
    assert_closed(&mut connection).await;
}
