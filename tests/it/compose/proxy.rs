//! A proxy.

use super::{assert_composes, echo, layer, request};
use crate::support::{counting, refusals::ask, Server};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, Error},
    rt::TokioExecutor,
};
use std::{net::SocketAddr, sync::atomic::Ordering};
use tower::{service_fn, util::BoxCloneSyncService, BoxError, Layer, ServiceBuilder};
use tower_http::cors::CorsLayer;

/// A client that sends every request to `address`, whatever host it names.
fn towards<B>(address: SocketAddr) -> BoxCloneSyncService<Request<B>, Response<Incoming>, Error>
where
    B: http_body::Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let client = Client::builder(TokioExecutor::new()).build_http();
    let service = ServiceBuilder::new()
        .map_request(move |mut request: Request<B>| {
            let target = format!("http://{address}{}", request.uri().path());
            *request.uri_mut() = target.parse::<Uri>().unwrap();
            request
        })
        .service(client);
    BoxCloneSyncService::new(service)
}

#[tokio::test]
async fn a_proxied_body_is_wrapped() {
    let origin = Server::start(service_fn(echo::<Incoming>)).await;
    let proxy = layer().wrap_body().layer(towards(origin.address));
    assert_composes(proxy.clone()).await;
    assert_composes(CorsLayer::permissive().layer(proxy)).await;
}

#[tokio::test]
async fn a_served_proxy_asks_the_origin_only_for_supported_methods() {
    let (service, calls) = counting();
    let origin = Server::start(service).await;
    let proxy = layer().wrap_body().layer(towards(origin.address));
    let proxy = Server::start(proxy).await;
    let client = towards(proxy.address);

    let refused = ask(client.clone(), request("BREW", "/pot")).await;
    refused.assert_explained();
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let answer = ask(client, request("POST", "/pot")).await;
    answer.assert_forwarded("POST /pot");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
