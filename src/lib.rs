//! A [Tower](https://docs.rs/tower) layer that answers [`501 Not Implemented`][501] when the method of a request is one that
//! the whole server does not support.
//!
//! ```
//! use axum::{routing::get, Router};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(NotImplementedLayer::default()); // the last call
//! ```
//!
//! `FOO`, `PROPFIND` and `get` are now answered 501 on every path. Every other request is
//! forwarded, and nothing about it or its response is changed.
//!
//! # The types
//!
//! - [`NotImplementedLayer`]: the layer and its settings. Start here.
//! - [`MethodSet`]: the methods that a server supports. Read one from a string with [`str::parse`];
//!   a bad string gives a [`ParseMethodSetError`].
//! - [`RetryAfter`] and [`CacheControl`]: two headers of the 501.
//! - [`UnsupportedMethod`]: the mark on every 501 of this layer, for a layer outside that logs or
//!   counts.
//! - [`NotImplemented`]: the service that the layer makes, with [`ResponseFuture`] and
//!   [`ResponseBody`].
//! - [`MakeResponseBody`], [`KeepBody`] and [`WrapBody`]: they appear in the types of the others.
//!
//! # More to read
//!
//! - [Where to put it](docs::placement): in axum, beside CORS and tracing, and the places that do
//!   not work.
//! - [The set from the environment or a file](docs::configuration): environment variable, command
//!   line, TOML.
//! - [The content of refused requests](docs::content): uploads, limits, slow clients, proxies.
//! - [Caching and Retry-After](docs::caching).
//! - [gRPC](docs::grpc).
//! - [Logs, metrics and your own body](docs::observing).
//! - [In other frameworks](docs::frameworks): warp, salvo, jsonrpsee, AWS Lambda and more.
//! - [Naming the types, and errors of the compiler](docs::types).
//! - [What it costs](docs::costs), and [alternatives](docs::comparison).
//!
//! # 501 or 405?
//!
//! 501 is about the whole server, 405 is about one resource ([RFC 9110 section 9.1]). This layer
//! looks at the method alone, and answers 501 or forwards the request. A method that some resource
//! supports belongs in the set; where another resource does not allow it, your router answers 405.
//!
//! GET and HEAD are in every set. Methods are compared byte for byte: `get` is not `GET`.
//!
//! # Features
//!
//! - `serde`: [`MethodSet`] implements `Serialize` and `Deserialize`. Off by default.
//!
//! # Versions
//!
//! Semantic versioning covers the public types and functions of this crate, and which requests get
//! a 501. It does not cover the wording of texts and error messages, the default limit of
//! [`discard_limit`], and [`MethodSet::REGISTERED`], which may follow the IANA registry.
//! Rust 1.63 builds the library. A release that needs a newer Rust is a minor release.
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
mod supported;

pub use body::{KeepBody, MakeResponseBody, ResponseBody, WrapBody};
pub use future::ResponseFuture;
pub use layer::NotImplementedLayer;
pub use method_set::{MethodSet, ParseMethodSetError};
pub use refusal::{CacheControl, RetryAfter, UnsupportedMethod};
pub use service::NotImplemented;

/// Pages to read. This module exists in the documentation only.
#[cfg(doc)]
pub mod docs {
    #[doc = include_str!("../docs/caching.md")]
    pub mod caching {}
    #[doc = include_str!("../docs/comparison.md")]
    pub mod comparison {}
    // The programs of this page and of `frameworks` need other crates: `interop/` compiles them.
    #[cfg_attr(not(doctest), doc = include_str!("../docs/configuration.md"))]
    pub mod configuration {}
    #[doc = include_str!("../docs/content.md")]
    pub mod content {}
    #[doc = include_str!("../docs/costs.md")]
    pub mod costs {}
    #[cfg_attr(not(doctest), doc = include_str!("../docs/frameworks.md"))]
    pub mod frameworks {}
    #[doc = include_str!("../docs/grpc.md")]
    pub mod grpc {}
    #[doc = include_str!("../docs/observing.md")]
    pub mod observing {}
    #[doc = include_str!("../docs/placement.md")]
    pub mod placement {}
    #[doc = include_str!("../docs/production.md")]
    pub mod production {}
    #[doc = include_str!("../docs/types.md")]
    pub mod types {}
}
