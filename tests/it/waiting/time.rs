//! Limits on time.

use super::{assert_ends_every_wait, hello, REFUSED};
use crate::support::{within, Server};
use bytes::Bytes;
use futures_util::{stream, FutureExt};
use http::{Request, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use std::{convert::Infallible, time::Duration};
use tokio::sync::oneshot;
use tower::{ServiceBuilder, ServiceExt};
use tower_http::timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer, TimeoutLayer};
use tower_not_implemented::NotImplementedLayer;

const MOMENT: Duration = Duration::from_millis(50);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_timeout_outside_answers_408() {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MOMENT);
    let outside = ServiceBuilder::new()
        .layer(timeout)
        .layer(NotImplementedLayer::default());
    let server = Server::start(outside.service_fn(hello)).await;
    let mut connection = server.connect().await;
    connection.send(REFUSED).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(!answer.contains("connection: close"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_does_not_end_the_wait() {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, SECOND);
    let service = ServiceBuilder::new()
        .layer(NotImplementedLayer::default())
        .layer(timeout)
        .service_fn(hello);
    let (content, late) = oneshot::channel::<Bytes>();
    let late = late.map(|content| Ok::<_, Infallible>(Frame::data(content.unwrap())));
    let body = BodyExt::boxed_unsync(StreamBody::new(stream::once(late)));
    let request = Request::builder().method("BREW").body(body).unwrap();
    let mut refusal = Box::pin(service.oneshot(request));
    assert!((&mut refusal).now_or_never().is_none());
    tokio::time::advance(100 * SECOND).await;
    assert!((&mut refusal).now_or_never().is_none());
    content.send("hello".into()).unwrap();
    let answer = within(refusal).await.unwrap();
    assert_eq!(answer.status(), 501);
    assert!(!answer.headers().contains_key("connection"));
}

#[tokio::test]
async fn a_body_deadline_or_a_body_timeout_outside_ends_the_wait() {
    let outside = ServiceBuilder::new()
        .layer(RequestBodyDeadlineLayer::new(SECOND))
        .layer(NotImplementedLayer::default());
    assert_ends_every_wait(&Server::start(outside.service_fn(hello)).await).await;
    let outside = ServiceBuilder::new()
        .layer(RequestBodyTimeoutLayer::new(SECOND))
        .layer(NotImplementedLayer::default());
    assert_ends_every_wait(&Server::start(outside.service_fn(hello)).await).await;
}
