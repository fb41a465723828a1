//! Which methods arrive.

use super::{frames_to, least, watch::serve};
use crate::support::{
    frames::{
        Frame::{GoAway, Reset},
        PROTOCOL_ERROR,
    },
    refusals::{http2, http2_answer, http2_request},
};
use std::sync::atomic::Ordering;
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn any_token_reaches_the_layer() {
    let long = "X".repeat(16_000);
    let names = [
        "get",
        "Get",
        "PRI",
        "QUERY",
        "*",
        "M-GET",
        "!#$%&'*+-.^_`|~",
    ];
    let (server, watch) = serve(NotImplementedLayer::default()).await;
    let client = http2(&server).await;
    for name in names.iter().chain([&*long].iter()) {
        let answer = http2_answer(&client, http2_request(name, "http://a/")).await;
        answer.assert_explained();
        assert_eq!(watch.refusals().last().unwrap().method.as_str(), *name);
    }
    assert_eq!(watch.forwarded.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_no_token_does_not_reach_the_layer() {
    for name in ["", "F OO", "FOO(", "F\u{e9}", "FOO\n"] {
        let (_server, watch, mut frames) = frames_to(least()).await;
        frames.request(1, name, &[], true).await;
        let (_, rejected) = frames.take(1).await[0];
        let expected = [GoAway(PROTOCOL_ERROR), Reset(PROTOCOL_ERROR)];
        assert!(expected.contains(&rejected), "{name:?}: {rejected:?}");
        assert_eq!(watch.requests(), 0, "{name:?}");
    }
}
