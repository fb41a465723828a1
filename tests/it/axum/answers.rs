//! What passes, and what does not matter.

use super::{assert_status, layer, routes, App};
use tower::Layer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

#[test]
fn an_extension_method_reaches_any_and_no_method_filter() {
    let app = routes().layer(NotImplementedLayer::new(MethodSet::WEBDAV));
    assert_status(&app, "PROPFIND", "/any", 200);
    assert_status(&app, "PROPFIND", "/get", 405);
    assert_status(&app, "FOO", "/any", 501);
}

#[test]
fn answers_to_supported_methods_pass_unchanged() {
    let (inside, outside) = (routes().layer(layer()), layer().layer(routes()));
    for (method, target, status) in [
        ("GET", "/get", 200),
        ("HEAD", "/get", 200),
        ("DELETE", "/get", 405),
        ("OPTIONS", "/get", 405),
        ("DELETE", "/unknown", 404),
        ("GET", "/unknown", 404),
    ] {
        let bare = routes().send(method, target);
        assert_eq!(bare.status, status, "{method} {target}");
        for answer in [inside.send(method, target), outside.send(method, target)] {
            assert_eq!(answer.message(), bare.message(), "{method} {target}");
        }
    }
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
