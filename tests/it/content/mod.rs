//! The content of a refused request: what the documentation says a client gets, on sockets and also
//! behind layers that wrap the body, and what is let go when.

mod table;
mod wrapped;

use crate::support::{refusals::least, within, Woken};
use bytes::Bytes;
use futures_util::{stream, FutureExt};
use http::{header::CONNECTION, Request, Response};
use http_body::{Body, Frame};
use http_body_util::{Full, StreamBody};
use std::{
    convert::Infallible,
    future::{ready, Future},
    sync::Arc,
    task::{Context, Poll},
};
use tower::{service_fn, Layer, Service, ServiceExt};
use tower_not_implemented::UnsupportedMethod;

async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello")))
}

/// What a body gives when it is polled.
type Step = Poll<Option<Result<Frame<Bytes>, &'static str>>>;

fn data(size: usize) -> Step {
    Poll::Ready(Some(Ok(Frame::data(vec![b'x'; size].into()))))
}

fn trailers() -> Step {
    Poll::Ready(Some(Ok(Frame::trailers(http::HeaderMap::new()))))
}

const END: Step = Poll::Ready(None);

/// Content over HTTP/1.1 that holds on to `held`, and never comes after these steps.
fn holding(held: &Arc<()>, steps: impl IntoIterator<Item = Step>) -> Request<impl Body> {
    let (held, mut steps) = (held.clone(), steps.into_iter());
    let content = StreamBody::new(stream::poll_fn(move |_| {
        let _ = &held;
        steps.next().unwrap_or(Poll::Pending)
    }));
    Request::builder().method("BREW").body(content).unwrap()
}

/// A refusal that reads up to ten bytes.
fn refuse<B: Body>(
    request: Request<B>,
) -> impl Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Unpin {
    let inner = service_fn(|_: Request<B>| ready(Ok(Response::default())));
    Box::pin(least().discard_limit(10).layer(inner).call(request))
}

#[test]
fn content_is_let_go_with_the_answer() {
    let torn = Poll::Ready(Some(Err("torn")));
    let cases = [
        ("read", vec![data(5), END], false),
        ("read to its trailers", vec![data(5), trailers()], false),
        ("over the limit", vec![data(11)], true),
        ("failed", vec![torn], true),
    ];
    for (name, steps, closes) in cases {
        let held = Arc::new(());
        let mut refusal = refuse(holding(&held, steps));
        assert_eq!(Arc::strong_count(&held), 2, "{name}");
        let answer = (&mut refusal).now_or_never().expect(name).unwrap();
        assert_eq!(answer.status(), 501, "{name}");
        assert_eq!(answer.headers().contains_key(CONNECTION), closes, "{name}");
        assert_eq!(Arc::strong_count(&held), 1, "{name}");
        let woken = Arc::new(Woken::default());
        let again = refusal.poll_unpin(&mut Context::from_waker(&woken.clone().into()));
        assert!(again.is_pending(), "{name}: given again");
        assert!(!woken.is_woken(), "{name}: to be given again");
    }
}

/// A permit or an upgrade, for example.
#[test]
fn what_the_request_carried_is_let_go_before_its_content_is_read() {
    for kind in ["text/plain", "application/grpc"] {
        println!("{kind}");
        let (permit, held) = (Arc::new(()), Arc::new(()));
        let mut request = holding(&held, [data(5)]);
        let kind = kind.parse().unwrap();
        request.headers_mut().insert("content-type", kind);
        request.extensions_mut().insert(permit.clone());
        let mut refusal = refuse(request);
        assert_eq!(Arc::strong_count(&permit), 1);
        assert!((&mut refusal).now_or_never().is_none());
        assert_eq!(Arc::strong_count(&held), 2);
        drop(refusal);
        assert_eq!(Arc::strong_count(&held), 1);
    }
}

#[tokio::test]
async fn content_of_any_number_of_frames_is_read_to_its_end() {
    let frame = |_| Ok::<_, Infallible>(Frame::data(Bytes::from("x")));
    let content = StreamBody::new(stream::iter((0..1_000).map(frame)));
    let request = Request::builder().method("BREW").body(content).unwrap();
    let service = least().layer(service_fn(hello));
    let answer = within(service.oneshot(request)).await.unwrap();
    assert_eq!(answer.status(), 501);
    assert!(!answer.headers().contains_key(CONNECTION));
}

#[test]
fn a_method_of_400_kilobytes_is_moved() {
    let mut request = Request::new(Full::<Bytes>::default());
    *request.method_mut() = "B".repeat(400_000).parse().unwrap();
    let method = request.method().as_str().as_ptr();
    let response = refuse(request).now_or_never().unwrap().unwrap();
    let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
    assert_eq!(mark.method().as_str().as_ptr(), method);
}
