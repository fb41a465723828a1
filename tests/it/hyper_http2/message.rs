//! A refusal is one whole message: its frames.

use super::{frames_to, least, watch::serve, GRPC};
use crate::support::{
    counting,
    frames::{
        answered,
        Frame::{Headers, Reset},
        Frames, OnStream, NO_ERROR,
    },
    Server,
};
use http::{HeaderValue, Method};
use tower::Layer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

#[tokio::test]
async fn a_refusal_of_an_ended_request_is_headers_and_data_without_a_reset() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[], true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert_eq!(frames.ping().await, []);
    assert_eq!(watch.refusal().polls, 0);
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

/// What comes back for a gRPC call, ended or not, frame by frame.
async fn grpc_refusals(server: &Server) -> Vec<OnStream> {
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "POST", &[GRPC], true).await;
    let mut refusals = frames.take(1).await;
    refusals.extend(frames.ping().await);
    frames.request(3, "POST", &[GRPC], false).await;
    refusals.extend(frames.take(2).await);
    refusals.extend(frames.ping().await);
    refusals
}

#[tokio::test]
async fn a_grpc_refusal_ends_with_its_headers() {
    let (wrapped, _) = serve(least()).await;
    let (inner, _) = counting();
    let kept = Server::start(least().layer(inner)).await;
    for server in [wrapped, kept] {
        let (status, end) = (501, true);
        let head = Headers { status, end };
        let expected = [(1, head), (3, head), (3, Reset(NO_ERROR))];
        assert_eq!(grpc_refusals(&server).await, expected);
    }
}

#[tokio::test]
async fn head_never_gets_data() {
    let sets = [
        MethodSet::GET_HEAD,
        [Method::POST].into(),
        MethodSet::STANDARD,
        "BREW".parse().unwrap(),
    ];
    for set in sets {
        for fields in [&[][..], &[GRPC]] {
            let (_server, _, mut frames) = frames_to(NotImplementedLayer::new(set.clone())).await;
            let (status, end) = (200, true);
            frames.request(1, "HEAD", fields, true).await;
            assert_eq!(frames.take(1).await, [(1, Headers { status, end })]);
            assert_eq!(frames.ping().await, []);
        }
    }
}
