//! hyper without a framework: HTTP/1.1 and HTTP/2 (h2c), and every setting of the refusal.
//!
//! ```console
//! $ cargo run --example hyper [ADDRESS]
//! $ curl -i -X BREW http://127.0.0.1:3000/pot
//! $ curl -i -X BREW --http2-prior-knowledge http://127.0.0.1:3000/pot
//! ```

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    env,
    error::Error,
    pin::pin,
    time::{Duration, SystemTime},
};
use tokio::{net::TcpListener, signal};
use tower::{service_fn, Layer};
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello\n")))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let supported: MethodSet = "GET, HEAD, POST, OPTIONS, PURGE".parse()?;
    let service = NotImplementedLayer::new(supported)
        .retry_after(SystemTime::now() + DAY)
        .cache_control(CacheControl::max_age(Duration::from_secs(60)))
        .discard_request_body(1024 * 1024)
        .layer(service_fn(hello));
    let service = TowerToHyperService::new(service);

    let address = env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);

    let server = auto::Builder::new(TokioExecutor::new());
    let connections = GracefulShutdown::new();
    let mut stop = pin!(signal::ctrl_c());
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let connection = server
                    .serve_connection_with_upgrades(TokioIo::new(stream), service.clone())
                    .into_owned();
                let connection = connections.watch(connection);
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        eprintln!("a connection ended: {error}");
                    }
                });
            }
            _ = &mut stop => break,
        }
    }
    drop(listener);
    connections.shutdown().await;
    Ok(())
}
