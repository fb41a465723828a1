//! What the answer must know of the request it refuses.

use crate::{grpc::Grpc, policy::Policy, refusal::Form, UnsupportedMethod};
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONNECTION},
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
            http1: is_http1(request),
            close: false,
        }
    }

    /// Content is left unread: an HTTP/1.x connection cannot go on after the answer (RFC 9112
    /// section 9.3). Later versions have no such need, and no Connection field.
    pub(crate) fn leave_content(&mut self) {
        self.close = self.http1;
    }

    /// The 501, whose body is made from its content.
    pub(crate) fn answer<B>(&self, body: impl FnOnce(Bytes) -> B) -> Response<B> {
        let mut response = self.explanation(body);
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        if self.close {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        let mark = UnsupportedMethod::new(self.method.clone());
        response.extensions_mut().insert(mark);
        response
    }

    fn explanation<B>(&self, body: impl FnOnce(Bytes) -> B) -> Response<B> {
        let form = self.form();
        let (fields, content) = match (self.grpc, form) {
            (Some(grpc), form) => (grpc.fields(form.condition), Bytes::new()),
            (None, Cow::Borrowed(form)) => (form.fields.clone(), form.content.clone()),
            (None, Cow::Owned(form)) => (form.fields, form.content),
        };
        let mut response = Response::new(body(content));
        *response.headers_mut() = fields;
        response
    }

    fn form(&self) -> Cow<'_, Form> {
        match &self.policy {
            Some(policy) => policy.refusal.form(),
            None => Cow::Owned(Form::standard()),
        }
    }
}

pub(crate) fn is_http1<B>(request: &Request<B>) -> bool {
    request.version() <= Version::HTTP_11
}
