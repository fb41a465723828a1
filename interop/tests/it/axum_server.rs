//! axum-server with rustls: HTTP/2 and HTTP/1.1 over TLS, as the client chooses by ALPN.

use crate::support::{
    connection::{
        assert_content_is_no_request, assert_refuses_hostile_methods, assert_uploads_are_answered,
        Connection,
    },
    hostile_methods, method, tls, within, Answer, Bound,
};
use axum::{extract::Request, routing::get, Router, ServiceExt};
use axum_server::tls_rustls::RustlsConfig;
use bytes::Bytes;
use futures_util::poll;
use h2::{
    client::{ResponseFuture, SendRequest},
    SendStream,
};
use http::Method;
use rustls::{pki_types::ServerName, ClientConfig};
use std::{
    future::Future,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    pin::pin,
    sync::Arc,
};
use tokio::{net::TcpStream, task::JoinSet};
use tokio_rustls::{client::TlsStream, TlsConnector};
use tower::{make::Shared, Layer};
use tower_not_implemented::NotImplementedLayer;

const HELLO: &str = "hello";
const TARGETS: [&str; 2] = ["/", "/unknown"];

struct Server {
    address: SocketAddr,
    trusting: ClientConfig,
    _task: JoinSet<std::io::Result<()>>,
}

fn router() -> Router {
    Router::new().route("/", get(|| async { HELLO }))
}

/// The two ways to make a service for each connection.
fn servers() -> [Server; 2] {
    let app = NotImplementedLayer::default().layer(router());
    let into_make_service = start(|listener, tls| {
        let make = ServiceExt::<Request>::into_make_service(app.clone());
        let server = axum_server::from_tcp_rustls(listener, tls).unwrap();
        server.serve(make)
    });
    let shared = start(|listener, tls| {
        let server = axum_server::from_tcp_rustls(listener, tls).unwrap();
        server.serve(Shared::new(app.clone()))
    });
    [into_make_service, shared]
}

fn start<F>(serve: impl FnOnce(TcpListener, RustlsConfig) -> F) -> Server
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let (server, trusting) = tls::configurations(&["h2", "http/1.1"]);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let mut task = JoinSet::new();
    task.spawn(serve(listener, RustlsConfig::from_config(Arc::new(server))));
    Server {
        address,
        trusting,
        _task: task,
    }
}

impl Server {
    /// A connection over which both sides have agreed on `protocol`.
    async fn connect(&self, protocol: &str) -> TlsStream<TcpStream> {
        let mut client = self.trusting.clone();
        client.alpn_protocols = vec![protocol.into()];
        let stream = within(TcpStream::connect(self.address)).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connecting = TlsConnector::from(Arc::new(client)).connect(name, stream);
        let stream = within(connecting).await.unwrap();
        let agreed = stream.get_ref().1.alpn_protocol();
        assert_eq!(agreed, Some(protocol.as_bytes()));
        stream
    }

    async fn http1(&self) -> Connection<TlsStream<TcpStream>> {
        Connection::over(self.connect("http/1.1").await)
    }

    async fn http2(&self) -> Http2 {
        let shaking = h2::client::handshake(self.connect("h2").await);
        let (client, connection) = within(shaking).await.unwrap();
        tokio::spawn(connection); // ends with the client
        Http2(client)
    }
}

struct Http2(SendRequest<Bytes>);

impl Http2 {
    /// Sends the head of a request; its content may follow, if it has any.
    async fn open(
        &self,
        method: &Method,
        path: &str,
        length: Option<usize>,
    ) -> (ResponseFuture, SendStream<Bytes>) {
        let uri = format!("https://localhost{path}");
        let mut head = http::Request::builder().method(method).uri(uri);
        if let Some(length) = length {
            head = head.header("content-length", length);
        }
        let mut client = within(self.0.clone().ready()).await.unwrap();
        let ended = length == Some(0);
        client.send_request(head.body(()).unwrap(), ended).unwrap()
    }

    async fn ask(&self, method: &Method, path: &str) -> Answer {
        answer(self.open(method, path, Some(0)).await.0).await
    }
}

async fn answer(response: ResponseFuture) -> Answer {
    let (parts, mut body) = within(response).await.unwrap().into_parts();
    let (mut content, mut bound) = (Vec::new(), Bound::default());
    while let Some(data) = within(body.data()).await {
        let data = data.unwrap();
        bound.count(data.len());
        content.extend(data);
    }
    Answer {
        status: parts.status,
        fields: parts.headers,
        content: content.into(),
        trailers: within(body.trailers()).await.unwrap(),
    }
}

/// The answer comes once the whole content was sent, and not before.
async fn assert_read(client: &Http2, length: usize, declared: Option<usize>) {
    let (response, mut sending) = client.open(&method("FOO"), "/", declared).await;
    let mut answer = pin!(answer(response));
    let content = Bytes::from(vec![b'x'; length]);
    sending.send_data(content.slice(1..), false).unwrap();
    client.ask(&Method::GET, "/").await.assert_ok(HELLO);
    assert!(poll!(&mut answer).is_pending(), "answered before the end");

    sending.send_data(content.slice(..1), true).unwrap();
    answer.await.assert_refused();
    client.ask(&Method::GET, "/").await.assert_ok(HELLO);
}

#[tokio::test]
async fn every_path_refuses_over_http1() {
    for server in servers() {
        assert_refuses_hostile_methods(server.http1().await, &TARGETS).await;
    }
}

#[tokio::test]
async fn every_path_refuses_over_http2() {
    for server in servers() {
        let client = server.http2().await;
        for method in hostile_methods() {
            for path in TARGETS {
                client.ask(&method, path).await.assert_refused();
            }
        }
    }
}

#[tokio::test]
async fn refused_content_is_read_and_not_served_over_http1() {
    for server in servers() {
        assert_uploads_are_answered(server.http1().await, HELLO).await;
        assert_content_is_no_request(server.http1().await, HELLO).await;
    }
}

#[tokio::test]
async fn refused_content_is_read_over_http2() {
    for server in servers() {
        let client = server.http2().await;
        // Together more than a connection's window, which is 1 MiB in hyper.
        for length in [10, 100_000].repeat(10) {
            assert_read(&client, length, Some(length)).await;
            assert_read(&client, length, None).await;
        }
    }
}

#[tokio::test]
async fn refused_content_above_the_limit_is_answered_at_once_over_http2() {
    for server in servers() {
        let client = server.http2().await;
        let length = Some(3_000_000);
        let (response, sending) = client.open(&method("FOO"), "/", length).await;
        answer(response).await.assert_refused();
        drop(sending);
        client.ask(&Method::GET, "/").await.assert_ok(HELLO);
    }
}
