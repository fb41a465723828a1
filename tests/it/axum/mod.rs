//! Where the layer can be put in an axum application, and what each place means.
//!
//! `Router::layer` called last, the layer around the whole `Router`, and a `Router` with the
//! layered one as fallback refuse everywhere. The places that miss requests compile just as well:
//! they are pinned here as facts, and `#[track_caller]` names the row that changed.

mod answers;
mod places;
mod served;
mod web_socket;

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{Response, StatusCode},
    routing::{any, get},
    Router,
};
use http_body_util::BodyExt;
use std::{convert::Infallible, fmt::Debug};
use tower::{Service, ServiceExt};
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

const TEXT: &str = "501 Not Implemented: ";

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

fn request(method: &str, target: &str) -> Request {
    Request::builder()
        .method(method)
        .uri(target)
        .body(Body::empty())
        .unwrap()
}

/// A Router, or what was put around one.
trait App {
    fn answer(&self, request: Request) -> Response<Bytes>;
}

impl<S, B> App for S
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + Clone,
    B: HttpBody,
    B::Error: Debug,
{
    fn answer(&self, request: Request) -> Response<Bytes> {
        let answered = async {
            let (head, body) = self.clone().oneshot(request).await.unwrap().into_parts();
            let content = body.collect().await.unwrap().to_bytes();
            Response::from_parts(head, content)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(answered)
    }
}

fn send(app: &impl App, method: &str, target: &str) -> Response<Bytes> {
    app.answer(request(method, target))
}

#[track_caller]
fn assert_status(app: &impl App, method: &str, target: &str, expected: u16) {
    let response = send(app, method, target);
    assert_eq!(response.status(), expected, "{method} {target}");
    let refused = response.extensions().get::<UnsupportedMethod>();
    assert_eq!(refused.is_some(), expected == 501, "{method} {target}");
    if expected == 501 {
        let content = String::from_utf8_lossy(response.body());
        assert!(content.starts_with(TEXT), "{method} {target}: {content}");
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
        let response = send(app, "GET", &format!("{prefix}{route}"));
        assert_eq!(response.status(), 200);
        assert_eq!(response.body(), "hello");
    }
}

/// What the `Allow` field of the answer to FOO says.
#[track_caller]
fn assert_allow(app: &impl App, target: &str, expected: Option<&str>) {
    let response = send(app, "FOO", target);
    let values = response.headers().get_all("allow").iter();
    let values: Vec<_> = values.map(|value| value.to_str().unwrap()).collect();
    assert_eq!(values, expected.into_iter().collect::<Vec<_>>(), "{target}");
}
