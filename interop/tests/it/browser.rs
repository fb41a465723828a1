//! Chromium: what a script of another origin sees of a refusal. The page and the API are on two
//! ports of loopback, so that every request with an unusual method is preceded by a preflight.

use crate::support::external::{program, Folder};
use axum::{
    body::Body,
    extract::{Request, State},
    response::Html,
    routing::{any, get, post},
    Router,
};
use http::{header::RETRY_AFTER, Method, Response};
use serde_json::{json, Value};
use std::{
    convert::Infallible,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify, task::JoinSet, time::timeout};
use tower::{Layer, Service, ServiceBuilder};
use tower_http::cors::{AllowMethods, Any, CorsLayer};
use tower_not_implemented::NotImplementedLayer;

/// The longest that a browser may take from its start to its end, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// The browser must not use the network: without one it would wait.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage", // which is small in a container
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--dump-dom",
];

/// The page is loaded once its image is, which the server holds back until it has the results.
const PAGE: &str = r#"<!doctype html><img src="/end"><script>
const seen = async (method, body) => {
  try {
    const response = await fetch("API", { method, body });
    const retryAfter = response.headers.get("retry-after");
    return [response.status, retryAfter, await response.text()];
  } catch (error) {
    return error.message;
  }
};
(async () => {
  const results = {};
  for (const method of ["GET", "FOO", "PROPFIND", "patch"]) results[method] = await seen(method);
  results.upload = await seen("FOO", "x".repeat(100000));
  await fetch("/results", { method: "POST", body: JSON.stringify(results) });
})();
</script>"#;

const REFUSED: [&str; 4] = ["FOO", "PROPFIND", "patch", "upload"];

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
        .retry_after(Duration::from_mins(2))
        .problem_details()
}

fn cors(methods: impl Into<AllowMethods>) -> CorsLayer {
    CorsLayer::new().allow_origin(Any).allow_methods(methods)
}

fn router() -> Router {
    Router::new().route("/", any(|| async { "hello" }))
}

/// Serves `app` until the set is dropped.
async fn serve<S>(servers: &mut JoinSet<()>, app: S) -> String
where
    S: Service<Request, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::ServiceExt::<Request>::into_make_service(app);
    servers.spawn(async { axum::serve(listener, app).await.unwrap() });
    origin
}

/// What the page has sent back.
#[derive(Default)]
struct Results {
    seen: OnceLock<String>,
    arrived: Notify,
}

async fn keep(State(results): State<Arc<Results>>, seen: String) {
    results.seen.set(seen).unwrap();
    results.arrived.notify_one();
}

async fn end(State(results): State<Arc<Results>>) {
    results.arrived.notified().await;
}

/// What the script of a page sees of `api`, by method.
async fn seen<S>(name: &str, api: S) -> Value
where
    S: Service<Request, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
{
    let mut servers = JoinSet::new();
    let api = serve(&mut servers, api).await;
    let page = PAGE.replace("API", &api);
    let results = Arc::new(Results::default());
    let pages = Router::new()
        .route("/", get(|| async { Html(page) }))
        .route("/results", post(keep))
        .route("/end", get(end))
        .with_state(results.clone());
    let page = serve(&mut servers, pages).await;
    let profile = Folder::new(&format!("chromium-{name}"));
    browse(&page, profile.path()).await;
    serde_json::from_str(results.seen.get().expect("results")).unwrap()
}

/// Runs a browser until it has loaded `page` and ended.
async fn browse(page: &str, profile: &Path) {
    let mut browser = program("chromium");
    browser
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(page);
    let output = timeout(PATIENCE, browser.output()).await;
    let output = output.expect("a browser that ends").unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", output.status);
}

/// The status, Retry-After and the problem details.
#[track_caller]
fn assert_readable(seen: &Value, retry_after: &Value) {
    for method in REFUSED {
        let answer = &seen[method];
        assert_eq!(answer[0], 501, "{method}: {seen}");
        assert_eq!(&answer[1], retry_after, "{method}: {seen}");
        let problem: Value = serde_json::from_str(answer[2].as_str().unwrap()).unwrap();
        assert_eq!(problem["status"], 501, "{method}: {seen}");
        assert_eq!(problem["title"], "Not Implemented", "{method}: {seen}");
    }
    assert_eq!(seen["GET"], json!([200, null, "hello"]));
}

#[track_caller]
fn assert_hidden(seen: &Value) {
    for method in REFUSED {
        assert_eq!(seen[method], "Failed to fetch", "{method}: {seen}");
    }
    assert_eq!(seen["GET"], json!([200, null, "hello"]));
}

#[tokio::test]
#[ignore = "needs chromium: apt-get install chromium"]
async fn cors_outside_lets_a_script_read_the_refusal() {
    let api = ServiceBuilder::new()
        .layer(cors(AllowMethods::mirror_request()).expose_headers([RETRY_AFTER]))
        .layer(layer())
        .service(router());
    assert_readable(&seen("outside", api).await, &json!("120"));
}

#[tokio::test]
#[ignore = "needs chromium: apt-get install chromium"]
async fn retry_after_must_be_exposed() {
    let methods = ["FOO", "PROPFIND", "patch"].map(|name| name.parse::<Method>().unwrap());
    let api = ServiceBuilder::new()
        .layer(cors(methods))
        .layer(layer())
        .service(router());
    assert_readable(&seen("unexposed", api).await, &Value::Null);
}

#[tokio::test]
#[ignore = "needs chromium: apt-get install chromium"]
async fn cors_inside_hides_the_refusal() {
    let inside = router().layer(cors(AllowMethods::mirror_request()));
    let api = layer().layer(inside);
    assert_hidden(&seen("inside", api).await);
}

#[tokio::test]
#[ignore = "needs chromium: apt-get install chromium"]
async fn a_method_missing_in_allow_methods_is_never_sent() {
    let api = ServiceBuilder::new()
        .layer(cors([Method::GET, Method::POST]))
        .layer(layer())
        .service(router());
    assert_hidden(&seen("missing", api).await);
}
