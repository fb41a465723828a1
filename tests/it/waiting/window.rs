//! The window of an HTTP/2 connection.

use super::hello;
use crate::support::{
    collect,
    frames::{answered, Frames},
    within, Server,
};
use http::{Method, Request};
use hyper::body::Incoming;
use std::{future::pending, sync::Arc};
use tokio::sync::Notify;
use tower::ServiceBuilder;
use tower_not_implemented::NotImplementedLayer;

/// The window that hyper gives a connection, and each of its streams.
const WINDOW: usize = 1024 * 1024;

/// The most that hyper takes in one frame.
const FRAME: usize = 16 * 1024;

#[tokio::test]
async fn content_waits_for_a_window_that_another_request_has_filled() {
    let (asked, released) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let [ask, release] = [asked.clone(), released.clone()];
    let service = ServiceBuilder::new()
        .layer(NotImplementedLayer::default())
        .service_fn(move |request: Request<Incoming>| {
            let (asked, released) = (asked.clone(), released.clone());
            async move {
                if request.method() == Method::POST {
                    asked.notify_one();
                    released.notified().await;
                    let _ = collect(request.into_body()).await;
                    return pending().await; // so that the one answer is the refusal
                }
                hello(request).await
            }
        });
    let server = Server::start(service).await;
    let mut frames = Frames::connect(server.address).await;
    frames.request(1, "POST", &[], false).await;
    within(ask.notified()).await;
    for _ in 0..WINDOW / FRAME {
        frames.data(1, &[b'x'; FRAME], false).await;
    }
    assert_eq!(frames.window(), 0);

    frames
        .request(3, "BREW", &[("content-length", "10")], false)
        .await;
    assert_eq!(frames.ping().await, []);
    assert_eq!(frames.window(), 0);
    release.notify_one();
    frames.data(3, b"0123456789", true).await;
    assert_eq!(frames.take(2).await, answered(501, 3));
}
