//! Uploads (`docs/production.md`): the limit, the timer, and clients that half-close.

use super::routes;
use crate::support::Server;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;

const KILOBYTE: usize = 1_000;

fn layer(time: Duration) -> NotImplementedLayer {
    NotImplementedLayer::default()
        .discard_limit(8 * 1024 * 1024)
        .discard_timeout(move || tokio::time::sleep(time))
}

fn head(length: usize) -> String {
    format!("BREW / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n")
}

#[tokio::test]
async fn an_upload_up_to_the_limit_is_read_and_answered() {
    let service = layer(Duration::from_secs(10)).layer(routes());
    let server = Server::start(service).await;
    let mut connection = server.connect().await;
    connection.send(head(4_000 * KILOBYTE)).await;
    connection.send(vec![b'x'; 4_000 * KILOBYTE]).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
    assert!(!answer.contains("connection: close"), "{answer}");
    let answer = connection.ask("GET /").await;
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
}

#[tokio::test]
async fn content_that_never_comes_is_answered_when_the_timer_ends() {
    let time = Duration::from_millis(100);
    let server = Server::start(layer(time).layer(routes())).await;
    let mut connection = server.connect().await;
    let start = Instant::now();
    connection.send(head(100 * KILOBYTE)).await;
    let answer = connection.response().await;
    assert!(start.elapsed() >= time);
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(connection.is_closed().await);
}

/// With a thread for each side, for else the server seldom sees the end while it still reads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_half_close_a_client_that_closes_its_sending_side_is_answered() {
    let service = layer(Duration::from_secs(10)).layer(routes());
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
        let upload = head(100 * KILOBYTE) + &"x".repeat(100 * KILOBYTE);
        let answer = server.exchange(upload).await;
        lost += u32::from(!answer.starts_with("HTTP/1.1 501 "));
    }
    assert_eq!(lost, 0);
}
