//! aws-smithy-http-server: the layer around the whole app. What smithy-rs generates from a model is
//! a `RoutingService` over a router, as here.

use crate::support::{assert_refuses_everywhere, connection::Connection};
use aws_smithy_http_server::{
    body::{self, BoxBody},
    protocol::{rest::router::RestRouter, rest_json_1::RestJson1},
    routing::{
        request_spec::{PathAndQuerySpec, PathSpec, QuerySpec, RequestSpec, UriSpec},
        IntoMakeService, Route, RoutingService,
    },
    serve::serve,
};
use bytes::Bytes;
use http::{Method, Request, Response};
use hyper::body::Incoming;
use std::{convert::Infallible, future::IntoFuture, net::SocketAddr};
use tokio::{net::TcpListener, task::JoinSet};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::NotImplementedLayer;

const HELLO: &str = "hello";

async fn hello(_: Request<Incoming>) -> Result<Response<BoxBody>, Infallible> {
    Ok(Response::new(body::from_bytes(Bytes::from(HELLO))))
}

/// One operation, `GET /`.
fn router() -> RestRouter<Route> {
    let path = PathSpec::from_vector_unchecked(Vec::new());
    let query = QuerySpec::from_vector_unchecked(Vec::new());
    let uri = UriSpec::new(PathAndQuerySpec::new(path, query));
    let operation = Route::new(service_fn(hello));
    [(RequestSpec::new(Method::GET, uri), operation)]
        .into_iter()
        .collect()
}

fn app<S>(router: RestRouter<S>) -> RoutingService<RestRouter<S>, RestJson1> {
    RoutingService::new(router)
}

async fn start<S, B>(service: IntoMakeService<S>) -> (SocketAddr, JoinSet<()>)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = JoinSet::new();
    server.spawn(async move { serve(listener, service).into_future().await.unwrap() });
    (address, server)
}

async fn around() -> (SocketAddr, JoinSet<()>) {
    let layer = NotImplementedLayer::default().wrap_body();
    start(IntoMakeService::new(layer.layer(app(router())))).await
}

#[tokio::test]
async fn every_path_refuses_and_content_is_read() {
    let (address, _server) = around().await;
    assert_refuses_everywhere(address, &["/", "/unknown"], HELLO).await;
}

#[tokio::test]
async fn a_supported_method_is_the_routers_affair() {
    let (address, _server) = around().await;
    assert_statuses(address, "DELETE", [("/", 405), ("/unknown", 404)]).await;
}

/// This is what becomes of a layer in the config of a service that smithy-rs generates.
#[tokio::test]
async fn the_layer_on_the_router_is_wrong() {
    let wrong = router().layer(NotImplementedLayer::default().wrap_body());
    let (address, _server) = start(IntoMakeService::new(app(wrong))).await;
    assert_statuses(address, "FOO", [("/", 405), ("/unknown", 404)]).await;
}

async fn assert_statuses(address: SocketAddr, method: &str, expected: [(&str, u16); 2]) {
    let mut client = Connection::open(address).await;
    for (target, status) in expected {
        let answer = client.ask(method, target).await;
        assert_eq!(answer.status, status, "{method} {target}: {answer:?}");
    }
}
