//! How content is read: frame by frame, to its end, and never for ever.

use super::{data, discarding, layer, refuse, request, trailers, Content, Step, END, VERSIONS};
use bytes::Bytes;
use http::{Request, Version};
use http_body::SizeHint;
use http_body_util::Full;
use std::{
    iter::repeat_with,
    sync::{atomic::Ordering, Arc},
    task::Poll,
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::UnsupportedMethod;

/// More frames than one poll of a refusal may read.
const MANY: usize = 1_000;

/// As good as endless: a test of what goes on for ever must end.
fn endless(size: usize) -> Content {
    Content::of(repeat_with(move || data(size)).take(1_000_000))
}

/// Content over HTTP/1.1 of which nothing is known.
fn chunked(content: Content) -> Request<Content> {
    request(Version::HTTP_11, &[], content)
}

/// Polls a refusal of `content` over HTTP/1.1 with `limit`, each time it was woken: whether the 501
/// announces the end, and how often the content was polled.
fn read(limit: u64, content: Content) -> (bool, usize) {
    let polls = content.polls.clone();
    let mut refusal = refuse(&discarding(limit), chunked(content));
    let mut woken = 0;
    loop {
        if let Poll::Ready(closes) = refusal.poll() {
            return (closes, polls.load(Ordering::SeqCst));
        }
        assert_eq!(refusal.wakes(), woken + 1, "it waits for ever");
        woken += 1;
    }
}

#[test]
fn content_is_read_to_its_end() {
    let steps = || [data(4), data(6), END];
    assert_eq!(read(10, Content::of(steps())), (false, 3));
    assert_eq!(read(11, Content::of(steps())), (false, 3));
    assert_eq!(read(10, Content::of([END])), (false, 1));
}

#[test]
fn one_byte_past_the_limit_ends_the_reading() {
    assert_eq!(read(9, Content::of([data(4), data(6), END])), (true, 2));
    assert_eq!(read(10, Content::of([data(10), data(1)])), (true, 2));
    assert_eq!(read(10, Content::of([data(11)])), (true, 1));
}

#[test]
fn trailers_are_the_end() {
    let content = Content::of([data(10), trailers()]);
    assert_eq!(read(10, content), (false, 2));
    assert_eq!(read(1, Content::of([trailers()])), (false, 1));
}

#[test]
fn an_error_is_answered_and_ends_the_connection() {
    let error = || Poll::Ready(Some(Err("torn")));
    assert_eq!(read(10, Content::of([error()])), (true, 1));
    assert_eq!(read(10, Content::of([data(5), error()])), (true, 2));
    assert_eq!(read(10, Content::of([data(10), error()])), (true, 2));
}

#[test]
fn the_limit_counts_what_is_read_whatever_was_declared() {
    let content = endless(5).hinting(SizeHint::with_exact(5));
    let fields = [("content-length", "5")];
    let polls = content.polls.clone();
    let request = request(Version::HTTP_11, &fields, content);
    assert_eq!(refuse(&discarding(10), request).poll(), Poll::Ready(true));
    assert_eq!(polls.load(Ordering::SeqCst), 3);
}

#[test]
fn frames_without_bytes_come_to_an_end() {
    let content = endless(0);
    assert_eq!(read(10_000, content), (true, 10_001));
    let few = Content::of([data(0), data(8), data(0), END]);
    assert_eq!(read(10, few), (false, 4));
}

#[test]
fn a_body_that_is_always_ready_comes_to_an_end() {
    let content = endless(1);
    assert_eq!(read(10_000, content), (true, 10_001));
    let steps = repeat_with(|| data(1)).take(10_000);
    let long = Content::of(steps.chain([END]));
    assert_eq!(read(10_000, long), (false, 10_001));
}

#[test]
fn a_body_that_is_always_ready_does_not_hold_the_executor() {
    let content = endless(1);
    let polls = content.polls.clone();
    let mut refusal = refuse(&discarding(u64::MAX), chunked(content));
    let mut before = 0;
    for turn in 1..=100 {
        assert_eq!(refusal.poll(), Poll::Pending);
        assert_eq!(refusal.wakes(), turn, "woken once a turn");
        let after = polls.load(Ordering::SeqCst);
        assert!((1..MANY).contains(&(after - before)), "{before} {after}");
        before = after;
    }
}

#[test]
fn a_body_that_is_pending_wakes_the_refusal_itself() {
    // Each of these numbers of frames, and then a wait.
    let pauses = [0, 1, 15, 16, 17, 40, 62, 63];
    let steps = pauses.into_iter().flat_map(|number| {
        let frames = repeat_with(|| data(1)).take(number);
        frames.chain([Poll::Pending])
    });
    let mut refusal = refuse(&layer(), chunked(Content::of(steps.chain([END]))));
    for _ in pauses {
        assert_eq!(refusal.poll(), Poll::Pending);
        assert_eq!(refusal.wakes(), 0);
    }
    assert_eq!(refusal.poll(), Poll::Ready(false));
}

#[test]
fn an_adapter_that_hides_its_hint_is_read_where_a_length_is_declared() {
    for version in VERSIONS {
        let content = Content::of([Poll::Pending, data(6), Poll::Pending, data(4), END]);
        let polls = content.polls.clone();
        let declared = request(version, &[("content-length", "10")], content);
        let mut refusal = refuse(&layer(), declared);
        assert_eq!(refusal.poll(), Poll::Pending);
        assert_eq!(refusal.poll(), Poll::Pending);
        assert_eq!(refusal.poll(), Poll::Ready(false), "{version:?}");
        assert_eq!(polls.load(Ordering::SeqCst), 5);
    }
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
