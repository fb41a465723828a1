//! The 501 to one request.

use super::{grpc::Grpc, standard, Refusal, UnsupportedMethod};
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONNECTION},
    Extensions, Method, Request, Response, Version,
};
use std::{mem, sync::Arc, time::SystemTime};

/// What the 501 needs of the request, and the settings.
pub(crate) struct Answer {
    /// None for the default settings.
    refusal: Option<Arc<Refusal>>,
    method: Method,
    /// The request's map, emptied: the mark needs no new one.
    extensions: Extensions,
    grpc: Option<Grpc>,
    version: Version,
    content_left: bool,
}

impl Answer {
    /// Takes what it needs out of the request. The request's extensions are dropped here, before
    /// any wait: a permit or an upgrade in them must not live through it.
    #[inline]
    pub(crate) fn new<B>(request: &mut Request<B>, refusal: Option<Arc<Refusal>>) -> Self {
        request.extensions_mut().clear();
        Self {
            refusal,
            grpc: Grpc::of(request.headers()),
            version: request.version(),
            method: mem::take(request.method_mut()),
            extensions: mem::take(request.extensions_mut()),
            content_left: false,
        }
    }

    pub(crate) fn leave_content(&mut self) {
        self.content_left = true;
    }

    /// The 501.
    pub(crate) fn response(self) -> Response<Bytes> {
        let mut response = match &self.refusal {
            Some(refusal) => refusal.at(SystemTime::now),
            None => standard(),
        };
        if let Some(grpc) = self.grpc {
            grpc.describe(response.headers_mut());
            *response.body_mut() = Bytes::new();
        }
        // An HTTP/1.x connection cannot go on after content that is left unread (RFC 9112 section
        // 9.3). Later versions can, and have no Connection field (RFC 9113 section 8.2.2).
        if self.content_left && self.version <= Version::HTTP_11 {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        *response.extensions_mut() = self.extensions;
        let mark = UnsupportedMethod::new(self.method);
        response.extensions_mut().insert(mark);
        response
    }
}
