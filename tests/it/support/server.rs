//! Servers on loopback.

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use std::{future::IntoFuture, net::SocketAddr};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use tower::{BoxError, Service};

/// A server on a free port of loopback, stopped when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// hyper's, of any service: HTTP/1.1 and HTTP/2 without TLS, upgrades included.
    pub(crate) async fn start<S, B>(service: S) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        Self::of(|listener| async move {
            // Dropping the set, with the server, ends its connections.
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let service = TowerToHyperService::new(service.clone());
                connections.spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    let io = TokioIo::new(stream);
                    // A client that goes away is an error to hyper, not to a test.
                    let _ = server.serve_connection_with_upgrades(io, service).await;
                });
            }
        })
        .await
    }

    /// Whatever serves a listener, such as `axum::serve`.
    pub(crate) async fn of<F>(serve: impl FnOnce(TcpListener) -> F) -> Self
    where
        F: IntoFuture,
        F::IntoFuture: Send + 'static,
        F::Output: Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = serve(listener).into_future();
        let task = tokio::spawn(async { drop(served.await) });
        Self { address, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
