//! Content that is read to its end: the answer comes after it, and the connection lives.

use super::{
    chunk, chunked, chunks, declared, discarding, fate, head, layer, on_each_runtime, refusal,
    refuse, serve, sized, wait, Fate::Reused, KIB, LAST_CHUNK, MIB,
};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_refusal_without_content_keeps_the_connection() {
    for request in [head(""), declared(0), chunked(LAST_CHUNK)] {
        assert_eq!(refuse(layer(), [request]).await, Reused);
    }
}

#[test]
fn content_that_has_arrived_keeps_the_connection() {
    on_each_runtime(|| async {
        for size in [1, 5, 100, 4 * KIB, 100_000] {
            let content = "x".repeat(size);
            assert_eq!(refuse(layer(), [sized(content)]).await, Reused, "{size}");
            let content = chunks([size]);
            assert_eq!(refuse(layer(), [chunked(content)]).await, Reused, "{size}");
        }
    });
}

#[test]
fn late_content_is_waited_for() {
    on_each_runtime(|| async {
        for content in ["h", "hello", &"x".repeat(1_000)] {
            let late = [declared(content.len()), content.into()];
            assert_eq!(wait(layer(), late).await, Reused, "{content}");
            let late = [chunked(""), chunks([content.len()]).into()];
            assert_eq!(wait(layer(), late).await, Reused, "{content}");
        }
    });
}

#[tokio::test]
async fn content_in_several_segments_is_waited_for_to_its_end() {
    let parts = [declared(11), "hello".into(), " ".into(), "world".into()];
    assert_eq!(wait(layer(), parts).await, Reused);
    let started = [&declared(11)[..], b"hello"].concat();
    let parts = [started, " world".into()];
    assert_eq!(wait(layer(), parts).await, Reused);
}

#[tokio::test]
async fn a_request_that_comes_byte_by_byte_keeps_the_connection() {
    for request in [sized("hello world"), chunked(chunks([5, 6]))] {
        let bytes = request.chunks(1).map(<[u8]>::to_vec);
        assert_eq!(refuse(layer(), bytes).await, Reused);
    }
}

#[tokio::test]
async fn chunks_in_several_segments_are_waited_for_to_their_end() {
    let content = chunk(5) + "0\r\nX-Trailer: yes\r\n\r\n";
    for at in 0..content.len() {
        let (first, second) = content.split_at(at);
        let parts = [chunked(first), second.into()];
        assert_eq!(wait(layer(), parts).await, Reused, "{first}");
    }
}

#[tokio::test]
async fn chunk_extensions_and_trailers_keep_the_connection() {
    for content in [
        chunks([1, 2, 3, 100]),
        format!("5;quality=low\r\nhello\r\n{LAST_CHUNK}"),
        chunk(5) + "0\r\nX-Trailer: yes\r\n\r\n",
    ] {
        let fate = refuse(layer(), [chunked(&content)]).await;
        assert_eq!(fate, Reused, "{content}");
    }
}

#[tokio::test]
async fn any_number_of_chunks_keeps_the_connection() {
    for number in [1, 62, 63, 64, 65, 128, 500] {
        let content = chunk(1).repeat(number) + LAST_CHUNK;
        let fate = refuse(layer(), [chunked(&content)]).await;
        assert_eq!(fate, Reused, "{number} chunks");
    }
}

#[tokio::test]
async fn content_of_exactly_the_limit_keeps_the_connection() {
    let content = "x".repeat(1_000);
    assert_eq!(refuse(discarding(1_000), [sized(&content)]).await, Reused);
    let late = [declared(1_000), content.into()];
    assert_eq!(wait(discarding(1_000), late).await, Reused);
    for sizes in [[1, 999], [999, 1], [500, 500]] {
        let content = chunked(chunks(sizes));
        let fate = refuse(discarding(1_000), [content]).await;
        assert_eq!(fate, Reused, "{sizes:?}");
        let late = [chunked(chunk(sizes[0])), chunks([sizes[1]]).into()];
        let fate = wait(discarding(1_000), late).await;
        assert_eq!(fate, Reused, "{sizes:?}");
    }
}

#[tokio::test]
async fn by_default_2_mebibytes_are_read() {
    let late = [declared(2 * MIB), "x".repeat(2 * MIB).into()];
    assert_eq!(wait(layer(), late).await, Reused);
    let late = [
        chunked(chunk(2 * MIB - 56 * KIB)),
        chunks([56 * KIB]).into(),
    ];
    assert_eq!(wait(layer(), late).await, Reused);
}

#[tokio::test]
async fn trailers_after_exactly_the_limit_keep_the_connection() {
    let trailers = "0\r\nX-Trailer: yes\r\n\r\n";
    let content = chunked(chunk(1_000) + trailers);
    assert_eq!(refuse(discarding(1_000), [content]).await, Reused);
    let late = [chunked(chunk(1_000)), trailers.into()];
    assert_eq!(wait(discarding(1_000), late).await, Reused);
}

#[tokio::test]
async fn a_mebibyte_written_before_anything_is_read_keeps_the_connection() {
    let layer = discarding(MIB as u64);
    let content = "x".repeat(MIB);
    assert_eq!(refuse(layer.clone(), [sized(content)]).await, Reused);
    let content = chunks([MIB / 2, MIB / 2]);
    assert_eq!(refuse(layer, [chunked(content)]).await, Reused);
}

#[tokio::test]
async fn the_largest_limit_is_a_limit() {
    let late = [declared(5), "hello".into()];
    assert_eq!(wait(discarding(u64::MAX), late).await, Reused);
    let late = [chunked(""), chunks([100_000]).into()];
    assert_eq!(wait(discarding(u64::MAX), late).await, Reused);
}

#[tokio::test]
async fn refused_and_served_requests_take_turns_on_one_connection() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    for served in 1..=20 {
        connection.send(sized("hello")).await;
        let answer = refusal(&mut connection).await;
        assert_eq!(fate(&mut connection, &answer).await, Reused);
        assert_eq!(calls.load(Ordering::SeqCst), served);
    }
}

#[tokio::test]
async fn a_method_of_400_kilobytes_is_refused_in_few_words() {
    let (server, _) = serve(layer()).await;
    let mut connection = server.connect().await;
    let method = "A".repeat(400_000);
    connection
        .send(format!("{method} / HTTP/1.1\r\nHost: x\r\n\r\n"))
        .await;
    let answer = refusal(&mut connection).await;
    assert!(answer.len() < KIB, "{}", answer.len());
    assert_eq!(fate(&mut connection, &answer).await, Reused);
}
