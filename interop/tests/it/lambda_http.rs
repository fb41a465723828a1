//! `lambda_http`: events of API Gateway and of a load balancer, through its own adapter, which is
//! what `run` gives them to. There is no connection: what matters is the JSON that goes back.

use crate::support::within;
use axum::{routing::get, Router};
use http::Response;
use lambda_http::{
    lambda_runtime::LambdaEvent, request::LambdaRequest, service_fn, Adapter, Body, Context, Error,
    IntoResponse, Request,
};
use serde_json::{json, Value};
use std::fmt::Debug;
use tower::{Service, ServiceBuilder, ServiceExt};
use tower_not_implemented::NotImplementedLayer;

const TEXT: &str = "501 Not Implemented: This server does not support the request method";

/// Answers with the method, the path and the length of the content.
async fn handler(request: Request) -> Result<Response<Body>, Error> {
    let (method, path) = (request.method(), request.uri().path());
    let line = format!("{method} {path} {}", request.body().len());
    Ok(Response::new(Body::from(line)))
}

/// An event that API Gateway sends to an HTTP API, and a load balancer's.
fn events(method: &str, path: &str, content: Option<&str>) -> [Value; 2] {
    let length = content.unwrap_or_default().len().to_string();
    let headers = json!({ "host": "localhost", "content-length": length });
    let api_gateway = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1" },
            "stage": "$default",
            "requestId": "1",
        },
        "body": content,
        "isBase64Encoded": false,
    });
    let load_balancer = json!({
        "requestContext": { "elb": { "targetGroupArn": "arn" } },
        "httpMethod": method,
        "path": path,
        "queryStringParameters": {},
        "headers": headers,
        "body": content,
        "isBase64Encoded": false,
    });
    [api_gateway, load_balancer]
}

/// The same event without a declared length.
fn undeclared(mut event: Value) -> Value {
    let headers = event["headers"].as_object_mut().unwrap();
    headers.remove("content-length").unwrap();
    event
}

/// What goes back for `event`.
async fn answer(event: Value) -> Value {
    let service = ServiceBuilder::new()
        .layer(NotImplementedLayer::default().wrap_body())
        .service(service_fn(handler));
    answer_of(service, event).await
}

async fn answer_of<S, R>(service: S, event: Value) -> Value
where
    S: Service<Request, Response = R, Error: Debug> + Send,
    S::Future: Send + 'static,
    R: IntoResponse + Send + 'static,
{
    let mut adapter = Adapter::from(service);
    let payload: LambdaRequest = serde_json::from_value(event).unwrap();
    let event = LambdaEvent::new(payload, Context::default());
    let answer = within(async { adapter.ready().await?.call(event).await });
    serde_json::to_value(answer.await.unwrap()).unwrap()
}

#[track_caller]
fn assert_refused(answer: &Value, connection: Option<&str>) {
    assert_eq!(answer["statusCode"], 501, "{answer}");
    let body = answer["body"].as_str().unwrap();
    assert!(body.starts_with(TEXT), "{answer}");
    assert_eq!(answer["isBase64Encoded"], false);
    let headers = answer["headers"].as_object().unwrap();
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    let found = headers
        .get("connection")
        .map(|value| value.as_str().unwrap());
    assert_eq!(found, connection, "{answer}");
}

#[tokio::test]
async fn a_router_of_axum_takes_the_plain_layer() {
    let router = Router::new().route("/", get(|| async { "hello" }));
    let router = router.layer(NotImplementedLayer::default());
    for path in ["/", "/unknown"] {
        for event in events("FOO", path, None) {
            assert_refused(&answer_of(router.clone(), event).await, None);
        }
    }
    for event in events("GET", "/", None) {
        assert_eq!(answer_of(router.clone(), event).await["body"], "hello");
    }
}

#[tokio::test]
async fn a_refusal_is_text_for_both_kinds_of_event_on_every_path() {
    for method in ["FOO", "get", "PRI", "PROPFIND", &"M".repeat(8_000)] {
        for path in ["/", "/path", "/unknown/path"] {
            for event in events(method, path, None) {
                assert_refused(&answer(event).await, None);
            }
        }
    }
}

#[tokio::test]
async fn refused_content_within_the_limit_leaves_no_connection_field() {
    for size in [10, 100_000] {
        for event in events("FOO", "/path", Some(&"x".repeat(size))) {
            assert_refused(&answer(undeclared(event.clone())).await, None);
            assert_refused(&answer(event).await, None);
        }
    }
}

/// It speaks of a connection that is not the function's: whether a client gets to see the field is
/// for what sent the event to say.
#[tokio::test]
async fn refused_content_beyond_the_limit_leaves_a_connection_field() {
    for event in events("FOO", "/path", Some(&"x".repeat(3_000_000))) {
        assert_refused(&answer(event).await, Some("close"));
    }
}

#[tokio::test]
async fn a_supported_method_is_forwarded_with_its_content() {
    for (method, content) in [("GET", None), ("POST", Some("hello")), ("DELETE", None)] {
        for event in events(method, "/path", content) {
            let answer = answer(event).await;
            let length = content.unwrap_or_default().len();
            assert_eq!(answer["statusCode"], 200, "{answer}");
            assert_eq!(answer["body"], format!("{method} /path {length}"));
        }
    }
}
