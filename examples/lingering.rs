//! An axum app whose refusals arrive even where an upload is larger than the layer reads: its
//! connections linger, as those of nginx and Apache do. `lingering-close` is the package beside this one.
//!
//! ```console
//! $ cargo run --example lingering [ADDRESS]
//! $ head -c 10000000 /dev/zero | curl -i -X FOO --data-binary @- http://127.0.0.1:3000/
//! ```

use axum::{routing::get, Router};
use lingering_close::Lingering;
use std::{env, error::Error, time::Duration};
use tokio::{net::TcpListener, signal, time::sleep};
use tower_not_implemented::NotImplementedLayer;

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
    let server = axum::serve(Lingering::new(listener), app).with_graceful_shutdown(ctrl_c_and(0));
    tokio::select! { biased; () = ctrl_c_and(2) => Ok(()), result = server => Ok(result?) }
}

/// Ctrl-C, and so many seconds more, in which the requests that are being served may end.
async fn ctrl_c_and(seconds: u64) {
    _ = signal::ctrl_c().await;
    sleep(Duration::from_secs(seconds)).await;
}
