//! Which methods arrive, and the frames of a refusal. Those of a gRPC refusal: `conformance/grpc.rs`.

use super::{frames_to, least, watch::serve};
use crate::support::{
    frames::Frame::Headers,
    refusals::{http2, http2_answer, http2_request},
};
use http::HeaderValue;
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn any_token_is_refused_with_an_explanation() {
    let long = "X".repeat(16_000);
    let names = ["get", "PRI", "QUERY", "*", "M-GET", "!#$%&'*+-.^_`|~"];
    let (server, watch) = serve(NotImplementedLayer::default()).await;
    let client = http2(&server).await;
    for name in names.into_iter().chain([&*long]) {
        let answer = http2_answer(&client, http2_request(name, "http://a/")).await;
        answer.assert_explained();
        assert_eq!(watch.refusals().last().unwrap().method.as_str(), name);
    }
    assert_eq!(watch.forwarded.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_refusal_without_content_ends_with_its_headers() {
    let none = least().body(HeaderValue::from_static("text/html"), "");
    let (_server, _, mut frames) = frames_to(none).await;
    let (status, end) = (501, true);
    frames.request(1, "BREW", &[], true).await;
    assert_eq!(frames.take(1).await, [(1, Headers { status, end })]);
    assert_eq!(frames.ping().await, []);
}
