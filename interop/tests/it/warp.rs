//! warp: its filters as a service inside the layer, served by hyper-util.

use crate::support::{
    connection::{
        assert_content_is_no_request, assert_refuses_hostile_methods, assert_uploads_are_answered,
        Connection,
    },
    http2::assert_refuses_over_http2,
    Server,
};
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;
use warp::Filter;

const HELLO: &str = "hello";

async fn serve() -> Server {
    let get = warp::path::end().and(warp::get()).map(|| HELLO.to_owned());
    let any = warp::path("any").map(|| HELLO.to_owned());
    let routes = get.or(any);
    // The body of its responses has no name.
    let service = NotImplementedLayer::default().layer(warp::service(routes));
    Server::start(service).await
}

#[tokio::test]
async fn every_path_refuses() {
    let server = serve().await;
    let targets = ["/", "/any", "/unknown"];
    assert_refuses_hostile_methods(Connection::open(server.address).await, &targets).await;
}

#[tokio::test]
async fn refused_content_is_read_and_not_served() {
    let server = serve().await;
    assert_uploads_are_answered(Connection::open(server.address).await, HELLO).await;
    assert_content_is_no_request(Connection::open(server.address).await, HELLO).await;
}

#[tokio::test]
async fn http2_refuses_too() {
    let server = serve().await;
    assert_refuses_over_http2(server.address, (200, HELLO)).await;
}

#[tokio::test]
async fn a_supported_method_is_the_filters_affair() {
    let server = serve().await;
    let mut client = Connection::open(server.address).await;
    for (method, target, status) in [
        ("GET", "/", 200),
        ("DELETE", "/", 405),
        ("DELETE", "/any", 200),
        ("GET", "/unknown", 404),
    ] {
        let answer = client.ask(method, target).await;
        assert_eq!(answer.status, status, "{method} {target}: {answer:?}");
    }
}
