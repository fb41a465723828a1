//! The places, a row each: those of the tables in `docs/placement.md`, and some more.

use super::{assert_allow, assert_row, assert_status, hello, layer, routes, teapot};
use axum::{
    handler::Handler,
    http::Method,
    routing::{any, get},
    Router,
};
use tower::{Layer, ServiceBuilder};
use tower_not_implemented::NotImplementedLayer;

const EVERYWHERE: [u16; 3] = [501, 501, 501];

#[test]
fn without_the_layer_any_serves_every_method() {
    let app = routes();
    assert_row(&app, "", [405, 200, 404], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn router_layer_called_last_refuses_everywhere() {
    let app = routes().layer(layer());
    assert_row(&app, "", EVERYWHERE, [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
    assert_allow(&app, "/any", None);
    assert_allow(&app, "/unknown", None);
}

#[test]
fn around_the_router_the_layer_refuses_everywhere_and_axum_adds_no_allow() {
    let app = layer().layer(routes());
    assert_row(&app, "", EVERYWHERE, [405, 404]);
    assert_allow(&app, "/get", None);

    let app = ServiceBuilder::new().layer(layer()).service(routes());
    assert_row(&app, "", EVERYWHERE, [405, 404]);
    assert_allow(&app, "/get", None);

    let app: Router = Router::new().fallback_service(routes()).layer(layer());
    assert_row(&app, "", EVERYWHERE, [405, 404]);
    assert_allow(&app, "/get", None);
    assert_allow(&app, "/unknown", None);
}

#[test]
fn what_was_added_before_the_layer_is_covered() {
    let app = Router::new().nest("/n", routes()).layer(layer());
    assert_row(&app, "/n", EVERYWHERE, [405, 404]);
    assert_status(&app, "FOO", "/elsewhere", 501);

    let app = Router::new().nest("/n", routes().fallback(teapot));
    assert_row(&app.layer(layer()), "/n", EVERYWHERE, [405, 418]);

    let app = routes().merge(other_routes()).layer(layer());
    assert_row(&app, "", EVERYWHERE, [405, 404]);
    assert_status(&app, "FOO", "/other", 501);
    assert_status(&app, "FOO", "/other-any", 501);

    let app = routes().fallback(teapot).layer(layer());
    assert_row(&app, "", EVERYWHERE, [405, 418]);

    let app = routes().method_not_allowed_fallback(teapot).layer(layer());
    assert_row(&app, "", EVERYWHERE, [418, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));
}

#[test]
fn what_is_added_after_the_layer_is_missed() {
    let late = routes().layer(layer()).route("/late", get(hello));
    let app = late.route("/late-any", any(hello));
    assert_row(&app, "", EVERYWHERE, [405, 404]);
    assert_status(&app, "FOO", "/late", 405);
    assert_status(&app, "FOO", "/late-any", 200);

    let app = routes().layer(layer()).nest("/late", routes());
    assert_row(&app, "/late", [405, 200, 501], [405, 404]);

    let app = routes().layer(layer()).nest_service("/late", routes());
    assert_row(&app, "/late", [405, 200, 404], [405, 404]);
    assert_status(&app, "FOO", "/unknown", 501);

    let app = routes().layer(layer()).fallback(teapot);
    assert_row(&app, "", [501, 501, 418], [405, 418]);

    let app = routes().layer(layer()).method_not_allowed_fallback(teapot);
    assert_row(&app, "", [418, 501, 501], [418, 404]);
}

#[test]
fn a_layer_of_routes_misses_unknown_paths_and_other_routes() {
    let app = routes().route_layer(layer());
    assert_row(&app, "", [501, 501, 404], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));

    let with = |route| Router::new().route("/get", route).route("/any", any(hello));
    let app = with(get(hello).layer(layer()));
    assert_row(&app, "", [501, 200, 404], [405, 404]);
    assert_allow(&app, "/get", Some("GET,HEAD"));

    let app = with(get(hello).route_layer(layer()));
    assert_row(&app, "", [405, 200, 404], [405, 404]);

    let app = with(get(hello).fallback(hello).route_layer(layer()));
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
fn a_nested_layer_covers_its_prefix_with_nest_service_only() {
    let app = Router::new().nest("/n", routes().layer(layer()));
    assert_row(&app, "/n", [501, 501, 404], [405, 404]);
    assert_status(&app, "FOO", "/elsewhere", 404);

    let app = Router::new().nest_service("/n", layer().layer(routes()));
    assert_row(&app, "/n", EVERYWHERE, [405, 404]);
    assert_allow(&app, "/n/get", None);
    assert_status(&app, "FOO", "/elsewhere", 404);
}

fn other_routes() -> Router {
    Router::new()
        .route("/other", get(hello))
        .route("/other-any", any(hello))
}

#[test]
fn a_merged_layer_covers_no_other_route_and_unknown_paths_are_the_last_routers() {
    let last = other_routes().merge(routes().layer(layer()));
    assert_row(&last, "", EVERYWHERE, [405, 404]);
    let first = routes().layer(layer()).merge(other_routes());
    assert_row(&first, "", [501, 501, 404], [405, 404]);
    for app in [last, first] {
        assert_status(&app, "FOO", "/other", 405);
        assert_status(&app, "FOO", "/other-any", 200);
    }
}

#[test]
fn axum_leaves_an_allow_field_of_the_layer_alone() {
    let layer = NotImplementedLayer::new([Method::POST]).send_allow(true);
    let app = routes().layer(layer);
    assert_allow(&app, "/get", Some("GET, HEAD, POST"));
    assert_allow(&app, "/unknown", Some("GET, HEAD, POST"));
}
