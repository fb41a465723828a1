//! Content that is read to its end: the answer comes after it, and the connection lives.

use super::{
    announced, assert_fates, assert_next, assert_served, chunk, chunked, chunks, content, declared,
    discarding, head, layer, refusal, serve, sized, Case, Fate::Reused, GET, LAST_CHUNK, MIB,
    TRAILERS,
};
use std::sync::atomic::Ordering;

/// Requests whose content ends with the last write.
fn whole() -> Vec<Case> {
    let bytes = |request: Vec<u8>| request.chunks(1).map(<[u8]>::to_vec).collect();
    let repeated = head("Content-Length: 5\r\nContent-Length: 5\r\n");
    let zeros = head(&format!("Content-Length: {:045}\r\n", 5));
    let extension = format!("5;quality=low\r\nhello\r\n{LAST_CHUNK}");
    let cases = [
        ("no content", vec![head("")]),
        ("no bytes", vec![declared(0)]),
        ("no chunks", vec![chunked(LAST_CHUNK)]),
        ("declared", vec![sized(5)]),
        ("much, declared", vec![sized(100_000)]),
        ("chunks", vec![chunked(chunks([1, 2, 3, 100]))]),
        ("a large chunk", vec![chunked(chunks([100_000]))]),
        ("many", vec![chunked(chunk(1).repeat(500) + LAST_CHUNK)]),
        ("an extension", vec![chunked(extension)]),
        ("trailers", vec![chunked(chunk(5) + TRAILERS)]),
        ("late", vec![declared(5), content(5).into()]),
        ("late chunks", vec![chunked(""), chunks([5]).into()]),
        ("a late end", vec![chunked(chunk(5)), LAST_CHUNK.into()]),
        ("byte by byte", bytes(sized(50))),
        ("chunks byte by byte", bytes(chunked(chunk(50) + TRAILERS))),
        // Hyper gives the layer one of them.
        ("a repeated length", vec![repeated, "hello".into()]),
        ("leading zeros", vec![zeros, "hello".into()]),
    ];
    let reused = |(name, writes)| (name, writes, Reused);
    cases.map(reused).to_vec()
}

#[tokio::test]
async fn content_is_waited_for_to_its_end_and_keeps_the_connection() {
    assert_fates(layer(), whole()).await;
}

#[tokio::test]
async fn content_up_to_the_limit_keeps_the_connection() {
    let declared = |size| {
        (
            "declared",
            vec![declared(size), content(size).into()],
            Reused,
        )
    };
    let chunked =
        |first, then: String| ("chunked", vec![chunked(chunk(first)), then.into()], Reused);
    let trailers = || TRAILERS.to_owned();
    // Exactly the limit.
    let thousand = [
        declared(1_000),
        chunked(999, chunks([1])),
        chunked(1_000, trailers()),
    ];
    assert_fates(discarding(1_000), thousand).await;
    // Exactly the default limit.
    let most = [declared(2 * MIB), chunked(2 * MIB, trailers())];
    assert_fates(layer(), most).await;
    // Under a limit that nothing reaches.
    assert_fates(discarding(u64::MAX), [declared(5), chunked(5, trailers())]).await;
}

#[tokio::test]
async fn refused_and_served_requests_take_turns_on_one_connection() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    for served in 1..=20 {
        connection.send(sized(5)).await;
        assert_eq!(announced(&refusal(&mut connection).await), Reused);
        assert_served(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), served);
    }
}

#[tokio::test]
async fn pipelined_refusals_are_answered_in_order() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    let refused = [head(""), sized(5), chunked(chunks([5]))].concat();
    let pipelined = [&refused.repeat(10), GET.as_bytes()].concat();
    connection.send(pipelined).await;
    for _ in 0..30 {
        assert_eq!(announced(&refusal(&mut connection).await), Reused);
    }
    assert_next(&mut connection).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
