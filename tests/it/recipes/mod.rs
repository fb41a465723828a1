//! The recipes of the documentation, as its pages have them.

mod alerts;
mod balancers;
mod body;
mod configuration;
mod health;
mod pages;
mod retries;
mod rollout;
mod sets;
mod switch;
mod uploads;
mod web;

use crate::support::Connection;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, Response, StatusCode},
    routing::{any, get},
    Router,
};
use bytes::Bytes;
use http_body_util::BodyExt;
use std::{convert::Infallible, fmt::Debug};
use tower::{Service, ServiceExt};

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/any", any(|| async { "any" }))
}

fn request(method: &str, target: &str) -> Request {
    let request = Request::builder().method(method).uri(target);
    request.body(Body::empty()).unwrap()
}

/// The same with the content type of gRPC.
fn call(method: &str) -> Request {
    let mut request = request(method, "/any");
    let grpc = "application/grpc".parse().unwrap();
    request.headers_mut().insert("content-type", grpc);
    request
}

struct Answer {
    status: StatusCode,
    fields: HeaderMap,
    text: String,
}

async fn ask<S, B>(service: &S, request: Request) -> Answer
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes>,
    B::Error: Debug,
{
    let response = service.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let content = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status,
        fields: head.headers,
        text: String::from_utf8(content.to_vec()).unwrap(),
    }
}

async fn status<S, B>(service: &S, method: &str, target: &str) -> u16
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone,
    B: http_body::Body<Data = Bytes>,
    B::Error: Debug,
{
    let answer = ask(service, request(method, target)).await;
    answer.status.as_u16()
}

impl Connection {
    /// The answer to a request without content on this connection, which stays open.
    async fn ask(&mut self, line: &str) -> String {
        let request = format!("{line} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.send(request).await;
        self.response().await
    }
}
