//! salvo: the layer as a hoop of the Service. A hoop of a Router runs only where a route matches.

use crate::support::{assert_refuses_everywhere, connection::Connection};
use http::StatusCode;
use salvo::{
    conn::{tcp::TcpAcceptor, TcpListener},
    handler,
    prelude::TowerLayerCompat,
    Listener, Router, Server, Service,
};
use std::net::SocketAddr;
use tokio::task::JoinSet;
use tower_not_implemented::NotImplementedLayer;

const HELLO: &str = "hello";
const TARGETS: [&str; 3] = ["/", "/any", "/unknown"];

#[handler]
async fn hello() -> &'static str {
    HELLO
}

fn router() -> Router {
    let any = Router::with_path("any").goal(hello);
    Router::new().get(hello).push(any)
}

/// Serves until the set is dropped.
async fn serve(service: Service) -> (SocketAddr, JoinSet<()>) {
    let acceptor: TcpAcceptor = TcpListener::new("127.0.0.1:0").bind().await;
    let address = acceptor.local_addr().unwrap();
    let mut server = JoinSet::new();
    server.spawn(Server::new(acceptor).serve(service));
    (address, server)
}

async fn serve_layered() -> (SocketAddr, JoinSet<()>) {
    let layer = NotImplementedLayer::default();
    serve(Service::new(router()).hoop(TowerLayerCompat::compat(layer))).await
}

#[tokio::test]
async fn every_path_refuses_and_content_is_read() {
    let (address, _server) = serve_layered().await;
    assert_refuses_everywhere(address, &TARGETS, HELLO).await;
}

#[tokio::test]
async fn a_supported_method_is_the_routers_affair() {
    let (address, _server) = serve_layered().await;
    let mut client = Connection::open(address).await;
    client.ask("GET", "/").await.assert_ok(HELLO);
    client.ask("DELETE", "/any").await.assert_ok(HELLO);
    let answer = client.ask("DELETE", "/").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let answer = client.ask("GET", "/unknown").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_hoop_of_the_router_refuses_only_where_a_route_matches() {
    let layer = NotImplementedLayer::default();
    let router = router().hoop(TowerLayerCompat::compat(layer));
    let (address, _server) = serve(Service::new(router)).await;
    let mut client = Connection::open(address).await;
    let mut statuses = Vec::new();
    for target in TARGETS {
        statuses.push(client.ask("FOO", target).await.status.as_u16());
    }
    assert_eq!(statuses, [405, 501, 404]);
}
