//! R15 to R19, and R68: what a request carries beside its method neither shows in a refusal nor changes it.

use super::assert_unmoved;
use crate::support::refusals::{answer, configurations, full, method, request, serve, with};
use http::Method;
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn r15_nothing_of_a_request_is_reflected() {
    let (server, _) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    let trace = "TRACE /hidden-path?hidden-query HTTP/1.1\r\nhost: hidden-host\r\n\
                 authorization: Basic hidden\r\ncookie: hidden\r\nx-hidden: hidden\r\n\
                 content-length: 14\r\n\r\nhidden-content";
    connection.send(trace).await;
    let response = connection.response().await;
    assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
    for part in ["hidden", "TRACE", "Basic", "cookie", "authorization"] {
        assert!(!response.contains(part), "{part} in {response}");
    }
}

#[tokio::test]
async fn r16_query_is_a_method_like_any_other() {
    let query = || request("QUERY").map(|_| full("select"));
    let listed = NotImplementedLayer::new([method("QUERY")]);
    let forwarded = answer(&listed, query()).await;
    forwarded.assert_forwarded("QUERY / select");
    answer(&listed, request("SEARCH")).await.assert_refused();

    let unlisted = NotImplementedLayer::new([method("SEARCH")]);
    answer(&unlisted, query()).await.assert_refused();
    answer(&NotImplementedLayer::default(), query())
        .await
        .assert_refused();
}

/// Nor does the method that a preflight asks for.
#[tokio::test]
async fn r17_r68_a_method_that_a_field_names_changes_nothing() {
    let layer = NotImplementedLayer::new([Method::POST]);
    for field in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "access-control-request-method",
    ] {
        let post = answer(&layer, with(request("POST"), field, "DELETE")).await;
        post.assert_forwarded("POST / ");
        let get = answer(&layer, with(request("GET"), field, "BOGUS")).await;
        get.assert_forwarded("GET / ");
        let brew = answer(&layer, with(request("BREW"), field, "GET")).await;
        brew.assert_refused();
    }
}

#[tokio::test]
async fn r18_preconditions_and_ranges_change_nothing() {
    let fields = [
        ("if-none-match", "*"),
        ("if-match", "\"x\""),
        ("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("range", "bytes=0-0"),
        ("if-range", "\"x\""),
    ];
    assert_unmoved(configurations(), &fields).await;
}

#[tokio::test]
async fn r19_an_unsatisfiable_accept_changes_nothing() {
    let fields = [
        ("accept", "image/png"),
        ("accept", "*/*;q=0"),
        ("accept-language", "tlh"),
        ("accept-charset", "ebcdic"),
        ("accept-encoding", "identity;q=0"),
    ];
    assert_unmoved(configurations(), &fields).await;
}
