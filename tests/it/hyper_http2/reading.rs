//! Content that is read to its end: the answer comes after it, and no reset.

use super::{assert_serves, discarding, frames_to, least, watch::serve, TEN};
use crate::support::{
    frames::{answered, Frame::Reset, CANCEL, PROTOCOL_ERROR},
    refusals::{http2, http2_request, Answer},
    within,
};
use futures_util::future::poll_fn;
use http::header::CONTENT_LENGTH;
use tower_not_implemented::NotImplementedLayer;

/// Content of `size` bytes is read, with a length and without.
async fn assert_read(layer: &NotImplementedLayer, size: usize) {
    let length = size.to_string();
    assert_read_with(layer.clone(), size, &[("content-length", &*length)]).await;
    assert_read_with(layer.clone(), size, &[]).await;
}

/// It is sent in frames, and the answer comes after the last one.
async fn assert_read_with(layer: NotImplementedLayer, size: usize, fields: &[(&str, &str)]) {
    let (_server, watch, mut frames) = frames_to(layer).await;
    frames.request(1, "BREW", fields, false).await;
    watch.starved().await;
    let mut left = size;
    while left > 0 {
        assert_eq!(frames.ping().await, [], "{left} of {size} left");
        let part = vec![b'a'; left.min(16_384)];
        left -= part.len();
        frames.data(1, &part, left == 0).await;
    }
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert_eq!(frames.ping().await, []);
    assert!(watch.refusal().ended);
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn content_up_to_2_mebibytes_is_read_by_default() {
    for size in [1, 10, 16_384, 100_000, 2_097_152] {
        assert_read(&least(), size).await;
    }
}

#[tokio::test]
async fn content_within_the_limit_is_read_to_its_end() {
    for (limit, size) in [(10, 10), (11, 10), (u64::MAX, 3_000_000)] {
        assert_read(&discarding(limit), size).await;
    }
}

#[tokio::test]
async fn content_that_has_come_is_read_too() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN], false).await;
    frames.data(1, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert_eq!(frames.ping().await, []);
    assert!(watch.refusal().ended);
    assert_serves(&mut frames, 3).await;
}

/// Hyper tells the layer its length all the same.
#[tokio::test]
async fn content_with_a_repeated_length_is_read() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN, TEN], false).await;
    watch.starved().await;
    assert_eq!(frames.ping().await, []);
    frames.data(1, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert!(watch.refusal().ended);
}

#[tokio::test]
async fn the_end_of_a_stream_declared_to_be_empty_is_awaited() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    let empty = [("content-length", "0")];
    frames.request(1, "BREW", &empty, false).await;
    watch.starved().await;
    assert_eq!(frames.ping().await, []);
    frames.data(1, b"", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert_eq!(frames.ping().await, []);
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn the_end_of_the_stream_is_awaited_even_when_the_content_is_complete() {
    for (limit, trailers) in [(10, false), (10, true), (11, false), (11, true)] {
        let (_server, watch, mut frames) = frames_to(discarding(limit)).await;
        frames.request(1, "BREW", &[TEN], false).await;
        frames.data(1, b"0123456789", false).await;
        watch.starved().await;
        assert_eq!(frames.ping().await, []);
        if trailers {
            frames.trailers(1, &[("a", "b")]).await;
        } else {
            frames.data(1, b"", true).await;
        }
        assert_eq!(frames.take(2).await, answered(501, 1));
        assert_eq!(frames.ping().await, []);
    }
}

#[tokio::test]
async fn content_larger_than_every_window_is_read_to_its_end() {
    const SIZE: usize = 3 * 1024 * 1024;
    let (server, watch) = serve(discarding(SIZE as u64)).await;
    let client = http2(&server).await;
    let mut upload = http2_request("BREW", "http://a/");
    let headers = upload.headers_mut();
    headers.insert(CONTENT_LENGTH, SIZE.into());
    let mut ready = within(client.clone().ready()).await.unwrap();
    let (response, mut stream) = ready.send_request(upload, false).unwrap();
    let mut left = SIZE;
    while left > 0 {
        stream.reserve_capacity(left.min(65_536));
        let capacity = within(poll_fn(|cx| stream.poll_capacity(cx))).await;
        let size = capacity.unwrap().unwrap().min(left);
        left -= size;
        stream
            .send_data(vec![b'a'; size].into(), left == 0)
            .unwrap();
    }
    Answer::of_http2(within(response).await.unwrap())
        .await
        .assert_explained();
    assert!(watch.refusal().ended);
}

#[tokio::test]
async fn content_that_fails_leaves_the_connection_alive() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    // Less than was declared.
    frames.data(1, b"01234", true).await;
    assert_eq!(frames.take(1).await, [(1, Reset(PROTOCOL_ERROR))]);
    watch.dropped().await;
    assert_serves(&mut frames, 3).await;
    // The refusal was made, though too late to be sent.
    assert!(!watch.refusal().ended);
}

#[tokio::test]
async fn a_reset_by_the_client_ends_the_wait_and_not_the_connection() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    for stream in [1, 3, 5] {
        frames.request(stream, "BREW", &[TEN], false).await;
        watch.starved().await;
        frames.data(stream, b"01234", false).await;
        watch.starved().await;
        frames.reset(stream, CANCEL).await;
        watch.dropped().await;
    }
    assert_serves(&mut frames, 7).await;
}

#[tokio::test]
async fn the_end_of_the_connection_ends_the_wait() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    drop(frames);
    watch.dropped().await;
}

#[tokio::test]
async fn other_streams_are_served_during_the_wait() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    assert_serves(&mut frames, 3).await;
    frames.request(5, "BREW", &[], true).await;
    assert_eq!(frames.take(2).await, answered(501, 5));
    frames.data(1, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
}
