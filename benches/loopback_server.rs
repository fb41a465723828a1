//! The server of `loopback.sh`: hyper on one thread, until it is killed.
//!
//! `loopback_server bare|refusing|layer` prints its port.

use bytes::Bytes;
use http::{
    header::{HeaderValue, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Request, Response, StatusCode,
};
use http_body::Body;
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use std::{convert::Infallible, env, io, time::Duration};
use tokio::{net::TcpListener, task::LocalSet};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{CacheControl, NotImplementedLayer};

const TEXT: &str = "501 Not Implemented: This server does not support the request method for any \
                    resource.\nThis is temporary: try again after the time in Retry-After.\n";

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let hello = service_fn(|_| async { Ok::<_, Infallible>(Response::new(Full::from("hello"))) });
    let refuse = service_fn(|_| async { Ok::<_, Infallible>(refusal()) });
    match env::args().nth(1).as_deref() {
        Some("bare") => serve(hello).await,
        Some("refusing") => serve(refuse).await,
        Some("layer") => serve(layer().layer(hello)).await,
        _ => Err(io::Error::other("bare, refusing or layer?")),
    }
}

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
        .retry_after(Duration::from_secs(120))
        .cache_control(CacheControl::no_store())
}

/// What the layer answers, made by hand.
fn refusal() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(TEXT));
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    let fields = response.headers_mut();
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    fields.insert(CONTENT_TYPE, text);
    fields.insert(RETRY_AFTER, HeaderValue::from_static("120"));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn serve<S, B>(service: S) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + 'static,
    B: Body<Data = Bytes, Error = Infallible> + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?.port());
    let connections = LocalSet::new();
    connections.run_until(accept(listener, service)).await
}

async fn accept<S, B>(listener: TcpListener, service: S) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + 'static,
    B: Body<Data = Bytes, Error = Infallible> + 'static,
{
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(service.clone());
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // A client that goes away is no failure.
        tokio::task::spawn_local(async { drop(connection.await) });
    }
}
