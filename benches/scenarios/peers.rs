//! What else a user could put around a service.

use axum::middleware::Next;
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderValue, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Response, StatusCode,
};
use std::{mem, time::Duration};
use tower::BoxError;
use tower_http::set_status::SetStatusLayer;
use tower_not_implemented::{CacheControl, NotImplementedLayer};

const TEXT: &str = "501 Not Implemented: This server does not support the request method for any \
                    resource.\nThis is temporary: try again after the time in Retry-After.\n";

/// The layer with Retry-After, Cache-Control and the default text.
pub fn custom() -> NotImplementedLayer {
    NotImplementedLayer::default()
        .retry_after(Duration::from_secs(120))
        .cache_control(CacheControl::no_store())
}

/// The same set as [`custom`], as a user would write it, and the same answer.
pub fn validate<B, R: From<Bytes>>(request: &mut Request<B>) -> Result<(), Response<R>> {
    if supported(request.method()) {
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

/// The same check, as an error instead of an answer.
pub fn filter<B>(request: Request<B>) -> Result<Request<B>, BoxError> {
    if supported(request.method()) {
        Ok(request)
    } else {
        Err("the method is not supported".into())
    }
}

/// No check: what it costs to touch a response.
pub fn set_status() -> SetStatusLayer {
    SetStatusLayer::new(StatusCode::OK)
}

pub async fn from_fn(request: axum::extract::Request, next: Next) -> axum::response::Response {
    if supported(request.method()) {
        next.run(request).await
    } else {
        refusal()
    }
}

#[inline]
fn supported(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET
            | Method::HEAD
            | Method::POST
            | Method::PUT
            | Method::DELETE
            | Method::CONNECT
            | Method::OPTIONS
            | Method::TRACE
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
