//! The price of waiting for the content of a refused request, and what bounds it.

mod half_close;
mod limits;
mod shutdown;
mod time;
mod timer;
mod window;

use crate::support::{
    collect,
    frames::{answered, answered_early, Frames},
    within, Connection, Server,
};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use hyper::body::Incoming;
use std::convert::Infallible;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tower::{service_fn, Service, ServiceExt};

/// The head of a request whose content of five bytes is still to come.
const REFUSED: &str = "BREW / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";

/// So too, and it ends with a chunk of no bytes.
const REFUSED_CHUNKED: &str = "BREW / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Refused requests whose content is still to come, in part or whole.
fn unfinished() -> [String; 4] {
    [
        REFUSED.to_owned(),
        format!("{REFUSED}hell"),
        REFUSED_CHUNKED.to_owned(),
        format!("{REFUSED_CHUNKED}5\r\nhello\r\n"),
    ]
}

async fn hello<B: Body>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    let _ = collect(request.into_body()).await;
    Ok(Response::new(Full::from("hello")))
}

async fn refusal(connection: &mut Connection) -> String {
    let answer = connection.response().await;
    let line = "HTTP/1.1 501 Not Implemented\r\n";
    assert!(answer.starts_with(line), "{answer}");
    answer
}

async fn assert_refused_and_kept(connection: &mut Connection) {
    let answer = refusal(connection).await;
    assert!(!answer.contains("connection: close"), "{answer}");
    connection.assert_serves().await;
}

async fn assert_refused_and_closed(connection: &mut Connection) {
    let answer = refusal(connection).await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(connection.rest().await, "");
}

/// Something ends the wait of `server` for content that does not come in time. Over HTTP/1.x the end of
/// the connection is announced, and alone; over HTTP/2 other streams live on.
async fn assert_ends_every_wait(server: &Server) {
    let mut connections = Vec::new();
    for request in unfinished() {
        let mut connection = server.connect().await;
        connection.send(request).await;
        connections.push(connection);
    }
    let mut old = server.connect().await;
    let head = "BREW / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n";
    old.send(head).await;
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "BREW", &[], false).await;
    frames.data(1, b"01234", false).await;
    frames.request(3, "GET", &[], true).await;
    let mut in_time = server.connect().await;
    in_time.send(REFUSED).await;
    in_time.send("hello").await;
    assert_refused_and_kept(&mut in_time).await;

    for connection in &mut connections {
        assert_refused_and_closed(connection).await;
    }
    let answer = old.response().await;
    assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert!(!answer.contains("keep-alive"), "{answer}");
    assert_eq!(old.rest().await, "");
    let mut answers = frames.take(5).await;
    answers.sort_by_key(|(stream, _)| *stream); // each stream's frames stay in order
    assert_eq!(answers[..3], answered_early(1));
    assert_eq!(answers[3..], answered(200, 3));
    frames.request(5, "GET", &[], true).await;
    assert_eq!(frames.take(2).await, answered(200, 5));
    assert_eq!(frames.ping().await, []);
}

/// What happens on the server, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Event {
    /// A request has come.
    Asked,
    Answered(u16),
}

use Event::{Answered, Asked};

/// Tells when a request comes, before `service` is asked whether it is ready, and when it is answered.
fn telling<S, B>(
    service: S,
    events: UnboundedSender<Event>,
) -> impl Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future = impl Send>
       + Clone
       + Send
       + 'static
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
    B: 'static,
{
    service_fn(move |request| {
        let (service, events) = (service.clone(), events.clone());
        async move {
            let _ = events.send(Asked);
            let response = service.oneshot(request).await?;
            let _ = events.send(Answered(response.status().as_u16()));
            Ok(response)
        }
    })
}

async fn next(events: &mut UnboundedReceiver<Event>) -> Event {
    within(events.recv()).await.unwrap()
}
