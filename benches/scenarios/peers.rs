//! What else a user could put around a service, doing the same check.

use axum::{middleware::Next, response::IntoResponse};
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Response, StatusCode,
};
use std::{mem, time::Duration};
use tower::BoxError;
use tower_http::set_status::SetStatusLayer;
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

/// What all check, but for [`validate_by_hand`].
static SUPPORTED: MethodSet = MethodSet::STANDARD;

const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH";

const TEXT: &str = "501 Not Implemented: This server does not support the request method for any \
                    resource.\nThis is temporary: try again after the time in Retry-After.\n";

/// The layer with Retry-After, Cache-Control and the default text.
pub fn custom() -> NotImplementedLayer {
    NotImplementedLayer::default()
        .retry_after(Duration::from_secs(120))
        .cache_control(CacheControl::no_store())
}

/// The same check as [`custom`], and the same answer.
pub fn validate<B, R: From<Bytes>>(request: &mut Request<B>) -> Result<(), Response<R>> {
    if SUPPORTED.contains(request.method()) {
        Ok(())
    } else {
        Err(refusal())
    }
}

/// What the layer says of a refusal, said by a peer.
#[derive(Clone)]
pub struct Mark(#[allow(dead_code)] pub Method);

/// The same answer, with the mark.
pub fn validate_marked<B, R: From<Bytes>>(request: &mut Request<B>) -> Result<(), Response<R>> {
    validate(request).map_err(|mut response| {
        let mark = Mark(mem::take(request.method_mut()));
        response.extensions_mut().insert(mark);
        response
    })
}

/// The same answer after a check that only methods with a constant in `http` pass.
pub fn validate_by_hand<B, R: From<Bytes>>(request: &mut Request<B>) -> Result<(), Response<R>> {
    if has_constant(request.method()) {
        Ok(())
    } else {
        Err(refusal())
    }
}

/// The same check, as an error instead of an answer.
pub fn filter<B>(request: Request<B>) -> Result<Request<B>, BoxError> {
    if SUPPORTED.contains(request.method()) {
        Ok(request)
    } else {
        Err("the method is not supported".into())
    }
}

/// No check: what it costs to touch a response.
pub fn set_status() -> SetStatusLayer {
    SetStatusLayer::new(StatusCode::OK)
}

pub async fn from_fn_501(request: axum::extract::Request, next: Next) -> axum::response::Response {
    if SUPPORTED.contains(request.method()) {
        next.run(request).await
    } else {
        refusal()
    }
}

/// With the field that RFC 9110 asks for in a 405.
pub async fn from_fn_405(request: axum::extract::Request, next: Next) -> axum::response::Response {
    if SUPPORTED.contains(request.method()) {
        next.run(request).await
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, METHODS)]).into_response()
    }
}

/// Nothing but the status.
pub async fn from_fn_405_bare(
    request: axum::extract::Request,
    next: Next,
) -> axum::response::Response {
    if SUPPORTED.contains(request.method()) {
        next.run(request).await
    } else {
        StatusCode::METHOD_NOT_ALLOWED.into_response()
    }
}

#[inline]
fn has_constant(method: &Method) -> bool {
    matches!(
        *method,
        Method::OPTIONS
            | Method::GET
            | Method::POST
            | Method::PUT
            | Method::DELETE
            | Method::HEAD
            | Method::TRACE
            | Method::CONNECT
            | Method::PATCH
    )
}

/// What [`custom`] answers.
pub fn refusal<R: From<Bytes>>() -> Response<R> {
    let mut response = Response::new(Bytes::from_static(TEXT.as_bytes()).into());
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    *response.headers_mut() = fields();
    response
}

fn fields() -> HeaderMap {
    let mut fields = HeaderMap::new();
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    fields.insert(CONTENT_TYPE, text);
    fields.insert(RETRY_AFTER, HeaderValue::from_static("120"));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields
}
