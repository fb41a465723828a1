//! The service: forward a supported method, refuse any other, or only mark it in a dry run.

use crate::{
    discard::{Discard, Plan},
    refusal::Answer,
    DryRun, KeepBody, MakeResponseBody, MethodSet, NotImplementedLayer, ResponseFuture,
};
use http::{Request, Response};
use http_body::Body;
use std::{
    fmt,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

/// Answers `501 Not Implemented` to a request whose method is outside the supported set, and
/// forwards every other request to the inner service.
///
/// [`NotImplementedLayer`] makes it, and has the settings and an example.
///
/// `F` decides the type of the response body. It is [`KeepBody`], or [`WrapBody`](crate::WrapBody)
/// after [`wrap_body`](NotImplementedLayer::wrap_body).
#[must_use = "services do nothing unless called"]
pub struct NotImplemented<S, F = KeepBody> {
    pub(crate) inner: S,
    pub(crate) layer: NotImplementedLayer<F>,
}

impl<S> NotImplemented<S> {
    /// Wraps `inner`, which supports `supported`, GET and HEAD. The 501 is the default one: the
    /// settings are on the [layer](NotImplementedLayer).
    pub fn new(inner: S, supported: impl Into<MethodSet>) -> Self {
        NotImplementedLayer::new(supported).layer(inner)
    }
}

impl NotImplemented<()> {
    /// The same as [`NotImplementedLayer::new`].
    pub fn layer(supported: impl Into<MethodSet>) -> NotImplementedLayer {
        NotImplementedLayer::new(supported)
    }
}

impl<S, F> NotImplemented<S, F> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, mutably.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, by value.
    pub fn into_inner(self) -> S {
        self.inner
    }

    /// Out of line: the path of a supported request stays short.
    #[cold]
    #[inline(never)]
    fn unsupported<B: Body>(&mut self, mut request: Request<B>) -> ResponseFuture<S::Future, B, F>
    where
        S: Service<Request<B>>,
    {
        let template = &self.layer.template;
        let settings = &template.settings;
        if settings.dry_run {
            let mark = DryRun(request.method().clone());
            return ResponseFuture::dry_run(self.inner.call(request), mark);
        }
        let plan = Plan::new(&request, settings.discard_limit);
        let answer = Answer::new(&mut request, template.clone(), plan == Plan::Nothing);
        let content = (plan == Plan::Read).then(|| {
            let make_timer = settings.discard_timeout.clone();
            Discard::new(request.into_body(), settings.discard_limit, make_timer)
        });
        ResponseFuture::refuse(content, answer)
    }
}

impl<S, F, ReqBody, ResBody> Service<Request<ReqBody>> for NotImplemented<S, F>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    F: MakeResponseBody<ResBody>,
    ReqBody: Body,
{
    type Response = Response<F::ResponseBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ReqBody, F>;

    /// Asks the inner service. The next request is not known yet, so neither is whether it needs
    /// that service. If it is refused, what the inner service reserved here, such as a permit, stays
    /// reserved until this clone forwards a request or is dropped.
    ///
    /// # Errors
    ///
    /// If the inner service has one.
    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        if self.layer.template.settings.forwards(&request) {
            ResponseFuture::forward(self.inner.call(request))
        } else {
            self.unsupported(request)
        }
    }
}

// Not derived: that would ask for `F: Clone`.
impl<S: Clone, F> Clone for NotImplemented<S, F> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<S: fmt::Debug, F> fmt::Debug for NotImplemented<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotImplemented")
            .field("inner", &self.inner)
            .field("supported", &self.layer.template.settings.supported)
            .finish_non_exhaustive()
    }
}
