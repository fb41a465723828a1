//! Clients that close their sending side after a whole request.

use super::hello;
use crate::support::Server;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use tokio::task::JoinSet;
use tower::{service_fn, Layer};
use tower_not_implemented::NotImplementedLayer;

/// Bytes.
const UPLOAD: usize = 100_000;

/// With a thread for each side, for else the server seldom sees the end while it still reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_half_close_a_client_that_closes_its_sending_side_is_answered() {
    let service = NotImplementedLayer::default().layer(service_fn(hello));
    let server = Server::of(|listener| async move {
        let mut connections = JoinSet::new();
        loop {
            let (io, service) = (listener.accept().await.unwrap().0, service.clone());
            connections.spawn(async move {
                let mut server = Builder::new(TokioExecutor::new());
                server.http1().half_close(true);
                let service = TowerToHyperService::new(service);
                let _ = server.serve_connection(TokioIo::new(io), service).await;
            });
        }
    })
    .await;
    let mut lost = 0;
    for _ in 0..50 {
        let head =
            format!("BREW / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {UPLOAD}\r\n\r\n");
        let upload = head + &"x".repeat(UPLOAD);
        let answer = server.exchange(upload).await;
        lost += u32::from(!answer.starts_with("HTTP/1.1 501 "));
    }
    assert_eq!(lost, 0);
}
