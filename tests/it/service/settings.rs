//! Constructors and setters.

use super::{answer, at_once, content, refusal, request, status, Outgoing, Tag};
use crate::support::refusals;
use http::{Method, Request, StatusCode, Version};
use http_body_util::Full;
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

#[test]
fn every_constructor_supports_the_same_set() {
    let supported = || [Method::POST, Method::from_bytes(b"PURGE").unwrap()];
    let services = [
        NotImplemented::new(service_fn(answer), supported()),
        NotImplemented::layer(supported()).layer(service_fn(answer)),
        NotImplementedLayer::new(supported()).layer(service_fn(answer)),
    ];
    for (number, service) in services.into_iter().enumerate() {
        let mut service = Spawn::new(service);
        for method in ["GET", "HEAD", "POST", "PURGE"] {
            let status = status(&mut service, method);
            assert_eq!(status, StatusCode::OK, "{number}: {method}");
        }
        for method in ["PUT", "BREW", "purge"] {
            let status = status(&mut service, method);
            assert_eq!(status, StatusCode::NOT_IMPLEMENTED, "{number}: {method}");
        }
    }
}

#[test]
fn the_default_layer_supports_the_standard_methods() {
    let mut service = Spawn::new(NotImplementedLayer::default().layer(service_fn(answer)));
    for method in MethodSet::REGISTERED.iter() {
        // A CONNECT over HTTP/1.1 asks for a tunnel.
        let supported = MethodSet::STANDARD.contains(&method) && method != Method::CONNECT;
        let expected = if supported { 200 } else { 501 };
        let status = status(&mut service, method.as_str());
        assert_eq!(status, expected, "{method}");
    }
}

/// An extended CONNECT has a path: `/` is one.
#[test]
fn only_a_connect_that_asks_for_no_tunnel_is_forwarded() {
    const HTTP_1: [Version; 2] = [Version::HTTP_10, Version::HTTP_11];
    const LATER: [Version; 2] = [Version::HTTP_2, Version::HTTP_3];
    let mut service = NotImplementedLayer::default().layer(service_fn(answer));
    for (versions, target, status) in [
        (HTTP_1, "localhost:443", 501),
        (HTTP_1, "/", 501),
        (HTTP_1, "https://localhost/chat", 501),
        (LATER, "localhost:443", 501),
        (LATER, "/", 200),
        (LATER, "https://localhost/", 200),
        (LATER, "https://localhost/chat", 200),
    ] {
        for version in versions {
            let connect = Request::connect(target).version(version);
            let connect = connect.body(Full::default()).unwrap();
            let answer = at_once(service.call(connect)).unwrap();
            assert_eq!(answer.status(), status, "{version:?} {target}");
        }
    }
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
    let others = NotImplementedLayer::default()
        .cache_control(CacheControl::no_store())
        .send_allow(true)
        .problem_details()
        .discard_limit(77);
    let parts = [
        "NoStore",
        "send_allow: true",
        "Problem",
        "discard_limit: 77",
    ];
    assert_shows(&others, &parts);
    let tunnels = NotImplementedLayer::default().tunnels(true);
    let parts = ["tunnels: true", "dry_run: false", "send_allow: false"];
    assert_shows(&tunnels, &parts);
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

#[tokio::test]
async fn a_limit_may_be_more_than_32_bits_can_say() {
    let layer = NotImplementedLayer::default().discard_limit((1 << 32) + 5);
    let upload = refusals::request("BREW").map(|_| refusals::full("0123456789"));
    let answer = refusals::answer(&layer, upload).await;
    assert_eq!(
        (answer.status.as_u16(), answer.field("connection")),
        (501, None)
    );
}
