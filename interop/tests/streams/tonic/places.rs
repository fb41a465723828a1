//! Where the layer can be put in a tonic server.

use super::{
    any_service, assert_forwarded, assert_refused, assert_refuses_calls, assert_unimplemented,
    assert_works, calls, check, converse, health, no_calls, reflection, serve, services, CHECK,
    PERMANENT, REFLECT,
};
use crate::support::{within, Server};
use http::Method;
use tonic::{
    body::Body,
    service::{interceptor::InterceptedService, InterceptorLayer, LayerExt, Routes},
    transport, Code, Request, Status,
};
use tonic_health::pb::{
    health_check_response::ServingStatus as PbStatus, health_client::HealthClient,
};
use tower::ServiceBuilder;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn a_named_layer_refuses_only_under_the_path_of_its_service() {
    let named = Routes::new(no_calls().named_layer(health()));
    let server = transport::Server::builder().accept_http1(true);
    let server = serve(server, named.add_service(reflection())).await;
    let channel = server.channel().await;
    assert_unimplemented(check(channel.clone()).await, PERMANENT);
    assert!(!converse(channel).await.unwrap().is_empty());
    for http2 in [true, false] {
        for path in [CHECK, "/grpc.health.v1.Health/Unknown"] {
            assert_refused(&server, http2, "FOO", path).await;
        }
        for path in [REFLECT, "/unknown"] {
            assert_forwarded(&server, http2, "FOO", path).await;
        }
    }
}

#[tokio::test]
async fn an_axum_router_of_tonic_routes_takes_the_layer() {
    for (layer, works) in [(calls(), true), (no_calls(), false)] {
        let router = services().into_axum_router().layer(layer);
        let server = Server::of(|listener| axum::serve(listener, router)).await;
        if works {
            assert_works(&server).await;
        } else {
            assert_refuses_calls(&server, PERMANENT).await;
        }
        for http2 in [true, false] {
            assert_refused(&server, http2, "FOO", "/unknown").await;
        }
    }
    // axum's body is kept as well.
    let plain = NotImplementedLayer::new([Method::POST]);
    let router = services().into_axum_router().layer(plain);
    let server = Server::of(|listener| axum::serve(listener, router)).await;
    assert_works(&server).await;
    assert_refused(&server, true, "FOO", "/unknown").await;
}

#[tokio::test]
async fn an_optional_layer_is_a_switch() {
    for on in [true, false] {
        let refuse = ServiceBuilder::new()
            .layer(MapResponseBodyLayer::new(Body::new))
            .layer(no_calls());
        let switch = ServiceBuilder::new().option_layer(on.then(|| refuse.into_inner()));
        let server = transport::Server::builder().layer(switch.into_inner());
        let server = serve(server, services()).await;
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

#[tokio::test]
async fn an_interceptor_under_the_layer_is_only_asked_about_calls() {
    let around = transport::Server::builder()
        .layer(calls())
        .layer(InterceptorLayer::new(with_token));
    let intercepted = InterceptedService::new(health(), with_token);
    let named = Routes::new(calls().named_layer(intercepted));
    for server in [
        serve(around, services()).await,
        serve(transport::Server::builder(), named).await,
    ] {
        let channel = server.channel().await;
        let refused = check(channel.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated);
        let mut request = Request::new(any_service());
        let token = "any".parse().unwrap();
        request.metadata_mut().insert("token", token);
        let mut client = HealthClient::new(channel);
        let response = within(client.check(request)).await.unwrap();
        assert_eq!(response.into_inner().status(), PbStatus::Serving);
        assert_refused(&server, true, "FOO", CHECK).await;
    }
}
