//! Refusals recognised outside the layer by their mark: a JSON page, a counter, and a log that
//! does not take them for errors. Unless `ENFORCE_METHODS` is `true` it only counts.
//!
//! ```console
//! $ ENFORCE_METHODS=true cargo run --example observe [ADDRESS]
//! $ curl -i -X BREW http://127.0.0.1:3000/
//! $ curl http://127.0.0.1:3000/counts
//! ```

use axum::{body::Body, response::Response, routing::get, Json, Router};
use http::{header, HeaderValue};
use std::{collections::BTreeMap, env, error::Error, sync::Arc, sync::Mutex, time::Duration};
use tokio::{net::TcpListener, signal, time::sleep};
use tower::ServiceBuilder;
use tower_http::trace::TraceLayer;
use tower_not_implemented::{DryRun, NotImplementedLayer, UnsupportedMethod};

/// Counts what is or would be refused; gives a refusal a JSON page, and changes nothing else.
fn observe(counts: &Mutex<BTreeMap<String, u64>>, mut response: Response) -> Response {
    let refused = response.extensions().get::<UnsupportedMethod>().cloned();
    let marked = response.extensions().get::<DryRun>().map(DryRun::label);
    if let Some(label) = refused.as_ref().map(UnsupportedMethod::label).or(marked) {
        let key = format!("{label} {}", response.status().as_u16());
        *counts.lock().unwrap().entry(key).or_default() += 1;
    }
    let Some(mark) = refused.filter(|_| !response.headers().contains_key("grpc-status")) else {
        return response; // gRPC takes no content here
    };
    // A method may be as long as the server takes: cut it. JSON escapes what is left.
    let method: String = mark.method().as_str().chars().take(32).collect();
    let page = serde_json::json!({ "error": "unsupported method", "method": method });
    response.headers_mut().remove(header::CONTENT_LENGTH); // that of the old body
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.map(|_| Body::from(format!("{page}\n")))
}

/// Server errors are errors, but a refusal is one more answer.
fn log(response: &Response, latency: Duration, _: &tracing::Span) {
    let status = response.status();
    let refused = response.extensions().get().map(UnsupportedMethod::label);
    if status.is_server_error() && refused.is_none() {
        tracing::error!(%status, ?latency, "failed");
    } else {
        tracing::info!(%status, ?latency, refused, "answered");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let enforce = env::var_os("ENFORCE_METHODS").unwrap_or("false".into());
    let enforce = enforce.to_string_lossy().parse::<bool>();
    let enforce = enforce.map_err(|error| format!("ENFORCE_METHODS: {error}"))?;
    let counts = Arc::new(Mutex::new(BTreeMap::new()));
    let counter = counts.clone();
    let counts = || async move { Json(counts.lock().unwrap().clone()) };
    let observed = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http().on_failure(()).on_response(log))
        .map_response(move |response| observe(&counter, response))
        .layer(NotImplementedLayer::default().dry_run(!enforce));
    let app = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route("/counts", get(counts))
        .layer(observed);

    let address = env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("{address}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    let server = axum::serve(listener, app).with_graceful_shutdown(ctrl_c_and(0));
    tokio::select! { biased; () = ctrl_c_and(2) => Ok(()), result = server => Ok(result?) }
}

/// Ctrl-C, and so many seconds more, in which the requests that are being served may end.
async fn ctrl_c_and(seconds: u64) {
    _ = signal::ctrl_c().await;
    sleep(Duration::from_secs(seconds)).await;
}
