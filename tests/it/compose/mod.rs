//! What the layer is composed with: that each stack compiles, refuses and forwards.

mod bodies;
mod cors;
mod files;
mod stacks;

use crate::support::{
    collect,
    refusals::{ask, full, request_to, Answer, Content},
};
use axum::{routing::post, Router};
use bytes::Bytes;
use http::{HeaderValue, Response};
use http_body_util::Full;
use std::{convert::Infallible, fmt::Debug};
use tower::Service;
use tower_not_implemented::NotImplementedLayer;

type Request = http::Request<Content>;

type FullResponse = Response<Full<Bytes>>;

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
}

/// Answers with the content of the request.
async fn echo<B>(request: http::Request<B>) -> Result<FullResponse, Infallible>
where
    B: http_body::Body,
    B::Error: Debug,
{
    let content = collect(request.into_body()).await.unwrap().to_bytes();
    let mut response = Response::new(Full::from(content));
    let inner = HeaderValue::from_static("inner");
    response.headers_mut().insert("server", inner);
    Ok(response)
}

fn router() -> Router {
    Router::new().route("/", post(|content: Bytes| async { content }))
}

fn request(method: &str, path: &str) -> Request {
    request_to(method, path).map(|_| full("hello"))
}

#[track_caller]
fn assert_refused(answer: &Answer, method: &str) {
    answer.assert_refused();
    assert!(answer.text().starts_with("501 Not Implemented: "));
    assert_eq!(answer.mark.as_ref().unwrap().method(), method);
}

/// Refuses BREW and forwards POST, in any order, and the refusal keeps its mark.
async fn assert_composes<S, B>(mut service: S)
where
    S: Service<Request, Response = Response<B>>,
    S::Error: Debug,
    B: http_body::Body,
    B::Error: Debug,
{
    for _ in 0..2 {
        assert_refused(&ask(&mut service, request("BREW", "/")).await, "BREW");
        let answer = ask(&mut service, request("POST", "/")).await;
        answer.assert_forwarded("hello");
    }
}
