//! Proxies that judge a server by its answers, and what one client's refusals do to the others.

use super::proxy::{status, Program, Proxy};
use crate::support::{within, Server};
use bytes::Bytes;
use http::{header, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use std::{convert::Infallible, future::Future, time::Duration};
use tokio::time::sleep;
use tower::{service_fn, util::BoxCloneSyncService, Layer, Service, ServiceBuilder};
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

/// How many requests the others send.
const OTHERS: usize = 20;

type Answering = BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

/// 503 on `/sick`, and 200 anywhere else.
pub(super) fn service() -> Answering {
    BoxCloneSyncService::new(service_fn(|request: Request<Incoming>| async move {
        let mut response = Response::new(Full::from("hello\n"));
        if request.uri().path() == "/sick" {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        }
        Ok(response)
    }))
}

/// A server of [`service`] that refuses what it does not support.
pub(super) async fn server() -> Server {
    server_of(NotImplementedLayer::default().layer(service())).await
}

pub(super) async fn server_of<S>(service: S) -> Server
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Future + Send,
{
    Server::start(service).await
}

/// The same as [`server`], for balancers that take every 5xx for the server's fault: its refusals are 405.
pub(super) async fn server_of_405() -> Server {
    let service = ServiceBuilder::new()
        .map_response(method_not_allowed)
        // RFC 9110 section 15.5.6: a 405 must have Allow.
        .layer(NotImplementedLayer::default().allow_header(true))
        .service(service());
    server_of(service).await
}

fn method_not_allowed(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let refused = response.extensions().get::<UnsupportedMethod>().is_some();
    if !refused || response.headers().contains_key("grpc-status") {
        return response;
    }
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    // The length and the text are those of the 501.
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.map(|_| Full::from("405 Method Not Allowed\n"))
}

/// A proxy, and the one server that it has.
pub(super) struct Balancer {
    proxy: Proxy,
    name: &'static str,
    _server: Server,
}

impl Balancer {
    pub(super) async fn start(program: &Program, name: &'static str, server: Server) -> Self {
        Self {
            proxy: Proxy::start(program, name, server.address).await,
            name,
            _server: server,
        }
    }

    async fn statuses(&self, line: &str, times: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..times {
            statuses.push(status(&self.proxy.answer(line).await));
        }
        statuses
    }

    pub(super) async fn assert_answers(&self, line: &str, times: usize, status: u16) {
        let statuses = self.statuses(line, times).await;
        let these = statuses.iter().filter(|other| **other == status).count();
        println!("{}: {line}: {these} of {times} {status}", self.name);
        assert_eq!(these, times, "{statuses:?}\n{}", self.proxy.log());
    }

    /// All that others ask for is answered by the server.
    pub(super) async fn assert_serves_others(&self) {
        self.assert_answers("GET /", OTHERS, 200).await;
    }

    /// Soon, nothing that others ask for is answered by the server, but all by the proxy, with `status`.
    pub(super) async fn assert_takes_the_server_away(&self, status: u16) {
        within(async {
            while self.statuses("GET /", 1).await != [status] {
                sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        self.assert_answers("GET /", OTHERS, status).await;
    }

    pub(super) async fn stop(self) {
        self.proxy.stop().await;
    }
}
