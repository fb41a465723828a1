//! The tonic example.

use super::{assert_refuses, REFUSED};
use crate::support::{example::Example, within};
use tonic::{transport::Channel, Code};
use tonic_health::pb::{
    health_check_response::ServingStatus, health_client::HealthClient, HealthCheckRequest,
};

async fn channel(example: &Example) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{}", example.address)).unwrap();
    within(endpoint.connect()).await.unwrap()
}

#[tokio::test]
async fn tonic_serves_health_checks() {
    let example = Example::start("tonic").await;
    let mut client = HealthClient::new(channel(&example).await);
    let whole_server = HealthCheckRequest::default();
    let answer = within(client.check(whole_server)).await.unwrap();
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);

    let service = "nowhere".into();
    let unknown = within(client.check(HealthCheckRequest { service })).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    example.stop().await;
}

#[tokio::test]
async fn tonic_refuses_what_is_neither_post_nor_get() {
    let example = Example::start("tonic").await;
    let paths = ["/grpc.health.v1.Health/Check", "/nowhere"];
    assert_refuses(&example, &["FOO", "PUT", "OPTIONS", "PROPFIND"], &paths).await;
    for path in paths {
        let answer = example.answer(&format!("GET {path}")).await;
        assert!(!answer.starts_with(REFUSED), "{path}: {answer}");
    }
    example.stop().await;
}
