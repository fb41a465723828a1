//! A body for each request (`docs/observing.md`): around the layer in a stack of
//! `Router::layer`, and around a finished `Router`, which has set `Content-Length` by then.

use super::{call, routes, status};
use crate::support::{
    refusals::{ask, http2, http2_answer, http2_request},
    Server,
};
use axum::{body::Body, http::header, response::Response, Router};
use hyper::body::Incoming;
use std::convert::Infallible;
use tower::{Service, ServiceBuilder};
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

const PAGE: &str = "see /docs/methods\n";

fn explain(mut response: Response) -> Response {
    let refused = response.extensions().get::<UnsupportedMethod>();
    if refused.is_none() || response.headers().contains_key("grpc-status") {
        return response;
    }
    response.headers_mut().remove(header::CONTENT_LENGTH); // that of the old body
    response.map(|_| Body::from("see /docs/methods\n"))
}

/// As the page has it.
fn in_a_stack() -> Router {
    routes().layer(
        ServiceBuilder::new()
            .map_response(explain)
            .layer(NotImplementedLayer::default()),
    )
}

/// Two requests on one connection over HTTP/1.1, and two over HTTP/2.
async fn assert_explains<S>(service: S)
where
    S: Service<http::Request<Incoming>, Response = Response, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let server = Server::start(service).await;
    let mut connection = server.connect().await;
    for path in ["/", "/nowhere"] {
        let answer = connection.ask(&format!("FOO {path}")).await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        assert!(answer.contains("content-length: 18\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nsee /docs/methods\n"), "{answer}");
        let answer = connection.ask("GET /").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    }
    let client = http2(&server).await;
    let uri = format!("http://{}/any", server.address);
    for (method, status, text) in [("FOO", 501, PAGE), ("GET", 200, "any")] {
        let answer = http2_answer(&client, http2_request(method, &uri)).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (status, text));
        assert_eq!(answer.fields["content-length"], text.len().to_string());
    }
}

#[tokio::test]
async fn a_replaced_body_has_its_own_length_inside_a_router_and_around_it() {
    let layer = NotImplementedLayer::default();
    let around = ServiceBuilder::new().map_response(explain);
    assert_explains(in_a_stack()).await;
    assert_explains(around.service(routes().layer(layer.clone()))).await;
    assert_explains(around.layer(layer).service(routes())).await;
}

#[tokio::test]
async fn what_is_no_refusal_and_what_is_grpc_keeps_its_answer() {
    let app = in_a_stack();
    assert_eq!(status(&app, "DELETE", "/").await, 405);
    let answer = ask(app, call("FOO")).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (501, ""));
    assert_eq!(answer.fields["grpc-status"], "12");
}
