//! A graceful shutdown.

use super::{
    assert_refused_and_closed, hello, next, telling,
    Event::{Answered, Asked},
    REFUSED,
};
use crate::support::{within, Connection};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::mpsc::unbounded_channel};
use tower::ServiceBuilder;
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn a_graceful_shutdown_waits_for_the_content_of_a_refusal() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, mut events) = unbounded_channel();
    let layer = ServiceBuilder::new().layer(NotImplementedLayer::default());
    let service = telling(layer.service_fn(hello), sender);
    let connections = GracefulShutdown::new();
    let mut clients = Vec::new();
    for _ in 0..2 {
        clients.push(Connection::open(address).await);
        let (stream, _) = within(listener.accept()).await.unwrap();
        let server = auto::Builder::new(TokioExecutor::new());
        let service = TowerToHyperService::new(service.clone());
        let connection = server.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connections.watch(connection.into_owned()));
    }
    let [mut waiting, mut idle] = <[_; 2]>::try_from(clients).ok().unwrap();
    idle.assert_serves().await;
    waiting.send(REFUSED).await;
    for expected in [Asked, Answered(200), Asked] {
        assert_eq!(next(&mut events).await, expected);
    }
    let shutdown = tokio::spawn(connections.shutdown());
    // An idle connection ends as soon as the shutdown begins.
    assert_eq!(idle.rest().await, "");
    assert!(!shutdown.is_finished());
    waiting.send("hello").await;
    assert_refused_and_closed(&mut waiting).await;
    within(shutdown).await.unwrap();
}
