//! Calls, and their refusal.

use super::{assert_refuses_calls, assert_works, calls, no_calls, Running, LONG, PERMANENT};
use crate::support::within;
use tonic::transport::Server;
use tonic_health::{
    pb::{
        health_check_response::ServingStatus as PbStatus, health_client::HealthClient,
        HealthCheckRequest,
    },
    server::health_reporter,
    ServingStatus,
};

const TEMPORARY: &str = "This server does not support the request method for any resource. This is temporary: try again after the time in Retry-After.";

#[tokio::test]
async fn calls_of_every_kind_work_when_post_is_supported() {
    for layer in [calls(), calls().discard_limit(u64::MAX)] {
        assert_works(&Running::behind(layer).await).await;
    }
}

#[tokio::test]
async fn a_stream_of_the_server_goes_on_behind_the_layer() {
    let (reporter, health) = health_reporter();
    let service = "watched";
    let serving = reporter.set_service_status(service, ServingStatus::Serving);
    serving.await;
    let routes = Server::builder().layer(calls()).add_service(health);
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    let mut client = HealthClient::new(server.channel().await);
    let service_name = service.to_owned();
    let watch = client.watch(HealthCheckRequest {
        service: service_name,
    });
    let mut statuses = within(watch).await.unwrap().into_inner();
    let first = within(statuses.message()).await.unwrap().unwrap();
    assert_eq!(first.status(), PbStatus::Serving);
    let not_serving = reporter.set_service_status(service, ServingStatus::NotServing);
    not_serving.await;
    let second = within(statuses.message()).await.unwrap().unwrap();
    assert_eq!(second.status(), PbStatus::NotServing);
}

#[tokio::test]
async fn a_refused_call_is_unimplemented_to_the_client() {
    assert_refuses_calls(&Running::behind(no_calls()).await, PERMANENT).await;
}

#[tokio::test]
async fn a_refused_call_says_that_the_condition_is_temporary() {
    let layer = no_calls().retry_after(LONG);
    assert_refuses_calls(&Running::behind(layer).await, TEMPORARY).await;
}

#[tokio::test]
async fn a_refused_call_is_answered_at_once_even_when_content_is_discarded() {
    let layer = no_calls().discard_limit(u64::MAX);
    assert_refuses_calls(&Running::behind(layer).await, PERMANENT).await;
}

#[tokio::test]
async fn the_refusal_of_a_call_is_the_same_whatever_explains_other_refusals() {
    let text = http::HeaderValue::from_static("text/plain");
    for layer in [
        no_calls().problem_details(),
        no_calls().body(text, "Not here"),
        no_calls().allow_header(true),
    ] {
        assert_refuses_calls(&Running::behind(layer).await, PERMANENT).await;
    }
}
