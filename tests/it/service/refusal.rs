//! What a refusal looks like from the outside.

use super::{answer, at_once, next_frame, refusal, request, Frames, Tag};
use http::{
    header::{HeaderValue, CONTENT_TYPE},
    Method,
};
use http_body::Body;
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{NotImplementedLayer, ResponseBody, UnsupportedMethod};

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

#[test]
fn no_request_value_leaks_into_the_response() {
    let mut request = request("BREW");
    request.extensions_mut().insert(Tag("request"));
    let earlier = refusal(&NotImplementedLayer::default());
    let earlier = earlier.extensions().get::<UnsupportedMethod>().unwrap();
    request.extensions_mut().insert(earlier.clone());
    *request.method_mut() = Method::from_bytes(b"POUR").unwrap();
    let mut service = NotImplementedLayer::default().layer(service_fn(answer));
    let response = at_once(service.call(request)).unwrap();
    assert_eq!(response.extensions().len(), 1);
    let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
    assert_eq!(mark.method(), "POUR");
    assert_ne!(mark, earlier);
}
