use super::Plan::{Leave, Nothing, Read};
use super::*;
use bytes::Bytes;
use http_body::SizeHint;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{collections::VecDeque, sync::Arc, task::Wake};

const LIMIT: u64 = 10;
const VERSIONS: [Version; 5] = [
    Version::HTTP_09,
    Version::HTTP_10,
    Version::HTTP_11,
    Version::HTTP_2,
    Version::HTTP_3,
];

type Next = Poll<Option<Result<Frame<Bytes>, ()>>>;

/// What a body says of itself: whether it has ended, and the bounds of its length.
type Said = (bool, u64, Option<u64>);

const ENDED: Said = (true, 0, None);
const UNKNOWN: Said = (false, 0, None);

fn exact(length: u64) -> Said {
    (false, length, Some(length))
}

fn at_least(length: u64) -> Said {
    (false, length, None)
}

/// A body that gives these frames and must not be polled again.
struct Script(Said, VecDeque<Next>);

impl Body for Script {
    type Data = Bytes;
    type Error = ();

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Next {
        self.1.pop_front().expect("polled after its end")
    }

    fn is_end_stream(&self) -> bool {
        self.0 .0
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.0 .1);
        if let Some(upper) = self.0 .2 {
            hint.set_upper(upper);
        }
        hint
    }
}

/// With one field to a line.
fn plan(method: &str, version: Version, fields: &str, said: Said, limit: u64) -> Plan {
    let request = Request::builder().method(method).version(version);
    let fields = fields.lines().filter_map(|field| field.split_once(": "));
    let request = fields.fold(request, |request, (name, value)| {
        // Each character is one byte: é is not UTF-8 then.
        request.header(
            name,
            value.chars().map(|char| char as u8).collect::<Vec<_>>(),
        )
    });
    let content = Script(said, VecDeque::new());
    Plan::new(&request.body(content).unwrap(), limit)
}

/// For HTTP/0.9, 1.0, 1.1, 2 and 3.
#[track_caller]
fn assert_plans(fields: &str, said: Said, expected: [Plan; 5]) {
    let plans = VERSIONS.map(|version| plan("FOO", version, fields, said, LIMIT));
    assert_eq!(plans, expected, "{fields}");
}

#[track_caller]
fn assert_plan(fields: &str, said: Said, http1: Plan, later: Plan) {
    assert_plans(fields, said, [http1, http1, http1, later, later]);
}

#[test]
fn connect_is_never_read() {
    for version in VERSIONS {
        for said in [ENDED, UNKNOWN, exact(0), exact(1)] {
            let plan = plan("CONNECT", version, "content-length: 1", said, LIMIT);
            assert_eq!(plan, Leave, "{version:?} {said:?}");
        }
    }
}

#[test]
fn no_content_is_said_by_the_body() {
    assert_plan("content-length: 99", ENDED, Nothing, Nothing);
    assert_plan("transfer-encoding: x", ENDED, Nothing, Nothing);
    assert_plan("", exact(0), Nothing, Nothing);
    assert_plan("expect: 100-continue", ENDED, Nothing, Nothing);
    assert_plan("expect: 100-continue", exact(0), Nothing, Nothing);
    assert_plan("content-type: application/grpc", exact(0), Nothing, Nothing);
}

#[test]
fn a_hint_of_zero_beside_declared_content_is_a_limit_around_it() {
    assert_plan("transfer-encoding: chunked", exact(0), Read, Read);
    assert_plan("content-length: 5", exact(0), Read, Read);
    assert_plan("content-length: 11", exact(0), Leave, Leave);
    assert_plan("content-length: 0", exact(0), Nothing, Read);
    let both = "content-length: 0\ntransfer-encoding: x";
    assert_plan(both, exact(0), Read, Read);
    let call = "transfer-encoding: x\ncontent-type: application/grpc";
    assert_plan(call, exact(0), Read, Leave);
}

#[test]
fn expectations_are_of_http_1_1_and_later() {
    for field in ["expect: 100-continue", "expect: x"] {
        assert_plans(field, exact(1), [Read, Read, Leave, Leave, Leave]);
    }
}

#[test]
fn more_than_the_limit_is_left() {
    assert_plan("", exact(10), Read, Read);
    assert_plan("", exact(11), Leave, Leave);
    assert_plan("", at_least(11), Leave, Leave);
    assert_plan("content-length: 10", UNKNOWN, Read, Read);
    assert_plan("content-length: 11", UNKNOWN, Leave, Leave);
    assert_plan("content-length: 10", at_least(11), Leave, Leave);
    let beyond_64_bits = format!("content-length: 1{:040}", 0);
    assert_plan(&beyond_64_bits, UNKNOWN, Leave, Leave);
    assert_plan(
        "content-length: 18446744073709551617",
        UNKNOWN,
        Leave,
        Leave,
    );
}

#[test]
fn a_limit_of_zero_reads_nothing_and_the_largest_all() {
    for version in VERSIONS {
        let plan = |said, limit| plan("FOO", version, "content-length: 0", said, limit);
        assert_eq!(plan(UNKNOWN, 0), Leave);
        assert_eq!(plan(ENDED, 0), Nothing);
        assert_eq!(plan(exact(1), 1), Read);
        assert_eq!(plan(exact(u64::MAX), u64::MAX), Read);
        assert_eq!(plan(exact(u64::MAX), u64::MAX - 1), Leave);
    }
}

/// A length that is no length, or not the only one.
#[test]
fn without_a_length_content_is_read() {
    for fields in [
        "",
        "transfer-encoding: chunked",
        "content-length: +5",
        "content-length: 99, 99",
        "content-length: ",
        "content-length: 99\ncontent-length: 99",
        "content-length: 99\ntransfer-encoding: chunked",
        "content-length: 99é",
    ] {
        assert_plan(fields, UNKNOWN, Read, Read);
        assert_plan(fields, at_least(1), Read, Read);
        let call = format!("{fields}\ncontent-type: application/grpc");
        assert_plan(&call, UNKNOWN, Read, Leave);
        assert_plan(&call, exact(1), Read, Read);
    }
}

#[test]
fn a_streaming_rpc_without_a_length_is_left_over_http_2_and_3() {
    for (name, later) in [
        ("application/grpc", Leave),
        ("Application/GRPC+proto", Leave),
        ("application/grpc-web-text", Leave),
        ("application/connect+json", Leave),
        ("application/grpc; é", Leave),
        ("application/connect", Read),
        ("é", Read),
        ("application/grp", Read),
        ("text/event-stream", Read),
    ] {
        let fields = format!("content-type: {name}");
        assert_plan(&fields, UNKNOWN, Read, later);
        assert_plan(&fields, at_least(1), Read, later);
        assert_plan(&format!("{fields}\ncontent-type: x"), UNKNOWN, Read, later);
        let declared = format!("{fields}\ncontent-length: 1");
        assert_plan(&declared, UNKNOWN, Read, Read);
    }
}

struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// What one poll gives, and how often it wakes.
fn poll(discard: &mut Discard<Script>) -> (Poll<bool>, usize) {
    let count = Arc::new(Wakes(AtomicUsize::new(0)));
    let waker = count.clone().into();
    let polled = Pin::new(discard).poll(&mut Context::from_waker(&waker));
    (polled, count.0.load(Relaxed))
}

fn data(length: usize) -> Next {
    Poll::Ready(Some(Ok(Frame::data(vec![0; length].into()))))
}

fn trailers() -> Next {
    Poll::Ready(Some(Ok(Frame::trailers(HeaderMap::new()))))
}

const END: Next = Poll::Ready(None);
const ERROR: Next = Poll::Ready(Some(Err(())));

fn discard(frames: impl Into<VecDeque<Next>>, timer: Option<MakeTimer>) -> Discard<Script> {
    Discard::new(Script(UNKNOWN, frames.into()), LIMIT, timer)
}

#[track_caller]
fn assert_ends<const N: usize>(frames: [Next; N], expected: bool) {
    let mut discard = discard(frames, None);
    assert_eq!(poll(&mut discard), (Poll::Ready(expected), 0));
    assert!(discard.content.1.is_empty(), "it gives up early");
}

/// A frame without bytes counts as one byte, trailers are the end, and an error is none.
#[test]
fn content_up_to_the_limit_ends() {
    assert_ends([data(9), END], true);
    assert_ends([data(4), data(6), END], true);
    assert_ends([data(10), data(1)], false);
    assert_ends([data(11)], false);
    assert_ends([data(9), data(0), END], true);
    assert_ends([data(9), data(0), data(0)], false);
    assert_ends([trailers()], true);
    assert_ends([data(10), trailers()], true);
    assert_ends([ERROR], false);
    assert_ends([data(10), ERROR], false);
}

#[test]
fn content_that_is_not_there_is_waited_for_without_waking() {
    let mut discard = discard([Poll::Pending, data(1), Poll::Pending, END], None);
    assert_eq!(poll(&mut discard), (Poll::Pending, 0));
    assert_eq!(poll(&mut discard), (Poll::Pending, 0));
    assert_eq!(poll(&mut discard), (Poll::Ready(true), 0));
}

#[test]
fn content_that_is_always_there_yields_and_asks_for_one_more_poll() {
    let frames = (0..1_000).map(|_| data(1)).collect();
    let mut discard = Discard::new(Script(UNKNOWN, frames), 999, None);
    let mut left = 1_000;
    while left > 0 {
        let polled = poll(&mut discard);
        let read = left - discard.content.1.len();
        assert!((1..=256).contains(&read), "{read} frames in one poll");
        left -= read;
        let end = (Poll::Ready(false), 0);
        assert_eq!(polled, if left > 0 { (Poll::Pending, 1) } else { end });
    }
}

/// What a timer that is ready at once does to content, and the number of timers that were made.
fn timed(frames: impl Into<VecDeque<Next>>) -> (Poll<bool>, usize) {
    let made = Arc::new(AtomicUsize::new(0));
    let counted = made.clone();
    let timer = make_timer(move || {
        counted.fetch_add(1, Relaxed);
        std::future::ready(())
    });
    let mut discard = Discard::new(Script(UNKNOWN, frames.into()), u64::MAX, Some(timer));
    (poll(&mut discard).0, made.load(Relaxed))
}

#[test]
fn a_timer_is_made_once_where_content_is_not_all_there_and_ends_the_wait() {
    assert_eq!(timed([data(1), END]), (Poll::Ready(true), 0));
    assert_eq!(timed([Poll::Pending]), (Poll::Ready(false), 1));
    let timer = make_timer(|| std::future::ready(()));
    let mut at_the_limit = discard([data(10), Poll::Pending], Some(timer));
    assert_eq!(poll(&mut at_the_limit), (Poll::Ready(false), 0));
    let endless: VecDeque<_> = (0..1_000).map(|_| data(1)).collect();
    assert_eq!(timed(endless), (Poll::Ready(false), 1));
}
