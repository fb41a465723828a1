//! Refusals that are answered at once, before the client has ended its stream.

use super::{assert_serves, discarding, frames_to, least, GRPC, TEN};
use crate::support::frames::{
    answered, answered_early,
    Frame::{Headers, Reset},
    NO_ERROR,
};
use http::Method;
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

const EXPECT_100: (&str, &str) = ("expect", "100-continue");

/// The content of a BREW with `fields`, of which only the head is sent, is not looked at.
async fn assert_answered_at_once(layer: NotImplementedLayer, fields: &[(&str, &str)]) {
    println!("{fields:?}: {layer:?}"); // the last where it fails
    let (_server, watch, mut frames) = frames_to(layer).await;
    frames.request(1, "BREW", fields, false).await;
    if fields.contains(&GRPC) {
        let (status, end) = (501, true);
        let early = [(1, Headers { status, end }), (1, Reset(NO_ERROR))];
        assert_eq!(frames.take(2).await, early);
    } else {
        assert_eq!(frames.take(3).await, answered_early(1));
    }
    watch.dropped().await;
    assert_eq!(watch.refusal().polls, 0);
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn a_client_that_may_wait_for_the_answer_is_never_waited_for() {
    let connect = ("content-type", "application/connect+json");
    for limit in [0, 10, u64::MAX] {
        for fields in [&[GRPC][..], &[connect], &[EXPECT_100, TEN]] {
            assert_answered_at_once(discarding(limit), fields).await;
        }
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
async fn other_streams_live_on_after_an_early_answer_and_late_content_is_ignored() {
    let supported = NotImplementedLayer::new([Method::POST]);
    let (_server, watch, mut frames) = frames_to(supported).await;
    frames.request(1, "POST", &[], false).await;
    frames.request(3, "BREW", &[EXPECT_100], false).await;
    assert_eq!(frames.take(3).await, answered_early(3));
    frames.data(3, b"too late", false).await;
    frames.data(3, b"", true).await;
    assert_serves(&mut frames, 5).await;
    frames.data(1, b"the rest", true).await;
    assert_eq!(frames.take(2).await, answered(200, 1));
    assert_eq!(watch.requests(), 3);
}

/// Nor does content that nobody reads use up the window of the connection.
#[tokio::test]
async fn two_hundred_early_answers_in_a_row_leave_the_connection_alive() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    let content = [b'a'; 16_384];
    for stream in (1..400).step_by(2) {
        frames.request(stream, "BREW", &[EXPECT_100], false).await;
        frames.data(stream, &content, false).await;
        assert_eq!(frames.take(3).await, answered_early(stream));
    }
    assert_eq!(watch.polls.load(Ordering::SeqCst), 0);
    assert_serves(&mut frames, 401).await;
    assert_eq!(watch.refusals().len(), 200);
}
