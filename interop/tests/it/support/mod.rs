//! What the tests share: a bound on time, answers to look at, hostile requests, and raw connections.

#[path = "../../../../tests/it/support/bound.rs"]
mod bound;
pub(crate) mod connection;
#[cfg(unix)]
#[path = "../../../../tests/it/support/example.rs"]
pub(crate) mod example;
#[path = "../../../../tests/it/support/external.rs"]
pub(crate) mod external;
pub(crate) mod http2;
pub(crate) mod http3;
#[path = "../../../../tests/it/support/server.rs"]
mod server;
pub(crate) mod tls;
#[path = "../../../../tests/it/support/within.rs"]
mod within;

pub(crate) use bound::{collect, Bound};
pub(crate) use server::Server;
pub(crate) use within::within;

use bytes::Bytes;
use connection::{
    assert_content_is_no_request, assert_refuses_hostile_methods, assert_uploads_are_answered,
    Connection,
};
use http::{HeaderMap, Method, Response, StatusCode};
use http2::assert_refuses_over_http2;
use http_body::Body;
use std::{fmt::Debug, net::SocketAddr};

/// Methods that no server here supports: of nobody, of another protocol, in other letter case, of
/// HTTP/2's preface, and of 8,000 characters.
pub(crate) fn hostile_methods() -> [Method; 5] {
    let long = "X".repeat(8_000);
    ["FOO", "PROPFIND", "get", "PRI", &long].map(method)
}

pub(crate) fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

/// Hostile methods are refused over HTTP/1.1 and HTTP/2, on each of `targets`; refused content is read,
/// and no request. `GET /` is answered with `hello`.
pub(crate) async fn assert_refuses_everywhere(address: SocketAddr, targets: &[&str], hello: &str) {
    assert_refuses_hostile_methods(Connection::open(address).await, targets).await;
    assert_refuses_over_http2(address, (200, hello)).await;
    assert_uploads_are_answered(Connection::open(address).await, hello).await;
    assert_content_is_no_request(Connection::open(address).await, hello).await;
}

/// What a client got.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) fields: HeaderMap,
    pub(crate) content: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Answer {
    pub(crate) async fn of<B>(response: Response<B>) -> Self
    where
        B: Body,
        B::Error: Debug,
    {
        let (parts, body) = response.into_parts();
        let collected = within(collect(body)).await.unwrap();
        Self {
            status: parts.status,
            fields: parts.headers,
            trailers: collected.trailers().cloned(),
            content: collected.to_bytes(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.content).unwrap()
    }

    /// A 501 with the default text, on a connection that lives on.
    #[track_caller]
    pub(crate) fn assert_refused(&self) {
        assert_eq!(self.status, StatusCode::NOT_IMPLEMENTED, "{self:?}");
        assert!(self.text().starts_with("501 Not Implemented: "), "{self:?}");
        assert_eq!(self.fields["content-type"], "text/plain; charset=utf-8");
        assert!(!self.fields.contains_key("connection"), "{self:?}");
    }

    #[track_caller]
    pub(crate) fn assert_ok(&self, content: &str) {
        assert_eq!((self.status, self.text()), (StatusCode::OK, content));
    }
}
