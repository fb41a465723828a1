//! What the server sees.

use crate::support::{collect, within, Server};
use bytes::Bytes;
use http::{header::HeaderMap, Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc, Mutex,
    },
    task::{Context, Poll},
};
use tokio::sync::Notify;
use tower::ServiceBuilder;
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

/// What happens on the server's side, around the layer: hyper removes a Connection field from an
/// HTTP/2 response, and a client can not see whether its content was read.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) forwarded: AtomicUsize,
    refused: Mutex<Vec<Refused>>,
    pub(crate) polls: AtomicUsize,
    ended: AtomicBool,
    starved: Notify,
    dropped: Notify,
}

/// What there was to see when a refusal was made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    pub(crate) method: Method,
    pub(crate) fields: HeaderMap,
    /// How often content was asked for until then.
    pub(crate) polls: usize,
    /// Whether its end was seen.
    pub(crate) ended: bool,
}

impl Watch {
    fn see<B>(&self, response: &Response<B>) {
        if let Some(mark) = response.extensions().get::<UnsupportedMethod>() {
            self.refused.lock().unwrap().push(Refused {
                method: mark.method().clone(),
                fields: response.headers().clone(),
                polls: self.polls.load(Ordering::SeqCst),
                ended: self.ended.load(Ordering::SeqCst),
            });
        }
    }

    pub(crate) fn refusals(&self) -> Vec<Refused> {
        self.refused.lock().unwrap().clone()
    }

    /// The one refusal there was.
    #[track_caller]
    pub(crate) fn refusal(&self) -> Refused {
        let mut refusals = self.refusals();
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        refusals.remove(0)
    }

    /// How many requests reached the layer.
    pub(crate) fn requests(&self) -> usize {
        self.refusals().len() + self.forwarded.load(Ordering::SeqCst)
    }

    /// Waits until content was asked for that has not come.
    pub(crate) async fn starved(&self) {
        within(self.starved.notified()).await;
    }

    /// Waits until the content of a request was dropped.
    pub(crate) async fn dropped(&self) {
        within(self.dropped.notified()).await;
    }
}

/// The content of a request, watched.
pub(crate) struct Watched {
    content: Incoming,
    watch: Arc<Watch>,
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.content).poll_frame(cx);
        self.watch.polls.fetch_add(1, Ordering::SeqCst);
        match &polled {
            Poll::Ready(None) => self.watch.ended.store(true, Ordering::SeqCst),
            Poll::Ready(Some(_)) => {}
            Poll::Pending => self.watch.starved.notify_one(),
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.watch.dropped.notify_one();
    }
}

/// A server whose inner service reads each request's content to the end and answers its method.
pub(crate) async fn serve(layer: NotImplementedLayer) -> (Server, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    let [around, behind] = [watch.clone(), watch.clone()];
    let at_the_end = watch.clone();
    let service = ServiceBuilder::new()
        .map_request(move |request: Request<Incoming>| {
            let watch = around.clone();
            request.map(|content| Watched { content, watch })
        })
        .map_response(move |response: Response<_>| {
            behind.see(&response);
            response
        })
        .layer(layer)
        .service_fn(move |request: Request<Watched>| {
            at_the_end.forwarded.fetch_add(1, Ordering::SeqCst);
            reflect(request)
        });
    (Server::start(service).await, watch)
}

async fn reflect(request: Request<Watched>) -> Result<Response<Full<Bytes>>, Infallible> {
    let method = request.method().to_string();
    let _ = collect(request.into_body()).await;
    Ok(Response::new(Full::from(method)))
}
