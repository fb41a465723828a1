//! 405 for those whose load balancer cannot be told (`docs/production.md`), in a stack of
//! `Router::layer` and around a finished `Router`.

use super::{assert_statuses, call, routes};
use crate::support::{
    refusals::{ask, request_to, Answer},
    Server,
};
use axum::{
    body::Body,
    http::{header, HeaderValue, StatusCode},
    response::Response,
    routing::get,
    Router,
};
use tower::{Layer, ServiceBuilder};
use tower_not_implemented::{MethodSet, NotImplementedLayer, UnsupportedMethod};

fn method_not_allowed(mut response: Response) -> Response {
    let refused = response.extensions().get::<UnsupportedMethod>().is_some();
    if !refused || response.headers().contains_key("grpc-status") {
        return response;
    }
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response.headers_mut().remove(header::CONTENT_LENGTH); // that of the old body
    response.map(|_| Body::from("405: this server supports the methods in Allow\n"))
}

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default().send_allow(true)
}

/// As the page has it.
pub(crate) fn in_a_stack(routes: Router) -> Router {
    routes.layer(
        ServiceBuilder::new()
            .map_response(method_not_allowed)
            // A 405 must have Allow.
            .layer(NotImplementedLayer::default().send_allow(true)),
    )
}

#[track_caller]
fn assert_not_allowed(answer: &Answer) {
    assert_eq!(answer.status, 405);
    assert_eq!(answer.fields["allow"], MethodSet::STANDARD.to_string());
    assert_eq!(answer.fields["content-type"], "text/plain; charset=utf-8");
    let text = "405: this server supports the methods in Allow\n";
    assert_eq!(answer.text(), text);
}

#[tokio::test]
async fn a_refusal_becomes_405_with_allow_and_a_text_of_its_own() {
    let app = in_a_stack(routes());
    for method in ["FOO", &"M".repeat(400_000)] {
        for target in ["/", "/any", "/nowhere"] {
            assert_not_allowed(&ask(app.clone(), request_to(method, target)).await);
        }
    }
}

#[tokio::test]
async fn all_other_answers_stay_what_they_are() {
    let later = get(|| async { (StatusCode::NOT_IMPLEMENTED, "later") });
    let app = in_a_stack(routes().route("/later", later));
    assert_statuses(&app, &[("GET", "/", 200), ("GET", "/nowhere", 404)]).await;
    let answer = ask(app.clone(), request_to("GET", "/later")).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (501, "later"));
    let answer = ask(app.clone(), request_to("DELETE", "/")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(answer.fields["allow"], "GET,HEAD");
    let grpc = ask(app, call("FOO")).await;
    assert_eq!((grpc.status.as_u16(), grpc.text()), (501, ""));
    assert_eq!(grpc.fields["grpc-status"], "12");
}

fn without_grpc(mut response: Response) -> Response {
    if response.extensions().get::<UnsupportedMethod>().is_some() {
        response.headers_mut().remove("grpc-status");
        response.headers_mut().remove("grpc-message");
    }
    response
}

#[tokio::test]
async fn with_one_more_step_the_content_type_of_grpc_gets_no_501_either() {
    let own = get(|| async { [("grpc-status", "5"), ("grpc-message", "own")] });
    let app = routes().route("/own", own).layer(
        ServiceBuilder::new()
            .map_response(method_not_allowed)
            .map_response(without_grpc)
            .layer(layer()),
    );
    let refused = ask(app.clone(), call("FOO")).await;
    assert_not_allowed(&refused);
    let answer = ask(app, request_to("GET", "/own")).await;
    assert_eq!(answer.status, 200);
    for (name, own) in [("grpc-status", "5"), ("grpc-message", "own")] {
        assert_eq!(refused.field(name), None);
        assert_eq!(answer.field(name), Some(own));
    }
}

/// Over one connection, so that a wrong length would show in the next answer.
#[tokio::test]
async fn around_a_finished_router_the_next_answer_is_whole() {
    let around = ServiceBuilder::new().map_response(method_not_allowed);
    let inside = Server::start(around.clone().service(routes().layer(layer()))).await;
    let outside = Server::start(around.service(layer().layer(routes()))).await;
    for server in [inside, outside] {
        let mut connection = server.connect().await;
        for _ in 0..2 {
            let answer = connection.ask("FOO /").await;
            assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
            assert!(answer.ends_with("the methods in Allow\n"), "{answer}");
            let answer = connection.ask("GET /").await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
        }
    }
}
