//! gRPC-Web.

use super::{assert_grpc_refusal, calls, check, health, no_calls, watch, Answer, Running, CHECK};
use http::StatusCode;
use http_body_util::Full;
use tonic::transport::Server;
use tonic_health::pb::health_check_response::ServingStatus as PbStatus;
use tonic_web::GrpcWebLayer;
use tower_not_implemented::{NotImplementedLayer, WrapBody};

/// A message without bytes, in its frame.
const NO_MESSAGE: &[u8] = &[0; 5];

/// In its frame: `status: SERVING`.
const SERVING: &[u8] = &[0, 0, 0, 0, 2, 8, 1];

async fn behind_grpc_web(layer: NotImplementedLayer<WrapBody>) -> Running {
    let mut server = Server::builder()
        .accept_http1(true)
        .layer(layer)
        .layer(GrpcWebLayer::new());
    let routes = server.add_service(health());
    Running::start(|incoming| routes.serve_with_incoming(incoming)).await
}

async fn web_call(server: &Running, method: &str, content_type: &str) -> Answer {
    let request = http::Request::builder()
        .method(method)
        .uri(server.uri(CHECK))
        .header("content-type", content_type)
        .header("accept", content_type)
        .body(Full::from(NO_MESSAGE));
    server.ask(false, request.unwrap()).await
}

#[tokio::test]
async fn a_grpc_web_call_works_over_http1() {
    let server = behind_grpc_web(calls()).await;
    let answer = web_call(&server, "POST", "application/grpc-web+proto").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.fields["content-type"], "application/grpc-web+proto");
    let trailers = answer.content.strip_prefix(SERVING).unwrap();
    assert_eq!(trailers[0], 0x80);
    assert!(trailers[5..].starts_with(b"grpc-status:0"));
}

#[tokio::test]
async fn a_refused_grpc_web_call_is_answered_in_its_own_type() {
    let server = behind_grpc_web(no_calls()).await;
    for (asked, answered) in [
        ("application/grpc-web", "application/grpc-web"),
        ("application/grpc-web+proto", "application/grpc-web"),
        ("application/grpc-web-text", "application/grpc-web-text"),
        (
            "application/grpc-web-text+proto",
            "application/grpc-web-text",
        ),
    ] {
        let answer = web_call(&server, "POST", asked).await;
        assert_grpc_refusal(&answer, answered);
    }
}

#[tokio::test]
async fn other_methods_are_refused_before_grpc_web_sees_them() {
    let server = behind_grpc_web(calls()).await;
    for http2 in [true, false] {
        for method in ["FOO", "OPTIONS"] {
            let answer = server.ask_by(http2, method, CHECK).await;
            answer.assert_refused();
        }
    }
    let answer = web_call(&server, "PUT", "application/grpc-web+proto").await;
    assert_grpc_refusal(&answer, "application/grpc-web");
}

#[tokio::test]
async fn calls_of_grpc_clients_work_beside_grpc_web() {
    let server = behind_grpc_web(calls()).await;
    let channel = server.channel().await;
    assert_eq!(check(channel.clone()).await.unwrap(), PbStatus::Serving);
    assert_eq!(watch(channel).await.unwrap(), PbStatus::Serving);
}
