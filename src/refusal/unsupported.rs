//! The mark that a refusal carries.

use http::Method;

/// The mark in the extensions of every 501 of this layer. A layer outside can tell it from a 501 of
/// the inner service: [logs, metrics and your own body](crate::docs::observing).
///
/// The client chose the method. It can be hundreds of kilobytes long. Shorten it before you show
/// it, and do not use it as the label of a metric.
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
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnsupportedMethod(Method);

impl UnsupportedMethod {
    pub(super) fn new(method: Method) -> Self {
        Self(method)
    }

    /// The method that was refused.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0
    }
}
