//! Content that is left unread, in part or whole: the answer announces the end of the connection.

use super::{
    announced, assert_fates, chunk, chunked, chunks, declared, discarding, head, layer, refusal,
    serve, sized,
    Fate::{Closed, Reused},
    EXPLANATION, LAST_CHUNK, MIB,
};
use crate::support::within;
use std::sync::atomic::Ordering;
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn more_than_the_limit_is_cut_off() {
    // Hyper keeps the two numbers above for itself.
    let largest = || head(&format!("Content-Length: {}\r\n", u64::MAX - 2));
    let cases = [
        ("declared", vec![declared(1_001)]),
        (
            "begun",
            vec![[declared(10 * MIB), b"begun".to_vec()].concat()],
        ),
        ("the largest length", vec![largest()]),
        ("a late chunk", vec![chunked(chunk(1_000)), chunk(1).into()]),
        ("a large one", vec![chunked(chunk(1)), chunk(1_000).into()]),
        ("its end has come", vec![chunked(chunks([500, 501]))]),
    ];
    let closed = cases.map(|(name, writes)| (name, writes, Closed));
    assert_fates(discarding(1_000), closed).await;
    let declared_most = ("declared", vec![largest()], Closed);
    assert_fates(discarding(u64::MAX - 3), [declared_most]).await;
    let chunks = vec![chunked(chunk(2 * MIB)), chunk(1).into()];
    let by_default = [
        ("declared", vec![declared(2 * MIB + 1)], Closed),
        ("chunks", chunks, Closed),
    ];
    assert_fates(layer(), by_default).await;
}

#[tokio::test]
async fn a_limit_of_zero_reads_nothing() {
    let cases = [
        ("no content", vec![head("")], Reused),
        ("no bytes", vec![declared(0)], Reused),
        ("late", vec![declared(1)], Closed),
        ("declared", vec![sized(1)], Closed),
        ("late chunks", vec![chunked("")], Closed),
        ("half a chunk", vec![chunked("80\r\n")], Closed),
        ("a chunk", vec![chunked(chunk(1))], Closed),
        ("no chunks", vec![chunked(LAST_CHUNK)], Closed),
    ];
    assert_fates(discarding(0), cases).await;
}

#[tokio::test]
async fn content_whose_end_is_in_doubt_ends_the_connection() {
    let close = "Connection: close\r\n";
    let read = head(&format!("{close}Content-Length: 5\r\n"));
    let left = head(&format!("{close}Content-Length: 5000000\r\n"));
    // Hyper gives the layer no length then, and ends the connection (RFC 9112 section 6.1).
    let both = head("Content-Length: 99999999\r\nTransfer-Encoding: chunked\r\n");
    let cases = [
        ("no chunk", vec![chunked("nonsense\r\n")]),
        ("a wrong size", vec![chunked("5\r\nhello!!\r\n")]),
        ("a huge size", vec![chunked("fffffffffffffffff\r\n")]),
        ("after a chunk", vec![chunked(chunk(50) + "nonsense\r\n")]),
        ("a length beside chunks", vec![both, chunks([3]).into()]),
        ("as the client asks", vec![head(close)]),
        ("as it asks, read", vec![read, "hello".into()]),
        ("as it asks, left", vec![left]),
    ];
    let closed = cases.map(|(name, writes)| (name, writes, Closed));
    assert_fates(layer(), closed).await;
}

#[tokio::test]
async fn never_ending_content_is_refused_and_cut_off() {
    let (server, _) = serve(discarding(1_000)).await;
    let mut connection = server.connect().await;
    connection.send(chunked(chunk(4_096))).await;
    assert_eq!(announced(&refusal(&mut connection).await), Closed);
    let more = chunk(65_536).into_bytes();
    within(async { while connection.stream.write_all(&more).await.is_ok() {} }).await;
    assert_eq!(connection.rest().await, "");
}

#[tokio::test]
async fn content_that_ends_too_early_is_answered_and_the_connection_closed() {
    for unfinished in [
        declared(5),
        [declared(10), b"hello".to_vec()].concat(),
        chunked(chunk(5)),
    ] {
        println!("{}", unfinished.escape_ascii());
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
async fn the_last_request_is_refused_after_the_end_of_input_was_sent() {
    let (server, _) = serve(layer()).await;
    for request in [head(""), sized(5), chunked(chunks([5]))] {
        println!("{}", request.escape_ascii());
        let answer = server.exchange(request).await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        assert!(answer.ends_with(EXPLANATION), "{answer}");
    }
}
