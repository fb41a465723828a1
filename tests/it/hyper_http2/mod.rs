//! Refusals over HTTP/2: on real sockets, through hyper, down to the frames.

mod connect;
mod early;
mod fields;
mod message;
mod reading;
pub(crate) mod watch;

use crate::support::{
    frames::{answered, Frames},
    refusals::least,
    Server,
};
use std::sync::Arc;
use tower_not_implemented::NotImplementedLayer;
use watch::{serve, Watch};

const GRPC: (&str, &str) = ("content-type", "application/grpc");
const TEN: (&str, &str) = ("content-length", "10");

fn discarding(limit: u64) -> NotImplementedLayer {
    least().discard_limit(limit)
}

/// A connection to a server with `layer`, by frames, and what the server sees.
async fn frames_to(layer: NotImplementedLayer) -> (Server, Arc<Watch>, Frames) {
    let (server, watch) = serve(layer).await;
    let frames = Frames::connect(server.address).await;
    (server, watch, frames)
}

async fn assert_serves(frames: &mut Frames, stream: u32) {
    frames.request(stream, "GET", &[], true).await;
    assert_eq!(frames.take(2).await, answered(200, stream));
    assert_eq!(frames.ping().await, []);
}
