//! The natural lines that do not compile, each beside the one that does. What compiles and is wrong
//! is in `tests/it`.
//!
//! # poem
//!
//! poem has its own request and response, and its `compat()` gives them to a layer as they are.
//! That is enough for a layer which looks at neither:
//!
//! ```no_run
//! use poem::{endpoint::make_sync, middleware::TowerLayerCompatExt, EndpointExt};
//!
//! let layer = tower::limit::ConcurrencyLimitLayer::new(1);
//! let endpoint = make_sync(|_| "hello").with(layer.compat());
//! # drop(endpoint);
//! ```
//!
//! This one needs `http`'s:
//!
//! ```compile_fail,E0277
//! use poem::{endpoint::make_sync, middleware::TowerLayerCompatExt, EndpointExt};
//!
//! let layer = tower_not_implemented::NotImplementedLayer::default();
//! let endpoint = make_sync(|_| "hello").with(layer.compat());
//! # drop(endpoint);
//! ```
//!
//! So does tower-http's CORS layer:
//!
//! ```compile_fail,E0277
//! use poem::{endpoint::make_sync, middleware::TowerLayerCompatExt, EndpointExt};
//!
//! let layer = tower_http::cors::CorsLayer::permissive();
//! let endpoint = make_sync(|_| "hello").with(layer.compat());
//! # drop(endpoint);
//! ```
//!
//! A service with the layer around it goes inside:
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use poem::{endpoint::TowerCompatExt, Route};
//! use std::convert::Infallible;
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
//!     Ok(Response::new(Full::from("hello")))
//! }
//!
//! let svc = NotImplementedLayer::default().layer(tower::service_fn(hello));
//! let route = Route::new().nest("/", svc.compat());
//! # drop(route);
//! ```
//!
//! # `lambda_http`
//!
//! A handler returns `Response<Body>`:
//!
//! ```
//! use lambda_http::{run, service_fn, Body, Error, Request, Response};
//! use tower::ServiceBuilder;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn hello(_: Request) -> Result<Response<Body>, Error> {
//!     Ok(Response::new(Body::from("hello")))
//! }
//!
//! let service = ServiceBuilder::new().layer(NotImplementedLayer::default().wrap_body());
//! # drop( // Not polled.
//! run(service.service(service_fn(hello)))
//! # );
//! ```
//!
//! The layer does not go around one that returns `impl IntoResponse`:
//!
//! ```compile_fail,E0271
//! use lambda_http::{run, service_fn, Body, Error, IntoResponse, Request, Response};
//! use tower::ServiceBuilder;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn hello(_: Request) -> Result<impl IntoResponse, Error> {
//!     Ok(Response::new(Body::from("hello")))
//! }
//!
//! let service = ServiceBuilder::new().layer(NotImplementedLayer::default().wrap_body());
//! # drop( // Not polled.
//! run(service.service(service_fn(hello)))
//! # );
//! ```
//!
//! Nor can the body be kept, for lambda's is not made from `Bytes`:
//!
//! ```compile_fail,E0277
//! use lambda_http::{run, service_fn, Body, Error, Request, Response};
//! use tower::ServiceBuilder;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn hello(_: Request) -> Result<Response<Body>, Error> {
//!     Ok(Response::new(Body::from("hello")))
//! }
//!
//! let layer = NotImplementedLayer::default();
//! let service = ServiceBuilder::new().layer(layer);
//! # drop( // Not polled.
//! run(service.service(service_fn(hello)))
//! # );
//! ```

pub mod compiler_errors;

/// A page of the crate's documentation whose programs need what is here.
#[doc = include_str!("../../docs/configuration.md")]
pub mod configuration {}

/// Another one.
#[doc = include_str!("../../docs/frameworks.md")]
pub mod frameworks {}
