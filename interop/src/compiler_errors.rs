//! The compiler errors that `docs/types.md` lists, and other wrong settings, one program each. A nightly
//! compiler checks the codes too.
//!
//! `wrap_body` is forgotten:
//!
//! ```compile_fail,E0277
//! use http::Method;
//! use tonic::{service::Routes, transport::Server};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(services: Routes) {
//!     let layer = NotImplementedLayer::new([Method::POST]);
//!     let server = Server::builder().layer(layer).add_routes(services);
//!     server.serve("[::1]:50051".parse().unwrap()).await.unwrap();
//! }
//! ```
//!
//! ```compile_fail,E0277
//! use http::{Request, Response};
//! use hyper_util::{rt::TokioIo, service::TowerToHyperService};
//! use std::convert::Infallible;
//! use tower::{service_fn, Layer};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn hello<B>(_: Request<B>) -> Result<Response<String>, Infallible> {
//!     Ok(Response::new(String::from("hello")))
//! }
//!
//! async fn serve(stream: tokio::net::TcpStream) {
//!     let service = NotImplementedLayer::default().layer(service_fn(hello));
//!     let service = TowerToHyperService::new(service);
//!     let server = hyper::server::conn::http1::Builder::new();
//!     server.serve_connection(TokioIo::new(stream), service).await.unwrap();
//! }
//! ```
//!
//! ```compile_fail,E0599
//! use http::{Request, Response};
//! use std::convert::Infallible;
//! use tower::{service_fn, Layer, ServiceExt};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn hello<B>(_: Request<B>) -> Result<Response<String>, Infallible> {
//!     Ok(Response::new(String::from("hello")))
//! }
//!
//! let service = NotImplementedLayer::default().layer(service_fn(hello::<String>));
//! drop(service.oneshot(Request::new(String::new())));
//! ```
//!
//! and with it:
//!
//! ```no_run
//! use http::{Method, Request, Response};
//! use hyper_util::{rt::TokioIo, service::TowerToHyperService};
//! use std::convert::Infallible;
//! use tonic::{service::Routes, transport::Server};
//! use tower::{service_fn, Layer, ServiceExt};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(services: Routes) {
//!     let layer = NotImplementedLayer::new([Method::POST]).wrap_body();
//!     let server = Server::builder().layer(layer).add_routes(services);
//!     server.serve("[::1]:50051".parse().unwrap()).await.unwrap();
//! }
//!
//! async fn hello<B>(_: Request<B>) -> Result<Response<String>, Infallible> {
//!     Ok(Response::new(String::from("hello")))
//! }
//!
//! async fn serve_string(stream: tokio::net::TcpStream) {
//!     let service = NotImplementedLayer::default().wrap_body().layer(service_fn(hello));
//!     let service = TowerToHyperService::new(service);
//!     let server = hyper::server::conn::http1::Builder::new();
//!     server.serve_connection(TokioIo::new(stream), service).await.unwrap();
//! }
//!
//! let service = NotImplementedLayer::default().wrap_body();
//! let service = service.layer(service_fn(hello::<String>));
//! drop(service.oneshot(Request::new(String::new())));
//! ```
//!
//! A layer inside has a body of its own:
//!
//! ```compile_fail,E0277
//! use axum::{extract::Request, Router, ServiceExt};
//! use tower::ServiceBuilder;
//! use tower_http::trace::TraceLayer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let app = ServiceBuilder::new()
//!     .layer(NotImplementedLayer::default())
//!     .layer(TraceLayer::new_for_http())
//!     .service(Router::new());
//! let make = ServiceExt::<Request>::into_make_service(app);
//! ```
//!
//! Compression inside, in one stack:
//!
//! ```compile_fail,E0277
//! use axum::{routing::get, Router};
//! use tower::ServiceBuilder;
//! use tower_http::compression::CompressionLayer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let layers = ServiceBuilder::new()
//!     .layer(NotImplementedLayer::default())
//!     .layer(CompressionLayer::new());
//! let app: Router = Router::new().route("/", get(|| async {})).layer(layers);
//! ```
//!
//! and with its cure:
//!
//! ```
//! use axum::{routing::get, Router};
//! use tower::ServiceBuilder;
//! use tower_http::compression::CompressionLayer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let layers = ServiceBuilder::new()
//!     .layer(NotImplementedLayer::default().wrap_body())
//!     .layer(CompressionLayer::new());
//! let app: Router = Router::new().route("/", get(|| async {})).layer(layers);
//! ```
//!
//! The type of `into_make_service` is not known:
//!
//! ```compile_fail,E0283
//! use axum::{Router, ServiceExt};
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = NotImplementedLayer::default().layer(Router::new());
//!     axum::serve(listener, app.into_make_service()).await.unwrap();
//! }
//! ```
//!
//! A service is not what makes services:
//!
//! ```compile_fail,E0277
//! use axum::Router;
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = NotImplementedLayer::default().layer(Router::new());
//!     axum::serve(listener, app).await.unwrap();
//! }
//! ```
//!
//! The body is `TraceLayer`'s:
//!
//! ```compile_fail,E0271
//! use axum::{extract::Request, Router, ServiceExt};
//! use tower::ServiceBuilder;
//! use tower_http::trace::TraceLayer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = ServiceBuilder::new()
//!         .layer(TraceLayer::new_for_http())
//!         .layer(NotImplementedLayer::default())
//!         .service(Router::new());
//!     axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await.unwrap();
//! }
//! ```
//!
//! and with its cure:
//!
//! ```no_run
//! use axum::{body::Body, extract::Request, Router, ServiceExt};
//! use tower::ServiceBuilder;
//! use tower_http::{map_response_body::MapResponseBodyLayer, trace::TraceLayer};
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = ServiceBuilder::new()
//!         .layer(MapResponseBodyLayer::new(Body::new))
//!         .layer(TraceLayer::new_for_http())
//!         .layer(NotImplementedLayer::default())
//!         .service(Router::new());
//!     axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await.unwrap();
//! }
//! ```
//!
//! Not one method, and not a reference to many:
//!
//! ```compile_fail,E0277
//! tower_not_implemented::NotImplementedLayer::new(http::Method::POST);
//! ```
//!
//! ```compile_fail,E0277
//! tower_not_implemented::NotImplementedLayer::new(&[http::Method::POST][..]);
//! ```
//!
//! Text is no set:
//!
//! ```compile_fail,E0277
//! tower_not_implemented::NotImplementedLayer::new("POST, PURGE");
//! ```
//!
//! ```compile_fail,E0277
//! tower_not_implemented::NotImplementedLayer::new(["POST"]);
//! ```
//!
//! ```compile_fail,E0308
//! tower_not_implemented::MethodSet::STANDARD.with("QUERY");
//! ```
//!
//! A router without its state, and a request without a body:
//!
//! ```compile_fail,E0277
//! use axum::{extract::Request, Router, ServiceExt};
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let router: Router<String> = Router::new();
//! let app = NotImplementedLayer::default().layer(router);
//! ServiceExt::<Request>::into_make_service(app);
//! ```
//!
//! ```compile_fail,E0277
//! use tower::{service_fn, Layer, ServiceExt};
//!
//! let inner = service_fn(|_| async { Ok::<_, ()>(http::Response::new(String::new())) });
//! let layer = tower_not_implemented::NotImplementedLayer::default().wrap_body();
//! let service = layer.layer(inner);
//! service.oneshot(http::Request::new(()));
//! ```
//!
//! A number is no time:
//!
//! ```compile_fail,E0277
//! tower_not_implemented::NotImplementedLayer::default().retry_after(60);
//! ```
//!
//! Text is no header value:
//!
//! ```compile_fail,E0308
//! tower_not_implemented::NotImplementedLayer::default().body("text/plain", "no");
//! ```
//!
//! Text is no policy:
//!
//! ```compile_fail,E0277
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let layer = NotImplementedLayer::default().cache_control("no-store");
//! ```
//!
//! Parsed and collected without a type:
//!
//! ```compile_fail,E0277
//! use tower_not_implemented::NotImplementedLayer;
//!
//! fn layer(text: &str) -> Result<NotImplementedLayer, Box<dyn std::error::Error>> {
//!     Ok(NotImplementedLayer::new(text.parse()?))
//! }
//! ```
//!
//! ```compile_fail,E0283
//! use http::Method;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let layer = NotImplementedLayer::new([Method::POST].into_iter().collect());
//! ```
