//! The bound that `discard_timeout` sets for a wait.

use super::{assert_ends_every_wait, hello};
use crate::support::{within, Server, Woken};
use bytes::Bytes;
use futures_util::{stream, FutureExt};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{Full, StreamBody};
use std::{
    cell::Cell,
    convert::Infallible,
    future::{pending, poll_fn, ready, Future},
    rc::Rc,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc, Mutex,
    },
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::{sync::oneshot, time};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::NotImplementedLayer;

const SECOND: Duration = Duration::from_secs(1);

fn second() -> NotImplementedLayer {
    NotImplementedLayer::default().discard_timeout(|| time::sleep(SECOND))
}

/// Refuses a request whose content is one frame, which comes when `content` is ready.
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
async fn a_timer_need_not_be_sync() {
    fn assert_sync(_: &impl Sync) {}
    let layer = NotImplementedLayer::default().discard_timeout(|| async {
        let cell = Cell::new(SECOND); // Send, and not Sync
        time::sleep(cell.get()).await;
        cell.take();
    });
    let inner = service_fn(|_| ready(Ok::<_, Infallible>(Response::<Full<Bytes>>::default())));
    let frame = pending::<Result<Frame<Bytes>, Infallible>>();
    let body = StreamBody::new(stream::once(frame));
    let request = Request::builder().method("BREW").body(body).unwrap();
    let refusal = layer.layer(inner).call(request);
    assert_sync(&refusal);
    assert!(closes(&within(refusal).await.unwrap()));
}

#[tokio::test]
async fn the_timer_wakes_the_task_that_polled_last() {
    let wakers = [(); 2].map(|()| Arc::new(Woken::default()));
    let (fire, timer) = oneshot::channel::<()>();
    let timer = Mutex::new(Some(timer));
    let layer = NotImplementedLayer::default().discard_timeout(move || {
        let timer = timer.lock().unwrap().take().unwrap();
        timer.map(drop)
    });
    let mut refusal = refuse(&layer, pending());
    for waker in wakers.clone().map(Waker::from) {
        let polled = refusal.poll_unpin(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    }
    fire.send(()).unwrap();
    assert!(wakers[1].is_woken());
    assert!(closes(&refusal.now_or_never().unwrap()));
}

/// Nothing but the timer wakes the refusal: tokio's paused clock goes on when all tasks sleep. The
/// content need not be Send.
#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_the_timer_which_begins_with_it() {
    let local = Rc::new(());
    let content = async {
        let content = pending().await;
        drop(local);
        content
    };
    let refusal = refuse(&second(), content);
    time::advance(100 * SECOND).await;
    let before = time::Instant::now();
    assert!(closes(&within(refusal).await));
    let waited = before.elapsed();
    assert!((SECOND..2 * SECOND).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn content_that_comes_in_time_is_read_to_its_end() {
    let (send, content) = oneshot::channel::<Bytes>();
    let mut refusal = refuse(&second(), content.map(Result::unwrap));
    assert!((&mut refusal).now_or_never().is_none());
    time::advance(SECOND / 2).await;
    send.send("hello".into()).unwrap();
    assert!(!closes(&within(refusal).await));
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
    let mut at_once = refuse(&layer, ready(Bytes::from("hello")));
    assert!(!closes(&(&mut at_once).now_or_never().unwrap()));
    assert_eq!(made.load(Ordering::SeqCst), 0);
    for number in 1..=2 {
        let mut waiting = refuse(&layer, pending());
        for _ in 0..3 {
            assert!((&mut waiting).now_or_never().is_none());
            assert_eq!(made.load(Ordering::SeqCst), number);
        }
    }
}

#[test]
#[should_panic(expected = "the user's own")]
fn a_panic_of_the_timer_is_the_users() {
    let layer = NotImplementedLayer::default();
    let layer = layer.discard_timeout(|| async { panic!("the user's own") });
    refuse(&layer, pending()).now_or_never();
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

#[tokio::test]
async fn the_timer_ends_every_wait_on_the_wire() {
    let server = Server::start(second().layer(service_fn(hello))).await;
    assert_ends_every_wait(&server).await;
}
