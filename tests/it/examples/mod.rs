//! The examples, run as a user runs them: each is a process that is started, asked and stopped.

mod axum;
mod every;
mod hyper;
mod lingering;
mod observe;
mod proxy;
mod readme;
mod tonic;

use crate::support::{collect, example::Example, Server};
use ::hyper::body::Incoming;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use std::{convert::Infallible, fmt::Write};
use tower::service_fn;

const REFUSED: &str = "HTTP/1.1 501 Not Implemented\r\n";

const BREW: &str = "BREW / HTTP/1.1\r\nhost: localhost\r\n\r\n";

const GET: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// RFC 2774 section 5.1: a mandatory request, to a proxy in the way.
const MANDATORY: &str = "M-GET /document HTTP/1.1\r\nHost: localhost\r\n\
    C-Man: \"http://www.example.org/\"\r\nConnection: C-Man\r\n\r\n";

#[track_caller]
fn assert_status(request: &str, answer: &str, status: u16) {
    let line = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&line), "{request}: {answer}");
}

async fn assert_answers(example: &Example, lines: &[(&str, u16)]) {
    for (line, status) in lines {
        assert_status(line, &example.answer(line).await, *status);
    }
}

async fn assert_refuses(example: &Example, methods: &[&str], paths: &[&str]) {
    for method in methods {
        for path in paths {
            let answer = example.answer(&format!("{method} {path}")).await;
            assert!(answer.starts_with(REFUSED), "{method} {path}: {answer}");
        }
    }
}

/// A request with ten bytes of content, of which only the first half comes.
fn half_an_upload(line: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n01234")
}

/// An origin server whose answer is the head it received, and a field for the proxy alone.
async fn origin() -> Server {
    let echo = service_fn(|request: Request<Incoming>| async {
        let (head, body) = request.into_parts();
        let mut received = format!("{} {} {:?}\n", head.method, head.uri, head.version);
        for (name, value) in &head.headers {
            writeln!(received, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
        let content = collect(body).await.unwrap().to_bytes();
        received += std::str::from_utf8(&content).unwrap();
        let response = Response::builder()
            .header("connection", "x-hop")
            .header("x-hop", "1")
            .header("x-end", "2")
            .body(Full::<Bytes>::from(received));
        Ok::<_, Infallible>(response.unwrap())
    });
    Server::start(echo).await
}
