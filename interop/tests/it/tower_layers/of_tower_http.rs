//! The rows of tower-http.

use super::{refusing, row, stack, Content, Hello, Row};
use http::{
    header::{ACCEPT, AUTHORIZATION, SERVER, VIA},
    HeaderValue, Request, Response, StatusCode,
};
use std::{future::ready, time::Duration};
use tower::Layer;
use tower_http::{
    add_extension::AddExtensionLayer,
    auth::{AddAuthorizationLayer, AsyncRequireAuthorizationLayer},
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::CorsLayer,
    csrf::CsrfLayer,
    decompression::{DecompressionLayer, RequestDecompressionLayer},
    follow_redirect::FollowRedirectLayer,
    limit::RequestBodyLimitLayer,
    map_request_body::MapRequestBodyLayer,
    map_response_body::MapResponseBodyLayer,
    metrics::InFlightRequestsLayer,
    normalize_path::NormalizePathLayer,
    on_early_drop::OnEarlyDropLayer,
    propagate_header::PropagateHeaderLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    sensitive_headers::{
        SetSensitiveHeadersLayer, SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer,
    },
    set_header::{
        request::{SetMultipleRequestHeadersLayer, SetRequestHeaderLayer},
        response::{SetMultipleResponseHeadersLayer, SetResponseHeaderLayer},
    },
    set_status::SetStatusLayer,
    timeout::{
        RequestBodyDeadlineLayer, RequestBodyTimeoutLayer, ResponseBodyDeadlineLayer,
        ResponseBodyTimeoutLayer, TimeoutLayer,
    },
    trace::TraceLayer,
    validate_request::ValidateRequestHeaderLayer,
};

const LONG: Duration = Duration::from_secs(20);

/// A value for any field.
fn value() -> HeaderValue {
    HeaderValue::from_static("value")
}

#[derive(Clone)]
struct Fixed;

impl MakeRequestId for Fixed {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        Some(RequestId::from(value()))
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = requests();
    rows.extend(responses());
    rows.extend(contents());
    rows.extend(fields());
    rows
}

fn requests() -> Vec<Row> {
    vec![
        row!("AddExtension", AddExtensionLayer::new("extension")),
        row!("AddAuthorization", AddAuthorizationLayer::bearer("token")),
        row!("AsyncRequireAuthorization", {
            AsyncRequireAuthorizationLayer::new(|request: Request<Content>| {
                ready(Ok::<_, Response<_>>(request))
            })
        }),
        row!("Csrf", CsrfLayer::new()),
        row!(
            "ValidateRequestHeader",
            ValidateRequestHeaderLayer::accept("text/plain")
        ),
        row!(
            "NormalizePath, trimming",
            NormalizePathLayer::trim_trailing_slash()
        ),
        row!(
            "NormalizePath, appending",
            NormalizePathLayer::append_trailing_slash()
        ),
        row!("SetRequestId", SetRequestIdLayer::x_request_id(Fixed)),
        row!(
            "PropagateRequestId",
            PropagateRequestIdLayer::x_request_id()
        ),
        row!("InFlightRequests", InFlightRequestsLayer::pair().0),
        row!(
            "Timeout",
            TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONG)
        ),
        row!("FollowRedirect", FollowRedirectLayer::new()),
    ]
}

fn responses() -> Vec<Row> {
    let teapot = StatusCode::IM_A_TEAPOT;
    vec![
        row!("CatchPanic", CatchPanicLayer::new()),
        row!("Cors", CorsLayer::permissive()),
        row!("Trace", TraceLayer::new_for_http()),
        row!("Trace for gRPC", TraceLayer::new_for_grpc()),
        row!(
            "OnEarlyDrop",
            OnEarlyDropLayer::builder().on_future_drop(|_: &Request<Content>| || ())
        ),
        Row {
            status: 418,
            ..row!("SetStatus", SetStatusLayer::new(teapot))
        },
    ]
}

fn contents() -> Vec<Row> {
    vec![
        row!("Compression", CompressionLayer::new()),
        row!("Decompression", DecompressionLayer::new()),
        row!("RequestDecompression", RequestDecompressionLayer::new()),
        row!("RequestBodyLimit", RequestBodyLimitLayer::new(1024)),
        row!(
            "MapRequestBody",
            MapRequestBodyLayer::new(|content: Content| content)
        ),
        row!(
            "MapResponseBody",
            MapResponseBodyLayer::new(|content| content)
        ),
        row!("RequestBodyTimeout", RequestBodyTimeoutLayer::new(LONG)),
        row!("RequestBodyDeadline", RequestBodyDeadlineLayer::new(LONG)),
        row!("ResponseBodyTimeout", ResponseBodyTimeoutLayer::new(LONG)),
        row!("ResponseBodyDeadline", ResponseBodyDeadlineLayer::new(LONG)),
    ]
}

fn fields() -> Vec<Row> {
    vec![
        row!("PropagateHeader", PropagateHeaderLayer::new(ACCEPT)),
        row!(
            "SetSensitiveHeaders",
            SetSensitiveHeadersLayer::new([AUTHORIZATION])
        ),
        row!(
            "SetSensitiveRequestHeaders",
            SetSensitiveRequestHeadersLayer::new([AUTHORIZATION])
        ),
        row!(
            "SetSensitiveResponseHeaders",
            SetSensitiveResponseHeadersLayer::new([SERVER])
        ),
        row!(
            "SetRequestHeader",
            SetRequestHeaderLayer::overriding(ACCEPT, value())
        ),
        row!(
            "SetResponseHeader",
            SetResponseHeaderLayer::overriding(VIA, value())
        ),
        row!("SetMultipleRequestHeaders", {
            SetMultipleRequestHeadersLayer::overriding(vec![(ACCEPT, value()).into()])
        }),
        row!("SetMultipleResponseHeaders", {
            SetMultipleResponseHeadersLayer::overriding(vec![(VIA, value()).into()])
        }),
    ]
}
