//! R59 to R65: what a gRPC client is told.

use crate::support::{
    refusals::{
        answer, configurations, http2, http2_request, http2_response, least, over, reflect,
        refusal, request, serve, with, Content, HOUR,
    },
    within,
};
use http::{header::HeaderValue, Request, Response, StatusCode, Version};
use http_body::Body;
use http_body_util::BodyExt;
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::MethodSet;

const VERSIONS: [Version; 4] = [
    Version::HTTP_10,
    Version::HTTP_11,
    Version::HTTP_2,
    Version::HTTP_3,
];

const GRPC: [&str; 3] = [
    "application/grpc",
    "application/grpc-web",
    "application/grpc-web-text",
];

fn grpc_request(content_type: &str) -> Request<Content> {
    let post = over(Version::HTTP_2, request("POST"));
    with(post, "content-type", content_type)
}

#[tokio::test]
async fn r59_grpc_is_known_by_its_content_type() {
    let grpc: &[u8] = b"application/grpc";
    for (values, is_grpc) in [
        (&[grpc][..], true),
        (&[b"application/grpc+proto"], true),
        (&[b"application/grpc;v=1"], true),
        (&[b"application/grpc ; v=1"], true),
        (&[b"application/grpc\t;v=1"], true),
        (&[b"Application/GRPC+json"], true),
        (&[b"application/grpc-web"], true),
        (&[b"application/grpc-web-text+proto"], true),
        (&[b"APPLICATION/gRPC-Web;v=1"], true),
        (&[b"application/grpc; x=\xff"], true),
        (&[b"application/grpc+\xff"], true),
        (&[b"application/grpc-web;\xc3\xa9"], true),
        (&[b"application/grpcfoo"], false),
        (&[b"application/grpc-foo"], false),
        (&[b"application/grpc-web-textual"], false),
        (&[b"application/grpc\xff"], false),
        (&[b"application/grp"], false),
        (&[b"application/json"], false),
        (&[b"text/plain; application/grpc"], false),
        (&[b"\xff"], false),
        (&[b""], false),
        (&[grpc, grpc], false),
        (&[grpc, b"application/json"], false),
        (&[], false),
    ] {
        let mut call = over(Version::HTTP_2, request("POST"));
        for value in values {
            let value = HeaderValue::from_bytes(value).unwrap();
            call.headers_mut().append("content-type", value);
        }
        let refused = refusal(call).await;
        refused.assert_refused();
        let status = refused.field("grpc-status");
        let shown: Vec<_> = values.iter().map(|value| value.escape_ascii()).collect();
        assert_eq!(status, is_grpc.then_some("12"), "{shown:?}");
    }
}

#[tokio::test]
async fn r61_a_grpc_refusal_is_one_headers_frame() {
    let (server, _) = serve(MethodSet::GET_HEAD).await;
    let client = http2(&server).await;
    let mut call = http2_request("POST", "http://a/a");
    let response = http2_response(&client, call.clone()).await;
    assert!(!response.body().is_end_stream(), "not gRPC: text follows");

    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert("content-type", grpc.clone());
    let response = http2_response(&client, call).await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert_eq!(response.headers()["content-type"], grpc);
    assert_eq!(response.headers()["grpc-status"], "12");
    assert!(response.body().is_end_stream());
}

#[tokio::test]
async fn r61_a_grpc_refusal_has_ended_in_every_kind_of_body() {
    let service = least().layer(service_fn(reflect));
    let refuse = || within(service.clone().oneshot(grpc_request(GRPC[0])));
    assert_ended(&refuse().await.unwrap().map(BodyExt::boxed));
    assert_ended(&refuse().await.unwrap().map(axum::body::Body::new));
    assert_ended(&refuse().await.unwrap().map(tonic::body::Body::new));

    let axum = least();
    let axum = axum.layer(axum::Router::new());
    let call = grpc_request(GRPC[0]).map(axum::body::Body::new);
    assert_ended(&within(axum.oneshot(call)).await.unwrap());

    let routes = tonic::service::Routes::default().prepare();
    let routes = least().wrap_body().layer(routes);
    let call = grpc_request(GRPC[0]).map(tonic::body::Body::new);
    assert_ended(&within(routes.oneshot(call)).await.unwrap());
}

#[track_caller]
fn assert_ended<B: Body>(response: &Response<B>) {
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
}

#[tokio::test]
async fn r62_grpc_message_is_percent_encoded() {
    for (layer, condition) in [
        (least(), "permanent"),
        (least().retry_after(HOUR), "temporary"),
    ] {
        for name in ["POST", "%0A", "A%B"] {
            let call = with(request(name), "content-type", GRPC[0]);
            let refused = answer(&layer, call).await;
            let message = refused.field("grpc-message").unwrap();
            assert!(message.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            assert!(!message.contains('%'), "{message}");
            assert!(message.contains(condition), "{message}");
            let status = tonic::Status::from_header_map(&refused.fields).unwrap();
            assert_eq!(status.message(), message);
        }
    }
}

#[tokio::test]
async fn r63_r64_a_grpc_refusal_keeps_the_configured_fields_under_its_own_type() {
    for layer in configurations() {
        let mut expected = answer(&layer, request("BREW")).await.fields;
        expected.insert("grpc-status", HeaderValue::from_static("12"));
        for own in GRPC {
            for asked in [own.to_owned(), format!("{own}+proto")] {
                let refused = answer(&layer, grpc_request(&asked)).await;
                let message = refused.fields["grpc-message"].clone();
                expected.insert("grpc-message", message);
                expected.insert("content-type", HeaderValue::from_static(own));
                assert_eq!(refused.fields, expected);
                assert!(refused.content.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn r65_a_grpc_refusal_is_a_501_on_every_version() {
    for version in VERSIONS {
        for content_type in GRPC {
            let call = over(version, grpc_request(content_type));
            let refused = refusal(call).await;
            refused.assert_refused();
            assert_eq!(refused.field("grpc-status"), Some("12"));
        }
    }
}
