//! Refusals that are answered at once, before the client has ended its stream.

use super::{assert_serves, discarding, frames_to, least, watch::serve, GRPC, TEN};
use crate::support::{
    frames::{
        answered, answered_early,
        Frame::{Headers, Reset},
        NO_ERROR, PROTOCOL_ERROR,
    },
    refusals::{http2, http2_open, http2_request, Answer},
    within,
};
use futures_util::future::poll_fn;
use http::{
    header::{HeaderValue, CONTENT_LENGTH, EXPECT},
    Method,
};
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

const EXPECT_100: (&str, &str) = ("expect", "100-continue");

/// The content of a BREW with `fields`, of which only the head is sent, is not looked at.
async fn assert_answered_at_once(layer: NotImplementedLayer, fields: &[(&str, &str)]) {
    let (_server, watch, mut frames) = frames_to(layer).await;
    frames.request(1, "BREW", fields, false).await;
    assert_eq!(frames.take(3).await, answered_early(1), "{fields:?}");
    watch.dropped().await;
    assert_eq!(watch.refusal().polls, 0, "{fields:?}");
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn a_streaming_rpc_without_a_length_is_never_waited_for() {
    for limit in [0, 10, u64::MAX] {
        let connect = [("content-type", "application/connect+json")];
        assert_answered_at_once(discarding(limit), &connect).await;

        let (_server, watch, mut frames) = frames_to(discarding(limit)).await;
        frames.request(1, "BREW", &[GRPC], false).await;
        let (status, end) = (501, true);
        let early = [(1, Headers { status, end }), (1, Reset(NO_ERROR))];
        assert_eq!(frames.take(2).await, early);
        assert_eq!(watch.refusal().polls, 0);
        assert_serves(&mut frames, 3).await;
    }
}

#[tokio::test]
async fn a_connect_without_a_path_is_refused_by_default_and_never_waited_for() {
    let (_server, watch, mut frames) = frames_to(NotImplementedLayer::default()).await;
    frames.request(1, "CONNECT", &[], false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
    assert_eq!(watch.refusal().polls, 0);
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn a_length_that_is_no_number_does_not_reach_the_layer() {
    for length in ["+5", "5, 5", "99999999999999999999"] {
        let (_server, watch, mut frames) = frames_to(least()).await;
        let fields = [("content-length", length)];
        frames.request(1, "BREW", &fields, false).await;
        assert_eq!(
            frames.take(1).await,
            [(1, Reset(PROTOCOL_ERROR))],
            "{length}"
        );
        assert_serves(&mut frames, 3).await;
        assert_eq!(watch.requests(), 1, "{length}");
    }
}

#[tokio::test]
async fn content_declared_over_the_limit_is_not_waited_for() {
    for limit in [0, 9] {
        assert_answered_at_once(discarding(limit), &[TEN]).await;
    }
    let huge = [("content-length", "1000000000000000000")];
    assert_answered_at_once(discarding(999_999_999_999_999_999), &huge).await;
    assert_answered_at_once(least(), &[("content-length", "2097153")]).await;
}

#[tokio::test]
async fn content_that_expect_holds_back_is_never_waited_for() {
    let fields = [EXPECT_100, TEN];
    assert_answered_at_once(least(), &fields).await;
    for limit in [0, 10, u64::MAX] {
        assert_answered_at_once(discarding(limit), &fields).await;
    }
}

#[tokio::test]
async fn a_limit_of_zero_reads_nothing() {
    assert_answered_at_once(discarding(0), &[("content-length", "0")]).await;
    let (_server, watch, mut frames) = frames_to(discarding(0)).await;
    frames.request(1, "BREW", &[TEN], false).await;
    frames.data(1, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    watch.dropped().await;
    assert_eq!(watch.refusal().polls, 0);
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn content_after_an_early_answer_is_ignored() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[EXPECT_100], false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
    frames.data(1, b"too late", false).await;
    frames.data(1, b"", true).await;
    assert_serves(&mut frames, 3).await;
    assert_eq!(watch.requests(), 2);
}

#[tokio::test]
async fn other_streams_live_on_after_an_early_answer() {
    let supported = NotImplementedLayer::new([Method::POST]);
    let (_server, watch, mut frames) = frames_to(supported).await;
    frames.request(1, "POST", &[], false).await;
    frames.request(3, "BREW", &[EXPECT_100], false).await;
    assert_eq!(frames.take(3).await, answered_early(3));
    assert_serves(&mut frames, 5).await;
    frames.data(1, b"the rest", true).await;
    assert_eq!(frames.take(2).await, answered(200, 1));
    assert_eq!(watch.requests(), 3);
}

#[tokio::test]
async fn a_hundred_refusals_in_a_row_leave_the_connection_alive() {
    for end in [true, false] {
        let (_server, watch, mut frames) = frames_to(least()).await;
        for stream in (1..200).step_by(2) {
            frames.request(stream, "BREW", &[EXPECT_100], end).await;
            if end {
                assert_eq!(frames.take(2).await, answered(501, stream));
            } else {
                assert_eq!(frames.take(3).await, answered_early(stream));
            }
        }
        assert_serves(&mut frames, 201).await;
        assert_eq!(watch.refusals().len(), 100);
    }
}

#[tokio::test]
async fn unread_content_does_not_use_up_the_window_of_the_connection() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    let content = [b'a'; 16_384];
    for stream in (1..400).step_by(2) {
        frames.request(stream, "BREW", &[EXPECT_100], false).await;
        frames.data(stream, &content, false).await;
        assert_eq!(frames.take(3).await, answered_early(stream));
    }
    assert_eq!(watch.polls.load(Ordering::SeqCst), 0);
    assert_serves(&mut frames, 401).await;
}

#[tokio::test]
async fn an_early_answer_needs_no_100() {
    let (server, watch) = serve(discarding(u64::MAX)).await;
    let client = http2(&server).await;
    let mut upload = http2_request("BREW", "http://a/");
    let expect = HeaderValue::from_static("100-continue");
    upload.headers_mut().insert(EXPECT, expect);
    upload.headers_mut().insert(CONTENT_LENGTH, 10.into());
    let (response, mut stream) = http2_open(&client, upload).await;
    Answer::of_http2(response).await.assert_explained();
    let reset = within(poll_fn(|cx| stream.poll_reset(cx))).await;
    assert_eq!(reset.unwrap(), h2::Reason::NO_ERROR);
    assert_eq!(watch.refusal().polls, 0);
}
