//! Every layer of tower-http, outside and inside. Outside, a refusal passes through it
//! and keeps its mark; inside, it never sees one. What is supported is answered as without the
//! layer.

mod of_tower_http;

use crate::support::{collect, within};
use bytes::Bytes;
use http::{header::SERVER, HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::Full;
use std::{
    convert::Infallible,
    future::{ready, Ready},
    task::{Context, Poll},
};
use tower::{util::BoxService, BoxError, Layer, Service, ServiceExt};
use tower_not_implemented::{NotImplemented, NotImplementedLayer, UnsupportedMethod, WrapBody};

const TEXT: &str = "501 Not Implemented: ";

type Content = Full<Bytes>;
type Stack = BoxService<Request<Content>, Response<Bytes>, BoxError>;

/// The innermost service, which takes any content.
#[derive(Clone, Debug)]
struct Hello;

impl<B> Service<Request<B>> for Hello {
    type Response = Response<Content>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let line = format!("{} {}", request.method(), request.uri());
        let mut response = Response::new(Full::from(line));
        let name = HeaderValue::from_static("inner");
        response.headers_mut().insert(SERVER, name);
        ready(Ok(response))
    }
}

/// It wraps the body, for many of these layers have bodies of their own inside it.
fn refusing<S>(inner: S) -> NotImplemented<S, WrapBody> {
    NotImplementedLayer::default().wrap_body().layer(inner)
}

/// Any service, as one type.
fn stack<S, B>(service: S) -> Stack
where
    S: Service<Request<Content>, Response = Response<B>> + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let collected = |response: Response<B>| async {
        let (head, body) = response.into_parts();
        let content = collect(body).await.map_err(Into::into)?.to_bytes();
        Ok(Response::from_parts(head, content))
    };
    service.map_err(Into::into).and_then(collected).boxed()
}

/// One layer in the three places that are compared.
struct Row {
    name: &'static str,
    outside: Stack,
    inside: Stack,
    alone: Stack,
    /// The status of a refusal that passes through it.
    status: u16,
}

macro_rules! row {
    ($name:literal, $layer:expr) => {
        Row {
            name: $name,
            outside: stack(Layer::layer(&$layer, refusing(Hello))),
            inside: stack(refusing(Layer::layer(&$layer, Hello))),
            alone: stack(Layer::layer(&$layer, Hello)),
            status: 501,
        }
    };
}
use row;

fn request(method: &str) -> Request<Content> {
    let content = Full::from(if method == "GET" { "" } else { "hello" });
    let request = Request::builder().method(method).uri("/path");
    request.body(content).unwrap()
}

async fn send(stack: &mut Stack, method: &str) -> Response<Bytes> {
    let answered = async { stack.ready().await?.call(request(method)).await };
    within(answered).await.unwrap()
}

fn mark(response: &Response<Bytes>) -> Option<&str> {
    let mark = response.extensions().get::<UnsupportedMethod>()?;
    Some(mark.method().as_str())
}

#[track_caller]
fn assert_refused(response: &Response<Bytes>, status: u16, name: &str) {
    assert_eq!(response.status(), status, "{name}");
    assert_eq!(mark(response), Some("FOO"), "{name}");
    assert!(response.body().starts_with(TEXT.as_bytes()), "{name}");
}

#[track_caller]
fn assert_same(response: &Response<Bytes>, same: &Response<Bytes>, name: &str) {
    assert_eq!(response.status(), same.status(), "{name}");
    assert_eq!(response.headers(), same.headers(), "{name}");
    assert_eq!(response.body(), same.body(), "{name}");
    assert_eq!(mark(response), mark(same), "{name}");
}

#[tokio::test]
async fn every_layer_composes_on_both_sides() {
    let bare = send(&mut stack(refusing(Hello)), "FOO").await;
    for mut row in of_tower_http::rows() {
        for _ in 0..2 {
            let refused = send(&mut row.outside, "FOO").await;
            assert_refused(&refused, row.status, row.name);
            let refused = send(&mut row.inside, "FOO").await;
            assert_same(&refused, &bare, row.name);
            for method in ["GET", "POST"] {
                let alone = send(&mut row.alone, method).await;
                assert!(alone.body().starts_with(method.as_bytes()), "{}", row.name);
                assert_same(&send(&mut row.outside, method).await, &alone, row.name);
                assert_same(&send(&mut row.inside, method).await, &alone, row.name);
            }
        }
    }
}
