//! Calls, and their refusal.

use super::{
    assert_refuses_calls, assert_unimplemented, assert_works, behind, calls, check, no_calls,
    serve, PERMANENT,
};
use crate::support::within;
use std::time::Duration;
use tonic::{service::Routes, transport::Server};
use tonic_health::{
    pb::{
        health_check_response::ServingStatus as PbStatus, health_client::HealthClient,
        HealthCheckRequest,
    },
    server::health_reporter,
    ServingStatus,
};

const TEMPORARY: &str = "This server does not support the request method for any resource. This is temporary: try again after the time in Retry-After.";

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn calls_of_every_kind_work_when_post_is_supported() {
    for layer in [calls(), calls().discard_limit(u64::MAX)] {
        assert_works(&behind(layer).await).await;
    }
}

#[tokio::test]
async fn a_stream_of_the_server_goes_on_behind_the_layer() {
    let (reporter, health) = health_reporter();
    let set = |status| within(reporter.set_service_status("watched", status));
    set(ServingStatus::Serving).await;
    let server = Server::builder().layer(calls());
    let server = serve(server, Routes::new(health)).await;
    let mut client = HealthClient::new(server.channel().await);
    let service = "watched".to_owned();
    let watch = client.watch(HealthCheckRequest { service });
    let mut statuses = within(watch).await.unwrap().into_inner();
    let first = within(statuses.message()).await.unwrap().unwrap();
    assert_eq!(first.status(), PbStatus::Serving);
    set(ServingStatus::NotServing).await;
    let second = within(statuses.message()).await.unwrap().unwrap();
    assert_eq!(second.status(), PbStatus::NotServing);
}

#[tokio::test]
async fn a_refused_call_is_unimplemented_to_the_client_whatever_the_settings() {
    let text = http::HeaderValue::from_static("text/plain");
    for (layer, message) in [
        (no_calls(), PERMANENT),
        (no_calls().retry_after(LONG), TEMPORARY),
        (no_calls().discard_limit(u64::MAX), PERMANENT),
        (no_calls().problem_details(), PERMANENT),
        (no_calls().body(text, "Not here"), PERMANENT),
        (no_calls().send_allow(true), PERMANENT),
    ] {
        println!("{layer:?}");
        assert_refuses_calls(&behind(layer).await, message).await;
    }
}

/// The server sheds what is more than one call at a time on a connection.
#[tokio::test]
async fn the_layer_works_under_the_limits_of_the_server() {
    let limited = Server::builder()
        .concurrency_limit_per_connection(1)
        .load_shed(true)
        .timeout(LONG);
    let works = limited.clone().layer(calls());
    assert_works(&serve(works, super::services()).await).await;
    let server = serve(limited.layer(no_calls()), super::services()).await;
    assert_refuses_calls(&server, PERMANENT).await;
    let channel = server.channel().await;
    for _ in 0..10 {
        assert_unimplemented(check(channel.clone()).await, PERMANENT);
    }
}
