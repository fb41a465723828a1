//! Bodies, services and futures of every kind.

use super::{
    assert_composes, assert_explained, assert_refused, echo, layer, request, send, FullResponse,
};
use axum::{body::Body, extract::Request};
use bytes::Bytes;
use http::{header, Response};
use http_body_util::{BodyExt, Full};
use std::{collections::VecDeque, convert::Infallible, rc::Rc};
use tower::{
    service_fn,
    util::{BoxCloneSyncService, BoxCloneSyncServiceLayer, BoxService},
    Layer, ServiceBuilder, ServiceExt,
};
use tower_http::limit::RequestBodyLimitLayer;

fn declaring_ten_bytes(method: &str) -> Request {
    let mut request = request(method, "/");
    let length = header::HeaderValue::from_static("10");
    request.headers_mut().insert(header::CONTENT_LENGTH, length);
    request
}

#[tokio::test]
async fn request_body_limit_wins_outside_and_loses_inside() {
    let limit = RequestBodyLimitLayer::new(5);
    let outside = ServiceBuilder::new().layer(limit).layer(layer());
    let mut outside = outside.service_fn(echo);
    let response = send(&mut outside, declaring_ten_bytes("BREW")).await;
    assert_eq!(response.status(), 413);

    let inside = ServiceBuilder::new()
        .layer(layer().wrap_body())
        .layer(limit);
    let mut inside = inside.service_fn(echo);
    let response = send(&mut inside, declaring_ten_bytes("BREW")).await;
    assert_refused(&response, "BREW");
    let response = send(&mut inside, declaring_ten_bytes("POST")).await;
    assert_eq!(response.status(), 413);
}

#[tokio::test]
async fn a_box_clone_sync_service_holds_the_service() {
    let boxed = BoxCloneSyncService::new(layer().layer(service_fn(echo::<Body>)));
    assert_composes(boxed).await;
}

#[tokio::test]
async fn a_box_clone_sync_service_layer_holds_the_layer() {
    let boxed = BoxCloneSyncServiceLayer::new(layer());
    assert_composes(boxed.layer(service_fn(echo::<Body>))).await;
}

#[tokio::test]
async fn an_inner_service_need_not_be_clone() {
    let boxed = BoxService::new(service_fn(echo::<Body>));
    assert_composes(layer().layer(boxed)).await;
}

#[tokio::test]
async fn an_inner_future_need_not_be_send() {
    let service = service_fn(|request: Request| async {
        let local = Rc::new(());
        let response = echo(request).await;
        drop(local);
        response
    });
    assert_composes(layer().layer(service)).await;
}

#[tokio::test]
async fn a_full_body_can_be_kept() {
    let layer = layer();
    let service = layer.layer(service_fn(echo::<Body>));
    let kept: BoxService<Request, FullResponse, Infallible> = BoxService::new(service);
    assert_composes(kept).await;
}

#[tokio::test]
async fn axums_body_can_be_kept_without_axum() {
    let bodies = |response: FullResponse| response.map(Body::new);
    let service = ServiceBuilder::new().layer(layer()).map_response(bodies);
    let service = service.service_fn(echo::<hyper::body::Incoming>);
    let server = crate::support::Server::start(service).await;
    let answer = server.exchange("BREW / HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
}

#[tokio::test]
async fn a_boxed_body_is_wrapped() {
    let boxed = |response: FullResponse| response.map(BodyExt::boxed);
    let service = ServiceBuilder::new()
        .layer(layer().wrap_body())
        .map_response(boxed);
    assert_composes(service.service_fn(echo::<Body>)).await;
}

#[tokio::test]
async fn a_body_whose_data_is_not_bytes_can_be_kept() {
    /// Made of the content, byte by byte.
    struct Queue(VecDeque<u8>);
    impl From<Bytes> for Queue {
        fn from(content: Bytes) -> Self {
            Self(content.to_vec().into())
        }
    }
    let queued = service_fn(|_: Request| async {
        Ok::<_, Infallible>(Response::new(Queue::from(Bytes::from("hello"))))
    });
    let queue = |response: Response<Queue>| response.map(|queue| Full::new(queue.0));
    let service = ServiceBuilder::new().map_response(queue).layer(layer());
    assert_composes(service.service(queued)).await;
}

#[tokio::test]
async fn a_body_that_is_no_stream_can_be_kept() {
    let hello = || Ok::<_, Infallible>(Response::new(Bytes::from("hello")));
    let service = layer().layer(service_fn(move |_: Request| async move { hello() }));
    let response = service.clone().oneshot(request("BREW", "/")).await.unwrap();
    assert_explained(&response);
    let response = service.oneshot(request("POST", "/")).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (200, &b"hello"[..])
    );
}

async fn tonic_echo(request: Request) -> Result<Response<tonic::body::Body>, Infallible> {
    Ok(echo(request).await?.map(tonic::body::Body::new))
}

#[tokio::test]
async fn a_tonic_body_is_wrapped() {
    assert_composes(layer().wrap_body().layer(service_fn(tonic_echo))).await;
}
