//! Bodies, services and futures of every kind.

use super::{assert_composes, assert_refused, echo, layer, request, FullResponse, Request};
use crate::support::refusals::{ask, with, Content};
use crate::support::Server;
use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt;
use http::Response;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use std::{collections::VecDeque, convert::Infallible, rc::Rc};
use tower::{
    service_fn,
    util::{BoxCloneSyncService, BoxCloneSyncServiceLayer, BoxService},
    Layer, ServiceBuilder, ServiceExt,
};
use tower_http::limit::RequestBodyLimitLayer;

#[tokio::test]
async fn request_body_limit_wins_outside_and_loses_inside() {
    let ten_bytes = |method| with(request(method, "/"), "content-length", "10");
    let limit = RequestBodyLimitLayer::new(5);
    let outside = limit.layer(layer().layer(service_fn(echo)));
    let answer = ask(outside, ten_bytes("BREW")).await;
    assert_eq!(answer.status, 413);

    let mut inside = layer().wrap_body().layer(limit.layer(service_fn(echo)));
    let answer = ask(&mut inside, ten_bytes("BREW")).await;
    assert_refused(&answer, "BREW");
    let answer = ask(&mut inside, ten_bytes("POST")).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn the_service_and_the_layer_can_be_boxed() {
    let boxed = BoxCloneSyncService::new(layer().layer(service_fn(echo::<Content>)));
    assert_composes(boxed).await;
    let boxed = BoxCloneSyncServiceLayer::new(layer());
    assert_composes(boxed.layer(service_fn(echo::<Content>))).await;
}

#[tokio::test]
async fn an_inner_service_need_not_be_clone() {
    let boxed = BoxService::new(service_fn(echo::<Content>));
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
    let service = layer().layer(service_fn(echo::<Content>));
    let kept: BoxService<Request, FullResponse, Infallible> = BoxService::new(service);
    assert_composes(kept).await;
}

#[tokio::test]
async fn axums_body_can_be_kept_without_axum() {
    let bodies = |response: FullResponse| response.map(Body::new);
    let service = ServiceBuilder::new().layer(layer()).map_response(bodies);
    let server = Server::start(service.service_fn(echo::<Incoming>)).await;
    let answer = server.exchange("BREW / HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
}

#[tokio::test]
async fn a_boxed_body_is_wrapped() {
    let boxed = |response: FullResponse| response.map(BodyExt::boxed);
    let layers = ServiceBuilder::new().layer(layer().wrap_body());
    let service = layers.map_response(boxed);
    assert_composes(service.service_fn(echo::<Content>)).await;
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

#[test]
fn a_body_that_is_no_stream_can_be_kept() {
    let hello =
        service_fn(|_: Request| async { Ok::<_, Infallible>(Response::new(Bytes::from("hello"))) });
    let send = |method| layer().layer(hello).oneshot(request(method, "/"));
    let refused = send("BREW").now_or_never().unwrap().unwrap();
    assert_eq!(refused.status(), 501);
    assert!(refused.body().starts_with(b"501 Not Implemented: "));
    let response = send("POST").now_or_never().unwrap().unwrap();
    assert_eq!(
        (response.status().as_u16(), &**response.body()),
        (200, &b"hello"[..])
    );
}

#[tokio::test]
async fn a_tonic_body_is_wrapped() {
    let tonic = |response: FullResponse| response.map(tonic::body::Body::new);
    let layers = ServiceBuilder::new().layer(layer().wrap_body());
    let service = layers.map_response(tonic);
    assert_composes(service.service_fn(echo::<Content>)).await;
}
