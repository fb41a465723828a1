//! Types that can be written: each natural form compiles, and works.

use crate::support::{collect, within};
use axum::{body::Body, extract::Request, routing::get, Router};
use bytes::Bytes;
use http::{Method, Response};
use http_body_util::Full;
use std::{convert::Infallible, fmt::Debug, future::ready, sync::LazyLock};
use tower::{service_fn, Layer, Service, ServiceExt};
use tower_not_implemented::{MethodSet, NotImplemented, NotImplementedLayer, WrapBody};

fn router() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

/// The layer as a function returns it.
fn layer() -> NotImplementedLayer {
    NotImplementedLayer::new([Method::POST])
}

/// The service as a function returns it.
fn app() -> NotImplemented<Router> {
    layer().layer(router())
}

struct Holder {
    layer: NotImplementedLayer,
    app: NotImplemented<Router>,
    wrapping_layer: NotImplementedLayer<WrapBody>,
    wrapping_app: NotImplemented<Router, WrapBody>,
}

const SUPPORTED: MethodSet = MethodSet::WEBDAV;
static LAYER: LazyLock<NotImplementedLayer> = LazyLock::new(|| NotImplementedLayer::new(SUPPORTED));

fn request(method: &str) -> Request {
    Request::builder()
        .method(method)
        .body(Body::empty())
        .unwrap()
}

async fn status<S, B>(service: S, method: &str) -> u16
where
    S: Service<Request, Response = Response<B>>,
    S::Error: Debug,
{
    let response = within(service.oneshot(request(method))).await;
    response.unwrap().status().as_u16()
}

async fn assert_refuses<S, B>(service: S)
where
    S: Service<Request, Response = Response<B>> + Clone,
    S::Error: Debug,
{
    assert_eq!(status(service.clone(), "BREW").await, 501);
    assert_eq!(status(service, "GET").await, 200);
}

#[tokio::test]
async fn a_struct_holds_a_layer_and_a_service() {
    let mut holder = Holder {
        layer: layer(),
        app: app(),
        wrapping_layer: NotImplementedLayer::default().wrap_body(),
        wrapping_app: layer().wrap_body().layer(router()),
    };
    holder.layer = holder.layer.send_allow(true);
    assert_refuses(holder.layer.layer(router())).await;
    assert_refuses(holder.app).await;
    assert_refuses(holder.wrapping_layer.layer(router())).await;
    assert_refuses(holder.wrapping_app).await;
}

#[tokio::test]
async fn a_static_holds_a_layer() {
    assert_refuses(LAYER.layer(router())).await;
    assert_eq!(status(LAYER.layer(router()), "PROPFIND").await, 405);
}

/// A service whose body has no name, as warp's has none.
fn nameless(
) -> impl Service<Request, Response = Response<impl From<Bytes> + http_body::Body>, Error = Infallible>
       + Clone {
    service_fn(|_: Request| ready(Ok(Response::new(Full::<Bytes>::default()))))
}

#[tokio::test]
async fn a_body_without_a_name_is_kept() {
    let service = NotImplementedLayer::default().layer(nameless());
    assert_refuses(service.clone()).await;
    let Ok(response) = service.oneshot(request("BREW")).await;
    let Ok(content) = collect(response.into_body()).await else {
        panic!("no content")
    };
    assert!(content.to_bytes().starts_with(b"501 "));
}
