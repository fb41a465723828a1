//! HTTP/3 over loopback: a server of Tower services, as small as an adapter can be.

mod checks;
mod client;

pub(crate) use checks::{
    assert_answered_at_once, assert_deadline_bounds, assert_refuses_over_http3, head, upload,
    Declared,
};
pub(crate) use client::{Client, Exchange};

use super::{tls, within};
use bytes::{Buf, Bytes};
use h3::{
    error::{Code, StreamError},
    server::RequestResolver,
};
use h3_quinn::RecvStream;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use quinn::{
    crypto::rustls::{QuicClientConfig, QuicServerConfig},
    ClientConfig, Endpoint, ServerConfig,
};
use std::{
    convert::Infallible,
    fmt::Debug,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{ready, Context, Poll},
};
use tokio::task::{JoinHandle, JoinSet};
use tower::{Service, ServiceExt};

type ServerConnection = h3::server::Connection<h3_quinn::Connection, Bytes>;

/// A server on a free port, stopped when dropped.
pub(crate) struct Server {
    endpoint: Endpoint,
    trusting: ClientConfig,
    task: JoinHandle<()>,
}

impl Server {
    /// Runs what `accept` makes of the endpoint.
    pub(crate) fn run<F>(accept: impl FnOnce(Endpoint) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (server, client) = tls::configurations(&["h3"]);
        let server = QuicServerConfig::try_from(server).unwrap();
        let server = ServerConfig::with_crypto(Arc::new(server));
        let endpoint = Endpoint::server(server, loopback()).unwrap();
        let client = QuicClientConfig::try_from(client).unwrap();
        Self {
            task: tokio::spawn(accept(endpoint.clone())),
            trusting: ClientConfig::new(Arc::new(client)),
            endpoint,
        }
    }

    pub(crate) fn start<S, B>(service: S) -> Self
    where
        S: Service<Request<Content>, Response = Response<B>, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Debug + Send,
    {
        Self::run(|endpoint| async move {
            // Dropping the set, with the server, ends its connections.
            let mut connections = JoinSet::new();
            while let Some(connection) = endpoint.accept().await {
                let connection = h3_quinn::Connection::new(connection.await.unwrap());
                let connection = ServerConnection::new(connection).await.unwrap();
                connections.spawn(serve_connection(service.clone(), connection));
            }
        })
    }

    pub(crate) async fn connect(&self) -> Client {
        let mut endpoint = Endpoint::client(loopback()).unwrap();
        endpoint.set_default_client_config(self.trusting.clone());
        let address = self.endpoint.local_addr().unwrap();
        let connecting = endpoint.connect(address, "localhost").unwrap();
        let connection = h3_quinn::Connection::new(within(connecting).await.unwrap());
        Client::over(connection).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        self.endpoint.close(0_u32.into(), b"");
    }
}

fn loopback() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Ends with the client, which is an error to HTTP/3, not to a test.
async fn serve_connection<S, B>(service: S, mut connection: ServerConnection)
where
    S: Service<Request<Content>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Debug + Send,
{
    let mut requests = JoinSet::new();
    while let Ok(Some(request)) = connection.accept().await {
        requests.spawn(serve_request(service.clone(), request));
    }
}

async fn serve_request<S, B>(
    service: S,
    request: RequestResolver<h3_quinn::Connection, Bytes>,
) -> Result<(), StreamError>
where
    S: Service<Request<Content>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes>,
    B::Error: Debug + Send,
{
    let (request, stream) = request.resolve_request().await?;
    let (mut sending, receiving) = stream.split();
    let request = request.map(|()| Content::new(receiving));
    let response = service.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let head = Response::from_parts(parts, ());
    sending.send_response(head).await?;
    let mut body = std::pin::pin!(body);
    while let Some(frame) = body.frame().await {
        match frame.unwrap().into_data() {
            Ok(data) => sending.send_data(data).await?,
            Err(other) => {
                let trailers = other.into_trailers().expect("data or trailers");
                sending.send_trailers(trailers).await?;
            }
        }
    }
    sending.finish().await
}

/// The content of a request. As in other adapters, its size is not known.
pub(crate) struct Content {
    stream: h3::server::RequestStream<RecvStream, Bytes>,
    reading: bool,
    data_ended: bool,
    ended: bool,
}

impl Content {
    fn new(stream: h3::server::RequestStream<RecvStream, Bytes>) -> Self {
        Self {
            stream,
            reading: false,
            data_ended: false,
            ended: false,
        }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if !self.data_ended {
            self.reading = true;
            let data = ready!(self.stream.poll_recv_data(cx))?;
            self.reading = false;
            if let Some(mut data) = data {
                let data = data.copy_to_bytes(data.remaining());
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            self.data_ended = true;
        }
        let trailers = ready!(self.stream.poll_recv_trailers(cx))?;
        self.ended = true;
        Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers))))
    }
}

/// RFC 9114 section 4.1: a server that needs no more of a request says so with `H3_NO_ERROR`.
/// h3-quinn 0.0.10 panics on that while a read is pending.
impl Drop for Content {
    fn drop(&mut self) {
        if !self.ended && !self.reading {
            self.stream.stop_sending(Code::H3_NO_ERROR);
        }
    }
}
