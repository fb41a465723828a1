//! One refusal with a date in Retry-After, on a target without a clock.

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use std::{
    convert::Infallible,
    future::{ready, Future, Ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake},
    time::{Duration, SystemTime},
};
use tower_layer::Layer;
use tower_not_implemented::NotImplementedLayer;
use tower_service::Service;

struct Content(Option<Bytes>);

impl From<Bytes> for Content {
    fn from(content: Bytes) -> Self {
        Self(Some(content))
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|content| Ok(Frame::data(content))))
    }
}

struct Inner;

impl Service<Request<Content>> for Inner {
    type Response = Response<Content>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Content>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Content>) -> Self::Future {
        ready(Ok(Response::new(Content(None))))
    }
}

struct NoWake;

impl Wake for NoWake {
    fn wake(self: Arc<Self>) {}
}

/// The status of the refusal, and 1,000 more if it has the date.
#[no_mangle]
pub extern "C" fn refuse() -> u32 {
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(4_107_571_747);
    let mut service = NotImplementedLayer::default().retry_after(date).layer(Inner);
    let request = Request::builder().method("FOO").body(Content(None));
    let future = service.call(request.expect("a request"));
    let waker = Arc::new(NoWake).into();
    match Box::pin(future).as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(Ok(response)) => {
            let date = response.headers().contains_key("retry-after");
            u32::from(response.status().as_u16()) + 1_000 * u32::from(date)
        }
        _ => 0,
    }
}
