//! Where the layer can stand in an axum application, and what each place means.
//!
//! `Router::layer` called last, the layer around the whole `Router`, and a `Router` with the
//! layered one as fallback refuse everywhere. The places that miss requests compile just as well:
//! they are pinned here as facts, and `#[track_caller]` names the row that changed.

use crate::support::within;
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    handler::Handler,
    http::{HeaderMap, Method, Response, StatusCode, Version},
    routing::{any, get},
    Router,
};
use http_body_util::BodyExt;
use std::{convert::Infallible, fmt::Debug, future::Future, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

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

#[test]
fn without_the_layer_any_serves_every_method() {
    let app = routes();
    assert_row(&app, "", [405, 200, 404], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn router_layer_called_last_refuses_everywhere() {
    let app = routes().layer(layer());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
    assert_allow(&app, "/any", None);
    assert_allow(&app, "/unknown", None);
}

#[test]
fn a_layer_around_the_router_refuses_everywhere() {
    let app = layer().layer(routes());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", None);
    assert_allow(&app, "/unknown", None);
}

#[test]
fn a_service_builder_around_the_router_refuses_everywhere() {
    let app = ServiceBuilder::new().layer(layer()).service(routes());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", None);
}

#[test]
fn a_layer_that_keeps_the_body_type_refuses_everywhere() {
    let app = layer().response_body(Body::from).layer(routes());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", None);
}

#[test]
fn router_layer_takes_a_layer_that_keeps_the_body_type() {
    let app = routes().layer(layer().response_body(Body::from));
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn a_layered_fallback_router_refuses_everywhere() {
    let app: Router = Router::new().fallback_service(routes()).layer(layer());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", None);
    assert_allow(&app, "/unknown", None);
}

#[test]
fn route_layer_misses_unknown_paths() {
    let app = routes().route_layer(layer());
    assert_row(&app, "", [501, 501, 404], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn method_router_layer_covers_its_own_route_only() {
    let app = Router::new()
        .route("/get", get(hello).layer(layer()))
        .route("/any", any(hello));
    assert_row(&app, "", [501, 200, 404], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn method_router_route_layer_refuses_nothing() {
    let app = Router::new()
        .route("/get", get(hello).route_layer(layer()))
        .route("/any", any(hello));
    assert_row(&app, "", [405, 200, 404], [405, 404]);
}

#[test]
fn method_router_route_layer_misses_the_fallback_of_its_route() {
    let route = get(hello).fallback(hello).route_layer(layer());
    let app = Router::new().route("/get", route).route("/any", any(hello));
    assert_row(&app, "", [200, 200, 404], [200, 404]);
}

#[test]
#[should_panic(expected = "Adding a route_layer before any routes is a no-op")]
fn method_router_route_layer_on_an_any_route_panics() {
    let _: Router = Router::new().route("/any", any(hello).route_layer(layer()));
}

#[test]
fn handler_layer_sees_only_the_methods_of_its_handler() {
    let app = Router::new()
        .route("/get", get(hello.layer(layer())))
        .route("/any", any(hello.layer(layer())));
    assert_row(&app, "", [405, 501, 404], [405, 404]);
}

#[test]
fn nest_of_a_layered_router_misses_its_unknown_paths() {
    let app = Router::new().nest("/n", routes().layer(layer()));
    assert_row(&app, "/n", [501, 501, 404], [405, 404]);
    assert_status(&app, "FOO", "/elsewhere", 404);
}

#[test]
fn nest_service_of_a_layered_router_covers_its_prefix() {
    let app = Router::new().nest_service("/n", layer().layer(routes()));
    assert_row(&app, "/n", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/n/get", None);
    assert_status(&app, "FOO", "/elsewhere", 404);
}

#[test]
fn nest_in_a_layered_router_is_covered() {
    let app = Router::new().nest("/n", routes()).layer(layer());
    assert_row(&app, "/n", [501, 501, 501], [405, 404]);
    assert_status(&app, "FOO", "/elsewhere", 501);
}

fn other_routes() -> Router {
    Router::new()
        .route("/other", get(hello))
        .route("/other-any", any(hello))
}

#[test]
fn merge_of_a_layered_router_takes_unknown_paths_but_no_other_route() {
    let app = other_routes().merge(routes().layer(layer()));
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_status(&app, "FOO", "/other", 405);
    assert_status(&app, "FOO", "/other-any", 200);
}

#[test]
fn merge_into_a_layered_router_gives_unknown_paths_away() {
    let app = routes().layer(layer()).merge(other_routes());
    assert_row(&app, "", [501, 501, 404], [405, 404]);
    assert_status(&app, "FOO", "/other", 405);
    assert_status(&app, "FOO", "/other-any", 200);
}

#[test]
fn merge_in_a_layered_router_is_covered() {
    let app = routes().merge(other_routes()).layer(layer());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_status(&app, "FOO", "/other", 501);
    assert_status(&app, "FOO", "/other-any", 501);
}

#[test]
fn a_route_added_after_the_layer_is_missed() {
    let app = routes()
        .layer(layer())
        .route("/late", get(hello))
        .route("/late-any", any(hello));
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_status(&app, "FOO", "/late", 405);
    assert_status(&app, "FOO", "/late-any", 200);
}

#[test]
fn a_fallback_added_after_the_layer_is_missed() {
    let app = routes().layer(layer()).fallback(teapot);
    assert_row(&app, "", [501, 501, 418], [405, 418]);
}

#[test]
fn a_fallback_added_before_the_layer_is_covered() {
    let app = routes().fallback(teapot).layer(layer());
    assert_row(&app, "", [501, 501, 501], [405, 418]);
}

#[test]
fn a_method_not_allowed_fallback_added_after_the_layer_is_missed() {
    let app = routes().layer(layer()).method_not_allowed_fallback(teapot);
    assert_row(&app, "", [418, 501, 501], [418, 404]);
}

#[test]
fn a_method_not_allowed_fallback_added_before_the_layer_is_covered() {
    let app = routes().method_not_allowed_fallback(teapot).layer(layer());
    assert_row(&app, "", [501, 501, 501], [418, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn axum_leaves_an_allow_field_of_the_layer_alone() {
    let layer = NotImplementedLayer::new([Method::POST]).allow_header(true);
    let app = routes().layer(layer);
    assert_allow(&app, "/get", Some("GET, HEAD, POST"));
    assert_allow(&app, "/unknown", Some("GET, HEAD, POST"));
}

#[test]
fn an_extension_method_reaches_any_and_no_method_filter() {
    let app = routes().layer(NotImplementedLayer::new(MethodSet::WEBDAV));
    assert_status(&app, "PROPFIND", "/any", 200);
    assert_status(&app, "PROPFIND", "/get", 405);
    assert_status(&app, "FOO", "/any", 501);
}

#[test]
fn head_is_never_refused() {
    let app = layer().layer(routes());
    let bare = send(&routes(), "HEAD", "/get");
    let response = send(&app, "HEAD", "/get");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers(), bare.headers());
    assert!(response.body().is_empty());
}

/// Everything an answer consists of, except its extensions.
fn parts(response: Response<Bytes>) -> (StatusCode, Version, HeaderMap, Bytes) {
    let (head, body) = response.into_parts();
    (head.status, head.version, head.headers, body)
}

#[track_caller]
fn assert_unchanged(method: &str, target: &str, status: u16) {
    let bare = parts(send(&routes(), method, target));
    assert_eq!(bare.0, status);
    let inside = routes().layer(layer());
    assert_eq!(parts(send(&inside, method, target)), bare);
    let outside = layer().layer(routes());
    assert_eq!(parts(send(&outside, method, target)), bare);
}

#[test]
fn answers_to_supported_methods_pass_unchanged() {
    assert_unchanged("GET", "/get", 200);
    assert_unchanged("DELETE", "/get", 405);
    assert_unchanged("OPTIONS", "/get", 405);
    assert_unchanged("DELETE", "/unknown", 404);
    assert_unchanged("GET", "/unknown", 404);
}

#[test]
fn a_501_of_a_handler_is_not_marked_as_a_refusal() {
    let own = || async { (StatusCode::NOT_IMPLEMENTED, "later") };
    let app = layer().layer(Router::new().route("/", get(own)));
    let response = send(&app, "GET", "/");
    assert_eq!(response.status(), 501);
    assert_eq!(response.body(), "later");
    assert!(response.extensions().get::<UnsupportedMethod>().is_none());
}

/// The four forms of a request target (RFC 9112 section 3.2): the method alone decides.
#[track_caller]
fn assert_target_forms(app: &impl App) {
    for target in ["*", "http://localhost/get", "localhost:443", "/get"] {
        assert_status(app, "FOO", target, 501);
    }
    assert_status(app, "OPTIONS", "*", 404);
    assert_status(app, "GET", "http://localhost/get", 200);
}

#[test]
fn the_form_of_the_target_does_not_matter() {
    assert_target_forms(&routes().layer(layer()));
    assert_target_forms(&layer().layer(routes()));
}

#[test]
fn connect_is_refused_where_it_is_not_supported() {
    let without = layer().layer(routes());
    assert_status(&without, "CONNECT", "localhost:443", 404);
    let with = NotImplementedLayer::new([Method::POST]).layer(routes());
    assert_status(&with, "CONNECT", "localhost:443", 501);
}

/// An application served on a free port of loopback until dropped.
struct Served {
    address: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Runs `serve`, which hands the listener to `axum::serve`.
    async fn start<F>(serve: impl FnOnce(TcpListener) -> F) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(serve(listener));
        Self { address, task }
    }

    /// The whole answer on a connection of its own, in lower case.
    async fn answer(&self, line: &str) -> String {
        let mut stream = within(TcpStream::connect(self.address)).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        within(stream.write_all(request.as_bytes())).await.unwrap();
        let mut answer = String::new();
        within(stream.read_to_string(&mut answer)).await.unwrap();
        answer.to_ascii_lowercase()
    }

    async fn assert_refuses_everywhere(&self) {
        for line in ["FOO /get", "FOO /any", "FOO /unknown", "FOO *"] {
            let answer = self.answer(line).await;
            assert!(answer.starts_with("http/1.1 501 "), "{line}: {answer}");
            assert!(answer.contains("content-length: "), "{line}: {answer}");
            let (_, content) = answer.split_once("\r\n\r\n").unwrap();
            assert!(content.starts_with("501 not implemented: "), "{line}");
        }
        for (line, status) in [("DELETE /get", 405), ("DELETE /unknown", 404)] {
            let answer = self.answer(line).await;
            assert!(answer.starts_with(&format!("http/1.1 {status} ")));
        }
        let answer = self.answer("GET /get").await;
        assert!(answer.starts_with("http/1.1 200 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    }

    async fn assert_allow(&self, expected: bool) {
        let answer = self.answer("FOO /get").await;
        assert_eq!(answer.contains("allow: get,head\r\n"), expected, "{answer}");
        assert_eq!(answer.contains("\r\nallow: "), expected, "{answer}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn axum_serves_router_layer() {
    let app = routes().layer(layer());
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
    served.assert_allow(true).await;
}

#[tokio::test]
async fn axum_serves_a_layered_fallback_router() {
    let app = Router::new().fallback_service(routes()).layer(layer());
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
    served.assert_allow(false).await;
}

#[tokio::test]
async fn axum_serves_a_layer_around_the_router_that_keeps_the_body_type() {
    let app = layer().response_body(Body::from).layer(routes());
    let app = axum::ServiceExt::<Request>::into_make_service(app);
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
    served.assert_allow(false).await;
}

#[tokio::test]
async fn axum_serves_a_layer_around_the_router_with_connect_info() {
    let app = layer().response_body(Body::from).layer(routes());
    let app = axum::ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(app);
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
}

#[tokio::test]
async fn axum_serves_a_layer_around_the_router_behind_a_mapped_body() {
    let app = ServiceBuilder::new()
        .layer(MapResponseBodyLayer::new(Body::new))
        .layer(layer())
        .service(routes());
    let app = axum::ServiceExt::<Request>::into_make_service(app);
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
    served.assert_allow(false).await;
}
