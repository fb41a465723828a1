//! The errors of the compiler that `docs/types.md` lists, one program each, in the order of its table. A nightly
//! compiler checks the codes too.
//!
//! The type of `into_make_service` is not known:
//!
//! ```compile_fail,E0283
//! use axum::{body::Body, Router, ServiceExt};
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = NotImplementedLayer::default().response_body(Body::from).layer(Router::new());
//!     axum::serve(listener, app.into_make_service()).await.unwrap();
//! }
//! ```
//!
//! A service is not what makes services:
//!
//! ```compile_fail,E0277
//! use axum::{body::Body, Router};
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = NotImplementedLayer::default().response_body(Body::from).layer(Router::new());
//!     axum::serve(listener, app).await.unwrap();
//! }
//! ```
//!
//! The body is not axum's:
//!
//! ```compile_fail,E0271
//! use axum::{extract::Request, Router, ServiceExt};
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = NotImplementedLayer::default().layer(Router::new());
//!     axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await.unwrap();
//! }
//! ```
//!
//! Two bodies for one switch:
//!
//! ```compile_fail,E0271
//! use axum::{routing::get, Router};
//! use tower::ServiceBuilder;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let layer = ServiceBuilder::new().option_layer(Some(NotImplementedLayer::default()));
//! let app: Router = Router::new().route("/", get(|| async { "hello" })).layer(layer);
//! ```
//!
//! The body is `TraceLayer`'s:
//!
//! ```compile_fail,E0271
//! use axum::{body::Body, extract::Request, Router, ServiceExt};
//! use tower::ServiceBuilder;
//! use tower_http::trace::TraceLayer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! async fn serve(listener: tokio::net::TcpListener) {
//!     let app = ServiceBuilder::new()
//!         .layer(TraceLayer::new_for_http())
//!         .layer(NotImplementedLayer::default().response_body(Body::from))
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
//!         .layer(NotImplementedLayer::default().response_body(Body::from))
//!         .service(Router::new());
//!     axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await.unwrap();
//! }
//! ```
//!
//! A type without the function pointer:
//!
//! ```compile_fail,E0308
//! use axum::body::Body;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! struct Server {
//!     layer: NotImplementedLayer,
//! }
//!
//! let layer = NotImplementedLayer::default().response_body(Body::from);
//! let server = Server { layer };
//! ```
//!
//! Two types for one variable:
//!
//! ```compile_fail,E0308
//! use axum::body::Body;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let layer = NotImplementedLayer::default();
//! let layer = if true { layer.response_body(Body::from) } else { layer };
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
//! use axum::{body::Body, extract::Request, Router, ServiceExt};
//! use tower::Layer;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let router: Router<String> = Router::new();
//! let app = NotImplementedLayer::default().response_body(Body::from).layer(router);
//! ServiceExt::<Request>::into_make_service(app);
//! ```
//!
//! ```compile_fail,E0277
//! use tower::{service_fn, Layer, ServiceExt};
//!
//! let inner = service_fn(|_| async { Ok::<_, ()>(http::Response::new(String::new())) });
//! let service = tower_not_implemented::NotImplementedLayer::default().layer(inner);
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
//! A closure that captures:
//!
//! ```compile_fail,E0308
//! use axum::body::Body;
//! use tower_not_implemented::NotImplementedLayer;
//!
//! let server = String::from("mine");
//! let layer = NotImplementedLayer::default()
//!     .response_body(move |content| Body::from(format!("{server}: {content:?}")));
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
