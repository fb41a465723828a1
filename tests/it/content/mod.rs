//! The content of a refused request, as bodies of any kind show it: the rule without a server, then
//! bodies that other layers wrap, with one, and what the documentation says a client gets.

mod reading;
mod table;
mod wrapped;

use bytes::Bytes;
use futures_util::task::noop_waker_ref;
use http::{header::CONNECTION, HeaderName, Request, Response, Version};
use http_body::{Body, Frame};
use http_body_util::Full;
use std::{
    convert::Infallible,
    future::{ready, Future},
    pin::Pin,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    task::{Context, Poll},
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

const VERSIONS: [Version; 5] = [
    Version::HTTP_09,
    Version::HTTP_10,
    Version::HTTP_11,
    Version::HTTP_2,
    Version::HTTP_3,
];

/// A layer that refuses all but GET and HEAD.
fn layer() -> NotImplementedLayer {
    NotImplementedLayer::new(MethodSet::GET_HEAD)
}

fn discarding(limit: u64) -> NotImplementedLayer {
    layer().discard_limit(limit)
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

/// The content of a request: what it says of itself, and what it gives each time it is polled.
struct Content {
    steps: Box<dyn Iterator<Item = Step>>,
    polls: Arc<AtomicUsize>,
}

impl Content {
    /// It says nothing of itself, and never comes after these steps.
    fn of(steps: impl IntoIterator<Item = Step, IntoIter: 'static>) -> Self {
        Self {
            steps: Box::new(steps.into_iter()),
            polls: Arc::default(),
        }
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Step {
        self.polls.fetch_add(1, Ordering::SeqCst);
        self.steps.next().unwrap_or(Poll::Pending)
    }
}

/// A request that [`layer`] refuses.
fn request<B>(version: Version, fields: &[(&str, &str)], content: B) -> Request<B> {
    let request = Request::builder().method("BREW").version(version);
    let mut request = request.body(content).unwrap();
    for (name, value) in fields {
        let name: HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

/// A refusal that is polled by hand.
struct Refusal<F> {
    future: Pin<Box<F>>,
}

type Answer = Response<Full<Bytes>>;

fn refuse<B: Body>(
    layer: &NotImplementedLayer,
    request: Request<B>,
) -> Refusal<impl Future<Output = Result<Answer, Infallible>>> {
    let inner = service_fn(|_: Request<B>| ready(Ok(Answer::default())));
    Refusal {
        future: Box::pin(layer.layer(inner).call(request)),
    }
}

impl<F: Future<Output = Result<Answer, Infallible>>> Refusal<F> {
    /// The 501, if it is there; whether it announces the end of the connection.
    fn poll(&mut self) -> Poll<bool> {
        let cx = &mut Context::from_waker(noop_waker_ref());
        let polled = self.future.as_mut().poll(cx);
        polled.map(|answer| {
            let answer = answer.unwrap();
            assert_eq!(answer.status(), 501);
            assert!(answer.extensions().get::<UnsupportedMethod>().is_some());
            let close = answer.headers().get(CONNECTION);
            close.map(|value| assert_eq!(value, "close")).is_some()
        })
    }
}
