//! The bound that `discard_timeout` sets for a wait.

use super::{assert_refused_and_closed, assert_refused_and_kept, hello, unfinished, REFUSED};
use crate::support::{
    frames::{answered, answered_early, Frames},
    within, Server,
};
use bytes::Bytes;
use futures_util::{stream, FutureExt};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use std::{
    convert::Infallible,
    future::{pending, poll_fn, ready, Future},
    rc::Rc,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc, Mutex,
    },
    task::{Poll, Waker},
    time::Duration,
};
use tokio::{sync::oneshot, time};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::NotImplementedLayer;

const SECOND: Duration = Duration::from_secs(1);

fn second() -> NotImplementedLayer {
    NotImplementedLayer::default().discard_timeout(|| time::sleep(SECOND))
}

/// The refusal of content that comes when `content` is sent.
fn refuse<'a>(
    layer: &NotImplementedLayer,
    content: impl Future<Output = Bytes> + 'a,
) -> impl Future<Output = Response<Full<Bytes>>> + Unpin + 'a {
    let frame = content.map(|content| Ok::<_, Infallible>(Frame::data(content)));
    let body = StreamBody::new(stream::once(Box::pin(frame)));
    let inner = service_fn(|_| ready(Ok::<_, Infallible>(Response::default())));
    let request = Request::builder().method("BREW").body(body).unwrap();
    Box::pin(layer.layer(inner).call(request).map(Result::unwrap))
}

fn closes(response: &Response<Full<Bytes>>) -> bool {
    assert_eq!(response.status(), 501);
    response.headers().contains_key("connection")
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_the_timer() {
    let mut refusal = refuse(&second(), pending());
    assert!((&mut refusal).now_or_never().is_none());
    time::advance(Duration::from_millis(999)).await;
    assert!((&mut refusal).now_or_never().is_none());
    assert!(closes(&refusal.await));
}

/// Nothing but the timer wakes it: tokio's paused clock goes on when all tasks sleep.
#[tokio::test(start_paused = true)]
async fn the_timer_wakes_the_refusal() {
    let before = time::Instant::now();
    assert!(closes(&refuse(&second(), pending()).await));
    assert!(before.elapsed() >= SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_time_begins_with_the_wait() {
    let refusal = refuse(&second(), pending());
    time::advance(100 * SECOND).await;
    let before = time::Instant::now();
    assert!(closes(&refusal.await));
    assert!(before.elapsed() >= SECOND);
}

#[tokio::test(start_paused = true)]
async fn content_that_comes_in_time_is_read_to_its_end() {
    let (send, content) = oneshot::channel::<Bytes>();
    let mut refusal = refuse(&second(), content.map(Result::unwrap));
    assert!((&mut refusal).now_or_never().is_none());
    time::advance(SECOND / 2).await;
    send.send("hello".into()).unwrap();
    assert!(!closes(&refusal.await));
}

#[tokio::test(start_paused = true)]
async fn content_that_ends_in_the_same_poll_as_the_timer_has_ended() {
    let (send, content) = oneshot::channel::<Bytes>();
    let mut refusal = refuse(&second(), content.map(Result::unwrap));
    assert!((&mut refusal).now_or_never().is_none());
    time::advance(2 * SECOND).await;
    send.send("hello".into()).unwrap();
    assert!(!closes(&refusal.now_or_never().unwrap()));
}

#[tokio::test]
async fn a_timer_is_made_for_each_wait_and_for_nothing_else() {
    let made = Arc::new(AtomicUsize::new(0));
    let counter = made.clone();
    let layer = NotImplementedLayer::default().discard_timeout(move || {
        counter.fetch_add(1, Ordering::SeqCst);
        pending()
    });
    assert!(!closes(&refuse(&layer, ready(Bytes::from("hello"))).await));
    assert_eq!(made.load(Ordering::SeqCst), 0);
    let mut waiting = refuse(&layer, pending());
    for _ in 0..3 {
        assert!((&mut waiting).now_or_never().is_none());
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }
    assert!(refuse(&layer, pending()).now_or_never().is_none());
    assert_eq!(made.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_timer_that_is_ready_at_once_answers_at_once() {
    let layer = NotImplementedLayer::default().discard_timeout(|| ready(()));
    assert!(closes(&refuse(&layer, pending()).now_or_never().unwrap()));
    assert!(!closes(&refuse(&layer, ready(Bytes::new())).await));
}

/// A timer of no runtime: it ends when a thread says so.
#[tokio::test]
async fn a_timer_of_any_kind_will_do() {
    let (rung, waker) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(Mutex::new(None::<Waker>)),
    );
    let timer = (rung.clone(), waker.clone());
    let layer = NotImplementedLayer::default().discard_timeout(move || {
        let (rung, waker) = timer.clone();
        poll_fn(move |cx| {
            *waker.lock().unwrap() = Some(cx.waker().clone());
            if rung.load(Ordering::SeqCst) {
                return Poll::Ready(());
            }
            Poll::Pending
        })
    });
    let mut refusal = refuse(&layer, pending());
    assert!((&mut refusal).now_or_never().is_none());
    std::thread::spawn(move || {
        rung.store(true, Ordering::SeqCst);
        waker.lock().unwrap().take().unwrap().wake();
    });
    assert!(closes(&within(refusal).await));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_not_send_is_bounded_too() {
    let local = Rc::new(());
    let content = async {
        let content = pending().await;
        drop(local);
        content
    };
    assert!(closes(&refuse(&second(), content).await));
}

#[tokio::test]
#[should_panic(expected = "the user's own")]
async fn a_panic_of_the_timer_is_the_users() {
    let layer =
        NotImplementedLayer::default().discard_timeout(|| async { panic!("the user's own") });
    refuse(&layer, pending()).await;
}

#[tokio::test]
async fn over_http1_the_timer_answers_and_announces_the_end() {
    let server = Server::start(second().layer(service_fn(hello))).await;
    let mut connections = Vec::new();
    for request in unfinished() {
        let mut connection = server.connect().await;
        connection.send(request).await;
        connections.push(connection);
    }
    let mut in_time = server.connect().await;
    in_time.send(REFUSED).await;
    in_time.send("hello").await;
    assert_refused_and_kept(&mut in_time).await;
    for connection in &mut connections {
        assert_refused_and_closed(connection).await;
    }
}

#[tokio::test]
async fn over_http_1_0_the_end_is_announced_alone() {
    let server = Server::start(second().layer(service_fn(hello))).await;
    let mut connection = server.connect().await;
    let head = "BREW / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n";
    connection.send(head).await;
    let answer = within(connection.response()).await;
    assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(connection.rest().await, "");
}

#[tokio::test]
async fn over_http2_the_timer_answers_and_other_streams_live_on() {
    let server = Server::start(second().layer(service_fn(hello))).await;
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "BREW", &[], false).await;
    frames.data(1, b"01234", false).await;
    frames.request(3, "GET", &[], true).await;
    assert_eq!(frames.take(2).await, answered(200, 3));
    assert_eq!(frames.take(3).await, answered_early(1));
    frames.request(5, "GET", &[], true).await;
    assert_eq!(frames.take(2).await, answered(200, 5));
    assert_eq!(frames.ping().await, []);
}
