//! What the layer is composed with: that each stack compiles, refuses and forwards.

mod bodies;
mod cors;
mod files;
mod middleware;
mod proxy;
mod stacks;

use crate::support::within;
use axum::{body::Body, extract::Request, routing::post, Router};
use bytes::Bytes;
use http::{header, HeaderMap, Method, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{convert::Infallible, fmt::Debug, future::Future, net::SocketAddr, time::Duration};
use tower::{Service, ServiceBuilder, ServiceExt};
use tower_http::cors::{Any, CorsLayer};
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

const TEXT: &str = "501 Not Implemented: ";

const LONG: Duration = Duration::from_secs(20);

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
    let content = request.into_body().collect().await.unwrap().to_bytes();
    let mut response = Response::new(Full::from(content));
    let inner = header::HeaderValue::from_static("inner");
    response.headers_mut().insert(header::SERVER, inner);
    Ok(response)
}

fn router() -> Router {
    Router::new().route("/", post(|content: Bytes| async { content }))
}

fn request(method: &str, path: &str) -> Request {
    Request::builder()
        .method(method)
        .uri(path)
        .body(Body::from("hello"))
        .unwrap()
}

async fn send<S, B>(service: &mut S, request: Request) -> Response<Bytes>
where
    S: Service<Request, Response = Response<B>>,
    S::Error: Debug,
    B: http_body::Body,
    B::Error: Debug,
{
    let answered = async {
        let response = service.ready().await.unwrap().call(request).await.unwrap();
        let (head, body) = response.into_parts();
        let content = body.collect().await.unwrap().to_bytes();
        Response::from_parts(head, content)
    };
    within(answered).await
}

#[track_caller]
fn assert_explained(response: &Response<Bytes>) {
    assert_eq!(response.status(), 501);
    assert!(response.body().starts_with(TEXT.as_bytes()));
}

#[track_caller]
fn assert_refused(response: &Response<Bytes>, method: &str) {
    assert_explained(response);
    let mark = response.extensions().get::<UnsupportedMethod>();
    assert_eq!(mark.unwrap().method(), method);
}

#[track_caller]
fn assert_forwarded(response: &Response<Bytes>) {
    assert_eq!(response.status(), 200);
    assert_eq!(response.body(), "hello");
    assert!(response.extensions().get::<UnsupportedMethod>().is_none());
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
        assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
        assert_forwarded(&send(&mut service, request("POST", "/")).await);
    }
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::PATCH])
}

/// A request of a script on another site.
fn cross_origin(method: &str) -> Request {
    let mut request = request(method, "/");
    let origin = header::HeaderValue::from_static("https://example.com");
    request.headers_mut().insert(header::ORIGIN, origin);
    request
}

fn origin_allowed(headers: &HeaderMap) -> bool {
    let anyone = header::HeaderValue::from_static("*");
    headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN) == Some(&anyone)
}

/// A client that sends every request to `address`, whatever host it names.
fn towards(
    address: SocketAddr,
) -> impl Service<
    Request,
    Response = Response<Incoming>,
    Error = hyper_util::client::legacy::Error,
    Future = impl Future<Output = Result<Response<Incoming>, hyper_util::client::legacy::Error>> + Send,
> + Clone
       + Send {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    ServiceBuilder::new()
        .map_request(move |mut request: Request| {
            let target = format!("http://{address}{}", request.uri().path());
            *request.uri_mut() = target.parse::<Uri>().unwrap();
            request
        })
        .service(client)
}
