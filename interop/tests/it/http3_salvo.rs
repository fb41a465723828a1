//! HTTP/3 in salvo, which has its own h3: the layer is a hoop of the Service there too.

use crate::support::{
    hostile_methods,
    http3::{
        assert_answered_at_once, assert_connect_is_refused, assert_grpc_is_headers_only,
        assert_read, assert_serves, head, Declared, Server,
    },
};
use http::{Method, StatusCode};
use salvo::{
    conn::quinn::QuinnAcceptor, handler, prelude::TowerLayerCompat, Request, Router, Service,
};
use tokio_util::sync::CancellationToken;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

#[handler]
async fn line(request: &mut Request) -> String {
    format!("{} {} 0", request.method(), request.uri().path())
}

fn router() -> Router {
    let next = Router::with_path("next").goal(line);
    Router::new().get(line).push(next)
}

fn serve(layer: NotImplementedLayer) -> Server {
    run(Service::new(router()).hoop(TowerLayerCompat::compat(layer)))
}

fn run(service: Service) -> Server {
    Server::run(|endpoint| async {
        let address = endpoint.local_addr().unwrap();
        let acceptor = QuinnAcceptor::new(endpoint, address, CancellationToken::new());
        salvo::Server::new(acceptor).serve(service).await;
    })
}

#[tokio::test]
async fn hostile_methods_are_refused_on_every_path() {
    let server = serve(NotImplementedLayer::default());
    let client = server.connect().await;
    for method in hostile_methods() {
        for path in ["/", "/next", "/unknown"] {
            client.ask(head(&method, path)).await.assert_refused();
        }
    }
    assert_serves(&client).await;
}

#[tokio::test]
async fn supported_methods_are_the_routers_affair() {
    let server = serve(NotImplementedLayer::default());
    let client = server.connect().await;
    let answer = client.ask(head(&Method::DELETE, "/next")).await;
    answer.assert_ok("DELETE /next 0");
    let answer = client.ask(head(&Method::DELETE, "/")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let answer = client.ask(head(&Method::GET, "/unknown")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn connect_outside_the_set_is_refused_at_once() {
    let server = serve(NotImplementedLayer::new(MethodSet::GET_HEAD));
    assert_connect_is_refused(&server.connect().await).await;
}

#[tokio::test]
async fn a_grpc_call_outside_the_set_gets_headers_and_the_end_of_the_stream() {
    let server = serve(NotImplementedLayer::default());
    assert_grpc_is_headers_only(&server.connect().await).await;
}

#[tokio::test]
async fn refused_content_within_the_limit_is_read_and_answered_then() {
    let server = serve(NotImplementedLayer::default());
    let client = server.connect().await;
    for length in [10, 100_000, 1_000_000] {
        assert_read(&client, length).await;
    }
}

#[tokio::test]
async fn refused_content_above_the_limit_is_answered_at_once() {
    let server = serve(NotImplementedLayer::default());
    let client = server.connect().await;
    assert_answered_at_once(&client, 3_000_000, Declared::Yes).await;
}
