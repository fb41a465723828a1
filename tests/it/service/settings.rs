//! Constructors and setters.

use super::{answer, at_once, content, refusal, request, status, Outgoing, Tag};
use http::{
    header::{HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Method, StatusCode,
};
use std::{fmt, time::Duration};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{CacheControl, MethodSet, NotImplemented, NotImplementedLayer};
use tower_test::mock::Spawn;

#[test]
fn the_inner_service_is_accessible() {
    let mut service = NotImplemented::new(vec![1], [Method::POST]);
    assert_eq!(service.get_ref(), &[1]);
    service.get_mut().push(2);
    assert_eq!(service.into_inner(), [1, 2]);
}

#[tokio::test]
async fn every_constructor_supports_the_same_set() {
    let supported = || [Method::POST, Method::from_bytes(b"PURGE").unwrap()];
    let services = [
        NotImplemented::new(service_fn(answer), supported()),
        NotImplemented::layer(supported()).layer(service_fn(answer)),
        NotImplementedLayer::new(supported()).layer(service_fn(answer)),
    ];
    for service in services {
        let mut service = Spawn::new(service);
        for method in ["GET", "HEAD", "POST", "PURGE"] {
            assert_eq!(status(&mut service, method).await, StatusCode::OK);
        }
        for method in ["PUT", "BREW", "purge"] {
            let status = status(&mut service, method).await;
            assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
        }
    }
}

#[tokio::test]
async fn the_default_layer_supports_the_standard_methods() {
    let mut service = Spawn::new(NotImplementedLayer::default().layer(service_fn(answer)));
    for method in MethodSet::REGISTERED {
        // A CONNECT over HTTP/1.1 asks for a tunnel.
        let supported = MethodSet::STANDARD.contains(&method) && method != Method::CONNECT;
        let expected = if supported { 200 } else { 501 };
        let status = status(&mut service, method.as_str()).await;
        assert_eq!(status.as_u16(), expected, "{method}");
    }
}

#[track_caller]
fn assert_field(layer: &NotImplementedLayer, name: http::HeaderName, expected: Option<&str>) {
    let response = refusal(layer);
    let values: Vec<_> = response.headers().get_all(name).iter().collect();
    assert_eq!(values, Vec::from_iter(expected));
}

#[test]
fn a_later_setting_replaces_an_earlier_one() {
    let layer = NotImplementedLayer::default()
        .retry_after(Duration::from_secs(1))
        .cache_control(CacheControl::no_store())
        .allow_header(false)
        .retry_after(Duration::from_secs(2))
        .cache_control(HeaderValue::from_static("private"))
        .allow_header(true);
    assert_field(&layer, RETRY_AFTER, Some("2"));
    assert_field(&layer, CACHE_CONTROL, Some("private"));
    let standard = MethodSet::STANDARD.to_string();
    assert_field(&layer, ALLOW, Some(&standard));
    assert_field(&layer.allow_header(false), ALLOW, None);
}

#[test]
fn a_later_explanation_replaces_an_earlier_one() {
    let text = || HeaderValue::from_static("text/x-own");
    let layer = NotImplementedLayer::default().body(text(), "first");
    let problem = layer.problem_details();
    assert_field(&problem, CONTENT_TYPE, Some("application/problem+json"));
    assert!(content(refusal(&problem).into_body()).starts_with(b"{"));

    let own = problem.body(text(), "second");
    assert_field(&own, CONTENT_TYPE, Some("text/x-own"));
    assert_eq!(content(refusal(&own).into_body()), "second");
}

#[test]
fn settings_are_those_of_the_moment_of_layering() {
    let layer = NotImplementedLayer::default();
    let mut before = layer.layer(service_fn(answer));
    let layer = layer.retry_after(Duration::from_secs(1));
    let response = at_once(before.call(request("BREW"))).unwrap();
    assert_eq!(response.headers().get(RETRY_AFTER), None);
    assert_field(&layer, RETRY_AFTER, Some("1"));
}

#[test]
fn the_inner_body_type_is_kept_by_default() {
    let layer = NotImplementedLayer::default();
    let mut service = layer.layer(service_fn(answer));
    let forwarded: Outgoing = at_once(service.call(request("GET"))).unwrap();
    assert_eq!(content(forwarded.into_body()), "answered");
    let refused: Outgoing = at_once(service.call(request("BREW"))).unwrap();
    assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED);
    let wrapped = refusal(&NotImplementedLayer::default());
    assert_eq!(refused.headers(), wrapped.headers());
    assert_eq!(content(refused.into_body()), content(wrapped.into_body()));
}

#[track_caller]
fn assert_shows(value: &impl fmt::Debug, parts: &[&str]) {
    let shown = format!("{value:?}");
    for part in parts {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
}

#[test]
fn debug_output_is_useful() {
    let layer = NotImplementedLayer::new([Method::from_bytes(b"PURGE").unwrap()])
        .retry_after(Duration::from_secs(4_321));
    assert_shows(&layer, &["NotImplementedLayer", "HEAD", "PURGE", "4321"]);
    let service = layer.layer(Tag("the inner service"));
    assert_shows(&service, &["NotImplemented", "the inner service", "PURGE"]);

    let mut service = layer.layer(service_fn(answer));
    let forward = service.call(request("GET"));
    assert_shows(&forward, &["ResponseFuture", "Forward"]);
    let refuse = service.call(request("BREW"));
    assert_shows(&refuse, &["ResponseFuture", "Refuse"]);
    assert_eq!(at_once(refuse).unwrap().status(), 501);
    let body = refusal(&layer).into_body();
    assert_shows(&body, &["ResponseBody", "501 Not Implemented"]);
}
