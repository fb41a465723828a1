//! Where the layer can be put in an axum application, and what each place means.
//!
//! `Router::layer` called last, the layer around the whole `Router`, and a `Router` with the
//! layered one as fallback refuse everywhere. The places that miss requests compile just as well:
//! they are pinned here as facts, and `#[track_caller]` names the row that changed.

mod answers;
mod health;
mod places;
mod served;

use crate::support::refusals::{ask, request_to, Answer, Content};
use axum::{
    body::HttpBody,
    http::{Request, Response, StatusCode},
    routing::{any, get},
    Router,
};
use std::{convert::Infallible, fmt::Debug};
use tokio::runtime::Builder;
use tower::Service;
use tower_not_implemented::NotImplementedLayer;

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
}

async fn hello() -> &'static str {
    "hello"
}

async fn teapot() -> StatusCode {
    StatusCode::IM_A_TEAPOT
}

fn routes() -> Router {
    Router::new()
        .route("/get", get(hello))
        .route("/any", any(hello))
}

/// A Router, or what was put around one.
trait App {
    fn send(&self, method: &str, target: &str) -> Answer;
}

impl<S, B> App for S
where
    S: Service<Request<Content>, Response = Response<B>, Error = Infallible> + Clone,
    B: HttpBody,
    B::Error: Debug,
{
    fn send(&self, method: &str, target: &str) -> Answer {
        let runtime = Builder::new_current_thread().enable_time().build();
        let answered = ask(self.clone(), request_to(method, target));
        runtime.unwrap().block_on(answered)
    }
}

#[track_caller]
fn assert_status(app: &impl App, method: &str, target: &str, expected: u16) {
    let answer = app.send(method, target);
    assert_eq!(answer.status, expected, "{method} {target}");
    assert_eq!(answer.mark.is_some(), expected == 501, "{method} {target}");
    if expected == 501 {
        let explained = answer.text().starts_with("501 Not Implemented: ");
        assert!(explained, "{method} {target}: {}", answer.text());
    }
}

/// One row of the table for the routes under `prefix`: what an unsupported method gets at the
/// `get` route, at the `any` route and at an unknown path, and what DELETE, which is supported but
/// has no handler, gets at the `get` route and at an unknown path. GET works in every row.
#[track_caller]
fn assert_row(app: &impl App, prefix: &str, unsupported: [u16; 3], delete: [u16; 2]) {
    for method in ["FOO", "PROPFIND"] {
        for (route, status) in ["/get", "/any", "/unknown"].iter().zip(unsupported) {
            assert_status(app, method, &format!("{prefix}{route}"), status);
        }
    }
    for (route, status) in ["/get", "/unknown"].iter().zip(delete) {
        assert_status(app, "DELETE", &format!("{prefix}{route}"), status);
    }
    for route in ["/get", "/any"] {
        let answer = app.send("GET", &format!("{prefix}{route}"));
        answer.assert_forwarded("hello");
    }
}

/// What the `Allow` field of the answer to FOO says.
#[track_caller]
fn assert_allow(app: &impl App, target: &str, expected: Option<&str>) {
    let answer = app.send("FOO", target);
    assert_eq!(answer.field("allow"), expected, "{target}");
}
