//! axum's `ConnectInfo`: it reaches the handlers through the layer.

use crate::support::{assert_refuses_everywhere, connection::Connection, Server};
use axum::{
    extract::{ConnectInfo, Request},
    routing::get,
    Router, ServiceExt,
};
use http::StatusCode;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tower::{make::Shared, Layer};
use tower_not_implemented::{NotImplemented, NotImplementedLayer};

const HELLO: &str = "hello";

fn router() -> Router {
    let peer = |ConnectInfo(address): ConnectInfo<SocketAddr>| async move { address.to_string() };
    Router::new()
        .route("/", get(|| async { HELLO }))
        .route("/peer", get(peer))
}

fn around_the_router() -> NotImplemented<Router> {
    NotImplementedLayer::default().layer(router())
}

/// The servers whose handlers know the peer: the layer around the Router, and inside it.
async fn servers() -> [Server; 2] {
    let around = around_the_router();
    let around = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(around);
    let inside = router().layer(NotImplementedLayer::default());
    let inside = inside.into_make_service_with_connect_info::<SocketAddr>();
    [
        Server::of(|listener| axum::serve(listener, around)).await,
        Server::of(|listener| axum::serve(listener, inside)).await,
    ]
}

#[tokio::test]
async fn handlers_get_the_address_of_the_peer() {
    for server in servers().await {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let own = stream.local_addr().unwrap().to_string();
        let mut client = Connection::over(stream);
        client.ask("GET", "/peer").await.assert_ok(&own);
        client.ask("FOO", "/peer").await.assert_refused();
        client.ask("GET", "/peer").await.assert_ok(&own);
    }
}

#[tokio::test]
async fn every_path_refuses_and_content_is_read() {
    for server in servers().await {
        assert_refuses_everywhere(server.address, &["/", "/peer", "/unknown"], HELLO).await;
    }
}

#[tokio::test]
async fn shared_serves_the_app_without_connect_info() {
    let app = Shared::new(around_the_router());
    let server = Server::of(|listener| axum::serve(listener, app)).await;
    let mut client = Connection::open(server.address).await;
    client.ask("FOO", "/peer").await.assert_refused();
    client.ask("GET", "/").await.assert_ok(HELLO);
    let answer = client.ask("GET", "/peer").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}
