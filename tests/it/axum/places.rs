//! The places, a row each.

use super::{assert_allow, assert_row, assert_status, hello, layer, routes, teapot};
use axum::{
    handler::Handler,
    http::Method,
    routing::{any, get},
    Router,
};
use tower::Layer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

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

/// "Last call" on the Router, with a wider set in the nest: the outer layer answers first.
#[test]
fn a_wider_set_in_a_nest_does_not_widen_the_set_around_it() {
    let wide = NotImplementedLayer::new(MethodSet::WEBDAV);
    let app = Router::new()
        .nest_service("/dav", wide.layer(routes()))
        .merge(other_routes())
        .layer(layer());
    assert_row(&app, "/dav", [501, 501, 501], [405, 404]);
    assert_status(&app, "PROPFIND", "/dav/any", 501);
    assert_status(&app, "PROPFIND", "/other-any", 501);
}

#[test]
fn two_sets_stand_beside_each_other() {
    let wide = NotImplementedLayer::new(MethodSet::WEBDAV);
    let app: Router = Router::new()
        .nest_service("/dav", wide.layer(routes()))
        .fallback_service(layer().layer(other_routes()));
    for (target, propfind) in [("/get", 405), ("/any", 200), ("/unknown", 404)] {
        let target = format!("/dav{target}");
        assert_status(&app, "PROPFIND", &target, propfind);
        assert_status(&app, "FOO", &target, 501);
    }
    for target in ["/other", "/other-any", "/unknown", "/"] {
        assert_status(&app, "PROPFIND", target, 501);
        assert_status(&app, "FOO", target, 501);
    }
    assert_status(&app, "GET", "/other", 200);
    assert_status(&app, "DELETE", "/other", 405);
    assert_status(&app, "PROPFIND", "/dav", 404);
    assert_status(&app, "PROPFIND", "/dav/", 404);
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
