//! An axum app whose refusals arrive even where an upload is larger than the layer reads: its
//! connections linger, as those of nginx and Apache do. The file beside this one says how.
//!
//! ```console
//! $ cargo run --example lingering [ADDRESS]
//! $ head -c 10000000 /dev/zero | curl -i -X FOO --data-binary @- http://127.0.0.1:3000/
//! ```

#[path = "lingering/linger.rs"]
mod linger;

use axum::{routing::get, serve::Listener, Router};
use linger::Lingering;
use std::{env, error::Error, io, net::SocketAddr, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio::{signal, time::sleep};
use tower_not_implemented::NotImplementedLayer;

struct LingeringListener(TcpListener);

impl Listener for LingeringListener {
    type Io = Lingering<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        (Lingering::new(stream), peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let layer = NotImplementedLayer::default().discard_timeout(|| sleep(Duration::from_secs(10)));
    let app = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .layer(layer);

    let address = env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("{address}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    let server =
        axum::serve(LingeringListener(listener), app).with_graceful_shutdown(ctrl_c_and(0));
    tokio::select! { biased; () = ctrl_c_and(2) => Ok(()), result = server => Ok(result?) }
}

/// Ctrl-C, and so many seconds more, in which the requests that are being served may end.
async fn ctrl_c_and(seconds: u64) {
    _ = signal::ctrl_c().await;
    sleep(Duration::from_secs(seconds)).await;
}
