//! What tower-http does with a refusal and with a panic.

use super::{assert_composes, assert_refused, echo, layer, request, send, FullResponse};
use axum::{body::Body, extract::Request};
use futures_util::FutureExt;
use http::header;
use std::{convert::Infallible, panic::AssertUnwindSafe};
use tower::{service_fn, Layer, Service, ServiceBuilder};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, decompression::DecompressionLayer,
};
use tower_not_implemented::UnsupportedMethod;

#[tokio::test]
async fn compression_outside_compresses_the_refusal() {
    let mut service = ServiceBuilder::new()
        .layer(CompressionLayer::new())
        .layer(layer())
        .service_fn(echo::<Body>);
    let mut accepting = request("BREW", "/");
    let gzip = header::HeaderValue::from_static("gzip");
    accepting
        .headers_mut()
        .insert(header::ACCEPT_ENCODING, gzip);
    let response = send(&mut service, accepting).await;
    assert_eq!(response.status(), 501);
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.headers()["vary"], "accept-encoding");
    assert!(response.extensions().get::<UnsupportedMethod>().is_some());
}

#[tokio::test]
async fn a_compressed_refusal_decompresses_to_the_same_text() {
    let service = ServiceBuilder::new()
        .layer(DecompressionLayer::new())
        .layer(CompressionLayer::new())
        .layer(layer())
        .service_fn(echo::<Body>);
    assert_composes(service).await;
}

async fn panicking(_: Request) -> Result<FullResponse, Infallible> {
    panic!("inner");
}

#[tokio::test]
async fn a_panic_of_the_inner_future_passes_through() {
    let mut service = layer().layer(service_fn(panicking));
    let future = AssertUnwindSafe(service.call(request("POST", "/")));
    let panic = future.catch_unwind().await.map(drop).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"inner"));
    assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
}

#[tokio::test]
async fn catch_panic_outside_sees_a_panic_of_the_inner_future() {
    let mut service = ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(layer())
        .service_fn(panicking);
    let response = send(&mut service, request("POST", "/")).await;
    assert_eq!(response.status(), 500);
    assert_refused(&send(&mut service, request("BREW", "/")).await, "BREW");
}
