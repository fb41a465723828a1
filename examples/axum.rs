//! An axum app that answers 501 to every method it does not support, on every path.
//!
//! ```console
//! $ cargo run --example axum [ADDRESS]
//! $ curl -i -X FOO http://127.0.0.1:3000/
//! ```

use axum::{
    extract::Request,
    routing::{any, get},
    Router, ServiceExt,
};
use std::{env, error::Error, time::Duration};
use tokio::{net::TcpListener, signal, time::sleep};
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let router = Router::new()
        .route(
            "/",
            get(|| async { "hello\n" }).post(|body: String| async { body }),
        )
        .route("/any", any(|| async { "any method\n" }));

    // Around the whole Router, so that it covers unknown paths and later routes too.
    let app = NotImplementedLayer::default().layer(router);

    let address = env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("{address}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    let server = axum::serve(listener, ServiceExt::<Request>::into_make_service(app))
        .with_graceful_shutdown(ctrl_c_and(0));
    tokio::select! { biased; () = ctrl_c_and(2) => Ok(()), result = server => Ok(result?) }
}

/// Ctrl-C, and so many seconds more, in which the requests that are being served may end.
async fn ctrl_c_and(seconds: u64) {
    _ = signal::ctrl_c().await;
    sleep(Duration::from_secs(seconds)).await;
}
