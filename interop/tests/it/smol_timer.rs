//! A timer of another runtime than tokio's.

use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::Full;
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::NotImplementedLayer;

/// Content that never comes.
struct Never;

impl Body for Never {
    type Data = bytes::Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
        Poll::Pending
    }
}

#[test]
fn a_timer_of_smol_ends_the_wait_without_tokio() {
    let layer = NotImplementedLayer::default().discard_timeout(|| async {
        smol::Timer::after(Duration::from_millis(50)).await;
    });
    let inner = service_fn(|_: Request<Never>| async {
        Ok::<_, Infallible>(Response::new(Full::<bytes::Bytes>::default()))
    });
    let request = Request::builder().method("BREW").body(Never).unwrap();
    let refused = layer.layer(inner).oneshot(request);
    let bound = async {
        smol::Timer::after(Duration::from_secs(20)).await;
        panic!("it waits in spite of the timer")
    };
    let response = smol::block_on(smol::future::or(refused, bound)).unwrap();
    assert_eq!(response.status(), 501);
    assert_eq!(response.headers()["connection"], "close");
}
