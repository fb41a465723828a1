//! What passes, and what does not matter.

use super::{assert_allow, assert_row, assert_status, layer, routes, send, App};
use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Response, StatusCode, Version},
    routing::get,
    Router,
};
use tower::{Layer, ServiceBuilder};
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

#[test]
fn a_service_builder_around_the_router_refuses_everywhere() {
    let app = ServiceBuilder::new().layer(layer()).service(routes());
    assert_row(&app, "", [501, 501, 501], [405, 404]);
    assert_allow(&app, "/get", None);
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
fn connect_is_refused_unless_tunnels_are_allowed() {
    let tunnels = layer().tunnels(true).layer(routes());
    assert_status(&tunnels, "CONNECT", "localhost:443", 404);
    let without = NotImplementedLayer::new([Method::POST]).tunnels(true);
    for refusing in [layer().layer(routes()), without.layer(routes())] {
        for target in ["localhost:443", "/any", "http://localhost/any", "*"] {
            assert_status(&refusing, "CONNECT", target, 501);
        }
    }
}
