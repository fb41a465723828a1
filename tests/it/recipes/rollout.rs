//! Roll it out (`docs/production.md`): what would be refused is counted, and nothing is.

use super::{assert_statuses, routes, status};
use crate::support::refusals::{ask, over, request_to};
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, Version},
    middleware::{from_fn_with_state, Next},
    response::Response,
    routing::{any, get},
    Router,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tower::ServiceBuilder;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

type Counts = Arc<Mutex<BTreeMap<(String, u16), u64>>>; // or your metrics crate

async fn count(
    State((counts, set)): State<(Counts, MethodSet)>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let tunnel = method == Method::CONNECT
        && (request.version() < Version::HTTP_2 || request.uri().path().is_empty());
    let response = next.run(request).await;
    if tunnel || !set.contains(&method) {
        let known = MethodSet::REGISTERED.contains(&method);
        let label = if known { method.as_str() } else { "_OTHER" };
        // For a while, to see the names behind _OTHER, cut because the client chooses them:
        // if !known { tracing::info!("not registered: {:.32}", method.as_str()) }
        let key = (label.to_string(), response.status().as_u16());
        *counts.lock().unwrap().entry(key).or_default() += 1;
    }
    response
}

fn roll_out(
    router: Router,
    counts: Counts,
    set: MethodSet, // one set for both
    step: &str,
) -> Result<Router, String> {
    let (counting, enforcing) = match step {
        "off" => (false, false),
        "count" => (true, false),
        "enforce" => (true, true), // and go on counting
        _ => return Err(format!("{step:?}: write \"off\", \"count\" or \"enforce\"")),
    };
    let counter = from_fn_with_state((counts, set.clone()), count);
    let layers = ServiceBuilder::new()
        .option_layer(counting.then_some(counter))
        .option_layer(enforcing.then(|| NotImplementedLayer::new(set)));
    Ok(router.layer(layers)) // the last call
}

/// With a handler that works at `/dav`.
fn app(counts: &Counts) -> Router {
    let dav = any(|| async { StatusCode::MULTI_STATUS });
    let routes = routes().route("/dav", dav);
    roll_out(routes, counts.clone(), MethodSet::STANDARD, "count").unwrap()
}

fn counted(counts: &Counts) -> Vec<(String, u16, u64)> {
    let counts = counts.lock().unwrap();
    let rows = counts.iter();
    rows.map(|((label, status), count)| (label.clone(), *status, *count))
        .collect()
}

fn row(label: &str, status: u16, count: u64) -> (String, u16, u64) {
    (label.to_string(), status, count)
}

#[tokio::test]
async fn what_would_be_refused_is_counted_with_the_status_that_it_gets_today() {
    let counts = Counts::default();
    let app = app(&counts);
    let requests = [
        ("FOO", "/", 405),
        ("FOO", "/any", 200),
        ("BREW", "/any", 200),
        ("PROPFIND", "/nowhere", 404),
        ("PROPFIND", "/dav", 207),
        ("GET", "/", 200),
        ("DELETE", "/", 405),
    ];
    assert_statuses(&app, &requests).await;
    // A method of 400 KB is one more.
    assert_eq!(status(&app, &"M".repeat(400_000), "/any").await, 200);
    let expected = [
        row("PROPFIND", 207, 1),
        row("PROPFIND", 404, 1),
        row("_OTHER", 200, 3),
        row("_OTHER", 405, 1),
    ];
    assert_eq!(counted(&counts), expected);
}

/// What the layer would do with each of these, and whether the recipe counts it.
#[tokio::test]
async fn exactly_what_the_layer_refuses_is_counted() {
    let enforced = routes().layer(NotImplementedLayer::default());
    let registered = MethodSet::REGISTERED;
    let names = registered.iter().map(|it| it.to_string());
    for method in names.chain(["FOO", "get", "PRI"].map(String::from)) {
        for target in ["/any", "localhost:443"] {
            let counts = Counts::default();
            status(&app(&counts), &method, target).await;
            let refused = status(&enforced, &method, target).await == 501;
            assert_eq!(!counted(&counts).is_empty(), refused, "{method} {target}");
        }
    }
}

#[tokio::test]
async fn a_websocket_over_http2_is_not_counted() {
    let counts = Counts::default();
    let connect = request_to("CONNECT", "http://localhost/any");
    ask(app(&counts), over(Version::HTTP_2, connect)).await;
    assert!(counted(&counts).is_empty());
}

#[tokio::test]
async fn the_counter_works_beside_a_state_and_around_a_finished_router() {
    let counts = Counts::default();
    let count = from_fn_with_state((counts.clone(), MethodSet::GET_HEAD), count);
    let name = get(|State(name): State<&'static str>| async move { name });
    let app = Router::new().route("/", name);
    let finished: Router = app.clone().with_state("name");
    let layers = ServiceBuilder::new()
        .option_layer(Some(count.clone()))
        .option_layer(None::<NotImplementedLayer>);
    let around = Router::new().fallback_service(layers.service(finished));
    for app in [app.layer(count).with_state("name"), around] {
        assert_statuses(&app, &[("FOO", "/", 405), ("POST", "/", 405)]).await;
    }
    let expected = [row("POST", 405, 2), row("_OTHER", 405, 2)];
    assert_eq!(counted(&counts), expected);
}

#[tokio::test]
async fn one_variable_switches_from_off_to_counting_and_to_refusing() {
    let of = |counts: &Counts, step| roll_out(routes(), counts.clone(), MethodSet::STANDARD, step);
    for (step, status, count) in [("off", 200, 0), ("count", 200, 1), ("enforce", 501, 1)] {
        let counts = Counts::default();
        let app = of(&counts, step).unwrap();
        assert_statuses(&app, &[("FOO", "/any", status), ("PUT", "/any", 200)]).await;
        let expected = [row("_OTHER", status, 1)];
        assert_eq!(counted(&counts), expected[..count], "{step}");
    }
    for step in ["", "Count", "enforc"] {
        let error = of(&Counts::default(), step).unwrap_err();
        assert!(error.starts_with(&format!("{step:?}: write ")), "{error}");
    }
}

#[tokio::test]
async fn a_request_whose_client_leaves_before_the_answer_is_not_counted() {
    let counts = Counts::default();
    let router = Router::new().fallback(std::future::pending::<()>);
    let app = roll_out(router, counts.clone(), MethodSet::STANDARD, "count").unwrap();
    let answer = ask(app, request_to("FOO", "/"));
    let time = std::time::Duration::from_millis(10);
    assert!(tokio::time::timeout(time, answer).await.is_err());
    assert!(counted(&counts).is_empty());
}
