//! Which requests are forwarded: those of a supported method, but for a CONNECT that asks for a tunnel.

use crate::{method_set, MethodSet};
use http::{Method, Request, Version};

/// The bits of the registered methods that are forwarded whatever else the request says. Without
/// tunnels CONNECT's bit is not among them: it is [`EXTENDED_CONNECT`] then, so that no other method
/// pays for the difference.
#[derive(Clone, Copy)]
pub(crate) struct Supported(u64);

/// Above the bits of all registered methods.
const EXTENDED_CONNECT: u64 = 1 << 63;
const EITHER_CONNECT: u64 = MethodSet::CONNECT | EXTENDED_CONNECT;

impl Supported {
    pub(crate) fn new(set: &MethodSet, tunnels: bool) -> Self {
        let registered = set.registered();
        let extended = !tunnels && registered & MethodSet::CONNECT != 0;
        let swap = if extended { EITHER_CONNECT } else { 0 };
        Self(registered ^ swap)
    }

    /// The registered methods of the set that this was made from.
    pub(crate) fn registered(self) -> MethodSet {
        let extended = self.0 & EXTENDED_CONNECT != 0;
        let swap = if extended { EITHER_CONNECT } else { 0 };
        MethodSet::of_registered(self.0 ^ swap)
    }

    /// `unregistered` tells of the other methods of the set.
    #[inline]
    pub(crate) fn forwards<B>(
        self,
        request: &Request<B>,
        unregistered: impl FnOnce(&Method) -> bool,
    ) -> bool {
        let method = request.method();
        method_set::contains(self.0, method, || unregistered(method))
            || (self.0 & EXTENDED_CONNECT != 0 && is_extended_connect(request))
    }
}

/// An extended CONNECT has a path, and one that asks for a tunnel has none (RFC 9113 section 8.5, RFC
/// 8441 section 4): h2 rejects any other, HTTP/3 servers must. Over HTTP/1.x every CONNECT asks for one.
#[cold]
#[inline(never)]
fn is_extended_connect<B>(request: &Request<B>) -> bool {
    request.method() == Method::CONNECT
        && request.version() > Version::HTTP_11
        && !request.uri().path().is_empty()
}
