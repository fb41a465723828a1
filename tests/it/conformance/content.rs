//! R39 to R41 and R43: the content of a refused request, and the connection after it.

use super::assert_ending;
use crate::support::{
    refusals::{answer, configurations, late, over, refusal, request, serve, with, Answer},
    within, Connection,
};
use bytes::Bytes;
use futures_util::{stream, FutureExt, StreamExt};
use http::{Method, Request, Response, Version};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use std::{convert::Infallible, pin::pin};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::NotImplementedLayer;

const DELETE: &str = "DELETE /a HTTP/1.1\r\nhost: a\r\n";
const FAKE: &str = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
const LIMIT: usize = 256 * 1024;

#[tokio::test]
async fn r39_content_within_the_limit_is_read_and_the_connection_reused() {
    let (server, calls) = serve([Method::POST]).await;
    let length = FAKE.len();
    let most = "x".repeat(LIMIT);
    for (field, content) in [
        (format!("content-length: {length}"), FAKE.to_owned()),
        ("transfer-encoding: chunked".into(), chunked(FAKE)),
        (format!("content-length: {LIMIT}"), most.clone()),
        ("transfer-encoding: chunked".into(), chunked(&most)),
    ] {
        let mut connection = server.connect().await;
        connection.send(format!("{DELETE}{field}\r\n\r\n")).await;
        connection.send(&content[..content.len() - 1]).await;
        connection.send(&content[content.len() - 1..]).await;
        let response = connection.response().await;
        assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
        assert!(!response.contains("connection: "), "{response}");
        assert_served(&mut connection).await;
    }
    assert_eq!(calls.count(), 4);
}

fn chunked(content: &str) -> String {
    format!("{:x}\r\n{content}\r\n0\r\n\r\n", content.len())
}

#[tokio::test]
async fn r39_the_answer_waits_for_the_end_of_the_content() {
    for version in [Version::HTTP_10, Version::HTTP_11] {
        for content_type in [
            "text/plain",
            "application/grpc",
            "application/grpc-web+proto",
        ] {
            assert_waits(version, content_type).await;
        }
    }
}

async fn assert_waits(version: Version, content_type: &str) {
    let (sender, content) = mpsc::channel(1);
    let content = ReceiverStream::new(content).map(Ok);
    let upload = with(request("PUT"), "content-type", content_type);
    let upload = over(version, upload).map(|_| BodyExt::boxed(StreamBody::new(content)));
    let mut refusal = pin!(refusal(upload));
    assert!(refusal.as_mut().now_or_never().is_none());
    let part = Frame::data(Bytes::from("content"));
    within(sender.send(part)).await.unwrap();
    assert!(refusal.as_mut().now_or_never().is_none());
    drop(sender);
    let refused = within(refusal).await;
    refused.assert_refused();
    assert_eq!(refused.field("connection"), None);
}

#[tokio::test]
async fn r39_content_left_unread_is_never_a_request() {
    let (server, calls) = serve([Method::POST]).await;
    let more = format!("{FAKE}{}", "x".repeat(LIMIT + 1 - FAKE.len()));
    for framed in [
        format!("content-length: {}\r\n\r\n{FAKE}", LIMIT + 1),
        format!("transfer-encoding: chunked\r\n\r\nfffff\r\n{more}"),
        format!(
            "expect: 100-continue\r\ncontent-length: {}\r\n\r\n{FAKE}",
            FAKE.len()
        ),
    ] {
        let mut connection = server.connect().await;
        connection.send([DELETE, &framed].concat()).await;
        assert_ending(&connection.response().await);
        connection.finish().await;
        assert_eq!(connection.rest().await, "");
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r40_unread_content_ends_the_connection_as_announced() {
    let (server, calls) = serve([Method::POST]).await;
    let more = "x".repeat(LIMIT + 1);
    for framed in [
        format!("content-length: {}\r\n\r\n", LIMIT + 1),
        format!("content-length: {}\r\n\r\n", u64::MAX - 2),
        format!("transfer-encoding: chunked\r\n\r\nfffff\r\n{more}"),
        // Broken content: no size of a chunk.
        "transfer-encoding: chunked\r\n\r\nx\r\n".to_owned(),
    ] {
        let mut connection = server.connect().await;
        connection.send([DELETE, &framed].concat()).await;
        assert_ending(&connection.response().await);
        assert!(connection.is_closed().await);
    }
    assert_eq!(calls.count(), 0);
}

/// The refusal of `content`, of a declared length, over HTTP/1.x.
async fn refuse_content<B>(layer: &NotImplementedLayer, version: Version, content: B) -> Answer
where
    B: Body<Data = Bytes>,
{
    let inner = service_fn(|_: Request<B>| async {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let request = Request::put("/").header("content-length", "4");
    let request = request.version(version).body(content).unwrap();
    Answer::of(within(layer.layer(inner).oneshot(request)).await.unwrap()).await
}

#[tokio::test]
async fn r40_content_that_fails_ends_the_connection_whatever_the_settings() {
    let broken = || StreamBody::new(stream::once(async { Err::<Frame<Bytes>, _>("broken") }));
    for version in [Version::HTTP_10, Version::HTTP_11] {
        for layer in configurations() {
            let refused = refuse_content(&layer, version, broken()).await;
            assert_eq!(refused.field("connection"), Some("close"));
            // It hints at no content, and fails.
            let limited = Limited::new(Full::<Bytes>::from("left"), 0);
            let refused = refuse_content(&layer, version, limited).await;
            assert_eq!(refused.field("connection"), Some("close"));
        }
    }
}

#[tokio::test]
async fn r40_close_is_announced_whatever_the_settings_and_the_content_type() {
    let upload = |version| {
        let upload = over(version, request("POST")).map(|_| late());
        with(upload, "content-length", "262145")
    };
    for version in [Version::HTTP_10, Version::HTTP_11] {
        for layer in configurations() {
            for content_type in CONTENT_TYPES {
                for refused in [upload(version), over(version, request("CONNECT"))] {
                    let refused = with(refused, "content-type", content_type);
                    let refused = answer(&layer, refused).await;
                    refused.assert_refused();
                    assert_eq!(refused.field("connection"), Some("close"));
                }
            }
        }
    }
}

const CONTENT_TYPES: [&str; 4] = [
    "text/plain",
    "application/grpc",
    "application/grpc-web",
    "application/grpc-web-text",
];

#[tokio::test]
async fn r41_no_100_comes_before_the_501() {
    let (server, calls) = serve([Method::POST]).await;
    for framing in [
        "content-length: 5",
        "content-length: 10000000",
        "transfer-encoding: chunked",
    ] {
        let mut connection = server.connect().await;
        let head = "PUT /a HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n";
        connection.send(format!("{head}{framing}\r\n\r\n")).await;
        assert_ending(&connection.response().await);
        assert_eq!(connection.rest().await, "");
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r41_content_behind_any_expectation_is_left_unread() {
    for value in [
        "100-continue",
        "100-Continue",
        "100-continue, other",
        "other",
        "",
    ] {
        let upload = request("PUT").map(|_| late());
        let upload = with(with(upload, "content-length", "5"), "expect", value);
        let refused = refusal(upload).await;
        assert_eq!(refused.field("connection"), Some("close"), "{value}");
    }
}

#[tokio::test]
async fn r41_http_1_0_has_no_expectation() {
    let (server, calls) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    let put = "PUT /a HTTP/1.0\r\nconnection: keep-alive\r\nexpect: 100-continue\r\n\
               content-length: 5\r\n\r\nhello";
    connection.send(put).await;
    let response = connection.response().await;
    assert!(response.starts_with("HTTP/1.0 501 "), "{response}");
    assert!(!response.contains("connection: close"), "{response}");
    assert_served(&mut connection).await;
    assert_eq!(calls.count(), 1);
}

#[tokio::test]
async fn r43_a_request_without_content_keeps_the_connection() {
    let (server, calls) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    for fields in ["", "content-length: 0\r\n", ""] {
        let head = format!("BREW / HTTP/1.1\r\nhost: a\r\n{fields}\r\n");
        connection.send(head).await;
        let response = connection.response().await;
        assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
        assert!(!response.contains("connection: "), "{response}");
    }
    assert_served(&mut connection).await;
    assert_eq!(calls.count(), 1);
}

async fn assert_served(connection: &mut Connection) {
    connection
        .send("GET /next HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    let response = connection.response().await;
    assert!(response.ends_with("\r\n\r\nGET /next"), "{response}");
}
