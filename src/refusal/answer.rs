//! The 501 to one request.

use super::{grpc::Grpc, Template, UnsupportedMethod};
use bytes::Bytes;
use http::{
    header::{HeaderValue, CONNECTION},
    Extensions, Request, Response, Version,
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
    template: Arc<Template>,
    /// The mark, in the request's own map, emptied: it needs no new one.
    extensions: Extensions,
    grpc: Option<Grpc>,
    version: Version,
    /// Whether there is no content, or it was read to its end.
    pub(crate) all_read: bool,
}

impl Answer {
    /// Takes what it needs out of the request. The request's extensions are dropped here, before
    /// any wait: a permit or an upgrade in them must not live through it.
    pub(crate) fn new<B>(
        request: &mut Request<B>,
        template: Arc<Template>,
        all_read: bool,
    ) -> Self {
        let mut extensions = mem::take(request.extensions_mut());
        extensions.clear();
        extensions.insert(UnsupportedMethod(mem::take(request.method_mut())));
        Self {
            template,
            extensions,
            grpc: Grpc::of(request.headers()),
            version: request.version(),
            all_read,
        }
    }

    /// The 501, with a body that is made of its content.
    pub(crate) fn response<B>(self, body: impl FnOnce(Bytes) -> B) -> Response<B> {
        let mut response = self.template.response(now);
        if let Some(grpc) = self.grpc {
            grpc.describe(&mut response);
        }
        // An HTTP/1.x connection cannot go on after content that is left unread (RFC 9112 section
        // 9.3). Later versions can, and have no Connection field (RFC 9113 section 8.2.2).
        if !self.all_read && self.version <= Version::HTTP_11 {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            if self.version == Version::HTTP_10 {
                // Without it hyper adds keep-alive beside the close, for a client that asked for it.
                *response.version_mut() = Version::HTTP_10;
            }
        }
        *response.extensions_mut() = self.extensions;
        response.map(body)
    }
}
