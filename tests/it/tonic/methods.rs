//! Methods that no gRPC client sends.

use super::{assert_grpc_refusal, calls, health, Running, CHECK, REFLECT};
use http_body_util::Full;
use tonic::transport::Server;

#[tokio::test]
async fn other_methods_are_refused_on_every_path_but_get_and_head() {
    let server = Running::behind(calls()).await;
    for http2 in [true, false] {
        for path in [CHECK, REFLECT, "/", "/unknown"] {
            for method in ["FOO", "PUT", "OPTIONS", "post"] {
                let answer = server.ask_by(http2, method, path).await;
                answer.assert_refused();
            }
            for method in ["GET", "HEAD"] {
                let answer = server.ask_by(http2, method, path).await;
                answer.assert_forwarded();
            }
        }
    }
}

#[tokio::test]
async fn tonic_itself_does_not_look_at_the_method() {
    let mut server = Server::builder().accept_http1(true);
    let routes = server.add_service(health());
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    for http2 in [true, false] {
        for method in ["GET", "FOO", "PUT", "OPTIONS"] {
            let answer = server.ask_by(http2, method, CHECK).await;
            answer.assert_forwarded();
        }
    }
}

#[tokio::test]
async fn a_refusal_with_a_grpc_content_type_has_grpc_fields_whatever_the_method() {
    let server = Running::behind(calls()).await;
    for http2 in [true, false] {
        let request = http::Request::put(server.uri(CHECK))
            .header("content-type", "application/grpc+proto")
            .body(Full::default());
        let answer = server.ask(http2, request.unwrap()).await;
        assert_grpc_refusal(&answer, "application/grpc");
    }
}
