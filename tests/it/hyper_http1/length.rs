//! Content whose length is declared in a way that is not quite right.

use super::{
    assert_over, chunks, head, layer, push, refuse, serve, wait,
    Fate::{self, Closed},
};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_length_that_is_no_number_does_not_reach_the_layer() {
    for length in [
        "+5",
        "-5",
        "5, 5",
        "5,5",
        " ",
        "0x5",
        "5 5",
        "18446744073709551616",
    ] {
        let (server, calls) = serve(layer()).await;
        let mut connection = server.connect().await;
        let request = head(&format!("Content-Length: {length}\r\n"));
        push(&mut connection, request).await;
        let answer = connection.response().await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{length}: {answer}");
        assert_over(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}

/// Hyper gives the layer one of them.
#[tokio::test]
async fn a_length_that_is_repeated_is_read() {
    let head = head("Content-Length: 5\r\nContent-Length: 5\r\n");
    assert_eq!(wait(layer(), [head, "hello".into()]).await, Fate::Reused);
}

/// Hyper gives the layer none of it, and ends such a connection (RFC 9112 section 6.1).
#[tokio::test]
async fn content_with_a_length_beside_a_transfer_coding_is_waited_for() {
    let fields = [
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 99999999\r\nTransfer-Encoding: chunked\r\n",
    ];
    for fields in fields {
        let parts = [head(fields), chunks([3]).into()];
        assert_eq!(wait(layer(), parts).await, Closed, "{fields}");
    }
}

#[tokio::test]
async fn leading_zeros_change_no_length() {
    let zeros = "0".repeat(40);
    let request = head(&format!("Content-Length: {zeros}5\r\n"));
    assert_eq!(wait(layer(), [request, "hello".into()]).await, Fate::Reused);
    let request = head(&format!("Content-Length: {zeros}0\r\n"));
    assert_eq!(refuse(layer(), [request]).await, Fate::Reused);
}
