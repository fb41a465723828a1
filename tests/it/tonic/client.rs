//! The layer around a client.

use super::{any_service, assert_unimplemented, calls, no_calls, Running, PERMANENT};
use crate::support::within;
use bytes::Bytes;
use std::{
    io,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use tonic::{
    body::Body,
    client::GrpcService,
    transport::{Channel, Endpoint, Uri},
    Code, Status,
};
use tonic_health::pb::{
    health_check_response::ServingStatus as PbStatus, health_client::HealthClient,
};
use tower::{service_fn, Layer};

/// A channel to nowhere, and how often it has tried to connect.
fn unconnected() -> (Channel, Arc<AtomicUsize>) {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = attempts.clone();
    let connector = service_fn(move |_: Uri| {
        counter.fetch_add(1, Ordering::SeqCst);
        async {
            Err::<hyper_util::rt::TokioIo<tokio::net::TcpStream>, _>(io::Error::from(
                io::ErrorKind::NotConnected,
            ))
        }
    });
    let endpoint = Endpoint::from_static("http://nowhere.invalid");
    (endpoint.connect_with_connector_lazy(connector), attempts)
}

async fn check_through<S>(service: S) -> Result<PbStatus, Status>
where
    S: GrpcService<Body>,
    S::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as http_body::Body>::Error:
        Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    let mut client = HealthClient::new(service);
    let response = within(client.check(any_service())).await?;
    Ok(response.into_inner().status())
}

#[tokio::test]
async fn around_a_channel_the_layer_refuses_without_a_connection() {
    let (channel, attempts) = unconnected();
    let refused = check_through(no_calls().layer(channel.clone())).await;
    assert_unimplemented(refused, PERMANENT);
    assert_eq!(attempts.load(Ordering::SeqCst), 0);

    let failed = check_through(calls().layer(channel)).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable);
    assert_ne!(attempts.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn around_a_channel_the_layer_forwards_calls() {
    let server = Running::behind(calls()).await;
    let channel = calls().layer(server.channel().await);
    assert_eq!(check_through(channel).await.unwrap(), PbStatus::Serving);
}
