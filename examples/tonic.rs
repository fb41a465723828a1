//! A gRPC server: gRPC is POST, so any other method is answered 501 on every path, but for GET
//! and HEAD, which a server never refuses.
//!
//! ```console
//! $ cargo run --example tonic [ADDRESS]
//! $ curl -i -X FOO http://127.0.0.1:3000/grpc.health.v1.Health/Check
//! ```

use http::Method;
use std::{env, error::Error, time::Duration};
use tokio::{net::TcpListener, signal, time::sleep};
use tonic::transport::{server::TcpIncoming, Server};
use tower_not_implemented::NotImplementedLayer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_, health) = tonic_health::server::health_reporter();

    let address = env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("{address}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    let server = Server::builder()
        .accept_http1(true) // for curl: gRPC itself is HTTP/2
        .layer(NotImplementedLayer::new([Method::POST]).wrap_body())
        .add_service(health)
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), ctrl_c_and(0));
    tokio::select! { biased; () = ctrl_c_and(2) => Ok(()), result = server => Ok(result?) }
}

/// Ctrl-C, and so many seconds more, in which the requests that are being served may end.
async fn ctrl_c_and(seconds: u64) {
    _ = signal::ctrl_c().await;
    sleep(Duration::from_secs(seconds)).await;
}
