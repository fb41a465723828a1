//! HTTP/1.0, where a connection lives on only for a client that asks for it.

use super::{
    announced, discarding, layer, old_head, refusal, refuse, serve, wait,
    Fate::{Closed, Reused},
    EXPLANATION,
};

const KEEP_ALIVE: &str = "Connection: keep-alive\r\n";

/// The head of a request whose connection the client would keep.
fn kept(fields: &str) -> Vec<u8> {
    old_head(&format!("{KEEP_ALIVE}{fields}"))
}

#[tokio::test]
async fn a_connection_ends_after_a_refusal() {
    assert_eq!(refuse(layer(), [old_head("")]).await, Closed);
    let content = [old_head("Content-Length: 5\r\n"), b"hello".to_vec()].concat();
    assert_eq!(refuse(layer(), [content]).await, Closed);
}

#[tokio::test]
async fn a_connection_is_kept_for_a_client_that_asks() {
    for fields in ["", "Content-Length: 0\r\n"] {
        assert_eq!(refuse(layer(), [kept(fields)]).await, Reused, "{fields}");
    }
    let content = [kept("Content-Length: 5\r\n"), b"hello".to_vec()].concat();
    assert_eq!(refuse(layer(), [content]).await, Reused);
}

#[tokio::test]
async fn late_content_is_waited_for() {
    let parts = [kept("Content-Length: 5\r\n"), "hello".into()];
    assert_eq!(wait(layer(), parts).await, Reused);
    let parts = [old_head("Content-Length: 5\r\n"), "hello".into()];
    assert_eq!(wait(layer(), parts).await, Closed);
}

#[tokio::test]
async fn an_expectation_is_ignored_and_the_content_read() {
    let fields = "Expect: 100-continue\r\nContent-Length: 5\r\n";
    let content = [&kept(fields), &b"hello"[..]].concat();
    assert_eq!(refuse(layer(), [content]).await, Reused);
    let parts = [kept(fields), "hello".into()];
    assert_eq!(wait(layer(), parts).await, Reused);
}

#[tokio::test]
async fn content_over_the_limit_ends_the_connection_of_a_client_that_would_keep_it() {
    let fields = "Content-Length: 1001\r\n";
    assert_eq!(refuse(discarding(1_000), [kept(fields)]).await, Closed);
    let fields = "Content-Length: 2097153\r\n";
    assert_eq!(refuse(layer(), [kept(fields)]).await, Closed);
}

#[tokio::test]
async fn the_end_is_announced_alone() {
    let (server, _) = serve(discarding(1_000)).await;
    let mut connection = server.connect().await;
    connection.send(kept("Content-Length: 1001\r\n")).await;
    let answer = refusal(&mut connection).await;
    assert_eq!(answer.matches("connection").count(), 1, "{answer}");
    assert!(!answer.contains("keep-alive"), "{answer}");
}

#[tokio::test]
async fn a_limit_of_zero_reads_nothing() {
    assert_eq!(refuse(discarding(0), [kept("")]).await, Reused);
    let content = [kept("Content-Length: 5\r\n"), b"hello".to_vec()].concat();
    assert_eq!(refuse(discarding(0), [content]).await, Closed);
}

#[tokio::test]
async fn content_that_ends_too_early_ends_the_connection_of_a_client_that_would_keep_it() {
    let (server, _) = serve(layer()).await;
    let mut connection = server.connect().await;
    let half = [kept("Content-Length: 10\r\n"), b"hello".to_vec()].concat();
    connection.send(half).await;
    connection.finish().await;
    assert_eq!(announced(&refusal(&mut connection).await), Closed);
    assert_eq!(connection.rest().await, "");
}

#[tokio::test]
async fn a_request_is_answered_in_its_version() {
    let (server, _) = serve(layer()).await;
    let answer = server.exchange(old_head("")).await;
    assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
    assert!(answer.ends_with(EXPLANATION), "{answer}");
}
