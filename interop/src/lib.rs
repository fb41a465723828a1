//! The natural lines that do not compile, each beside the one that does. What compiles and is wrong
//! is in `tests/it`.
//!
//! # tower
//!
//! An optional layer, as one of two in an `Either`, keeps the type of the body:
//!
//! ```
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! # use http_body_util::Full;
//! # use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! # async fn hello(_: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
//! #     Ok(Response::default())
//! # }
//! let layer = NotImplementedLayer::default().response_body(Full::from);
//! let service = ServiceBuilder::new().option_layer(Some(layer));
//! let service = service.service_fn(hello);
//! # drop( // Not polled.
//! service.oneshot(Request::default())
//! # );
//! ```
//!
//! Without it the responses with the layer are of another type than those without:
//!
//! ```compile_fail,E0599
//! # use bytes::Bytes;
//! # use http::{Request, Response};
//! # use http_body_util::Full;
//! # use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! # async fn hello(_: Request<Full<Bytes>>) -> Result<Response<Full<Bytes>>, Infallible> {
//! #     Ok(Response::default())
//! # }
//! let layer = NotImplementedLayer::default();
//! let service = ServiceBuilder::new().option_layer(Some(layer));
//! let service = service.service_fn(hello);
//! # drop( // Not polled.
//! service.oneshot(Request::default())
//! # );
//! ```
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
//! let service = ServiceBuilder::new().layer(NotImplementedLayer::default());
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
//! let service = ServiceBuilder::new().layer(NotImplementedLayer::default());
//! # drop( // Not polled.
//! run(service.service(service_fn(hello)))
//! # );
//! ```
//!
//! Nor can the body be kept by `Body::from`, for lambda's is not made from `Bytes`:
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
//! let layer = NotImplementedLayer::default().response_body(Body::from);
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
