//! A whole HTTP/1.1 keep-alive connection of hyper over memory: one request per round.

use super::{
    floor::{floor, floor_arc},
    inner::{Answer, Ready},
    peers, Scenario, ROUNDS,
};
use bytes::Bytes;
use futures_util::task::noop_waker_ref;
use http::{Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::{
    body::Incoming,
    rt::{Read, ReadBufCursor, Write},
    server::conn::http1,
};
use hyper_util::service::TowerToHyperService;
use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{filter::FilterLayer, BoxError, Layer, Service};
use tower_http::validate_request::ValidateRequestHeaderLayer;
use tower_not_implemented::NotImplementedLayer;

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: example.org\r\naccept: */*\r\n\r\n";
const FOO: &[u8] = b"FOO / HTTP/1.1\r\nhost: example.org\r\naccept: */*\r\n\r\n";

/// What the layer reads of refused content by default, in bytes.
const UPLOAD: usize = 2 * 1024 * 1024;

/// How many uploads a scenario has, instead of [`ROUNDS`] requests.
const UPLOADS: usize = 10;

pub fn get_bare() -> Scenario {
    connection(GET, b"200", Ready)
}

pub fn get_layer() -> Scenario {
    connection(GET, b"200", peers::custom().layer(Ready))
}

pub fn get_layer_default() -> Scenario {
    connection(GET, b"200", NotImplementedLayer::default().layer(Ready))
}

pub fn get_layer_wrapped() -> Scenario {
    let layer = peers::custom().wrap_body();
    connection(GET, b"200", layer.layer(Ready))
}

pub fn get_floor() -> Scenario {
    connection(GET, b"200", floor(Ready))
}

pub fn get_floor_arc() -> Scenario {
    connection(GET, b"200", floor_arc(Ready, peers::refusal()))
}

pub fn get_validate() -> Scenario {
    let layer = ValidateRequestHeaderLayer::custom(peers::validate);
    connection(GET, b"200", layer.layer(Ready))
}

pub fn get_filter() -> Scenario {
    connection(GET, b"200", FilterLayer::new(peers::filter).layer(Ready))
}

pub fn get_set_status() -> Scenario {
    connection(GET, b"200", peers::set_status().layer(Ready))
}

/// The inner service answers 200.
pub fn foo_bare() -> Scenario {
    connection(FOO, b"200", Ready)
}

/// The inner service itself answers what the layer does, to any method.
pub fn foo_bare_501() -> Scenario {
    let answers =
        tower::service_fn(|_| std::future::ready(Ok::<Answer, BoxError>(peers::refusal())));
    connection(FOO, b"501", answers)
}

pub fn foo_layer() -> Scenario {
    connection(FOO, b"501", peers::custom().layer(Ready))
}

pub fn foo_layer_wrapped() -> Scenario {
    let layer = peers::custom().wrap_body();
    connection(FOO, b"501", layer.layer(Ready))
}

pub fn foo_validate() -> Scenario {
    let layer = ValidateRequestHeaderLayer::custom(peers::validate);
    connection(FOO, b"501", layer.layer(Ready))
}

/// The layer reads 2 MiB before it answers.
pub fn upload_layer() -> Scenario {
    uploads(peers::custom().layer(Ready))
}

/// A handler reads 2 MiB, frame by frame, before it answers the same.
pub fn upload_bare() -> Scenario {
    let handler = tower::service_fn(|request: Request<Incoming>| async {
        let mut content = request.into_body();
        while let Some(frame) = content.frame().await {
            frame?;
        }
        Ok::<Answer, hyper::Error>(peers::refusal())
    });
    uploads(handler)
}

fn uploads<S>(service: S) -> Scenario
where
    S: Service<Request<Incoming>, Response = Answer> + Clone + 'static,
    S::Error: Into<BoxError>,
{
    let head = format!("FOO / HTTP/1.1\r\nhost: example.org\r\ncontent-length: {UPLOAD}\r\n\r\n");
    let request = Bytes::from([head.into_bytes(), vec![0; UPLOAD]].concat());
    Box::new(move || {
        let script = Script::new(request.clone(), UPLOADS, b"501");
        serve(script, service.clone());
    })
}

fn connection<S, B>(request: &'static [u8], status: &'static [u8], service: S) -> Scenario
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + 'static,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<BoxError>,
{
    let request = Bytes::from_static(request);
    Box::new(move || {
        let script = Script::new(request.clone(), ROUNDS, status);
        serve(script, service.clone());
    })
}

#[inline(never)]
fn serve<S, B>(script: Script, service: S)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + 'static,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes> + 'static,
    B::Error: Into<BoxError>,
{
    let service = TowerToHyperService::new(service);
    let connection = http1::Builder::new().serve_connection(script, service);
    futures_util::pin_mut!(connection);
    let mut cx = Context::from_waker(noop_waker_ref());
    // Reading and writing never wait: hyper itself yields every few requests.
    while connection.as_mut().poll(&mut cx).is_pending() {}
}

/// A client that sends its next request when the last one is answered.
struct Script {
    request: Bytes,
    status: &'static [u8],
    /// What is still to come of the request that is being sent.
    rest: Bytes,
    /// How many requests are to come after it.
    left: usize,
    unanswered: usize,
}

impl Script {
    fn new(request: Bytes, requests: usize, status: &'static [u8]) -> Self {
        Self {
            request,
            status,
            rest: Bytes::new(),
            left: requests,
            unanswered: requests,
        }
    }
}

impl Read for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() && self.left > 0 {
            self.left -= 1;
            self.rest = self.request.clone();
        }
        let piece = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest.split_to(piece));
        Poll::Ready(Ok(()))
    }
}

impl Write for Script {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        assert!(bytes.starts_with(b"HTTP/1.1 ") && bytes[9..].starts_with(self.status));
        self.unanswered -= 1;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        assert_eq!(self.unanswered, 0);
        Poll::Ready(Ok(()))
    }
}
