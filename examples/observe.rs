//! Refusals recognised outside the layer by their mark: a JSON page, a counter, and a log that
//! does not take them for errors.
//!
//! ```console
//! $ cargo run --example observe [ADDRESS]
//! $ curl -i -X BREW http://127.0.0.1:3000/
//! $ curl http://127.0.0.1:3000/refused
//! ```

use axum::{body::Body, response::Response, routing::get, Json, Router};
use http::{header, HeaderValue, Method};
use std::{
    collections::BTreeMap,
    env, io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{net::TcpListener, signal};
use tower::ServiceBuilder;
use tower_http::trace::TraceLayer;
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};
use tracing::Span;

type Counts = Arc<Mutex<BTreeMap<String, u64>>>;

/// Counts a refusal and gives it a JSON page; passes every other response on as it is.
fn observe(counts: &Counts, mut response: Response) -> Response {
    let Some(mark) = response.extensions().get::<UnsupportedMethod>() else {
        return response;
    };
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    *counts.entry(label(mark.method())).or_default() += 1;
    // A method may be as long as the server takes: cut it. JSON escapes what is left.
    let method: String = mark.method().as_str().chars().take(32).collect();
    let page = serde_json::json!({ "error": "unsupported method", "method": method });
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response.map(|_| Body::from(format!("{page}\n")))
}

/// Registered methods have a label each; all that a client can make up share one.
fn label(method: &Method) -> String {
    let registered = MethodSet::REGISTERED.contains(method);
    if registered { method.as_str() } else { "other" }.to_owned()
}

/// Server errors are errors, but a refusal is one more answer.
fn log(response: &Response, latency: Duration, _: &Span) {
    let (status, refused) = (
        response.status(),
        response.extensions().get::<UnsupportedMethod>(),
    );
    if status.is_server_error() && refused.is_none() {
        tracing::error!(%status, ?latency, "failed");
    } else {
        tracing::info!(%status, ?latency, "answered");
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    tracing_subscriber::fmt().init();
    let counts = Counts::default();
    let counter = counts.clone();
    let app = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .route(
            "/refused",
            get(|| async move {
                Json(
                    counts
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .clone(),
                )
            }),
        )
        .layer(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http().on_failure(()).on_response(log))
                .map_response(move |response| observe(&counter, response))
                .layer(NotImplementedLayer::default().response_body(Body::from)),
        );

    let address = env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(async { _ = signal::ctrl_c().await })
        .await
}
