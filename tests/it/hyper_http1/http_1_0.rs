//! HTTP/1.0, where a connection lives on only for a client that asks for it.

use super::{
    announced, assert_fates, content, discarding, layer, old_head, refusal, serve,
    Fate::{Closed, Reused},
    EXPLANATION,
};

/// The head of a request whose connection the client would keep.
fn kept(fields: &str) -> Vec<u8> {
    old_head(&format!("Connection: keep-alive\r\n{fields}"))
}

#[tokio::test]
async fn a_connection_is_kept_for_a_client_that_asks_where_content_is_read() {
    let five = "Content-Length: 5\r\n";
    let expect = format!("Expect: 100-continue\r\n{five}");
    let late = |head: Vec<u8>| vec![head, content(5).into()];
    let sent = |head: Vec<u8>| vec![late(head).concat()];
    let cases = [
        ("no content, and ended", vec![old_head("")], Closed),
        ("content, and ended", late(old_head(five)), Closed),
        ("no content", vec![kept("")], Reused),
        ("no bytes", vec![kept("Content-Length: 0\r\n")], Reused),
        ("content", sent(kept(five)), Reused),
        ("late content", late(kept(five)), Reused),
        ("an expectation, ignored", sent(kept(&expect)), Reused),
        ("and the content late", late(kept(&expect)), Reused),
        ("much", vec![kept("Content-Length: 2097153\r\n")], Closed),
    ];
    assert_fates(layer(), cases).await;
    let more = [("much", vec![kept("Content-Length: 1001\r\n")], Closed)];
    assert_fates(discarding(1_000), more).await;
    let none = [
        ("no content", vec![kept("")], Reused),
        ("content", sent(kept(five)), Closed),
    ];
    assert_fates(discarding(0), none).await;
}

#[tokio::test]
async fn content_that_ends_too_early_ends_the_connection_as_is_announced_alone() {
    let (server, _) = serve(layer()).await;
    let mut connection = server.connect().await;
    let half = [kept("Content-Length: 10\r\n"), content(5).into()].concat();
    connection.send(half).await;
    connection.finish().await;
    let answer = refusal(&mut connection).await;
    assert_eq!(announced(&answer), Closed);
    assert_eq!(answer.matches("connection").count(), 1, "{answer}");
    assert!(!answer.contains("keep-alive"), "{answer}");
    assert_eq!(connection.rest().await, "");
}

#[tokio::test]
async fn a_request_is_answered_in_its_version() {
    let (server, _) = serve(layer()).await;
    let answer = server.exchange(old_head("")).await;
    assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
    assert!(answer.ends_with(EXPLANATION), "{answer}");
}
