//! The 501 to one request.

use super::{grpc::Grpc, write_standard, Template, UnsupportedMethod};
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONNECTION},
    Extensions, Request, Response, StatusCode, Version,
};
use std::{mem, sync::Arc, time::SystemTime};

/// Where there is no clock, the standard library's panics. There it is 1970: no date has passed.
fn now() -> SystemTime {
    if cfg!(all(target_family = "wasm", target_os = "unknown")) {
        SystemTime::UNIX_EPOCH
    } else {
        SystemTime::now()
    }
}

/// What the 501 needs of the request, and its template.
pub(crate) struct Answer {
    /// None for the default settings.
    template: Option<Arc<Template>>,
    /// The mark, in the request's own map, emptied: it needs no new one.
    extensions: Extensions,
    grpc: Option<Grpc>,
    version: Version,
}

impl Answer {
    /// Takes what it needs out of the request. The request's extensions are dropped here, before
    /// any wait: a permit or an upgrade in them must not live through it.
    #[inline]
    pub(crate) fn new<B>(request: &mut Request<B>, template: Option<Arc<Template>>) -> Self {
        let mut extensions = mem::take(request.extensions_mut());
        extensions.clear();
        extensions.insert(UnsupportedMethod::new(mem::take(request.method_mut())));
        Self {
            template,
            extensions,
            grpc: Grpc::of(request.headers()),
            version: request.version(),
        }
    }

    /// The 501. `ended` says that no content is left unread.
    pub(crate) fn response(self, ended: bool) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        match &self.template {
            Some(template) => template.write(&mut response, now),
            None => write_standard(&mut response),
        }
        if let Some(grpc) = self.grpc {
            grpc.describe(response.headers_mut());
            *response.body_mut() = Bytes::new();
        }
        // An HTTP/1.x connection cannot go on after content that is left unread (RFC 9112 section
        // 9.3). Later versions can, and have no Connection field (RFC 9113 section 8.2.2).
        if !ended && self.version <= Version::HTTP_11 {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            if self.version == Version::HTTP_10 {
                // To a client that asked for it hyper adds keep-alive, beside the close, unless
                // the response is one of HTTP/1.0 too.
                *response.version_mut() = Version::HTTP_10;
            }
        }
        *response.extensions_mut() = self.extensions;
        response
    }
}
