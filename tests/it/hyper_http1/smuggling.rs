//! What looks like a request in the content of a refused one is never served as a request.

use super::{
    announced, assert_over, chunked, declared, discarding, head, layer, push, refusal, refuse,
    serve, sized, wait,
    Fate::{Closed, Reused},
    LAST_CHUNK, MIB,
};
use std::sync::atomic::Ordering;

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

fn chunk() -> String {
    format!("{:x}\r\n{SMUGGLED}\r\n", SMUGGLED.len())
}

#[tokio::test]
async fn a_request_in_content_is_never_served() {
    for request in [
        sized(SMUGGLED),
        sized(SMUGGLED.repeat(10)),
        chunked(chunk() + LAST_CHUNK),
        chunked(chunk().repeat(10) + LAST_CHUNK),
    ] {
        assert_eq!(refuse(layer(), [request]).await, Reused);
    }
}

#[tokio::test]
async fn a_request_in_content_that_was_waited_for_is_never_served() {
    let (first, second) = SMUGGLED.split_at(10);
    let parts = [declared(SMUGGLED.len()), first.into(), second.into()];
    assert_eq!(wait(layer(), parts).await, Reused);
    let parts = [chunked(""), chunk().into(), LAST_CHUNK.into()];
    assert_eq!(wait(layer(), parts).await, Reused);
}

#[tokio::test]
async fn a_request_in_content_that_was_cut_off_is_never_served() {
    let too_long = [declared(10 * MIB), SMUGGLED.into()].concat();
    assert_eq!(refuse(layer(), [too_long]).await, Closed);
    let malformed = chunked(chunk() + "nonsense\r\n");
    assert_eq!(refuse(layer(), [malformed]).await, Closed);
    let limit = SMUGGLED.len() as u64;
    let past_the_limit = chunked(chunk() + &chunk());
    assert_eq!(refuse(discarding(limit), [past_the_limit]).await, Closed);
    for request in [sized(SMUGGLED), chunked(chunk() + LAST_CHUNK)] {
        assert_eq!(refuse(discarding(0), [request]).await, Closed);
    }
}

#[tokio::test]
async fn a_request_in_content_that_comes_after_the_answer_is_never_served() {
    for (layer, request) in [
        (layer(), declared(10 * MIB)),
        (
            layer(),
            head("Expect: 100-continue\r\nContent-Length: 100\r\n"),
        ),
        (discarding(0), declared(SMUGGLED.len())),
        (discarding(0), chunked("")),
        (discarding(0), chunked(format!("{:x}\r\n", SMUGGLED.len()))),
    ] {
        let (server, calls) = serve(layer).await;
        let mut connection = server.connect().await;
        connection.send(request).await;
        assert_eq!(announced(&refusal(&mut connection).await), Closed);
        push(&mut connection, SMUGGLED).await;
        assert_over(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}
