//! The layer around a client.

use super::{assert_unimplemented, behind, calls, check, no_calls, PERMANENT};
use hyper_util::rt::TokioIo;
use std::{
    io,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use tokio::net::TcpStream;
use tonic::{
    transport::{Channel, Endpoint, Uri},
    Code,
};
use tonic_health::pb::health_check_response::ServingStatus;
use tower::{service_fn, Layer};

/// A channel to nowhere, and how often it has tried to connect.
fn unconnected() -> (Channel, Arc<AtomicUsize>) {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = attempts.clone();
    let connector = service_fn(move |_: Uri| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Err::<TokioIo<TcpStream>, io::Error>(io::ErrorKind::NotConnected.into()) }
    });
    let endpoint = Endpoint::from_static("http://nowhere.invalid");
    (endpoint.connect_with_connector_lazy(connector), attempts)
}

#[tokio::test]
async fn around_a_channel_the_layer_refuses_without_a_connection() {
    let (channel, attempts) = unconnected();
    let refused = check(no_calls().layer(channel.clone())).await;
    assert_unimplemented(refused, PERMANENT);
    assert_eq!(attempts.load(Ordering::SeqCst), 0);

    let failed = check(calls().layer(channel)).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable);
    assert_ne!(attempts.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn around_a_channel_the_layer_forwards_calls() {
    let server = behind(calls()).await;
    let channel = calls().layer(server.channel().await);
    assert_eq!(check(channel).await.unwrap(), ServingStatus::Serving);
}
