//! The service: forward a supported method, refuse any other.

use crate::{
    discard::{Discard, Plan},
    future::Refusing,
    policy::Policy,
    refused_request::RefusedRequest,
    registry, MakeResponseBody, MethodSet, NotImplementedLayer, ResponseFuture, WrapBody,
};
use http::{Method, Request, Response};
use http_body::Body;
use std::{
    borrow::Cow,
    fmt,
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

/// Answers `501 Not Implemented` to a request whose method is outside the supported set, and
/// forwards every other request to the inner service.
///
/// See the [crate docs](crate) for an example, and [`NotImplementedLayer`] for the settings.
///
/// `F` decides the type of the response body: it is [`WrapBody`], unless
/// [`response_body`](NotImplementedLayer::response_body) was called.
#[derive(Clone)]
#[must_use = "services do nothing unless called"]
pub struct NotImplemented<S, F = WrapBody> {
    pub(crate) inner: S,
    pub(crate) registered: u64,
    /// None where the set is made of registered methods and the refusal is the default one.
    pub(crate) policy: Option<Arc<Policy>>,
    pub(crate) make_body: F,
}

impl<S> NotImplemented<S> {
    /// Wraps `inner`, which supports `supported`, with the default refusal.
    pub fn new(inner: S, supported: impl Into<MethodSet>) -> Self {
        NotImplementedLayer::new(supported).layer(inner)
    }
}

impl NotImplemented<()> {
    /// The layer that wraps services so: [`NotImplementedLayer::new`].
    pub fn layer(supported: impl Into<MethodSet>) -> NotImplementedLayer {
        NotImplementedLayer::new(supported)
    }
}

impl<S, F> NotImplemented<S, F> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, to change.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, unwrapped.
    pub fn into_inner(self) -> S {
        self.inner
    }

    /// Out of line: the path of a supported request stays short.
    #[cold]
    #[inline(never)]
    fn refuse<B: Body>(&self, request: Request<B>) -> Refusing<B> {
        let limit = self.policy.as_ref().and_then(|policy| policy.discard);
        let mut refused = RefusedRequest::new(&request, self.policy.clone());
        match Plan::new(&request, limit) {
            Plan::Nothing => Refusing::Now(refused),
            Plan::Leave => {
                refused.leave_content();
                Refusing::Now(refused)
            }
            Plan::Read { awaited } => {
                let discard = Discard::new(refused, request.into_body(), awaited);
                Refusing::Discarding(Box::pin(discard))
            }
        }
    }

    fn supported(&self) -> Cow<'_, MethodSet> {
        match &self.policy {
            Some(policy) => Cow::Borrowed(&policy.supported),
            None => Cow::Owned(MethodSet::of_registered(self.registered)),
        }
    }

    #[inline]
    fn supports(&self, method: &Method) -> bool {
        match registry::standard_bit(method) {
            Some(bit) => registry::contains(self.registered, bit),
            None => self.supports_extension(method),
        }
    }

    /// Out of line: the path of a standard method stays short.
    #[inline(never)]
    fn supports_extension(&self, method: &Method) -> bool {
        self.supported().contains(method)
    }
}

impl<S, F, ReqBody, ResBody> Service<Request<ReqBody>> for NotImplemented<S, F>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    F: MakeResponseBody<ResBody> + Clone,
    ReqBody: Body,
{
    type Response = Response<F::ResponseBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ReqBody, F>;

    /// Forwards to the inner service, for it is not known yet whether the request will need it.
    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        if self.supports(request.method()) {
            ResponseFuture::forward(self.inner.call(request))
        } else {
            ResponseFuture::refuse(self.refuse(request), self.make_body.clone())
        }
    }
}

impl<S: fmt::Debug, F> fmt::Debug for NotImplemented<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotImplemented")
            .field("inner", &self.inner)
            .field("supported", &self.supported())
            .finish_non_exhaustive()
    }
}
