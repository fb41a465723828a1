//! R20 to R31: what a refusal looks like.

use crate::support::{
    refusals::{
        answer, configurations, every_refusal, http2, http2_request, http2_response, least, method,
        reflect, refusal, request, serve, Answer, HOUR,
    },
    within, Server,
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use std::{
    collections::BTreeSet,
    convert::Infallible,
    time::{SystemTime, UNIX_EPOCH},
};
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::{MethodSet, NotImplemented, NotImplementedLayer};

#[tokio::test]
async fn r20_the_status_is_501_not_implemented() {
    for answer in every_refusal().await {
        println!("{:?}", answer.message());
        answer.assert_refused();
    }
}

/// As it goes out: with one Date, which is the server's, a length, and no transfer coding.
#[tokio::test]
async fn r20_r26_r29_a_refusal_over_http_1_is_one_plain_message() {
    let (server, _) = serve(MethodSet::STANDARD).await;
    for version in ["HTTP/1.0", "HTTP/1.1"] {
        let head = format!("BREW / {version}\r\nhost: a\r\nte: trailers\r\n\r\n");
        let response = server.exchange(head).await;
        let status_line = format!("{version} 501 Not Implemented\r\n");
        assert!(response.starts_with(&status_line), "{response}");
        assert_eq!(response.matches("\r\ndate: ").count(), 1, "{response}");
        assert!(!response.contains("transfer-encoding"), "{response}");
        assert!(!response.contains("trailer"), "{response}");
    }
}

#[tokio::test]
async fn r21_a_refusal_explains_itself() {
    let refused = refusal(request("BREW")).await;
    let content_type = refused.field("content-type");
    assert_eq!(content_type, Some("text/plain; charset=utf-8"));
    assert!(refused
        .text()
        .contains("does not support the request method"));
}

#[tokio::test]
async fn r22_the_explanation_says_temporary_or_permanent() {
    let date = SystemTime::now() + HOUR;
    for layer in [least(), least().problem_details()] {
        for (layer, temporary) in [
            (layer.clone(), false),
            (layer.clone().retry_after(HOUR), true),
            (layer.clone().retry_after(date), true),
            (layer.clone().retry_after(UNIX_EPOCH), false),
        ] {
            let refused = answer(&layer, request("BREW")).await;
            assert_eq!(refused.field("retry-after").is_some(), temporary);
            assert_eq!(refused.text().contains("temporary"), temporary);
            assert_eq!(refused.text().contains("permanent"), !temporary);
        }
    }
}

/// The inner service answers HEAD, and names the 1,234 bytes of content that GET would get.
#[tokio::test]
async fn r23_r24_head_is_forwarded_and_has_no_content_but_the_length_it_names() {
    let inner = service_fn(|_: Request<hyper::body::Incoming>| async {
        let response = Response::builder().header("content-length", "1234");
        response.body(Full::<Bytes>::default())
    });
    let server = Server::start(NotImplemented::new(inner, [Method::POST])).await;
    let head = "HEAD /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let response = server.exchange(head).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(response.ends_with("\r\n\r\n"), "{response}");
    assert_eq!(response.matches("content-length: ").count(), 1);
    assert!(response.contains("content-length: 1234\r\n"), "{response}");

    let client = http2(&server).await;
    let response = http2_response(&client, http2_request("HEAD", "http://a/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-length"], "1234");
    assert!(response.body().is_end_stream(), "no DATA frame");
}

#[tokio::test]
async fn r25_the_length_is_exact() {
    for layer in configurations() {
        println!("{layer:?}");
        let response = layer.layer(service_fn(reflect)).oneshot(request("BREW"));
        let response = within(response).await.unwrap();
        let announced = response.body().size_hint().exact();
        let content = Answer::of(response).await.content;
        assert_eq!(announced, Some(content.len() as u64));

        let inner = service_fn(|_: Request<hyper::body::Incoming>| async {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        });
        let server = Server::start(layer.layer(inner)).await;
        let response = server.exchange("BREW / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let (head, rest) = response.split_once("\r\n\r\n").unwrap();
        let length = format!("content-length: {}", content.len());
        assert!(head.contains(&length), "{response}");
        assert_eq!(rest.as_bytes(), content);
    }
}

#[tokio::test]
async fn r28_allow_lists_the_set_when_asked() {
    let names = ["brew", "PUT", "QUERY", "PUT", "brew", "ACL"];
    let layer = NotImplementedLayer::new(names.map(method));
    let without = answer(&layer, request("BREW")).await;
    assert_eq!(without.field("allow"), None);

    let layer = layer.send_allow(true);
    for _ in 0..2 {
        let refused = answer(&layer, request("BREW")).await;
        let expected = "GET, HEAD, PUT, ACL, QUERY, brew";
        assert_eq!(refused.field("allow"), Some(expected));
    }
    let layer = layer.send_allow(false);
    let without = answer(&layer, request("BREW")).await;
    assert_eq!(without.field("allow"), None);
}

#[tokio::test]
async fn r30_no_byte_of_the_method_is_in_the_answer() {
    let long = "X".repeat(8_000);
    for layer in configurations() {
        let plain = answer(&layer, request("BREW")).await;
        for name in ["A&B'C", "`|~", "%0d%0a", &long] {
            let refused = answer(&layer, request(name)).await;
            refused.assert_refused();
            assert_eq!(refused.message(), plain.message(), "{name}");
        }
    }
}

/// So there are no trailers, no Date, Expires, Vary and Link, and nothing to one cache alone.
#[tokio::test]
async fn r31_a_refusal_has_no_other_fields() {
    let allowed = BTreeSet::from([
        "allow",
        "cache-control",
        "connection",
        "content-type",
        "grpc-message",
        "grpc-status",
        "retry-after",
    ]);
    let answers = every_refusal().await;
    let sent: BTreeSet<_> = answers.iter().flat_map(Answer::names).collect();
    assert_eq!(sent, allowed);
    assert!(answers.iter().all(|answer| answer.trailers.is_none()));
}
