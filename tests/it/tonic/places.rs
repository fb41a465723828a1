//! Where the layer can be put in a tonic server.

use super::{
    any_service, assert_refuses_calls, assert_unimplemented, assert_works, calls, check, converse,
    health, limited, no_calls, reflection, Running, CHECK, PERMANENT, REFLECT,
};
use crate::support::within;
use tonic::{
    body::Body,
    service::{interceptor::InterceptedService, InterceptorLayer, LayerExt, Routes},
    transport::Server,
    Code, Request, Status,
};
use tonic_health::pb::{
    health_check_response::ServingStatus as PbStatus, health_client::HealthClient,
};
use tower::ServiceBuilder;
use tower_http::map_response_body::MapResponseBodyLayer;

#[tokio::test]
async fn a_named_layer_refuses_only_under_the_path_of_its_service() {
    let mut server = Server::builder().accept_http1(true);
    let routes = server
        .add_service(no_calls().named_layer(health()))
        .add_service(reflection());
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    let channel = server.channel().await;
    assert_unimplemented(check(channel.clone()).await, PERMANENT);
    assert!(!converse(channel).await.unwrap().is_empty());
    for http2 in [true, false] {
        for path in [CHECK, "/grpc.health.v1.Health/Unknown"] {
            server.ask_by(http2, "FOO", path).await.assert_refused();
        }
        for path in [REFLECT, "/unknown"] {
            server.ask_by(http2, "FOO", path).await.assert_forwarded();
        }
    }
}

#[tokio::test]
async fn an_axum_router_of_tonic_routes_takes_the_layer() {
    let services = Routes::new(health()).add_service(reflection());
    for (layer, works) in [(calls(), true), (no_calls(), false)] {
        let router = services.clone().into_axum_router().layer(layer);
        let serve = |listener| async { axum::serve(listener, router).await };
        let server = Running::listen(serve).await;
        if works {
            assert_works(&server).await;
        } else {
            assert_refuses_calls(&server, PERMANENT).await;
        }
        for http2 in [true, false] {
            let answer = server.ask_by(http2, "FOO", "/unknown").await;
            answer.assert_refused();
        }
    }
}

#[tokio::test]
async fn an_optional_layer_is_a_switch() {
    for on in [true, false] {
        let refuse = ServiceBuilder::new()
            .layer(MapResponseBodyLayer::new(Body::new))
            .layer(no_calls());
        let switch = ServiceBuilder::new().option_layer(on.then(|| refuse.into_inner()));
        let mut server = Server::builder().layer(switch.into_inner());
        let routes = server.add_service(health()).add_service(reflection());
        let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
        if on {
            assert_refuses_calls(&server, PERMANENT).await;
        } else {
            assert_works(&server).await;
        }
    }
}

fn with_token(request: Request<()>) -> Result<Request<()>, Status> {
    match request.metadata().get("token") {
        Some(_) => Ok(request),
        None => Err(Status::unauthenticated("no token")),
    }
}

async fn assert_asks_for_the_token(server: &Running) {
    let channel = server.channel().await;
    let refused = check(channel.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let mut request = Request::new(any_service());
    let token = "any".parse().unwrap();
    request.metadata_mut().insert("token", token);
    let mut client = HealthClient::new(channel);
    let response = within(client.check(request)).await.unwrap();
    assert_eq!(response.into_inner().status(), PbStatus::Serving);
    server.ask_by(true, "FOO", CHECK).await.assert_refused();
}

#[tokio::test]
async fn an_interceptor_under_the_layer_is_only_asked_about_calls() {
    let mut server = Server::builder()
        .layer(calls())
        .layer(InterceptorLayer::new(with_token));
    let routes = server.add_service(health());
    let around = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    assert_asks_for_the_token(&around).await;

    let intercepted = InterceptedService::new(health(), with_token);
    let routes = Server::builder().add_service(calls().named_layer(intercepted));
    let named = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    assert_asks_for_the_token(&named).await;
}

#[tokio::test]
async fn the_layer_works_under_the_limits_of_the_server() {
    assert_works(&limited(calls()).await).await;
    let server = limited(no_calls()).await;
    assert_refuses_calls(&server, PERMANENT).await;
    let channel = server.channel().await;
    for _ in 0..10 {
        assert_unimplemented(check(channel.clone()).await, PERMANENT);
    }
}
