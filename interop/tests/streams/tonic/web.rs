//! gRPC-Web, and CORS on either side (the table of `docs/grpc.md`).

use super::{
    any_service, ask, assert_grpc_refusal, assert_refused, calls, check, health, no_calls, serve,
    watch, CHECK,
};
use crate::support::{
    refusals::{full, with, Answer},
    within, Server,
};
use axum::http::{header, HeaderName, Method};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tonic::{service::Routes, transport};
use tonic_health::pb::{
    health_check_response::ServingStatus as PbStatus, health_client::HealthClient,
};
use tonic_web::GrpcWebLayer;
use tower::Layer;
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer};
use tower_not_implemented::{NotImplementedLayer, WrapBody};

/// A message without bytes, in its frame.
const NO_MESSAGE: &[u8] = &[0; 5];

/// In its frame: `status: SERVING`.
const SERVING: &[u8] = &[0, 0, 0, 0, 2, 8, 1];

const PROTO: &str = "application/grpc-web+proto";

async fn behind_grpc_web(layer: NotImplementedLayer<WrapBody>) -> Server {
    let server = transport::Server::builder().accept_http1(true).layer(layer);
    serve(server.layer(GrpcWebLayer::new()), Routes::new(health())).await
}

async fn behind_cors(layer: NotImplementedLayer<WrapBody>) -> Server {
    let server = transport::Server::builder().accept_http1(true);
    let server = server.layer(cors()).layer(layer);
    serve(server.layer(GrpcWebLayer::new()), Routes::new(health())).await
}

/// As the page has it.
fn cors() -> CorsLayer {
    let status = HeaderName::from_static("grpc-status");
    let message = HeaderName::from_static("grpc-message");
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([status, message, header::RETRY_AFTER])
}

/// A call of a script on another site.
async fn call(server: &Server, http2: bool, method: &str, content_type: &str) -> Answer {
    let request = server.request(method, CHECK).map(|_| full(NO_MESSAGE));
    let request = with(request, "origin", "https://example.com");
    let request = with(request, "content-type", content_type);
    ask(http2, with(request, "accept", content_type)).await
}

async fn preflight(server: &Server) -> Answer {
    let request = server.request("OPTIONS", CHECK);
    let request = with(request, "origin", "https://example.com");
    let request = with(request, "access-control-request-method", "POST");
    let fields = "content-type,x-grpc-web";
    ask(
        false,
        with(request, "access-control-request-headers", fields),
    )
    .await
}

#[tokio::test]
async fn a_grpc_web_call_works_over_http1() {
    let server = behind_grpc_web(calls()).await;
    let answer = call(&server, false, "POST", PROTO).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.field("content-type"), Some(PROTO));
    let trailers = answer.content.strip_prefix(SERVING).unwrap();
    assert_eq!(trailers[0], 0x80);
    assert!(trailers[5..].starts_with(b"grpc-status:0"));
}

#[tokio::test]
async fn a_refused_grpc_web_call_is_answered_in_its_own_type() {
    let server = behind_grpc_web(no_calls()).await;
    for answered in ["application/grpc-web", "application/grpc-web-text"] {
        for asked in [answered.to_owned(), format!("{answered}+proto")] {
            let answer = call(&server, false, "POST", &asked).await;
            assert_grpc_refusal(&answer, answered);
        }
    }
}

#[tokio::test]
async fn other_methods_are_refused_before_grpc_web_sees_them() {
    let server = behind_grpc_web(calls()).await;
    for http2 in [true, false] {
        for method in ["FOO", "OPTIONS"] {
            assert_refused(&server, http2, method, CHECK).await;
        }
        for method in ["FOO", "PUT"] {
            let answer = call(&server, http2, method, PROTO).await;
            assert_grpc_refusal(&answer, "application/grpc-web");
        }
    }
}

#[tokio::test]
async fn grpc_web_outside_answers_foo_before_the_layer() {
    let server = transport::Server::builder().accept_http1(true);
    let server = server.layer(GrpcWebLayer::new()).layer(calls());
    let server = serve(server, Routes::new(health())).await;
    for (http2, without) in [(false, 400), (true, 501)] {
        let answer = ask(http2, server.request("FOO", CHECK)).await;
        assert_eq!(answer.status, without, "{http2}");
        assert_eq!(call(&server, http2, "FOO", PROTO).await.status, 405);
    }
}

#[tokio::test]
async fn calls_of_grpc_clients_work_beside_grpc_web() {
    let server = behind_grpc_web(calls()).await;
    let channel = server.channel().await;
    assert_eq!(check(channel.clone()).await.unwrap(), PbStatus::Serving);
    assert_eq!(watch(channel).await.unwrap(), PbStatus::Serving);
}

#[tokio::test]
async fn with_cors_outside_a_browser_reads_the_status_of_a_refused_call() {
    let answer = call(&behind_cors(no_calls()).await, false, "POST", PROTO).await;
    assert_grpc_refusal(&answer, "application/grpc-web");
    assert_eq!(answer.field("access-control-allow-origin"), Some("*"));
    let exposed = answer.field("access-control-expose-headers").unwrap();
    for name in ["grpc-status", "grpc-message", "retry-after"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[tokio::test]
async fn with_cors_outside_a_preflight_is_answered_and_a_call_forwarded() {
    let server = behind_cors(calls()).await;
    let answer = preflight(&server).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.field("access-control-allow-methods"), Some("POST"));
    assert_eq!(call(&server, false, "POST", PROTO).await.status, 200);
}

#[tokio::test]
async fn with_cors_inside_a_preflight_needs_options_in_the_set() {
    let with = [Method::POST, Method::OPTIONS];
    for (methods, status) in [(&with[..], 200), (&with[..1], 501)] {
        let server = transport::Server::builder()
            .accept_http1(true)
            .layer(NotImplementedLayer::new(methods.to_vec()).wrap_body())
            .layer(cors())
            .layer(GrpcWebLayer::new());
        let server = serve(server, Routes::new(health())).await;
        assert_eq!(preflight(&server).await.status, status);
    }
}

#[tokio::test]
async fn r64_a_grpc_web_client_sees_unimplemented() {
    let server = behind_grpc_web(no_calls()).await;
    let http1 = Client::builder(TokioExecutor::new());
    let web = tonic_web::GrpcWebClientLayer::new().layer(http1.build_http());
    let origin = format!("http://{}", server.address).parse().unwrap();
    let mut client = HealthClient::with_origin(web, origin);
    let checked = within(client.check(any_service())).await;
    assert_eq!(checked.unwrap_err().code(), tonic::Code::Unimplemented);
}
