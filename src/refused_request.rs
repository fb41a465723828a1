//! What the answer must know of the request it refuses.

use crate::{grpc::Grpc, policy::Policy, refusal::Form, UnsupportedMethod};
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderValue, CONNECTION},
    Method, Request, Response, StatusCode, Version,
};
use http_body::Body;
use std::{borrow::Cow, sync::Arc};

#[derive(Debug)]
pub(crate) struct RefusedRequest {
    /// None for the default settings.
    policy: Option<Arc<Policy>>,
    method: Method,
    grpc: Option<Grpc>,
    close: bool,
}

impl RefusedRequest {
    pub(crate) fn new<B: Body>(request: &Request<B>, policy: Option<Arc<Policy>>) -> Self {
        Self {
            policy,
            method: request.method().clone(),
            grpc: Grpc::of(request.headers()),
            close: must_close(request),
        }
    }

    pub(crate) fn answer(&self) -> Response<Bytes> {
        let (fields, content) = self.fields_and_content();
        let mut response = Response::new(content);
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        *response.headers_mut() = fields;
        let mark = UnsupportedMethod::new(self.method.clone());
        response.extensions_mut().insert(mark);
        if self.close {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        response
    }

    fn fields_and_content(&self) -> (HeaderMap, Bytes) {
        let form = self.form();
        if let Some(grpc) = self.grpc {
            return (grpc.fields(form.condition), Bytes::new());
        }
        let form = form.into_owned();
        (form.fields, form.content)
    }

    fn form(&self) -> Cow<'_, Form> {
        match &self.policy {
            Some(policy) => policy.refusal.form(),
            None => Cow::Owned(Form::standard()),
        }
    }
}

/// Whether an HTTP/1.x connection cannot go on: behind a refused CONNECT may stand the bytes of a
/// tunnel (RFC 9931 section 8), behind unread content there is no next request (RFC 9112 section
/// 9.3). Later versions have no such field and no such need.
fn must_close<B: Body>(request: &Request<B>) -> bool {
    request.version() <= Version::HTTP_11
        && (request.method() == Method::CONNECT || !request.body().is_end_stream())
}
