//! What a refusal looks like from the outside.

use super::{
    answer, assert_ready, at_once, content, mocked, next_frame, refusal, request, Frames, Tag,
};
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONTENT_TYPE},
    Response, StatusCode,
};
use http_body::Body;
use http_body_util::Full;
use std::time::Duration;
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{
    MethodSet, NotImplemented, NotImplementedLayer, ResponseBody, UnsupportedMethod,
};

#[test]
fn unsupported_method_never_reaches_the_inner_service() {
    let (mut service, mut handle) = mocked::<Full<Bytes>>();
    for name in ["BREW", "PROPFIND", "QUERY", "get", "M-GET", "PRI", "*"] {
        assert_ready(&mut service);
        let response = at_once(service.call(request(name))).unwrap();
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "{name}");
        let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
        assert_eq!(mark.method(), name);
        assert!(handle.poll_request().is_pending(), "{name}");
    }
}

#[test]
fn refusal_is_ready_on_first_poll() {
    let mut service = NotImplemented::new(service_fn(answer), MethodSet::GET_HEAD);
    let response = at_once(service.call(request("POST"))).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
}

#[test]
fn the_body_of_a_refusal_has_an_exact_size_until_it_ends() {
    let own = HeaderValue::from_static("text/plain");
    let layer = NotImplementedLayer::default().body(own, "explained");
    let mut body = refusal(&layer).into_body();
    assert_eq!(body.size_hint().exact(), Some(9));
    assert!(!body.is_end_stream());

    let frame = next_frame(&mut body).unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), "explained");
    assert_eq!(body.size_hint().exact(), Some(0));
    assert!(body.is_end_stream());
    assert!(next_frame(&mut body).is_none());
    assert!(next_frame(&mut body).is_none());
}

#[test]
fn the_default_body_is_empty_and_at_its_end() {
    let mut body = ResponseBody::<Frames>::default();
    assert_eq!(body.size_hint().exact(), Some(0));
    assert!(body.is_end_stream());
    assert!(next_frame(&mut body).is_none());
}

#[test]
fn an_own_empty_body_has_no_content_type() {
    let html = HeaderValue::from_static("text/html");
    let response = refusal(&NotImplementedLayer::default().body(html, ""));
    assert_eq!(response.headers().get(CONTENT_TYPE), None);
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
}

/// Every byte of the head's fields and the content.
fn sent(response: Response<Full<Bytes>>) -> String {
    let (head, body) = response.into_parts();
    format!("{:?} {:?}", head.headers, content(body))
}

#[test]
fn a_huge_method_is_refused_without_repeating_any_of_it() {
    let method = "Zq9".repeat(400_000 / 3);
    let plain = NotImplementedLayer::default();
    let full = plain
        .clone()
        .allow_header(true)
        .retry_after(Duration::from_secs(1));
    let problem = full.clone().problem_details();
    for layer in [plain, full, problem] {
        for content_type in ["text/plain", "application/grpc"] {
            let mut request = request(&method);
            let value = HeaderValue::from_static(content_type);
            request.headers_mut().insert(CONTENT_TYPE, value);
            let response = at_once(layer.layer(service_fn(answer)).call(request)).unwrap();
            assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
            let sent = sent(response);
            assert!(sent.len() < 1_000, "{} bytes", sent.len());
            assert!(!sent.contains("Zq9"), "{sent}");
        }
    }
}

#[test]
fn no_request_value_leaks_into_the_response() {
    let mut request = request("BREW");
    request.extensions_mut().insert(Tag("request"));
    request.extensions_mut().insert(7_u8);
    let earlier = UnsupportedMethod::clone(
        refusal(&NotImplementedLayer::default())
            .extensions()
            .get()
            .unwrap(),
    );
    request.extensions_mut().insert(earlier.clone());
    *request.method_mut() = http::Method::from_bytes(b"POUR").unwrap();
    let mut service = NotImplementedLayer::default().layer(service_fn(answer));
    let response = at_once(service.call(request)).unwrap();
    assert_eq!(response.extensions().len(), 1);
    let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
    assert_eq!(mark.method(), "POUR");
    assert_ne!(mark, &earlier);
}
