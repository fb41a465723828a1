//! HTTP/3: h3 and quinn over UDP, with the layer around a Tower service.

use crate::support::{
    collect,
    http3::{
        assert_answered_at_once, assert_deadline_bounds, assert_refuses_over_http3, head, Declared,
        Exchange, Server,
    },
    within, Answer,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use std::{convert::Infallible, fmt::Debug, time::Duration};
use tower::{service_fn, Layer, ServiceBuilder};
use tower_http::timeout::RequestBodyDeadlineLayer;
use tower_not_implemented::NotImplementedLayer;

/// Answers with the method, the path and the length of the content, and with the request's trailers.
async fn echo<B>(
    request: Request<B>,
) -> Result<Response<impl Body<Data = Bytes, Error = Infallible>>, Infallible>
where
    B: Body,
    B::Error: Debug,
{
    let line = format!("{} {}", request.method(), request.uri().path());
    let content = collect(request.into_body()).await.unwrap();
    let trailers = content.trailers().cloned();
    let line = format!("{line} {}", content.to_bytes().len());
    let trailers = async { trailers.map(Ok) };
    Ok(Response::new(Full::from(line).with_trailers(trailers)))
}

fn serve(layer: NotImplementedLayer) -> Server {
    Server::start(layer.wrap_body().layer(service_fn(echo)))
}

fn standard() -> Server {
    serve(NotImplementedLayer::default())
}

#[tokio::test]
async fn every_path_refuses_and_content_is_read() {
    assert_refuses_over_http3(serve, &["/", "/unknown", "/a/b?c"]).await;
}

#[tokio::test]
async fn supported_methods_are_forwarded() {
    let server = standard();
    let client = server.connect().await;
    for method in [Method::GET, Method::DELETE, Method::PATCH] {
        let answer = client.ask(head(&method, "/path")).await;
        answer.assert_ok(&format!("{method} /path 0"));
    }
}

#[tokio::test]
async fn trailers_are_forwarded_both_ways() {
    let server = standard();
    let client = server.connect().await;
    let Exchange {
        mut sending,
        mut answer,
    } = client.open(head(&Method::POST, "/path")).await;
    let mut trailers = HeaderMap::new();
    trailers.insert("digest", HeaderValue::from_static("abc"));
    within(sending.send_data("12345".into())).await.unwrap();
    within(sending.send_trailers(trailers.clone()))
        .await
        .unwrap();
    within(sending.finish()).await.unwrap();

    let answer: Answer = answer.whole().await;
    answer.assert_ok("POST /path 5");
    assert_eq!(answer.trailers, Some(trailers));
}

#[tokio::test]
async fn a_limit_of_zero_answers_at_once() {
    let server = serve(NotImplementedLayer::default().discard_limit(0));
    let client = server.connect().await;
    assert_answered_at_once(&client, 10, Declared::Yes).await;
    assert_answered_at_once(&client, 10, Declared::No).await;
}

#[tokio::test]
async fn a_deadline_outside_bounds_the_wait_for_content() {
    let service = ServiceBuilder::new()
        .layer(RequestBodyDeadlineLayer::new(Duration::from_secs(2)))
        .layer(NotImplementedLayer::default().wrap_body())
        .service_fn(echo);
    let server = Server::start(service);
    assert_deadline_bounds(&server.connect().await).await;
}
