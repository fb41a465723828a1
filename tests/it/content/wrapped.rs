//! Bodies that other layers wrap, on sockets: they hide what the body says of itself.

use super::{
    hello,
    table::{assert_rows, Row},
};
use crate::support::{
    frames::{answered_early, Frames},
    refusals::{least, HOUR},
    Server,
};
use tower::ServiceBuilder;
use tower_http::{
    decompression::RequestDecompressionLayer,
    limit::RequestBodyLimitLayer,
    timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer},
};

async fn decompressing() -> Server {
    let outside = ServiceBuilder::new().layer(RequestDecompressionLayer::new());
    Server::start(outside.layer(least()).service_fn(hello)).await
}

async fn limited(limit: usize) -> Server {
    let outside = ServiceBuilder::new().layer(RequestBodyLimitLayer::new(limit));
    Server::start(outside.layer(least()).service_fn(hello)).await
}

#[tokio::test]
async fn a_client_gets_the_same_behind_a_body_timeout_and_a_deadline() {
    let outside = ServiceBuilder::new().layer(RequestBodyTimeoutLayer::new(HOUR));
    let timed = Server::start(outside.layer(least()).service_fn(hello)).await;
    assert_rows("a body timeout", &timed, |_| true).await;
    let outside = ServiceBuilder::new().layer(RequestBodyDeadlineLayer::new(HOUR));
    let timed = Server::start(outside.layer(least()).service_fn(hello)).await;
    assert_rows("a body deadline", &timed, |_| true).await;
}

#[tokio::test]
async fn a_client_gets_the_same_behind_decompression_and_a_larger_limit() {
    assert_rows("decompression", &decompressing().await, |_| true).await;
    assert_rows("a larger limit", &limited(100_000_000).await, |_| true).await;
}

#[tokio::test]
async fn a_limit_of_zero_outside_hides_what_is_left() {
    let server = limited(0).await;
    assert_rows("a limit of zero", &server, Row::is_empty).await;

    let head = "BREW / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for content in ["5\r\nhello\r\n", "5\r\nhello\r\n0\r\n\r\n"] {
        println!("{content:?}");
        assert_closed(&server, [head, content].concat()).await;
    }
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "BREW", &[], false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
}

/// The only answer is the 501, which announces the end of the connection.
async fn assert_closed(server: &Server, request: impl AsRef<[u8]>) {
    let mut connection = server.connect().await;
    connection.send(request).await;
    let answer = connection.response().await;
    let line = "HTTP/1.1 501 Not Implemented\r\n";
    assert!(answer.starts_with(line), "{answer}");
    assert!(answer.contains("\r\nconnection: close"), "{answer}");
    assert_eq!(connection.rest().await, "");
}

/// A thousand bytes, compressed.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xa8\x18\x05\xa3\x60\x14\x0c\x77\x00\x00\xe6\xc9\x41\x3b\xe8\x03\x00\x00";

/// A request whose content is said to be compressed.
fn compressed(content: &[u8]) -> Vec<u8> {
    let fields = "Content-Encoding: gzip\r\nContent-Length";
    let head = format!(
        "BREW / HTTP/1.1\r\nHost: x\r\n{fields}: {}\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), content].concat()
}

#[tokio::test]
async fn compressed_content_is_read_to_its_end_and_ends_the_connection_where_it_is_none() {
    let server = decompressing().await;
    let mut connection = server.connect().await;
    for _ in 0..2 {
        connection.send(compressed(GZIP)).await;
        let answer = connection.response().await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    for content in [b"not compressed at all", &GZIP[..GZIP.len() - 9]] {
        println!("{}", content.escape_ascii());
        assert_closed(&server, compressed(content)).await;
    }
}
