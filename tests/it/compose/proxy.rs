//! A proxy, and servers.

use super::{
    assert_composes, assert_explained, assert_forwarded, echo, layer, request, router, send,
    towards,
};
use crate::support::{counting, Server};
use axum::{body::Body, extract::Request};
use hyper::body::Incoming;
use std::sync::atomic::Ordering;
use tower::{service_fn, Layer, ServiceBuilder};

#[tokio::test]
async fn a_proxied_body_is_wrapped() {
    let origin = Server::start(service_fn(echo::<Incoming>)).await;
    assert_composes(layer().wrap_body().layer(towards(origin.address))).await;
}

#[tokio::test]
async fn a_served_proxy_asks_the_origin_only_for_supported_methods() {
    let (service, calls) = counting();
    let origin = Server::start(service).await;
    let proxy = ServiceBuilder::new()
        .layer(layer().wrap_body())
        .map_request(|request: http::Request<Incoming>| request.map(Body::new))
        .service(towards(origin.address));
    let proxy = Server::start(proxy).await;
    let mut client = towards(proxy.address);

    let response = send(&mut client, request("BREW", "/pot")).await;
    assert_explained(&response);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let response = send(&mut client, request("POST", "/pot")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.body(), "POST /pot");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn axum_serves_the_layer_around_a_whole_router() {
    let app = layer().layer(router());
    let app = axum::ServiceExt::<Request>::into_make_service(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = towards(listener.local_addr().unwrap());
    let server = tokio::spawn(async { axum::serve(listener, app).await });

    assert_explained(&send(&mut client, request("BREW", "/")).await);
    assert_explained(&send(&mut client, request("BREW", "/unknown")).await);
    assert_forwarded(&send(&mut client, request("POST", "/")).await);
    server.abort();
}
