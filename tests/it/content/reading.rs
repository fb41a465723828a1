//! How content is read: frame by frame, to its end, and never for ever.

use super::{data, discarding, layer, refuse, request, trailers, Content, Step, END, VERSIONS};
use bytes::Bytes;
use http::{Request, Version};
use http_body_util::Full;
use std::{sync::Arc, task::Poll};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::UnsupportedMethod;

/// Content over HTTP/1.1 of which nothing is known.
fn chunked(content: Content) -> Request<Content> {
    request(Version::HTTP_11, &[], content)
}

/// As AWS Lambda has it: the content is in memory, and no field says how long it is.
#[test]
fn content_in_memory_keeps_the_connection() {
    for version in VERSIONS {
        for size in [0, 1, 65_537, 100_000, 262_144] {
            let content = Full::new(Bytes::from(vec![b'x'; size]));
            let mut refusal = refuse(&layer(), request(version, &[], content));
            assert_eq!(refusal.poll(), Poll::Ready(false), "{version:?} {size}");
        }
    }
}

/// Content as it was given by `steps`, while something holds on to its counter.
#[track_caller]
fn assert_let_go(steps: impl IntoIterator<Item = Step, IntoIter: 'static>) {
    let content = Content::of(steps);
    let held = content.polls.clone();
    let mut refusal = refuse(&discarding(10), chunked(content));
    assert_eq!(Arc::strong_count(&held), 2);
    assert!(refusal.poll().is_ready());
    assert_eq!(Arc::strong_count(&held), 1, "held after the answer");
}

#[test]
fn content_is_let_go_with_the_answer() {
    assert_let_go([data(5), END]);
    assert_let_go([data(5), trailers()]);
    assert_let_go([data(11)]);
    assert_let_go([Poll::Ready(Some(Err("torn")))]);
}

#[test]
fn content_is_let_go_with_the_refusal() {
    let content = Content::of([data(5)]);
    let held = content.polls.clone();
    let mut refusal = refuse(&discarding(10), chunked(content));
    assert_eq!(refusal.poll(), Poll::Pending);
    assert_eq!(Arc::strong_count(&held), 2);
    drop(refusal);
    assert_eq!(Arc::strong_count(&held), 1);
}

/// A permit or an upgrade, for example.
#[test]
fn what_the_request_carried_is_let_go_before_its_content_is_read() {
    let permit = Arc::new(());
    for kind in ["text/plain", "application/grpc"] {
        let fields = [("content-type", kind)];
        let mut request = request(Version::HTTP_11, &fields, Content::of([data(5)]));
        request.extensions_mut().insert(permit.clone());
        let mut refusal = refuse(&discarding(10), request);
        assert_eq!(Arc::strong_count(&permit), 1);
        assert_eq!(refusal.poll(), Poll::Pending);
    }
}

#[test]
fn a_refusal_that_was_given_is_not_given_again() {
    let mut refusal = refuse(&layer(), chunked(Content::of([data(5), END])));
    assert_eq!(refusal.poll(), Poll::Ready(false));
    for _ in 0..2 {
        assert_eq!(refusal.poll(), Poll::Pending);
    }
}

#[tokio::test]
async fn a_method_of_400_kilobytes_is_moved() {
    let mut request = request(Version::HTTP_11, &[], Full::<Bytes>::default());
    *request.method_mut() = "B".repeat(400_000).parse().unwrap();
    let method = request.method().as_str().as_ptr();
    let inner = service_fn(super::wrapped::hello);
    let response = layer().layer(inner).call(request).await.unwrap();
    let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
    assert_eq!(mark.method().as_str().as_ptr(), method);
}
