//! What the answer must know of the request it refuses.

use crate::{grpc::Grpc, policy::Policy, refusal::Form, UnsupportedMethod};
use bytes::Bytes;
use http::{
    header::{HeaderMap, HeaderValue, CONNECTION},
    Method, Request, Response, StatusCode, Version,
};
use std::{borrow::Cow, sync::Arc};

#[derive(Debug)]
pub(crate) struct RefusedRequest {
    /// None for the default refusal.
    policy: Option<Arc<Policy>>,
    method: Method,
    grpc: Option<Grpc>,
    http1: bool,
    close: bool,
}

impl RefusedRequest {
    pub(crate) fn new<B>(request: &Request<B>, policy: Option<Arc<Policy>>) -> Self {
        Self {
            policy,
            method: request.method().clone(),
            grpc: Grpc::of(request.headers()),
            http1: request.version() <= Version::HTTP_11,
            close: false,
        }
    }

    /// Content is left unread: an HTTP/1.x connection cannot go on after the answer (RFC 9112
    /// section 9.3). Later versions have no such need, and no Connection field.
    pub(crate) fn leave_content(&mut self) {
        self.close = self.http1;
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
