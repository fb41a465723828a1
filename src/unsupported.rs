//! The mark that a refusal carries.

use http::Method;

/// The mark left in the extensions of every 501 this layer makes, so that outer layers can
/// recognise a refusal other than by its status, which an inner service may answer too.
///
/// The method is the client's, up to hundreds of kilobytes of any token: shorten it where it is
/// shown, and do not use it as a label of a metric.
///
/// ```
/// use http::{Request, Response};
/// use http_body_util::Empty;
/// use tower::{service_fn, Layer, ServiceExt};
/// use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};
/// # use bytes::Bytes;
/// # #[tokio::main]
/// # async fn main() {
/// let inner = service_fn(|_| async { Ok::<_, ()>(Response::new(Empty::<Bytes>::new())) });
/// let service = NotImplementedLayer::default().layer(inner);
///
/// let request = Request::builder().method("BREW").body(Empty::<Bytes>::new()).unwrap();
/// let response = service.oneshot(request).await.unwrap();
/// let mark = response.extensions().get::<UnsupportedMethod>().unwrap();
/// assert_eq!(mark.method(), "BREW");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct UnsupportedMethod(Method);

impl UnsupportedMethod {
    pub(crate) fn new(method: Method) -> Self {
        Self(method)
    }

    /// The method that was refused.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0
    }
}
