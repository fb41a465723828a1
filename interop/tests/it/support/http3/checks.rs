//! What every server must do over HTTP/3. `GET /next` answers the line `GET /next 0`.

use super::{Client, Exchange, Server};
use crate::support::{hostile_methods, method, within};
use bytes::Bytes;
use futures_util::poll;
use http::{HeaderValue, Method, Request};
use std::pin::pin;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

/// How many bytes are read by default.
const LIMIT: usize = 2 * 1024 * 1024;

pub(crate) fn head(method: &Method, path: &str) -> Request<()> {
    let uri = format!("https://localhost{path}");
    let head = Request::builder().method(method).uri(uri);
    head.body(()).unwrap()
}

/// Whether a request says how long its content is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Declared {
    Yes,
    No,
}

/// The head of a request with content.
pub(crate) fn upload(length: usize, declared: Declared) -> Request<()> {
    let mut head = head(&method("FOO"), "/upload");
    if declared == Declared::Yes {
        head.headers_mut().insert("content-length", length.into());
    }
    head
}

/// A server with that layer refuses on each of `paths`, and so do CONNECT and gRPC; content within the
/// limit is read, and content above it is not waited for.
pub(crate) async fn assert_refuses_over_http3(
    serve: impl Fn(NotImplementedLayer) -> Server,
    paths: &[&str],
) {
    let server = serve(NotImplementedLayer::default());
    let client = server.connect().await;
    for method in hostile_methods() {
        for path in paths {
            client.ask(head(&method, path)).await.assert_refused();
        }
    }
    assert_serves(&client).await;
    assert_grpc_is_headers_only(&client).await;
    for length in [10, 100_000, LIMIT] {
        assert_read(&client, length).await;
    }
    assert_answered_at_once(&client, LIMIT + 1, Declared::Yes).await;
    let server = serve(NotImplementedLayer::new(MethodSet::GET_HEAD));
    assert_connect_is_refused(&server.connect().await).await;
}

pub(crate) async fn assert_serves(client: &Client) {
    let answer = client.ask(head(&Method::GET, "/next")).await;
    answer.assert_ok("GET /next 0");
}

/// The answer comes once the whole content was sent, and not before.
async fn assert_read(client: &Client, length: usize) {
    for declared in [Declared::Yes, Declared::No] {
        assert_read_if(client, length, declared).await;
    }
}

async fn assert_read_if(client: &Client, length: usize, declared: Declared) {
    let open = client.open(upload(length, declared)).await;
    let Exchange {
        mut sending,
        mut answer,
    } = open;
    let mut answer = pin!(answer.whole());
    let content = Bytes::from(vec![b'x'; length]);
    let sent = sending.send_data(content.slice(..length - 1));
    within(sent).await.unwrap();
    assert_serves(client).await;
    assert!(poll!(&mut answer).is_pending(), "answered before the end");

    let last = sending.send_data(content.slice(length - 1..));
    within(last).await.unwrap();
    within(sending.finish()).await.unwrap();
    answer.await.assert_refused();
    assert_serves(client).await;
}

/// The answer comes while nothing of the content was sent; what is sent then does no harm.
pub(crate) async fn assert_answered_at_once(client: &Client, length: usize, declared: Declared) {
    let open = client.open(upload(length, declared)).await;
    let Exchange {
        mut sending,
        mut answer,
    } = open;
    answer.whole().await.assert_refused();

    // The server may have stopped the stream already.
    let content = Bytes::from(vec![b'x'; length]);
    if within(sending.send_data(content)).await.is_ok() {
        let _ = within(sending.finish()).await;
    }
    assert_serves(client).await;
}

/// CONNECT has no end to wait for, whatever it declares: its stream stays open. h3's client gives
/// each a path, so that one inside the set is taken for an extended CONNECT.
async fn assert_connect_is_refused(client: &Client) {
    for length in [None, Some(10_u16)] {
        let mut connect = Request::connect("localhost:443").body(()).unwrap();
        if let Some(length) = length {
            let length = HeaderValue::from(length);
            connect.headers_mut().insert("content-length", length);
        }
        let Exchange {
            sending,
            mut answer,
        } = client.open(connect).await;
        answer.whole().await.assert_refused();
        drop(sending);
        assert_serves(client).await;
    }
}

/// A refused gRPC call gets trailers only: the head of an answer and the end of the stream.
async fn assert_grpc_is_headers_only(client: &Client) {
    let mut request = head(&method("FOO"), "/package.Service/Call");
    let kind = HeaderValue::from_static("application/grpc");
    request.headers_mut().insert("content-type", kind);
    let Exchange { sending, answer } = client.open(request).await;
    let mut stream = answer.0;

    let answer = within(stream.recv_response()).await.unwrap();
    assert_eq!(answer.status(), 501);
    assert_eq!(answer.headers()["grpc-status"], "12");
    assert_eq!(answer.headers()["content-type"], "application/grpc");
    assert!(!answer.headers().contains_key("connection"));
    assert!(within(stream.recv_data()).await.unwrap().is_none(), "data");
    assert_eq!(within(stream.recv_trailers()).await.unwrap(), None);
    drop(sending);
    assert_serves(client).await;
}

/// Content that never comes is given up at the deadline of a layer outside, and answered then.
pub(crate) async fn assert_deadline_bounds(client: &Client) {
    let open = client.open(upload(100_000, Declared::Yes)).await;
    let Exchange {
        sending,
        mut answer,
    } = open;
    let mut answer = pin!(answer.whole());
    assert_serves(client).await;
    assert!(poll!(&mut answer).is_pending(), "it did not wait");
    answer.await.assert_refused();
    drop(sending);
    assert_serves(client).await;
}
