//! R42 and R44: HTTP/2 and HTTP/3.

use crate::support::{
    refusals::{
        answer, configurations, http2, http2_answer, http2_request, late, over, request, serve,
        Answer,
    },
    within,
};
use bytes::Bytes;
use futures_util::{future::poll_fn, FutureExt};
use h2::{
    client::{ResponseFuture, SendRequest},
    SendStream,
};
use http::{header::HeaderValue, Method, StatusCode, Version};

#[tokio::test]
async fn r42_later_versions_have_no_connection_fields() {
    for version in [Version::HTTP_2, Version::HTTP_3] {
        for layer in configurations() {
            for name in ["BREW", "CONNECT"] {
                let upload = over(version, request(name)).map(|_| late());
                let refused = answer(&layer, upload).await;
                refused.assert_refused();
                for field in ["connection", "keep-alive", "upgrade", "te"] {
                    assert_eq!(refused.field(field), None);
                }
                assert_eq!(refused.field("transfer-encoding"), None);
            }
        }
    }
}

#[tokio::test]
async fn r44_an_http2_stream_whose_end_is_not_in_sight_is_answered_at_once() {
    let (server, calls) = serve([Method::POST]).await;
    let client = http2(&server).await;
    for length in [None, Some("262145")] {
        let (response, mut content) = open_upload(&client, length).await;
        let refused = Answer::of_http2(within(response).await.unwrap()).await;
        assert_eq!(refused.status, StatusCode::NOT_IMPLEMENTED);
        assert!(refused.text().contains("does not support"));
        let reset = within(poll_fn(|cx| content.poll_reset(cx))).await;
        assert_eq!(reset.unwrap(), h2::Reason::NO_ERROR);

        let get = http2_answer(&client, http2_request("GET", "http://a/next")).await;
        assert_eq!(get.text(), "GET /next");
    }
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn r44_an_http2_stream_of_a_declared_length_is_answered_after_it() {
    let (server, calls) = serve([Method::POST]).await;
    let client = http2(&server).await;
    let (mut response, mut content) = open_upload(&client, Some("10000")).await;
    let get = http2_answer(&client, http2_request("GET", "http://a/next")).await;
    assert_eq!(get.text(), "GET /next");
    assert!((&mut response).now_or_never().is_none());

    content.send_data(vec![b'x'; 10_000].into(), true).unwrap();
    let refused = Answer::of_http2(within(response).await.unwrap()).await;
    assert_eq!(refused.status, StatusCode::NOT_IMPLEMENTED);
    assert!(refused.text().contains("does not support"));
    assert_eq!(calls.count(), 1);
}

/// A request whose content has not been sent yet.
async fn open_upload(
    client: &SendRequest<Bytes>,
    length: Option<&'static str>,
) -> (ResponseFuture, SendStream<Bytes>) {
    let mut upload = http2_request("PUT", "http://a/a");
    if let Some(length) = length {
        let length = HeaderValue::from_static(length);
        upload.headers_mut().insert("content-length", length);
    }
    let mut ready = within(client.clone().ready()).await.unwrap();
    ready.send_request(upload, false).unwrap()
}
