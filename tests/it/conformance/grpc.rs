//! R59 to R65: what a gRPC client is told.

use crate::support::{
    refusals::{
        answer, configurations, http2, http2_request, http2_response, least, over, reflect,
        refusal, request, serve, with, Content, HOUR,
    },
    within, Server,
};
use http::{header::HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body;
use http_body_util::BodyExt;
use hyper_util::rt::TokioExecutor;
use tonic_health::pb::{health_client::HealthClient, HealthCheckRequest};
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

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
    for (content_types, grpc) in [
        (&["application/grpc"][..], true),
        (&["application/grpc+proto"], true),
        (&["application/grpc;v=1"], true),
        (&["application/grpc ; v=1"], true),
        (&["Application/GRPC+json"], true),
        (&["application/grpc-web"], true),
        (&["application/grpc-web-text+proto"], true),
        (&["APPLICATION/gRPC-Web;v=1"], true),
        (&["application/grpcfoo"], false),
        (&["application/grpc-foo"], false),
        (&["application/grpc-web-textual"], false),
        (&["application/grp"], false),
        (&["application/json"], false),
        (&["text/plain; application/grpc"], false),
        (&[""], false),
        (&["application/grpc", "application/grpc"], false),
        (&["application/grpc", "application/json"], false),
        (&[], false),
    ] {
        let post = over(Version::HTTP_2, request("POST"));
        let refused = refusal(
            content_types
                .iter()
                .fold(post, |request, value| with(request, "content-type", value)),
        )
        .await;
        refused.assert_refused();
        let status = refused.field("grpc-status");
        assert_eq!(status, grpc.then_some("12"), "{content_types:?}");
    }
}

#[tokio::test]
async fn r59_a_content_type_need_not_be_ascii() {
    for (value, grpc) in [
        (&b"application/grpc; x=\xff"[..], true),
        (b"application/grpc+\xff", true),
        (b"application/grpc-web;\xc3\xa9", true),
        (b"application/grpc\xff", false),
        (b"\xff", false),
    ] {
        let mut call = over(Version::HTTP_2, request("POST"));
        let value = HeaderValue::from_bytes(value).unwrap();
        call.headers_mut().insert("content-type", value.clone());
        let refused = refusal(call).await;
        refused.assert_refused();
        assert_eq!(refused.field("grpc-status").is_some(), grpc, "{value:?}");
    }
}

#[tokio::test]
async fn r60_a_grpc_client_sees_unimplemented() {
    assert_eq!(
        health(MethodSet::GET_HEAD).await,
        tonic::Code::Unimplemented
    );
    assert_eq!(health([Method::POST].into()).await, tonic::Code::Ok);
}

/// What a gRPC client is told by a health service behind the layer.
async fn health(supported: MethodSet) -> tonic::Code {
    let (_reporter, inner) = tonic_health::server::health_reporter();
    let server = Server::start(NotImplementedLayer::new(supported).wrap_body().layer(inner)).await;
    let endpoint = format!("http://{}", server.address);
    let endpoint = tonic::transport::Endpoint::from_shared(endpoint).unwrap();
    let channel = within(endpoint.connect()).await.unwrap();
    let mut client = HealthClient::new(channel);
    let checked = within(client.check(HealthCheckRequest::default())).await;
    checked.map_or_else(|status| status.code(), |_| tonic::Code::Ok)
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
    let refuse = || service.clone().oneshot(grpc_request(GRPC[0]));
    assert_ended(&refuse().await.unwrap().map(BodyExt::boxed));
    assert_ended(&refuse().await.unwrap().map(axum::body::Body::new));
    assert_ended(&refuse().await.unwrap().map(tonic::body::Body::new));

    let axum = least();
    let axum = axum.layer(axum::Router::new());
    let call = grpc_request(GRPC[0]).map(axum::body::Body::new);
    assert_ended(&axum.oneshot(call).await.unwrap());

    let routes = tonic::service::Routes::default().prepare();
    let routes = least().wrap_body().layer(routes);
    let call = grpc_request(GRPC[0]).map(tonic::body::Body::new);
    assert_ended(&routes.oneshot(call).await.unwrap());
}

#[track_caller]
fn assert_ended<B: Body>(response: &Response<B>) {
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
}

#[tokio::test]
async fn r62_grpc_message_is_percent_encoded() {
    for layer in [least(), least().retry_after(HOUR)] {
        for name in ["POST", "%0A", "A%B"] {
            let call = with(request(name), "content-type", GRPC[0]);
            let refused = answer(&layer, call).await;
            let message = refused.field("grpc-message").unwrap();
            assert!(message.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            assert!(!message.contains('%'), "{message}");
            let status = tonic::Status::from_header_map(&refused.fields).unwrap();
            assert_eq!(status.message(), message);
        }
    }
}

#[tokio::test]
async fn r63_a_grpc_refusal_keeps_the_configured_fields_and_no_content() {
    for layer in configurations() {
        let mut expected = answer(&layer, request("BREW")).await.fields;
        expected.insert("grpc-status", HeaderValue::from_static("12"));
        for content_type in GRPC {
            let refused = answer(&layer, grpc_request(content_type)).await;
            let message = refused.fields["grpc-message"].clone();
            expected.insert("grpc-message", message);
            expected.insert("content-type", HeaderValue::from_static(content_type));
            assert_eq!(refused.fields, expected);
            assert!(refused.content.is_empty());
        }
    }
}

#[tokio::test]
async fn r63_naming_a_content_type_does_not_take_no_store_off_a_refusal() {
    let layer = least().cache_control(CacheControl::no_store());
    for content_type in GRPC {
        let refused = answer(&layer, grpc_request(content_type)).await;
        assert_eq!(refused.field("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn r64_a_grpc_web_refusal_names_its_own_type() {
    for (content_type, own) in [
        ("application/grpc-web+proto", "application/grpc-web"),
        ("application/grpc-web-text", "application/grpc-web-text"),
    ] {
        let call = with(request("POST"), "content-type", content_type);
        let refused = refusal(call).await;
        refused.assert_refused();
        assert_eq!(refused.field("content-type"), Some(own));
        assert_eq!(refused.field("grpc-status"), Some("12"));
        assert!(refused.content.is_empty());
    }
}

#[tokio::test]
async fn r64_a_grpc_web_client_sees_unimplemented() {
    let (server, calls) = serve(MethodSet::GET_HEAD).await;
    let http1 = hyper_util::client::legacy::Client::builder(TokioExecutor::new());
    let web = tonic_web::GrpcWebClientLayer::new().layer(http1.build_http());
    let origin = format!("http://{}", server.address).parse().unwrap();
    let mut client = HealthClient::with_origin(web, origin);
    let checked = within(client.check(HealthCheckRequest::default())).await;
    assert_eq!(checked.unwrap_err().code(), tonic::Code::Unimplemented);
    assert_eq!(calls.count(), 0);
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
