//! Requests sent behind a refused one, before its answer.

use super::{
    announced, assert_over, assert_served, assert_unanswered, chunk, chunked, chunks, declared,
    discarding, head, layer, push, refusal, serve, sized,
    Fate::{self, Closed, Reused},
    GET, MIB,
};
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

/// Has a request refused that is followed by a GET, all in one write; whether the GET is answered.
async fn pipeline(layer: NotImplementedLayer, request: Vec<u8>) -> Fate {
    let (server, calls) = serve(layer).await;
    let mut connection = server.connect().await;
    push(&mut connection, [&request, GET.as_bytes()].concat()).await;
    let fate = announced(&refusal(&mut connection).await);
    if fate == Reused {
        let answer = connection.response().await;
        assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
        assert_served(&mut connection).await;
    } else {
        assert_over(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
    fate
}

#[tokio::test]
async fn a_request_behind_content_that_was_read_is_served() {
    for request in [
        head(""),
        declared(0),
        sized("hello"),
        sized("x".repeat(100_000)),
        chunked(chunks([5, 10])),
        chunked(chunk(1).repeat(100) + "0\r\nX-Trailer: yes\r\n\r\n"),
    ] {
        assert_eq!(pipeline(layer(), request).await, Reused);
    }
}

#[tokio::test]
async fn a_request_behind_content_that_was_waited_for_is_served() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    connection.send(declared(5)).await;
    assert_unanswered(&server, &connection).await;
    connection.send(format!("hello{GET}")).await;
    assert_eq!(announced(&refusal(&mut connection).await), Reused);
    let answer = connection.response().await;
    assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_request_behind_an_announced_end_is_not_served() {
    let held_back = head("Expect: 100-continue\r\nContent-Length: 5\r\n");
    for request in [
        [&held_back[..], b"hello"].concat(),
        head("Connection: close\r\n"),
        chunked("nonsense\r\n"),
        declared(10 * MIB),
    ] {
        assert_eq!(pipeline(layer(), request).await, Closed);
    }
    let past_the_limit = chunked(chunks([1_000, 1]));
    assert_eq!(pipeline(discarding(1_000), past_the_limit).await, Closed);
    assert_eq!(pipeline(discarding(0), sized("hello")).await, Closed);
}

#[tokio::test]
async fn pipelined_refusals_are_answered_in_order() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    let refused = [head(""), sized("hello"), chunked(chunks([5]))].concat();
    let pipelined = [&refused.repeat(10), GET.as_bytes()].concat();
    connection.send(pipelined).await;
    for _ in 0..30 {
        assert_eq!(announced(&refusal(&mut connection).await), Reused);
    }
    let answer = connection.response().await;
    assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
