// How the checks ask a Router. Each of them includes this file.

use axum::{
    body::{to_bytes, Body},
    http::{request::Builder, Request},
};

fn request(method: &str, target: &str) -> Builder {
    Request::builder().method(method).uri(target)
}

/// The answer to this, and its text.
async fn ask(app: &axum::Router, request: Builder) -> (axum::http::response::Parts, String) {
    let request = request.body(Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(app.clone(), request);
    let (parts, body) = answer.await.unwrap().into_parts();
    let content = to_bytes(body, 1_000_000).await.unwrap();
    (parts, String::from_utf8(content.to_vec()).unwrap())
}

/// Each a method, a target, and the status of the answer.
#[allow(dead_code)]
async fn assert_statuses(app: &axum::Router, expected: &[(&str, &str, u16)]) {
    for &(method, target, status) in expected {
        let (parts, _) = ask(app, request(method, target)).await;
        assert_eq!(parts.status, status, "{method} {target}");
    }
}

/// `/` has a `get` route, and `/any` an `any` route.
#[allow(dead_code)]
fn routes() -> axum::Router {
    axum::Router::new()
        .route("/", axum::routing::get(|| async { "hello" }))
        .route("/any", axum::routing::any(|| async { "any" }))
}

/// A refused request with the content type of gRPC is still answered as gRPC wants it.
#[allow(dead_code)]
async fn assert_grpc_keeps_its_answer(app: &axum::Router) {
    let call = request("FOO", "/any").header("content-type", "application/grpc");
    let (parts, text) = ask(app, call).await;
    assert_eq!((parts.status.as_u16(), text.as_str()), (501, ""));
    assert_eq!(parts.headers["grpc-status"], "12");
}
