//! Requests, layers, and the answers to look at.

use crate::support::{collect, counting, within, Server};
mod http2;
mod tokens;

pub(crate) use http2::{http2, http2_answer, http2_open, http2_request, http2_response, http2_to};
pub(crate) use tokens::{is_tchar, registered_names, tokens};

use bytes::Bytes;
use futures_util::stream;
use http::{
    header::{HeaderMap, HeaderValue},
    Method, Request, Response, StatusCode, Version,
};
use http_body::Body;
use http_body_util::{combinators::BoxBody, BodyExt, Full, StreamBody};
use std::{
    collections::BTreeSet,
    convert::Infallible,
    fmt::Debug,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::{Duration, SystemTime},
};
use tower::{service_fn, Layer, Service, ServiceExt};
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplemented, NotImplementedLayer, UnsupportedMethod,
};

pub(crate) const HOUR: Duration = Duration::from_secs(3_600);

/// The content of a request.
pub(crate) type Content = BoxBody<Bytes, Infallible>;

pub(crate) fn full(content: impl Into<Bytes>) -> Content {
    Full::new(content.into()).boxed()
}

/// Content that has not come yet, and never will.
pub(crate) fn late() -> Content {
    BodyExt::boxed(StreamBody::new(stream::pending()))
}

pub(crate) fn request(method: &str) -> Request<Content> {
    request_to(method, "/")
}

pub(crate) fn request_to(method: &str, target: &str) -> Request<Content> {
    let request = Request::builder().method(method).uri(target);
    request.body(full("")).unwrap()
}

pub(crate) fn with(mut request: Request<Content>, name: &str, value: &str) -> Request<Content> {
    let name: http::HeaderName = name.parse().unwrap();
    request.headers_mut().append(name, value.parse().unwrap());
    request
}

pub(crate) fn over(version: Version, mut request: Request<Content>) -> Request<Content> {
    *request.version_mut() = version;
    request
}

pub(crate) fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

/// A layer that refuses all but GET and HEAD.
pub(crate) fn least() -> NotImplementedLayer {
    NotImplementedLayer::new(MethodSet::GET_HEAD)
}

/// What a client got.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) fields: HeaderMap,
    pub(crate) content: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
    pub(crate) mark: Option<UnsupportedMethod>,
}

impl Answer {
    pub(crate) async fn of<B>(response: Response<B>) -> Self
    where
        B: Body,
        B::Error: Debug,
    {
        let (parts, body) = response.into_parts();
        let collected = within(collect(body)).await.unwrap();
        Self {
            status: parts.status,
            fields: parts.headers,
            mark: parts.extensions.get().cloned(),
            trailers: collected.trailers().cloned(),
            content: collected.to_bytes(),
        }
    }

    /// All that goes over the wire.
    pub(crate) fn message(&self) -> (StatusCode, &HeaderMap, &Bytes) {
        (self.status, &self.fields, &self.content)
    }

    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.fields.keys().map(http::HeaderName::as_str).collect()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.get_all(name).iter();
        let value = values.next()?.to_str().unwrap();
        assert_eq!(values.next(), None, "{name} twice");
        Some(value)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.content).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.content).unwrap()
    }

    /// Refused, as a service shows it.
    #[track_caller]
    pub(crate) fn assert_refused(&self) {
        assert_eq!(self.status, StatusCode::NOT_IMPLEMENTED, "{}", self.text());
        assert!(self.mark.is_some(), "{:?}", self.fields);
    }

    /// Refused with the default text, as a client sees it.
    #[track_caller]
    pub(crate) fn assert_explained(&self) {
        assert_eq!(self.status, StatusCode::NOT_IMPLEMENTED, "{}", self.text());
        let explained = self.text().starts_with("501 Not Implemented: ");
        assert!(explained, "{}", self.text());
        assert_eq!(self.fields["content-type"], "text/plain; charset=utf-8");
        let length = self.content.len().to_string();
        assert_eq!(self.fields["content-length"], *length);
    }

    /// What [`reflect`] answered, without the mark.
    #[track_caller]
    pub(crate) fn assert_forwarded(&self, expected: &str) {
        assert_eq!((self.status, self.text()), (StatusCode::OK, expected));
        assert!(self.mark.is_none());
    }
}

/// The inner service: answers the method, the target and the content, such as `POST /path ping`.
pub(crate) async fn reflect<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible>
where
    B: Body<Data = Bytes, Error = Infallible>,
{
    let mut line = format!("{} {} ", request.method(), request.uri()).into_bytes();
    line.extend(collect(request.into_body()).await.unwrap().to_bytes());
    Ok(Response::new(line.into()))
}

/// What the layer makes of the request: its own answer, or that of [`reflect`].
pub(crate) async fn answer(layer: &NotImplementedLayer, request: Request<Content>) -> Answer {
    let (name, version) = (request.method().as_str(), request.version());
    let (target, fields) = (request.uri().to_string(), request.headers());
    println!("{layer:?}: {name:.80} {target:.80} {version:?} {fields:?}"); // the last where it fails
    ask(layer.layer(service_fn(reflect)), request).await
}

pub(crate) async fn ask<S, R, B>(service: S, request: R) -> Answer
where
    S: Service<R, Response = Response<B>>,
    S::Error: Debug,
    B: Body,
    B::Error: Debug,
{
    let response = within(service.oneshot(request)).await.unwrap();
    Answer::of(response).await
}

/// What [`least`] answers, unless GET or HEAD is asked.
pub(crate) async fn refusal(request: Request<Content>) -> Answer {
    answer(&least(), request).await
}

/// Every kind of setting, alone and together; GET and HEAD are supported.
pub(crate) fn configurations() -> Vec<NotImplementedLayer> {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let all = least()
        .retry_after(HOUR)
        .cache_control(CacheControl::max_age(HOUR))
        .send_allow(true);
    vec![
        least(),
        least().retry_after(HOUR),
        least().retry_after(SystemTime::now() + HOUR),
        least().retry_after(SystemTime::UNIX_EPOCH),
        least().cache_control(CacheControl::no_store()),
        least().cache_control(CacheControl::max_age(HOUR)),
        least().send_allow(true),
        least().problem_details(),
        least().body(html.clone(), "<p>Not here</p>"),
        least().body(html, ""),
        all.clone(),
        all.problem_details(),
    ]
}

/// Every kind of request that [`configurations`] refuse.
fn refused_requests() -> Vec<Request<Content>> {
    let grpc = |version, kind| over(version, with(request("POST"), "content-type", kind));
    // Never read, for the client waits before it sends the content.
    let upload = || with(request("BREW").map(|_| late()), "expect", "100-continue");
    vec![
        request("BREW"),
        request("OPTIONS"),
        over(Version::HTTP_10, request("BREW")),
        over(Version::HTTP_2, request("BREW")),
        over(Version::HTTP_3, request("BREW")),
        upload(),
        over(Version::HTTP_2, upload()),
        request("CONNECT"),
        over(Version::HTTP_2, request("CONNECT")),
        grpc(Version::HTTP_2, "application/grpc"),
        grpc(Version::HTTP_11, "application/grpc-web-text+proto"),
    ]
}

/// The answers of all [`configurations`] to every kind of request they refuse.
pub(crate) async fn every_refusal() -> Vec<Answer> {
    let mut answers = Vec::new();
    for layer in configurations() {
        for request in refused_requests() {
            answers.push(answer(&layer, request).await);
        }
    }
    answers
}

/// How often an inner service was called.
pub(crate) struct Calls(Arc<AtomicUsize>);

impl Calls {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A server that supports `supported`, and the calls of its inner service.
pub(crate) async fn serve(supported: impl Into<MethodSet>) -> (Server, Calls) {
    let (inner, calls) = counting();
    let server = Server::start(NotImplemented::new(inner, supported)).await;
    (server, Calls(calls))
}
