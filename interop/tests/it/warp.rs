//! warp: its filters as a service inside the layer, served by hyper-util.

use crate::support::{assert_refuses_everywhere, connection::Connection, Server};
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
async fn every_path_refuses_and_content_is_read() {
    let server = serve().await;
    assert_refuses_everywhere(server.address, &["/", "/any", "/unknown"], HELLO).await;
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
