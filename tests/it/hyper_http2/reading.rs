//! Content that is read to its end: the answer comes after it, and no reset.

use super::{assert_serves, discarding, frames_to, least, TEN};
use crate::support::frames::{answered, Frame::Reset, CANCEL, PROTOCOL_ERROR};
use tower_not_implemented::NotImplementedLayer;

/// Content that is sent in frames is read, and the answer comes after the last one.
async fn assert_read(layer: NotImplementedLayer, size: usize, fields: &[(&str, &str)]) {
    println!("{size} bytes, {fields:?}: {layer:?}"); // the last where it fails
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
async fn content_within_the_limit_is_read_to_its_end() {
    for (layer, size) in [
        (least(), 1),
        (least(), 2_097_152),
        (discarding(10), 10),
        (discarding(u64::MAX), 3_000_000),
    ] {
        let length = size.to_string();
        let declared = [("content-length", &*length)];
        assert_read(layer.clone(), size, &declared).await;
        assert_read(layer, size, &[]).await;
    }
    // Hyper tells the layer a repeated length all the same.
    assert_read(least(), 10, &[TEN, TEN]).await;
}

#[tokio::test]
async fn the_end_of_the_stream_is_awaited_even_when_the_content_is_complete() {
    let empty = ("content-length", "0");
    let ten: &[u8] = b"0123456789";
    for (limit, field, content) in [(10, empty, &[][..]), (10, TEN, ten), (11, TEN, ten)] {
        for trailers in [false, true] {
            println!("{limit}, {field:?}, trailers: {trailers}");
            let (_server, watch, mut frames) = frames_to(discarding(limit)).await;
            frames.request(1, "BREW", &[field], false).await;
            if !content.is_empty() {
                frames.data(1, content, false).await;
            }
            watch.starved().await;
            assert_eq!(frames.ping().await, []);
            if trailers {
                frames.trailers(1, &[("a", "b")]).await;
            } else {
                frames.data(1, b"", true).await;
            }
            assert_eq!(frames.take(2).await, answered(501, 1));
            assert_serves(&mut frames, 3).await;
        }
    }
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
async fn a_reset_by_the_client_ends_the_wait_and_so_does_the_end_of_the_connection() {
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
    frames.request(9, "BREW", &[TEN], false).await;
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
