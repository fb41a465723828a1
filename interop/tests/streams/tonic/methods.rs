//! Methods that no gRPC client sends.

use super::{
    ask, assert_forwarded, assert_grpc_refusal, assert_refused, behind, calls, serve, services,
    CHECK, REFLECT,
};
use crate::support::refusals::with;
use tonic::transport::Server;

#[tokio::test]
async fn other_methods_are_refused_on_every_path_but_get_and_head() {
    let server = behind(calls()).await;
    for http2 in [true, false] {
        for path in [CHECK, REFLECT, "/", "/unknown"] {
            for method in ["FOO", "PUT", "OPTIONS", "post"] {
                assert_refused(&server, http2, method, path).await;
            }
            for method in ["GET", "HEAD"] {
                assert_forwarded(&server, http2, method, path).await;
            }
        }
    }
}

#[tokio::test]
async fn tonic_itself_does_not_look_at_the_method() {
    let server = Server::builder().accept_http1(true);
    let server = serve(server, services()).await;
    for http2 in [true, false] {
        for method in ["GET", "FOO", "PUT", "OPTIONS"] {
            assert_forwarded(&server, http2, method, CHECK).await;
        }
    }
}

#[tokio::test]
async fn a_refusal_with_a_grpc_content_type_has_grpc_fields_whatever_the_method() {
    let server = behind(calls()).await;
    for http2 in [true, false] {
        let put = server.request("PUT", CHECK);
        let put = with(put, "content-type", "application/grpc+proto");
        assert_grpc_refusal(&ask(http2, put).await, "application/grpc");
    }
}
