//! A WebDAV server in memory: RFC 4918's methods reach it, any other is answered 501.
//!
//! ```console
//! $ cargo run --manifest-path interop/Cargo.toml --example webdav [ADDRESS]
//! $ litmus http://127.0.0.1:3000/
//! $ curl -i -X SEARCH http://127.0.0.1:3000/
//! ```

use axum::{extract::Request, Router, ServiceExt};
use dav_server::{memfs::MemFs, memls::MemLs, DavHandler};
use std::{convert::Infallible, env, error::Error, time::Duration};
use tokio::{net::TcpListener, signal, time::sleep};
use tower::{service_fn, Layer};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let files = DavHandler::builder()
        .filesystem(MemFs::new())
        .locksystem(MemLs::new())
        .build_handler();
    let files = service_fn(move |request: Request| {
        let files = files.clone();
        async move { Ok::<_, Infallible>(files.handle(request).await) }
    });
    let app =
        NotImplementedLayer::new(MethodSet::WEBDAV).layer(Router::new().fallback_service(files));

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
