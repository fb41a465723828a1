//! Limits on how many requests there are at once.

use super::{
    assert_refused_and_kept, hello, next, telling,
    Event::{self, Answered, Asked},
    REFUSED,
};
use crate::support::{Connection, Server};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use std::convert::Infallible;
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver};
use tower::{buffer::BufferLayer, limit::ConcurrencyLimitLayer, BoxError, Service, ServiceBuilder};
use tower_not_implemented::NotImplementedLayer;

/// Connections whose refused requests have come, and wait for their content.
async fn two_waiting(server: &Server, events: &mut UnboundedReceiver<Event>) -> [Connection; 2] {
    let mut connections = [server.connect().await, server.connect().await];
    for connection in &mut connections {
        connection.send(REFUSED).await;
        assert_eq!(next(events).await, Asked);
    }
    connections
}

/// A third request is served after one of two refusals has its content, and not before.
async fn assert_holds_up_a_third<S, B>(limited: S)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let (sender, mut events) = unbounded_channel();
    let server = Server::start(telling(limited, sender)).await;
    let [mut first, mut second] = two_waiting(&server, &mut events).await;

    let mut third = server.connect().await;
    third.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(next(&mut events).await, Asked);
    first.send("hello").await;
    assert_eq!(next(&mut events).await, Answered(501));
    assert_eq!(next(&mut events).await, Answered(200));
    let answer = third.response().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    second.send("hello").await;
    for connection in [&mut first, &mut second] {
        assert_refused_and_kept(connection).await;
    }
}

/// Requests are served while two refusals wait.
async fn assert_holds_up_nothing<S, B>(service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let (sender, mut events) = unbounded_channel();
    let server = Server::start(telling(service, sender)).await;
    let mut waiting = two_waiting(&server, &mut events).await;
    for _ in 0..3 {
        server.connect().await.assert_serves().await;
    }
    for connection in &mut waiting {
        connection.send("hello").await;
        assert_refused_and_kept(connection).await;
    }
}

#[tokio::test]
async fn refusals_that_wait_hold_the_permits_of_a_concurrency_limit_outside() {
    let limited = ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(2))
        .layer(NotImplementedLayer::default())
        .service_fn(hello);
    assert_holds_up_a_third(limited.clone()).await;
    let buffered = ServiceBuilder::new()
        .map_err(|error: BoxError| -> Infallible { panic!("{error}") })
        .layer(BufferLayer::new(1));
    assert_holds_up_a_third(buffered.service(limited)).await;
}

/// A buffer hands a request on at once, and its place is free.
#[tokio::test]
async fn refusals_that_wait_hold_no_place_of_a_buffer_outside() {
    let buffered = ServiceBuilder::new()
        .map_err(|error: BoxError| -> Infallible { panic!("{error}") })
        .layer(BufferLayer::new(1))
        .layer(NotImplementedLayer::default())
        .service_fn(hello);
    assert_holds_up_nothing(buffered).await;
}

#[tokio::test]
async fn a_client_that_goes_away_gives_back_the_permit_its_refusal_held() {
    let (sender, mut events) = unbounded_channel();
    let limited = ServiceBuilder::new()
        .layer(ConcurrencyLimitLayer::new(2))
        .layer(NotImplementedLayer::default())
        .service_fn(hello);
    let server = Server::start(telling(limited, sender)).await;
    let [first, _second] = two_waiting(&server, &mut events).await;
    drop(first);
    server.connect().await.assert_serves().await;
}

#[tokio::test]
async fn refusals_that_wait_hold_no_permit_of_a_concurrency_limit_inside() {
    let limited = ServiceBuilder::new()
        .layer(NotImplementedLayer::default())
        .layer(ConcurrencyLimitLayer::new(2))
        .service_fn(hello);
    assert_holds_up_nothing(limited).await;
}
