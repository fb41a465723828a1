//! poem: a service with the layer around it goes inside, by `compat()`. A layer does not go into
//! poem's `with` by `compat()`: `src/lib.rs` shows that it does not compile.

use crate::support::{assert_refuses_everywhere, collect, connection::Connection};
use http::{Request, Response};
use poem::{
    endpoint::{make_sync, TowerCompatExt},
    get,
    listener::TcpAcceptor,
    Endpoint, Route, Server,
};
use std::{convert::Infallible, net::SocketAddr};
use tokio::{net::TcpListener, task::JoinSet};
use tower::{service_fn, Layer};
use tower_not_implemented::NotImplementedLayer;

const HELLO: &str = "hello";

/// Reads the content of the request, as a handler may.
async fn inner<B>(request: Request<B>) -> Result<Response<String>, Infallible>
where
    B: http_body::Body,
{
    let _ = collect(request.into_body()).await;
    Ok(Response::new(HELLO.into()))
}

async fn serve<E: Endpoint + 'static>(app: E) -> (SocketAddr, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
    let mut server = JoinSet::new();
    server.spawn(async move { Server::new_with_acceptor(acceptor).run(app).await.unwrap() });
    (address, server)
}

/// The service takes all paths.
#[tokio::test]
async fn every_path_refuses_and_content_is_read() {
    let layer = NotImplementedLayer::default().wrap_body();
    let svc = layer.layer(service_fn(inner)).compat();
    let (address, _server) = serve(Route::new().nest("/", svc)).await;
    assert_refuses_everywhere(address, &["/", "/inside", "/a/b?c"], HELLO).await;
}

#[tokio::test]
async fn routes_of_poem_are_outside_the_layer() {
    let svc = NotImplementedLayer::default()
        .wrap_body()
        .layer(service_fn(inner));
    let app = Route::new()
        .at("/get", get(make_sync(|_| "get")))
        .at("/any", make_sync(|_| "any"))
        .nest("/", svc.compat());
    let (address, _server) = serve(app).await;
    let mut client = Connection::open(address).await;
    for (target, status) in [("/get", 405), ("/any", 200), ("/inside", 501)] {
        let answer = client.ask("FOO", target).await;
        assert_eq!(answer.status, status, "{target}: {answer:?}");
    }
}
