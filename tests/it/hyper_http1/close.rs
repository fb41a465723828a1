//! Content that is left unread, in part or whole: the answer announces the end of the connection.

use super::{
    announced, assert_over, chunk, chunked, chunks, declared, discarding, head, layer,
    on_each_runtime, refusal, refuse, serve, sized, wait,
    Fate::{Closed, Reused},
    EXPLANATION, KIB, LAST_CHUNK, MIB,
};
use crate::support::within;
use std::sync::atomic::Ordering;
use tokio::io::AsyncWriteExt;

#[test]
fn content_declared_over_the_limit_is_refused_at_once() {
    on_each_runtime(|| async {
        for length in [1_001, 64 * KIB, 10 * MIB] {
            let fate = refuse(discarding(1_000), [declared(length)]).await;
            assert_eq!(fate, Closed, "{length}");
        }
        let started = [declared(10 * MIB), vec![b'x'; KIB]].concat();
        assert_eq!(refuse(discarding(1_000), [started]).await, Closed);
    });
}

#[tokio::test]
async fn by_default_more_than_2_mebibytes_are_left_alone() {
    for length in [2 * MIB + 1, 10 * MIB] {
        let fate = refuse(layer(), [declared(length)]).await;
        assert_eq!(fate, Closed, "{length}");
    }
    let unfinished = [chunked(chunk(2 * MIB)), chunk(1).into()];
    assert_eq!(wait(layer(), unfinished).await, Closed);
}

/// Hyper keeps the two numbers above for itself.
#[tokio::test]
async fn the_largest_length_is_above_a_limit_below_it() {
    let largest = || head(&format!("Content-Length: {}\r\n", u64::MAX - 2));
    let fate = refuse(discarding(u64::MAX - 3), [largest()]).await;
    assert_eq!(fate, Closed);
}

#[tokio::test]
async fn chunked_content_past_the_limit_is_refused_then_and_cut_off() {
    for sizes in [[1, 1_000], [1_000, 1], [500, 501]] {
        let unfinished = [chunked(chunk(sizes[0])), chunk(sizes[1]).into()];
        let fate = wait(discarding(1_000), unfinished).await;
        assert_eq!(fate, Closed, "{sizes:?}");
    }
}

#[tokio::test]
async fn chunked_content_past_the_limit_is_cut_off_though_its_end_has_arrived() {
    for sizes in [[1, 1_000], [1_000, 1], [500, 501]] {
        let content = chunked(chunks(sizes));
        let fate = refuse(discarding(1_000), [content]).await;
        assert_eq!(fate, Closed, "{sizes:?}");
    }
}

#[tokio::test]
async fn never_ending_content_is_refused_and_cut_off() {
    let (server, _) = serve(discarding(1_000)).await;
    let mut connection = server.connect().await;
    connection.send(chunked(chunk(4 * KIB))).await;
    let answer = refusal(&mut connection).await;
    assert_eq!(announced(&answer), Closed);
    let more = chunk(64 * KIB).into_bytes();
    within(async { while connection.stream.write_all(&more).await.is_ok() {} }).await;
    assert_eq!(connection.rest().await, "");
}

#[tokio::test]
async fn a_limit_of_zero_reads_nothing() {
    let layer = discarding(0);
    assert_eq!(refuse(layer.clone(), [head("")]).await, Reused);
    assert_eq!(refuse(layer.clone(), [declared(0)]).await, Reused);
    for request in [
        declared(1),
        [declared(1), b"x".to_vec()].concat(),
        chunked(""),
        chunked(chunk(1)),
        chunked(LAST_CHUNK),
    ] {
        assert_eq!(refuse(layer.clone(), [request]).await, Closed);
    }
}

#[tokio::test]
async fn a_malformed_chunk_is_answered_and_the_connection_closed() {
    for content in ["nonsense\r\n", "5\r\nhello!!\r\n", "fffffffffffffffff\r\n"] {
        let fate = refuse(layer(), [chunked(content)]).await;
        assert_eq!(fate, Closed, "{content}");
    }
}

#[tokio::test]
async fn content_that_ends_too_early_is_answered_and_the_connection_closed() {
    for unfinished in [
        declared(5),
        [declared(10), b"hello".to_vec()].concat(),
        chunked(chunk(5)),
    ] {
        let (server, calls) = serve(layer()).await;
        let mut connection = server.connect().await;
        connection.send(unfinished).await;
        connection.finish().await;
        assert_eq!(announced(&refusal(&mut connection).await), Closed);
        assert_eq!(connection.rest().await, "");
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_client_that_asks_for_the_end_gets_it_announced_once() {
    let close = "Connection: close\r\n";
    let read = head(&format!("{close}Content-Length: 5\r\n"));
    let left = head(&format!("{close}Content-Length: 5000000\r\n"));
    for request in [head(close), [&read, &b"hello"[..]].concat(), left] {
        assert_eq!(refuse(layer(), [request]).await, Closed);
    }
}

#[tokio::test]
async fn the_last_request_is_refused_after_the_end_of_input_was_sent() {
    let (server, _) = serve(layer()).await;
    for request in [head(""), sized("hello"), chunked(chunks([5]))] {
        let answer = server.exchange(request).await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        assert!(answer.ends_with(EXPLANATION), "{answer}");
    }
}

/// Hyper measures a head between two reads, so that somewhat more than its limit can pass. It closes
/// the connection before all was sent, and Windows then drops the answer with what was not read.
#[cfg(not(windows))]
#[tokio::test]
async fn a_method_far_past_the_limit_of_the_server_is_for_the_server_to_refuse() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    super::push(&mut connection, "A".repeat(2 * MIB)).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_over(&mut connection).await;
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}
