//! No refusal has a field that is specific to a connection (RFC 9113 section 8.2.2). Hyper would take
//! it off again, so it is the server's side that is watched.

use super::{
    frames_to, least,
    watch::{serve, Refused},
    GRPC, TEN,
};
use crate::support::{
    frames::Frame::Headers,
    refusals::{http2, http2_open, http2_request},
};
use http::{
    header::{HeaderMap, HeaderValue},
    StatusCode,
};
use std::time::{Duration, SystemTime};
use tower_not_implemented::{CacheControl, NotImplementedLayer};

const HOUR: Duration = Duration::from_secs(3_600);

fn configurations() -> Vec<NotImplementedLayer> {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    vec![
        least(),
        least().retry_after(HOUR),
        least().retry_after(SystemTime::now() + HOUR),
        least().cache_control(CacheControl::no_store()),
        least().allow_header(true),
        least().problem_details(),
        least().body(html.clone(), "<p>Not here</p>"),
        least().body(html, ""),
        least().discard_limit(0),
        least().discard_limit(10),
        least().discard_limit(u64::MAX),
    ]
}

#[track_caller]
fn assert_not_connection_specific(fields: &HeaderMap) {
    for name in [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ] {
        assert!(!fields.contains_key(name), "{fields:?}");
    }
}

/// The refusals by a server with `layer` of every kind of request.
async fn every_refusal(layer: NotImplementedLayer) -> Vec<Refused> {
    let (_server, watch, mut frames) = frames_to(layer).await;
    let expect = ("expect", "100-continue");
    frames.request(1, "BREW", &[], true).await;
    frames.request(3, "BREW", &[expect], false).await;
    frames.request(5, "BREW", &[TEN], false).await;
    frames.data(5, b"0123456789", true).await;
    frames.request(7, "BREW", &[TEN], false).await;
    frames.data(7, b"0123456789", false).await;
    frames.data(7, b"", true).await;
    frames.request(9, "BREW", &[TEN], false).await;
    frames.data(9, b"0123456789", false).await;
    frames.trailers(9, &[("a", "b")]).await;
    frames.request(11, "BREW", &[expect, TEN], false).await;
    frames.request(13, "POST", &[GRPC], false).await;
    frames.request(15, "POST", &[GRPC], true).await;
    let mut heads = 0;
    while heads < 8 {
        let frame = frames.take(1).await[0].1;
        heads += usize::from(matches!(frame, Headers { .. }));
    }
    watch.refusals()
}

#[tokio::test]
async fn no_refusal_has_a_connection_field() {
    for layer in configurations() {
        let refusals = every_refusal(layer).await;
        assert_eq!(refusals.len(), 8);
        for refusal in refusals {
            assert_not_connection_specific(&refusal.fields);
        }
    }
}

#[tokio::test]
async fn no_refused_connect_has_a_connection_field() {
    for layer in configurations() {
        let (server, watch) = serve(layer).await;
        let client = http2(&server).await;
        let (response, _stream) = http2_open(&client, http2_request("CONNECT", "other:443")).await;
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        assert_not_connection_specific(response.headers());
        assert_not_connection_specific(&watch.refusal().fields);
    }
}

#[tokio::test]
async fn no_refusal_of_content_that_failed_has_a_connection_field() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    frames.data(1, b"01234", true).await; // less than was declared
    watch.dropped().await;
    let refusal = watch.refusal();
    assert!(!refusal.ended);
    assert_not_connection_specific(&refusal.fields);
}
