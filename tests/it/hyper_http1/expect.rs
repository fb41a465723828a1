//! `Expect: 100-continue`: reading would send the `100 Continue` that the client waits for.

use super::{
    assert_fates, chunks, discarding, head, layer, serve,
    Fate::{Closed, Reused},
};

/// A head with an expectation.
fn expect(fields: &str) -> Vec<u8> {
    head(&format!("Expect: 100-continue\r\n{fields}"))
}

#[tokio::test]
async fn content_that_is_held_back_is_refused_and_not_asked_for() {
    let sized = || expect("Content-Length: 5\r\n");
    let chunked = || expect("Transfer-Encoding: chunked\r\n");
    for layer in [layer(), discarding(0), discarding(u64::MAX)] {
        let sent = [chunked(), chunks([5]).into()].concat();
        let cases = [
            ("declared", vec![sized()], Closed),
            ("chunked", vec![chunked()], Closed),
            ("sent", vec![[&sized()[..], b"hello"].concat()], Closed),
            ("chunks, sent", vec![sent], Closed),
            ("no content", vec![expect("")], Reused),
            ("no bytes", vec![expect("Content-Length: 0\r\n")], Reused),
        ];
        assert_fates(layer, cases).await;
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
