//! What the specifications ask of a server that refuses methods, and what this crate adds: one
//! test per rule, in the order of the rules, which are numbered R1 to R70.
//!
//! Rules without a test, because the layer does nothing that they are about:
//!
//! - R27, `Allow` is mandatory in a 405: the layer has no list of forbidden methods and answers
//!   nothing but 501.
//! - R47, `must-understand` goes with `no-store`: the layer writes only `no-store` and `max-age`
//!   itself; any other policy is the user's, sent as it is.
//!
//! Rules that other files hold, each in its place on the wire:
//!
//! - R12, the end of the connection after CONNECT: `hyper_http1/connect.rs`.
//! - R39, content is read or the connection ends: `hyper_http1/{reuse,close}.rs`.
//! - R40, `close` where content is left unread: `hyper_http1/{close,http_1_0}.rs`.
//! - R41, no 100 before the 501: `hyper_http1/expect.rs`.
//! - R42, no connection fields in HTTP/2: `hyper_http2/fields.rs`.
//! - R43, no content keeps the connection: `hyper_http1/reuse.rs`.
//! - R44, what HTTP/2 answers early and late: `hyper_http2/{early,reading}.rs`.
//!
//! What is read, and when, is specified by the tables of `src/discard/tests.rs`, and shown on the
//! wire, row by row, by `content/table.rs`.
//!
//! Some rules are about fields that the layer never sends, and hold because it does not; the test
//! looks for the field in every answer there is: `Expires` (R48), `Vary` (R49), the cache controls
//! of content delivery networks (R50, R51) and `Link` (R58). HEAD is in every set, so what the
//! rules ask of the answer to HEAD (R23, R24) is what the inner service answers.

mod caching;
mod cors;
mod decision;
mod grpc;
mod message;
mod problem;
mod request_fields;
mod retry_after;
mod service;

use crate::support::refusals::Answer;
use http::Method;

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

const CONNECT: &str = "CONNECT other:443 HTTP/1.1\r\nhost: other:443\r\n\r\n";

/// A refusal that announces the end of the connection.
#[track_caller]
fn assert_ending(response: &str) {
    let status_line = "HTTP/1.1 501 Not Implemented\r\n";
    assert!(response.starts_with(status_line), "{response}");
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
}

const BREW: &str = "BREW / HTTP/1.1\r\nhost: a\r\n\r\n";

#[track_caller]
fn assert_never_sent(answers: &[Answer], name: &str) {
    assert!(!answers.is_empty());
    for answer in answers {
        assert_eq!(answer.field(name), None);
    }
}
