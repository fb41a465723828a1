//! `Expect: 100-continue`: reading would send the `100 Continue` that the client waits for.

use super::{
    chunks, discarding, head, layer, on_each_runtime, refuse, serve,
    Fate::{Closed, Reused},
};

#[test]
fn content_that_is_held_back_is_refused_and_not_asked_for() {
    on_each_runtime(|| async {
        for fields in ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
            for layer in [layer(), discarding(0), discarding(u64::MAX)] {
                let head = head(&format!("Expect: 100-continue\r\n{fields}"));
                assert_eq!(refuse(layer, [head]).await, Closed, "{fields}");
            }
        }
    });
}

#[tokio::test]
async fn an_expectation_without_content_keeps_the_connection() {
    for fields in ["", "Content-Length: 0\r\n"] {
        let head = head(&format!("Expect: 100-continue\r\n{fields}"));
        assert_eq!(refuse(layer(), [head]).await, Reused, "{fields}");
    }
}

#[tokio::test]
async fn content_sent_despite_an_expectation_is_left_unread() {
    let expect = "Expect: 100-continue\r\n";
    let sized = head(&format!("{expect}Content-Length: 5\r\n"));
    let chunked = head(&format!("{expect}Transfer-Encoding: chunked\r\n"));
    for request in [
        [&sized, &b"hello"[..]].concat(),
        [&chunked, chunks([5]).as_bytes()].concat(),
    ] {
        assert_eq!(refuse(layer(), [request]).await, Closed);
    }
}

#[tokio::test]
async fn the_content_of_a_supported_request_is_asked_for_by_the_inner_service() {
    let (server, _) = serve(layer()).await;
    let mut connection = server.connect().await;
    let head = "POST /kept HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n";
    let head = format!("{head}Content-Length: 5\r\n\r\n");
    connection.send(head).await;
    assert_eq!(connection.response().await, "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send("hello").await;
    let answer = connection.response().await;
    assert!(answer.ends_with("\r\n\r\nPOST /kept"), "{answer}");
}
