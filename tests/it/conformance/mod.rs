//! What the specifications ask of a server that refuses methods, and what this crate adds: one
//! test per rule, in the order of the rules, which are numbered R1 to R70. A test with several numbers
//! in its name holds each of those rules.
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
//! - R11, R12 and R14, CONNECT opens no tunnel and ends the connection, and Extended CONNECT passes:
//!   `hyper_http1/connect.rs` and `hyper_http2/connect.rs`.
//! - R39, content is read or the connection ends: `hyper_http1/{reuse,close}.rs`.
//! - R40, `close` where content is left unread: `hyper_http1/{close,http_1_0}.rs`.
//! - R41, no 100 before the 501: `hyper_http1/expect.rs`.
//! - R42, no connection fields in HTTP/2: `hyper_http2/fields.rs`.
//! - R43, no content keeps the connection: `hyper_http1/reuse.rs`.
//! - R44, what HTTP/2 answers early and late: `hyper_http2/{early,reading}.rs`.
//! - R34, R35 and R36, the forms of `Retry-After`: the unit tests of `src/refusal/retry_after.rs`,
//!   and in whole refusals the fuzz target `layer`.
//! - R60 and R64, a gRPC client and one of gRPC-Web see UNIMPLEMENTED: `interop/tests/streams/tonic`.
//! - R66 and R67, CORS outside answers a preflight and lets a refusal be seen: `compose/cors.rs`, and
//!   for gRPC-Web `interop/tests/streams/tonic/web.rs`.
//! - R70, but for the readiness of the inner service, which is asked: `service/readiness.rs`.
//!
//! What is read, and when, is specified by the tables of `src/discard/tests.rs`, and shown on the
//! wire, row by row, by `content/table.rs`.
//!
//! Rules about fields that the layer never sends hold because `r31_…` in `message.rs` finds no other
//! fields in any answer: `Expires` (R48), `Vary` (R49), the cache controls of content delivery
//! networks (R50, R51) and `Link` (R58). `r46_…` in `caching.rs` finds no directive that was not
//! asked for, so none on staleness (R52). The whole problem of `r54_…` in `problem.rs` has the
//! status (R55), its phrase (R56) and nothing of the server (R57).
//!
//! HEAD is in every set, so what the rules ask of the answer to HEAD (R23, R24) is what the inner
//! service answers.

mod caching;
mod decision;
mod grpc;
mod message;
mod problem;
mod request_fields;
mod retry_after;
mod service;

use crate::support::refusals::{answer, request, with};
use tower_not_implemented::NotImplementedLayer;

/// A refusal is the same whichever of the request fields is there.
async fn assert_unmoved(layers: Vec<NotImplementedLayer>, fields: &[(&str, &str)]) {
    for layer in layers {
        let plain = answer(&layer, request("BREW")).await;
        for (name, value) in fields {
            let refused = answer(&layer, with(request("BREW"), name, value)).await;
            refused.assert_refused();
            assert_eq!(refused.message(), plain.message(), "{name}: {value}");
        }
    }
}
