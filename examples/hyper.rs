//! hyper without a framework: HTTP/1.1 and HTTP/2 (h2c), and settings of the refusal.
//!
//! ```console
//! $ cargo run --example hyper [ADDRESS]
//! $ curl -i -X BREW http://127.0.0.1:3000/pot
//! $ curl -i -X BREW --http2-prior-knowledge http://127.0.0.1:3000/pot
//! ```

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use std::time::{Duration, SystemTime};
use std::{convert::Infallible, env, error::Error, pin::pin};
use tokio::{net::TcpListener, signal, time};
use tower::{service_fn, Layer};
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello\n")))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let supported: MethodSet = "GET, HEAD, POST, OPTIONS, PURGE".parse()?;
    let layer = NotImplementedLayer::new(supported)
        .retry_after(SystemTime::now() + DAY)
        .cache_control(CacheControl::max_age(Duration::from_secs(60)))
        .discard_limit(1024 * 1024)
        // Shorter than the bound of the shutdown below, in which it still answers.
        .discard_timeout(|| time::sleep(Duration::from_secs(2)));
    let service = TowerToHyperService::new(layer.layer(service_fn(hello)));

    let address = env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("{address}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);

    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()); // for the time that a request's head may take
    let connections = GracefulShutdown::new();
    let mut stop = pin!(signal::ctrl_c());
    loop {
        tokio::select! {
            biased;
            _ = &mut stop => break,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Such as too many open files, for as long as no connection ends.
                    time::sleep(Duration::from_millis(100)).await;
                    continue;
                };
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
        }
    }
    drop(listener);
    // Three seconds, in which the requests that are being served may end.
    _ = time::timeout(Duration::from_secs(3), connections.shutdown()).await;
    Ok(())
}
