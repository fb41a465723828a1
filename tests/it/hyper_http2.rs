//! Refusals over HTTP/2: on real sockets, through hyper, down to the frames.

use crate::support::frames::{
    Frame::{Data, GoAway, Headers, Reset},
    Frames, OnStream, CANCEL, NO_ERROR, PROTOCOL_ERROR,
};
use crate::support::{counting, within, Server};
use bytes::Bytes;
use futures_util::future::poll_fn;
use h2::{client::SendRequest, RecvStream, SendStream};
use http::{
    header::{HeaderMap, HeaderValue, CONTENT_LENGTH, EXPECT},
    Method, Request, Response, StatusCode,
};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc, Mutex,
    },
    task::{Context, Poll},
    time::{Duration, SystemTime},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
};
use tower::{service_fn, Layer, ServiceBuilder};
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplemented, NotImplementedLayer, UnsupportedMethod,
};

const TEXT: &str = "501 Not Implemented: ";
const HOUR: Duration = Duration::from_secs(3_600);
const GRPC: (&str, &str) = ("content-type", "application/grpc");
const TEN: (&str, &str) = ("content-length", "10");

/// A layer that refuses all but GET and HEAD.
fn least() -> NotImplementedLayer {
    NotImplementedLayer::new(MethodSet::new())
}

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

// ---- What the server sees -----------------------------------------------------------------------

/// What happens on the server's side, around the layer: hyper removes a Connection field from an
/// HTTP/2 response, and a client can not see whether its content was read.
#[derive(Default)]
struct Watch {
    forwarded: AtomicUsize,
    refused: Mutex<Vec<Refused>>,
    polls: AtomicUsize,
    ended: AtomicBool,
    starved: Notify,
    dropped: Notify,
}

/// What there was to see when a refusal was made.
#[derive(Clone, Debug, PartialEq)]
struct Refused {
    method: Method,
    fields: HeaderMap,
    /// How often content was asked for until then.
    polls: usize,
    /// Whether its end was seen.
    ended: bool,
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

    fn refusals(&self) -> Vec<Refused> {
        self.refused.lock().unwrap().clone()
    }

    /// The one refusal there was.
    #[track_caller]
    fn refusal(&self) -> Refused {
        let mut refusals = self.refusals();
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        refusals.remove(0)
    }

    /// How many requests reached the layer.
    fn requests(&self) -> usize {
        self.refusals().len() + self.forwarded.load(Ordering::SeqCst)
    }

    /// Waits until content was asked for that has not come.
    async fn starved(&self) {
        within(self.starved.notified()).await;
    }

    /// Waits until the content of a request was dropped.
    async fn dropped(&self) {
        within(self.dropped.notified()).await;
    }
}

/// The content of a request, watched.
struct Watched {
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

/// A server whose inner service reads each request's content to the end and answers its method,
/// but for HEAD, which it answers without content.
async fn serve(layer: NotImplementedLayer) -> (Server, Arc<Watch>) {
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
    let content = match request.method() {
        &Method::HEAD => Bytes::new(),
        method => method.to_string().into(),
    };
    let _ = request.into_body().collect().await;
    Ok(Response::new(Full::new(content)))
}

/// A connection to a server with `layer`, by frames, and what the server sees.
async fn frames_to(layer: NotImplementedLayer) -> (Server, Arc<Watch>, Frames) {
    let (server, watch) = serve(layer).await;
    let frames = Frames::connect(server.address).await;
    (server, watch, frames)
}

// ---- What the client sees -----------------------------------------------------------------------

/// A response with content, on a stream the client has ended.
fn answered(status: u16, stream: u32) -> [OnStream; 2] {
    let end = false;
    [
        (stream, Headers { status, end }),
        (stream, Data { end: true }),
    ]
}

/// A refusal on a stream the client has not ended: the whole response, before the reset that
/// tells the client to stop (RFC 9113 section 8.1).
fn answered_early(stream: u32) -> [OnStream; 3] {
    let [head, content] = answered(501, stream);
    [head, content, (stream, Reset(NO_ERROR))]
}

async fn assert_serves(frames: &mut Frames, stream: u32) {
    frames.request(stream, "GET", &[], true).await;
    assert_eq!(frames.take(2).await, answered(200, stream));
    assert_eq!(frames.ping().await, []);
}

struct Answer {
    status: StatusCode,
    fields: HeaderMap,
    content: Bytes,
}

impl Answer {
    #[track_caller]
    fn assert_refused(&self) {
        assert_eq!(self.status, StatusCode::NOT_IMPLEMENTED);
        assert!(self.content.starts_with(TEXT.as_bytes()));
        assert_eq!(self.fields["content-type"], "text/plain; charset=utf-8");
        assert_eq!(
            self.fields["content-length"],
            *self.content.len().to_string()
        );
    }
}

async fn connect(address: SocketAddr) -> SendRequest<Bytes> {
    let stream = within(TcpStream::connect(address)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (client, connection) = within(h2::client::handshake(stream)).await.unwrap();
    tokio::spawn(connection); // ends with the client
    client
}

fn request(method: &str, target: &str) -> Request<()> {
    let request = Request::builder().method(method).uri(target);
    request.body(()).unwrap()
}

/// Sends a request whose content is still to come.
async fn open(
    client: &SendRequest<Bytes>,
    request: Request<()>,
) -> (Response<RecvStream>, SendStream<Bytes>) {
    let mut client = within(client.clone().ready()).await.unwrap();
    let (response, stream) = client.send_request(request, false).unwrap();
    (within(response).await.unwrap(), stream)
}

async fn answer(client: &SendRequest<Bytes>, request: Request<()>) -> Answer {
    let mut client = within(client.clone().ready()).await.unwrap();
    let (response, _) = client.send_request(request, true).unwrap();
    read(within(response).await.unwrap()).await
}

async fn read(response: Response<RecvStream>) -> Answer {
    let (head, mut body) = response.into_parts();
    let mut content = Vec::new();
    while let Some(data) = within(body.data()).await {
        content.extend_from_slice(&data.unwrap());
    }
    Answer {
        status: head.status,
        fields: head.headers,
        content: content.into(),
    }
}

// ---- The frames of a refusal --------------------------------------------------------------------

#[tokio::test]
async fn a_refusal_of_an_ended_request_is_headers_and_data_without_a_reset() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[], true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    assert_eq!(frames.ping().await, []);
    assert_eq!(watch.requests(), 1);
}

#[tokio::test]
async fn a_refusal_without_content_ends_with_its_headers() {
    let none = least().body(HeaderValue::from_static("text/html"), "");
    let (_server, _, mut frames) = frames_to(none).await;
    let (status, end) = (501, true);
    frames.request(1, "BREW", &[], true).await;
    assert_eq!(frames.take(1).await, [(1, Headers { status, end })]);
    assert_eq!(frames.ping().await, []);
}

/// What comes back for a gRPC call, ended or not, frame by frame.
async fn grpc_refusals(server: &Server) -> Vec<OnStream> {
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "POST", &[GRPC], true).await;
    let mut refusals = frames.take(1).await;
    refusals.extend(frames.ping().await);
    frames.request(3, "POST", &[GRPC], false).await;
    refusals.extend(frames.take(2).await);
    refusals.extend(frames.ping().await);
    refusals
}

#[tokio::test]
async fn a_grpc_refusal_ends_with_its_headers() {
    let (wrapped, _) = serve(least()).await;
    let (inner, _) = counting();
    let kept = Server::start(least().response_body(Full::from).layer(inner)).await;
    for server in [wrapped, kept] {
        let (status, end) = (501, true);
        let head = Headers { status, end };
        let expected = [(1, head), (3, head), (3, Reset(NO_ERROR))];
        assert_eq!(grpc_refusals(&server).await, expected);
    }
}

#[tokio::test]
async fn an_early_answer_is_complete_before_the_reset() {
    let (_server, _, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[], false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
    assert_eq!(frames.ping().await, []);
}

#[tokio::test]
async fn content_after_an_early_answer_is_ignored() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[], false).await;
    assert_eq!(frames.take(3).await, answered_early(1));
    frames.data(1, b"too late", false).await;
    frames.data(1, b"", true).await;
    assert_serves(&mut frames, 3).await;
    assert_eq!(watch.requests(), 2);
}

#[tokio::test]
async fn other_streams_live_on_after_an_early_answer() {
    let supported = NotImplementedLayer::new(Method::POST);
    let (_server, watch, mut frames) = frames_to(supported).await;
    frames.request(1, "POST", &[], false).await;
    frames.request(3, "BREW", &[], false).await;
    assert_eq!(frames.take(3).await, answered_early(3));
    assert_serves(&mut frames, 5).await;
    frames.data(1, b"the rest", true).await;
    assert_eq!(frames.take(2).await, answered(200, 1));
    assert_eq!(watch.requests(), 3);
}

#[tokio::test]
async fn a_hundred_refusals_in_a_row_leave_the_connection_alive() {
    for end in [true, false] {
        let (_server, watch, mut frames) = frames_to(least()).await;
        for stream in (1..200).step_by(2) {
            frames.request(stream, "BREW", &[], end).await;
            if end {
                assert_eq!(frames.take(2).await, answered(501, stream));
            } else {
                assert_eq!(frames.take(3).await, answered_early(stream));
            }
        }
        assert_serves(&mut frames, 201).await;
        assert_eq!(watch.refusals().len(), 100);
    }
}

#[tokio::test]
async fn unread_content_does_not_use_up_the_window_of_the_connection() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    let content = [b'a'; 16_384];
    for stream in (1..400).step_by(2) {
        frames.request(stream, "BREW", &[], false).await;
        frames.data(stream, &content, false).await;
        assert_eq!(frames.take(3).await, answered_early(stream));
    }
    assert_eq!(watch.polls.load(Ordering::SeqCst), 0);
    assert_serves(&mut frames, 401).await;
}

#[tokio::test]
async fn head_never_gets_data() {
    let sets = [
        MethodSet::new(),
        Method::POST.into(),
        MethodSet::STANDARD,
        "BREW".parse().unwrap(),
    ];
    for set in sets {
        for fields in [&[][..], &[GRPC]] {
            let (_server, _, mut frames) = frames_to(NotImplementedLayer::new(set.clone())).await;
            let (status, end) = (200, true);
            frames.request(1, "HEAD", fields, true).await;
            assert_eq!(frames.take(1).await, [(1, Headers { status, end })]);
            assert_eq!(frames.ping().await, []);
        }
    }
}

// ---- The fields of a refusal --------------------------------------------------------------------

fn configurations() -> Vec<NotImplementedLayer> {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    vec![
        least(),
        least().retry_after(HOUR),
        least().retry_after(SystemTime::now() + HOUR),
        least().cache_control(CacheControl::no_store()),
        least().allow_header(true),
        least().problem_details(),
        least().body(html.clone(), "<p>Not here</p>"),
        least().body(html, ""),
        least().discard_request_body(0),
        least().discard_request_body(10),
        least().discard_request_body(u64::MAX),
    ]
}

/// RFC 9113 section 8.2.2.
#[track_caller]
fn assert_not_connection_specific(fields: &HeaderMap) {
    for name in [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ] {
        assert!(!fields.contains_key(name), "{fields:?}");
    }
}

/// The refusals by a server with `layer` of every kind of request.
async fn every_refusal(layer: NotImplementedLayer) -> Vec<Refused> {
    let (_server, watch, mut frames) = frames_to(layer).await;
    let expect = ("expect", "100-continue");
    frames.request(1, "BREW", &[], true).await;
    frames.request(3, "BREW", &[], false).await;
    frames.request(5, "BREW", &[TEN], false).await;
    frames.data(5, b"0123456789", true).await;
    frames.request(7, "BREW", &[TEN], false).await;
    frames.data(7, b"0123456789", false).await;
    frames.data(7, b"", true).await;
    frames.request(9, "BREW", &[TEN], false).await;
    frames.data(9, b"0123456789", false).await;
    frames.trailers(9, &[("a", "b")]).await;
    frames.request(11, "BREW", &[expect, TEN], false).await;
    frames.request(13, "POST", &[GRPC], false).await;
    frames.request(15, "POST", &[GRPC], true).await;
    let mut heads = 0;
    while heads < 8 {
        let frame = frames.take(1).await[0].1;
        heads += usize::from(matches!(frame, Headers { .. }));
    }
    watch.refusals()
}

#[tokio::test]
async fn no_refusal_has_a_connection_field() {
    for layer in configurations() {
        let refusals = every_refusal(layer).await;
        assert_eq!(refusals.len(), 8);
        for refusal in refusals {
            assert_not_connection_specific(&refusal.fields);
        }
    }
}

#[tokio::test]
async fn no_refused_connect_has_a_connection_field() {
    for layer in configurations() {
        let (server, watch) = serve(layer).await;
        let client = connect(server.address).await;
        let (response, _stream) = open(&client, request("CONNECT", "other:443")).await;
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
        assert_not_connection_specific(response.headers());
        assert_not_connection_specific(&watch.refusal().fields);
    }
}

#[tokio::test]
async fn content_that_fails_leaves_the_connection_alive() {
    let (_server, watch, mut frames) = frames_to(least().discard_request_body(10)).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    // Less than was declared.
    frames.data(1, b"01234", true).await;
    assert_eq!(frames.take(1).await, [(1, Reset(PROTOCOL_ERROR))]);
    watch.dropped().await;
    assert_serves(&mut frames, 3).await;
    // The refusal was made, though too late to be sent.
    let refusal = watch.refusal();
    assert!(!refusal.ended);
    assert_not_connection_specific(&refusal.fields);
}

// ---- The content of a refused request -----------------------------------------------------------

/// The content of a BREW with `fields`, of which only the head is sent, is not looked at.
async fn assert_answered_at_once(layer: NotImplementedLayer, fields: &[(&str, &str)]) {
    let (_server, watch, mut frames) = frames_to(layer).await;
    frames.request(1, "BREW", fields, false).await;
    assert_eq!(frames.take(3).await, answered_early(1), "{fields:?}");
    watch.dropped().await;
    assert_eq!(watch.refusal().polls, 0, "{fields:?}");
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn by_default_content_is_not_waited_for() {
    for fields in [
        &[][..],
        &[TEN],
        &[("content-length", "0")],
        &[("content-length", "10000000")],
        &[("expect", "100-continue"), TEN],
    ] {
        assert_answered_at_once(least(), fields).await;
    }
}

#[tokio::test]
async fn by_default_content_that_has_come_is_not_read() {
    let (_server, watch, mut frames) = frames_to(least()).await;
    frames.request(1, "BREW", &[TEN], false).await;
    frames.data(1, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
    watch.dropped().await;
    assert_eq!(watch.refusal().polls, 0);
    assert_serves(&mut frames, 3).await;
}

#[tokio::test]
async fn content_without_a_length_is_never_waited_for() {
    for limit in [0, 10, u64::MAX] {
        assert_answered_at_once(least().discard_request_body(limit), &[]).await;
    }
}

#[tokio::test]
async fn content_declared_to_be_empty_is_never_waited_for() {
    for limit in [0, 10, u64::MAX] {
        let empty = [("content-length", "0")];
        assert_answered_at_once(least().discard_request_body(limit), &empty).await;
    }
}

#[tokio::test]
async fn content_declared_over_the_limit_is_not_waited_for() {
    for limit in [0, 9] {
        assert_answered_at_once(least().discard_request_body(limit), &[TEN]).await;
    }
    let huge = [("content-length", "1000000000000000000")];
    let less = least().discard_request_body(999_999_999_999_999_999);
    assert_answered_at_once(less, &huge).await;
}

#[tokio::test]
async fn content_that_expect_holds_back_is_never_waited_for() {
    for limit in [10, u64::MAX] {
        let fields = [("expect", "100-continue"), TEN];
        assert_answered_at_once(least().discard_request_body(limit), &fields).await;
    }
}

#[tokio::test]
async fn content_within_the_limit_is_read_to_its_end() {
    for limit in [10, 11, u64::MAX] {
        let (_server, watch, mut frames) = frames_to(least().discard_request_body(limit)).await;
        frames.request(1, "BREW", &[TEN], false).await;
        watch.starved().await;
        frames.data(1, b"01234", false).await;
        watch.starved().await;
        assert_eq!(frames.ping().await, []);
        frames.data(1, b"56789", true).await;
        assert_eq!(frames.take(2).await, answered(501, 1));
        assert_eq!(frames.ping().await, []);
        assert!(watch.refusal().ended);
        assert_serves(&mut frames, 3).await;
    }
}

#[tokio::test]
async fn the_end_of_the_stream_is_awaited_even_when_the_content_is_complete() {
    for (limit, trailers) in [(10, false), (10, true), (11, false), (11, true)] {
        let (_server, watch, mut frames) = frames_to(least().discard_request_body(limit)).await;
        frames.request(1, "BREW", &[TEN], false).await;
        frames.data(1, b"0123456789", false).await;
        watch.starved().await;
        assert_eq!(frames.ping().await, []);
        if trailers {
            frames.trailers(1, &[("a", "b")]).await;
        } else {
            frames.data(1, b"", true).await;
        }
        assert_eq!(frames.take(2).await, answered(501, 1));
        assert_eq!(frames.ping().await, []);
    }
}

#[tokio::test]
async fn content_larger_than_every_window_is_read_to_its_end() {
    const SIZE: usize = 3 * 1024 * 1024;
    let (server, watch) = serve(least().discard_request_body(SIZE as u64)).await;
    let client = connect(server.address).await;
    let mut upload = request("BREW", "http://a/");
    let headers = upload.headers_mut();
    headers.insert(CONTENT_LENGTH, SIZE.into());
    let mut ready = within(client.clone().ready()).await.unwrap();
    let (response, mut stream) = ready.send_request(upload, false).unwrap();
    let mut left = SIZE;
    while left > 0 {
        stream.reserve_capacity(left.min(65_536));
        let capacity = within(poll_fn(|cx| stream.poll_capacity(cx))).await;
        let size = capacity.unwrap().unwrap().min(left);
        left -= size;
        stream
            .send_data(vec![b'a'; size].into(), left == 0)
            .unwrap();
    }
    read(within(response).await.unwrap()).await.assert_refused();
    assert!(watch.refusal().ended);
}

#[tokio::test]
async fn a_reset_by_the_client_ends_the_wait_and_not_the_connection() {
    let (_server, watch, mut frames) = frames_to(least().discard_request_body(10)).await;
    for stream in [1, 3, 5] {
        frames.request(stream, "BREW", &[TEN], false).await;
        watch.starved().await;
        frames.data(stream, b"01234", false).await;
        watch.starved().await;
        frames.reset(stream, CANCEL).await;
        watch.dropped().await;
    }
    assert_serves(&mut frames, 7).await;
}

#[tokio::test]
async fn the_end_of_the_connection_ends_the_wait() {
    let (_server, watch, mut frames) = frames_to(least().discard_request_body(10)).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    drop(frames);
    watch.dropped().await;
}

#[tokio::test]
async fn other_streams_are_served_during_the_wait() {
    let (_server, watch, mut frames) = frames_to(least().discard_request_body(10)).await;
    frames.request(1, "BREW", &[TEN], false).await;
    watch.starved().await;
    assert_serves(&mut frames, 3).await;
    frames.request(5, "BREW", &[], true).await;
    assert_eq!(frames.take(2).await, answered(501, 5));
    frames.data(1, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 1));
}

#[tokio::test]
async fn an_early_answer_needs_no_100() {
    let (server, watch) = serve(least().discard_request_body(u64::MAX)).await;
    let client = connect(server.address).await;
    let mut upload = request("BREW", "http://a/");
    let expect = HeaderValue::from_static("100-continue");
    upload.headers_mut().insert(EXPECT, expect);
    upload.headers_mut().insert(CONTENT_LENGTH, 10.into());
    let (response, mut stream) = open(&client, upload).await;
    read(response).await.assert_refused();
    let reset = within(poll_fn(|cx| stream.poll_reset(cx))).await;
    assert_eq!(reset.unwrap(), h2::Reason::NO_ERROR);
    assert_eq!(watch.refusal().polls, 0);
}

// ---- Which methods arrive -----------------------------------------------------------------------

#[tokio::test]
async fn any_token_reaches_the_layer() {
    let long = "X".repeat(16_000);
    let names = [
        "get",
        "Get",
        "PRI",
        "QUERY",
        "*",
        "M-GET",
        "!#$%&'*+-.^_`|~",
    ];
    let (server, watch) = serve(NotImplementedLayer::default()).await;
    let client = connect(server.address).await;
    for name in names.iter().chain([&*long].iter()) {
        let answer = answer(&client, request(name, "http://a/")).await;
        answer.assert_refused();
        assert_eq!(watch.refusals().last().unwrap().method, method(name));
    }
    assert_eq!(watch.forwarded.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_no_token_does_not_reach_the_layer() {
    for name in ["", "F OO", "FOO(", "F\u{e9}", "FOO\n"] {
        let (_server, watch, mut frames) = frames_to(least()).await;
        frames.request(1, name, &[], true).await;
        let (_, rejected) = frames.take(1).await[0];
        let expected = [GoAway(PROTOCOL_ERROR), Reset(PROTOCOL_ERROR)];
        assert!(expected.contains(&rejected), "{name:?}: {rejected:?}");
        assert_eq!(watch.requests(), 0, "{name:?}");
    }
}

// ---- CONNECT ------------------------------------------------------------------------------------

/// Answers CONNECT with an echo in a tunnel, and `protocol` with the protocol asked for.
async fn tunnel(mut request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    if let Some(protocol) = request.extensions().get::<hyper::ext::Protocol>() {
        let protocol = protocol.as_str().parse().unwrap();
        response.headers_mut().insert("protocol", protocol);
    }
    if request.method() == Method::CONNECT {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let (mut read, mut write) = tokio::io::split(TokioIo::new(upgrade.await.unwrap()));
            tokio::io::copy(&mut read, &mut write).await.unwrap();
        });
    }
    Ok(response)
}

/// A client of a server of [`tunnel`] that speaks Extended CONNECT (RFC 8441); the server ends with
/// the set.
async fn tunnels(supported: impl Into<MethodSet>) -> (JoinSet<()>, SendRequest<Bytes>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = NotImplemented::new(service_fn(tunnel), supported);
    let mut server = JoinSet::new();
    server.spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        http2.enable_connect_protocol();
        let service = TowerToHyperService::new(service);
        let connection = http2.serve_connection(TokioIo::new(stream), service);
        // A client that goes away is an error to hyper, not to a test.
        let _ = connection.await;
    });
    let client = connect(address).await;
    // The server's settings come before any answer.
    let get = answer(&client, request("GET", "http://a/")).await;
    assert_eq!(get.status, StatusCode::OK);
    assert!(client.is_extended_connect_protocol_enabled());
    (server, client)
}

fn websocket() -> Request<()> {
    let mut request = request("CONNECT", "http://a/chat");
    let protocol = h2::ext::Protocol::from("websocket");
    request.extensions_mut().insert(protocol);
    request
}

async fn assert_echoes(response: Response<RecvStream>, mut stream: SendStream<Bytes>) {
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body();
    for message in ["ping", "pong"] {
        stream.send_data(message.into(), false).unwrap();
        let echo = within(body.data()).await.unwrap().unwrap();
        assert_eq!(echo, message);
        body.flow_control().release_capacity(echo.len()).unwrap();
    }
    stream.send_data(Bytes::new(), true).unwrap();
    while let Some(data) = within(body.data()).await {
        assert_eq!(data.unwrap(), "");
    }
}

async fn assert_refuses_tunnel(client: &SendRequest<Bytes>, request: Request<()>) {
    let (response, mut stream) = open(client, request).await;
    read(response).await.assert_refused();
    let reset = within(poll_fn(|cx| stream.poll_reset(cx))).await;
    assert_eq!(reset.unwrap(), h2::Reason::NO_ERROR);
}

#[tokio::test]
async fn extended_connect_passes_with_its_protocol_when_connect_is_supported() {
    let (_server, client) = tunnels(Method::CONNECT).await;
    let (response, stream) = open(&client, websocket()).await;
    assert_eq!(response.headers()["protocol"], "websocket");
    assert_echoes(response, stream).await;
}

#[tokio::test]
async fn extended_connect_is_refused_when_connect_is_not_supported() {
    let (_server, client) = tunnels(Method::POST).await;
    assert_refuses_tunnel(&client, websocket()).await;
    let get = answer(&client, request("GET", "http://a/")).await;
    assert_eq!(get.status, StatusCode::OK);
}

#[tokio::test]
async fn connect_passes_when_it_is_supported() {
    let (_server, client) = tunnels(Method::CONNECT).await;
    let (response, stream) = open(&client, request("CONNECT", "other:443")).await;
    assert!(!response.headers().contains_key("protocol"));
    assert_echoes(response, stream).await;
}

#[tokio::test]
async fn connect_is_refused_when_it_is_not_supported() {
    let (_server, client) = tunnels(Method::POST).await;
    assert_refuses_tunnel(&client, request("CONNECT", "other:443")).await;
    let get = answer(&client, request("GET", "http://a/")).await;
    assert_eq!(get.status, StatusCode::OK);
}

#[tokio::test]
async fn the_content_of_a_refused_connect_is_never_waited_for() {
    for limit in [0, u64::MAX] {
        let (server, watch) = serve(least().discard_request_body(limit)).await;
        let client = connect(server.address).await;
        assert_refuses_tunnel(&client, request("CONNECT", "other:443")).await;
        assert_eq!(watch.refusal().polls, 0);
    }
}
