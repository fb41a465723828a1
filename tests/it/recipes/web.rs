//! gRPC-Web behind CORS (`docs/grpc.md`): what a browser's client can read.

use crate::support::within;
use axum::http::{header, HeaderName, Method};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::net::SocketAddr;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{
    service::Routes,
    transport::{server::TcpIncoming, Server},
};
use tonic_web::GrpcWebLayer;
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

fn cors() -> CorsLayer {
    let status = HeaderName::from_static("grpc-status");
    let message = HeaderName::from_static("grpc-message");
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([status, message, header::RETRY_AFTER])
}

struct Running {
    address: SocketAddr,
    task: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where the server of `serve` listens.
macro_rules! run {
    ($server:expr) => {{
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let health = tonic_health::server::health_reporter().1;
        let router = $server.add_routes(Routes::new(health));
        let served = router.serve_with_incoming(TcpIncoming::from(listener));
        let task = tokio::spawn(served);
        Running { address, task }
    }};
}

async fn ask(
    server: &Running,
    http2: bool,
    method: &str,
    fields: &[(&str, &str)],
) -> Response<Incoming> {
    let path = "grpc.health.v1.Health/Check";
    let mut request = Request::builder()
        .method(method)
        .uri(format!("http://{}/{path}", server.address))
        .header("origin", "https://example.com");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let client = Client::builder(TokioExecutor::new())
        .http2_only(http2)
        .build_http();
    let content = Full::<Bytes>::default();
    within(client.request(request.body(content).unwrap()))
        .await
        .unwrap()
}

const WEB: (&str, &str) = ("content-type", "application/grpc-web+proto");

const PREFLIGHT: [(&str, &str); 2] = [
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "content-type,x-grpc-web"),
];

#[tokio::test]
async fn with_cors_outside_a_browser_reads_the_status_of_a_refused_call() {
    // A set without POST, so that a call is refused.
    let server = run!(Server::builder()
        .accept_http1(true)
        .layer(cors())
        .layer(NotImplementedLayer::new(MethodSet::GET_HEAD).wrap_body())
        .layer(GrpcWebLayer::new()));
    let answer = ask(&server, false, "POST", &[WEB]).await;
    assert_eq!(answer.status(), 501);
    let fields = answer.headers();
    assert_eq!(fields["grpc-status"], "12");
    assert_eq!(fields["access-control-allow-origin"], "*");
    let exposed = fields["access-control-expose-headers"].to_str().unwrap();
    for name in ["grpc-status", "grpc-message", "retry-after"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[tokio::test]
async fn with_cors_outside_a_preflight_is_answered_and_a_call_forwarded() {
    let server = run!(Server::builder()
        .accept_http1(true)
        .layer(cors())
        .layer(NotImplementedLayer::new([Method::POST]).wrap_body())
        .layer(GrpcWebLayer::new()));
    let answer = ask(&server, false, "OPTIONS", &PREFLIGHT).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-methods"], "POST");
    assert_eq!(ask(&server, false, "POST", &[WEB]).await.status(), 200);
}

#[tokio::test]
async fn with_cors_inside_a_preflight_needs_options_in_the_set() {
    let with = [Method::POST, Method::OPTIONS];
    for (methods, status) in [(&with[..], 200), (&with[..1], 501)] {
        let server = run!(Server::builder()
            .accept_http1(true)
            .layer(NotImplementedLayer::new(methods).wrap_body())
            .layer(cors())
            .layer(GrpcWebLayer::new()));
        let answer = ask(&server, false, "OPTIONS", &PREFLIGHT).await;
        assert_eq!(answer.status(), status);
    }
}

#[tokio::test]
async fn with_grpc_web_inside_foo_is_501() {
    let server = run!(Server::builder()
        .accept_http1(true)
        .layer(NotImplementedLayer::new([Method::POST]).wrap_body())
        .layer(GrpcWebLayer::new()));
    for http2 in [false, true] {
        for fields in [&[][..], &[WEB][..]] {
            let answer = ask(&server, http2, "FOO", fields).await;
            assert_eq!(answer.status(), 501);
        }
    }
}

#[tokio::test]
async fn with_grpc_web_outside_it_answers_foo_before_the_layer() {
    let server = run!(Server::builder()
        .accept_http1(true)
        .layer(GrpcWebLayer::new())
        .layer(NotImplementedLayer::new([Method::POST]).wrap_body()));
    let asked = [
        (false, &[][..], 400),
        (false, &[WEB][..], 405),
        (true, &[][..], 501),
        (true, &[WEB][..], 405),
    ];
    for (http2, fields, status) in asked {
        let answer = ask(&server, http2, "FOO", fields).await;
        assert_eq!(answer.status(), status, "{http2} {fields:?}");
    }
}
