//! A [Tower](https://docs.rs/tower) layer that answers [`501 Not Implemented`][501] when the method of a request is one that
//! the whole server does not support.
//!
//! ```
//! use axum::{routing::get, Router};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(NotImplementedLayer::default()); // after the last route and fallback
//! ```
//!
//! A request with the method `FOO`, `PROPFIND` or `get` is now answered 501 on every path. Every
//! other request is forwarded as it is, and so is its response.
//!
//! # The types
//!
//! - [`NotImplementedLayer`]: the layer and its settings. Start here.
//! - [`MethodSet`]: the methods that a server supports. Read one from a string with [`str::parse`];
//!   a bad string gives a [`ParseMethodSetError`].
//! - [`RetryAfter`] and [`CacheControl`]: two headers of the 501.
//! - [`UnsupportedMethod`]: the mark on every 501 of this layer, for logs and metrics. [`DryRun`]: the
//!   mark of a [dry run](NotImplementedLayer::dry_run), which refuses nothing yet.
//! - [`NotImplemented`]: the service that it makes, with [`ResponseFuture`] and [`ResponseBody`].
//! - [`MakeResponseBody`], [`KeepBody`] and [`WrapBody`]: they appear in the types of the others.
//!
//! # Pages to read
//!
//! - [Where to put it](docs::placement): the places that work, and those that do not.
//! - [In production](docs::production): read this before you switch the layer on.
//! - [The content of refused requests](docs::content): what happens to uploads.
//!
//! [All pages](docs), in the order in which to read them.
//!
//! # 501 or 405?
//!
//! 501 is about the whole server, and 405 is about one resource ([RFC 9110 section 9.1]). This layer
//! looks at the method and not at the path. If some resource supports a method, put the method in the
//! set. If the path exists but not for this method, the router answers 405.
//!
//! GET and HEAD are in every set. Methods are compared byte for byte: `get` is not `GET`. CONNECT is
//! two things: a WebSocket over HTTP/2 or HTTP/3 is forwarded if CONNECT is in the set, and a tunnel
//! is [refused unless you allow it](docs::content#connect).
//!
//! # Features
//!
//! - `serde`: [`MethodSet`] implements `Serialize` and `Deserialize`. Off by default.
//!
//! # Versions
//!
//! Semantic versioning covers the public types and functions of this crate, and which requests get
//! a 501. It does not cover the wording of texts and error messages, the default limit of
//! [`discard_limit`], and [`MethodSet::REGISTERED`] with the labels, which may follow the IANA registry.
//!
//! Rust 1.63 builds the library. Its own cargo chooses an `itoa` that is too new for it: run
//! `cargo update -p itoa --precise 1.0.15` first. Today's cargo chooses that version by itself. A
//! release that needs a newer Rust is a minor release.
//!
//! [501]: https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.2
//! [RFC 9110 section 9.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.1
//! [`discard_limit`]: NotImplementedLayer::discard_limit

mod body;
mod discard;
mod future;
mod layer;
mod method_set;
mod refusal;
mod service;

pub use body::{KeepBody, MakeResponseBody, ResponseBody, WrapBody};
pub use future::ResponseFuture;
pub use layer::NotImplementedLayer;
pub use method_set::{MethodSet, ParseMethodSetError};
pub use refusal::{CacheControl, DryRun, RetryAfter, UnsupportedMethod};
pub use service::NotImplemented;

/// Pages to read. This module exists in the documentation only.
///
/// Read the first three before you use the layer in earnest, and the others when you need them:
///
/// 1. [Where to put it](docs::placement): in axum, beside CORS and tracing, and the places that do not
///    work.
/// 2. [In production](docs::production): what load balancers, health checks and alerts make of a 501,
///    and how to roll the layer out.
/// 3. [The content of refused requests](docs::content): what happens to uploads, and what a client sees.
/// 4. [Settings](docs::configuration): all of them, and the set from an environment variable, the
///    command line or TOML.
/// 5. [Logs, metrics and your own body](docs::observing): how to tell a refusal from another 501.
/// 6. [Caching and Retry-After](docs::caching): whether a cache may keep the 501, and when to try again.
/// 7. [gRPC](docs::grpc): what gRPC clients get.
/// 8. [In other frameworks](docs::frameworks): warp, salvo, jsonrpsee, AWS Lambda and more.
/// 9. [Naming the types, and compiler errors](docs::types): what to write where the compiler complains.
/// 10. [Alternatives, and what it costs](docs::costs): what else answers an unsupported method, and
///     instructions, allocations and bytes.
// `links.md` has the targets of the links between pages. It comes first and the first definition of a label holds, so the
// definitions at the end of a page are for those who read it in the repository.
#[cfg(doc)]
pub mod docs {
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/caching.md")]
    pub mod caching {}
    // The programs of this page and of `frameworks` need other crates: `interop/` compiles them.
    #[doc = include_str!("links.md")]
    #[cfg_attr(not(doctest), doc = include_str!("../docs/configuration.md"))]
    pub mod configuration {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/content.md")]
    pub mod content {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/costs.md")]
    pub mod costs {}
    #[doc = include_str!("links.md")]
    #[cfg_attr(not(doctest), doc = include_str!("../docs/frameworks.md"))]
    pub mod frameworks {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/grpc.md")]
    pub mod grpc {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/observing.md")]
    pub mod observing {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/placement.md")]
    pub mod placement {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/production.md")]
    pub mod production {}
    #[doc = include_str!("links.md")]
    #[doc = include_str!("../docs/types.md")]
    pub mod types {}
}
