//! `axum::serve`.

use super::{layer, routes};
use crate::support::{answer, Server};
use axum::{extract::Request, Router, ServiceExt};
use tower::{make::Shared, Layer};

/// Of the forms that `docs/placement.md` recommends, axum adds `Allow` in one.
async fn assert_refuses_everywhere(form: &str, server: Server, allow: bool) {
    println!("{form}"); // the last where it fails
    for line in ["FOO /get", "FOO /any", "FOO /unknown", "FOO *"] {
        let answer = answer(server.address, line).await;
        assert!(answer.starts_with("HTTP/1.1 501 "), "{line}: {answer}");
        assert!(answer.contains("content-length: "), "{line}: {answer}");
        let (head, content) = answer.split_once("\r\n\r\n").unwrap();
        assert!(content.starts_with("501 Not Implemented: "), "{line}");
        let allowed = head.to_lowercase().contains("\r\nallow: get,head\r\n");
        assert_eq!(allowed, allow && line == "FOO /get", "{line}: {answer}");
    }
    for (line, status) in [("DELETE /get", 405), ("DELETE /unknown", 404)] {
        let answer = answer(server.address, line).await;
        let starts = answer.starts_with(&format!("HTTP/1.1 {status} "));
        assert!(starts, "{line}: {answer}");
    }
    let answer = answer(server.address, "GET /get").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
}

#[tokio::test]
async fn axum_serves_every_recommended_form() {
    let last = routes().layer(layer());
    let fallback = Router::new().fallback_service(routes()).layer(layer());
    let around = ServiceExt::<Request>::into_make_service(layer().layer(routes()));
    let shared = Shared::new(layer().layer(routes()));
    let last = Server::of(|listener| axum::serve(listener, last));
    let fallback = Server::of(|listener| axum::serve(listener, fallback));
    let around = Server::of(|listener| axum::serve(listener, around));
    let shared = Server::of(|listener| axum::serve(listener, shared));
    assert_refuses_everywhere("last", last.await, true).await;
    assert_refuses_everywhere("fallback", fallback.await, false).await;
    assert_refuses_everywhere("around", around.await, false).await;
    assert_refuses_everywhere("shared", shared.await, false).await;
}
