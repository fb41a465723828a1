//! Refusals recognised outside the layer by their mark: a JSON page, a counter, and a log that
//! does not take them for errors.
//!
//! ```console
//! $ cargo run --example observe [ADDRESS]
//! $ curl -i -X BREW http://127.0.0.1:3000/
//! $ curl http://127.0.0.1:3000/refused
//! ```

use axum::{body::Body, response::Response, routing::get, Json, Router};
use http::{header, HeaderValue};
use std::{collections::BTreeMap, env, error::Error, sync::Arc, sync::Mutex, time::Duration};
use tokio::{net::TcpListener, signal, time::sleep};
use tower::ServiceBuilder;
use tower_http::trace::TraceLayer;
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

type Counts = Arc<Mutex<BTreeMap<String, u64>>>;

/// Counts a refusal and gives it a JSON page; passes every other response on as it is.
fn observe(counts: &Counts, mut response: Response) -> Response {
    let Some(mark) = response.extensions().get::<UnsupportedMethod>() else {
        return response;
    };
    let method = mark.method().as_str();
    let registered = MethodSet::REGISTERED.contains(mark.method());
    let label = if registered { method } else { "_OTHER" }; // OpenTelemetry's name for the rest
    *counts.lock().unwrap().entry(label.into()).or_default() += 1;
    if response.headers().contains_key("grpc-status") {
        return response; // gRPC takes no content here
    }
    // A method may be as long as the server takes: cut it. JSON escapes what is left.
    let method: String = method.chars().take(32).collect();
    let page = serde_json::json!({ "error": "unsupported method", "method": method });
    response.headers_mut().remove(header::CONTENT_LENGTH); // that of the old body
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.map(|_| Body::from(format!("{page}\n")))
}

/// Server errors are errors, but a refusal is one more answer.
fn log(response: &Response, latency: Duration, _: &tracing::Span) {
    let status = response.status();
    let refused = response.extensions().get::<UnsupportedMethod>();
    if status.is_server_error() && refused.is_none() {
        tracing::error!(%status, ?latency, "failed");
    } else {
        tracing::info!(%status, ?latency, "answered");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let counts = Counts::default();
    let counter = counts.clone();
    let refused = || async move { Json(counts.lock().unwrap().clone()) };
    let observed = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http().on_failure(()).on_response(log))
        .map_response(move |response| observe(&counter, response))
        .layer(NotImplementedLayer::default());
    let app = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route("/refused", get(refused))
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
