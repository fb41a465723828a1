//! axum's `ConnectInfo`: it reaches the handlers through the layer.

use crate::support::{
    connection::{
        assert_content_is_no_request, assert_refuses_hostile_methods, assert_uploads_are_answered,
        Connection,
    },
    http2::assert_refuses_over_http2,
};
use axum::{
    extract::{connect_info::IntoMakeServiceWithConnectInfo, ConnectInfo, Request},
    routing::get,
    Router, ServiceExt,
};
use http::StatusCode;
use std::net::SocketAddr;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower::{make::Shared, Layer};
use tower_not_implemented::{NotImplemented, NotImplementedLayer};

const HELLO: &str = "hello";

type App = NotImplemented<Router>;

async fn peer(ConnectInfo(address): ConnectInfo<SocketAddr>) -> String {
    address.to_string()
}

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { HELLO }))
        .route("/peer", get(peer))
}

fn around_the_router() -> App {
    NotImplementedLayer::default().layer(router())
}

fn with_connect_info() -> IntoMakeServiceWithConnectInfo<App, SocketAddr> {
    ServiceExt::<Request>::into_make_service_with_connect_info(around_the_router())
}

/// Runs a server on a free port until the set is dropped.
async fn listen() -> (TcpListener, SocketAddr, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address, JoinSet::new())
}

/// The servers whose handlers know the peer: the layer around the Router, and inside it.
async fn servers() -> ([SocketAddr; 2], JoinSet<()>) {
    let (around, one, mut set) = listen().await;
    set.spawn(async move { axum::serve(around, with_connect_info()).await.unwrap() });
    let (inside, other, _) = listen().await;
    let app = router()
        .layer(NotImplementedLayer::default())
        .into_make_service_with_connect_info::<SocketAddr>();
    set.spawn(async move { axum::serve(inside, app).await.unwrap() });
    ([one, other], set)
}

#[tokio::test]
async fn handlers_get_the_address_of_the_peer() {
    let (addresses, _servers) = servers().await;
    for address in addresses {
        let stream = TcpStream::connect(address).await.unwrap();
        let own = stream.local_addr().unwrap().to_string();
        let mut client = Connection::over(stream);
        client.ask("GET", "/peer").await.assert_ok(&own);
        client.ask("FOO", "/peer").await.assert_refused();
        client.ask("GET", "/peer").await.assert_ok(&own);
    }
}

#[tokio::test]
async fn every_path_refuses() {
    let (addresses, _servers) = servers().await;
    for address in addresses {
        let client = Connection::open(address).await;
        assert_refuses_hostile_methods(client, &["/", "/peer", "/unknown"]).await;
    }
}

#[tokio::test]
async fn foo_is_refused_over_http2() {
    let (addresses, _servers) = servers().await;
    for address in addresses {
        assert_refuses_over_http2(address, (200, HELLO)).await;
    }
}

#[tokio::test]
async fn refused_content_is_read_and_not_served() {
    let (addresses, _servers) = servers().await;
    for address in addresses {
        assert_uploads_are_answered(Connection::open(address).await, HELLO).await;
        assert_content_is_no_request(Connection::open(address).await, HELLO).await;
    }
}

#[tokio::test]
async fn shared_serves_the_app_without_connect_info() {
    let (listener, address, mut set) = listen().await;
    let app = Shared::new(around_the_router());
    set.spawn(async move { axum::serve(listener, app).await.unwrap() });
    let mut client = Connection::open(address).await;
    client.ask("FOO", "/peer").await.assert_refused();
    client.ask("GET", "/").await.assert_ok(HELLO);
    let answer = client.ask("GET", "/peer").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}
