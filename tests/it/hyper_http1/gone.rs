//! The content of a refused request is let go with the answer, or with its client.

use super::{
    announced, assert_served, assert_unanswered, chunk, chunked, declared, discarding, layer,
    refusal,
    Fate::{Closed, Reused},
};
use crate::support::{within, Server};
use http::{Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::mpsc::{
    error::TryRecvError, unbounded_channel, UnboundedReceiver, UnboundedSender,
};
use tower::ServiceBuilder;
use tower_not_implemented::NotImplementedLayer;

/// The content of a request, whose method it tells when it is dropped.
struct Guarded<B> {
    content: B,
    method: Method,
    dropped: UnboundedSender<Method>,
}

impl<B> Drop for Guarded<B> {
    fn drop(&mut self) {
        let _ = self.dropped.send(self.method.clone());
    }
}

impl<B: Body + Unpin> Body for Guarded<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.content).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

/// A server that tells the method of each request whose content is dropped.
async fn guarded(layer: NotImplementedLayer) -> (Server, UnboundedReceiver<Method>) {
    let (dropped, methods) = unbounded_channel();
    let guard = move |request: Request<Incoming>| {
        let (method, dropped) = (request.method().clone(), dropped.clone());
        request.map(|content| Guarded {
            content,
            method,
            dropped,
        })
    };
    let service = ServiceBuilder::new()
        .map_request(guard)
        .layer(layer)
        .service_fn(|_: Request<Guarded<_>>| async {
            Ok::<_, Infallible>(Response::new(Full::<bytes::Bytes>::from("GET /next")))
        });
    (Server::start(service).await, methods)
}

/// How a client goes away.
#[derive(Clone, Copy)]
enum Leave {
    Close,
    Reset,
}

/// A client goes away in the middle of its content: the content is dropped, others are served.
async fn assert_let_go(layer: NotImplementedLayer, unfinished: Vec<u8>, leave: Leave) {
    let (server, mut dropped) = guarded(layer).await;
    let mut connection = server.connect().await;
    connection.send(unfinished).await;
    assert_served(&mut server.connect().await).await;
    if let Leave::Reset = leave {
        connection.stream.set_zero_linger().unwrap();
    }
    drop(connection);
    while within(dropped.recv()).await.unwrap() != "FOO" {}
    assert_served(&mut server.connect().await).await;
}

#[tokio::test]
async fn content_is_let_go_when_its_client_goes_away() {
    for leave in [Leave::Close, Leave::Reset] {
        let half = [declared(10), b"hello".to_vec()].concat();
        assert_let_go(layer(), half, leave).await;
        let half = chunked(chunk(5) + "5\r\nhe");
        assert_let_go(layer(), half, leave).await;
        assert_let_go(layer(), declared(10), leave).await;
    }
}

#[tokio::test]
async fn content_is_held_only_while_it_is_waited_for() {
    let (server, mut dropped) = guarded(layer()).await;
    let mut connection = server.connect().await;
    connection.send(declared(5)).await;
    assert_unanswered(&server, &connection).await;
    assert_eq!(within(dropped.recv()).await.unwrap(), "GET");
    assert_eq!(dropped.try_recv(), Err(TryRecvError::Empty));
    connection.send("hello").await;
    assert_eq!(announced(&refusal(&mut connection).await), Reused);
    assert_eq!(within(dropped.recv()).await.unwrap(), "FOO");
}

#[tokio::test]
async fn content_is_let_go_when_it_fails() {
    for content in ["nonsense\r\n", "5\r\nhello!!\r\n"] {
        let (server, mut dropped) = guarded(layer()).await;
        let mut connection = server.connect().await;
        connection.send(chunked(content)).await;
        assert_eq!(announced(&refusal(&mut connection).await), Closed);
        assert_eq!(within(dropped.recv()).await.unwrap(), "FOO");
    }
}

#[tokio::test]
async fn content_is_let_go_when_it_passes_the_limit() {
    let (server, mut dropped) = guarded(discarding(4)).await;
    let mut connection = server.connect().await;
    connection.send(chunked(chunk(5))).await;
    assert_eq!(announced(&refusal(&mut connection).await), Closed);
    assert_eq!(within(dropped.recv()).await.unwrap(), "FOO");
}
