//! The marks: of a refusal, and of what would be one.

use crate::method_set::label;
use http::Method;

/// The mark in the extensions of every 501 of this layer. A layer outside can tell it from a 501 of
/// the inner service: [logs, metrics and your own body](crate::docs::observing).
///
/// The client chose the method. It can be hundreds of kilobytes long. Shorten it before you show
/// it, and use [`label`](Self::label) for a metric.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower::{service_fn, Layer, ServiceExt};
/// use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};
/// # #[tokio::main]
/// # async fn main() {
/// let inner = service_fn(|_| async { Ok::<_, ()>(Response::new(Full::<Bytes>::default())) });
/// let service = NotImplementedLayer::default().layer(inner);
///
/// let request = Request::builder().method("BREW").body(Full::<Bytes>::default()).unwrap();
/// let response = service.oneshot(request).await.unwrap();
/// let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
/// assert_eq!(mark.method(), "BREW");
/// assert_eq!(mark.label(), "_OTHER");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnsupportedMethod(pub(super) Method);

impl UnsupportedMethod {
    /// The method that was refused.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0
    }

    /// The method's name if [`REGISTERED`](crate::MethodSet::REGISTERED) has it, and `_OTHER` for any
    /// other: at most 40 values in this release, whatever clients send. So it can be the label of a
    /// metric.
    ///
    /// `_OTHER` is OpenTelemetry's word. By default OpenTelemetry knows ten methods (the nine of
    /// [`STANDARD`](crate::MethodSet::STANDARD) and QUERY); this label names 29 more.
    #[must_use]
    pub fn label(&self) -> &'static str {
        label(&self.0)
    }
}

/// The mark in the extensions of every response of a [dry run](crate::NotImplementedLayer::dry_run)
/// whose request would have been refused. The inner service made the response, whatever its status.
///
/// It is another type than [`UnsupportedMethod`], so that a layer outside which changes refusals
/// leaves this response alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DryRun(pub(crate) Method);

impl DryRun {
    /// The method that would have been refused.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0
    }

    /// The same as [`UnsupportedMethod::label`].
    #[must_use]
    pub fn label(&self) -> &'static str {
        label(&self.0)
    }
}
