//! The layer: what a user sets.

use crate::{
    explanation::Explanation, policy::Policy, settings::Settings, CacheControl, MethodSet,
    NotImplemented, RetryAfter, WrapBody,
};
use bytes::Bytes;
use http::HeaderValue;
use std::{fmt, sync::Arc};
use tower_layer::Layer;

/// Layer that applies [`NotImplemented`]: a request whose method is outside the supported set is
/// answered `501 Not Implemented`, any other request is forwarded.
///
/// See the [crate docs](crate) for an example.
///
/// `F` decides the type of the response body: it is [`WrapBody`], unless
/// [`response_body`](Self::response_body) was called.
#[derive(Clone)]
#[must_use = "layers do nothing unless applied to a service"]
pub struct NotImplementedLayer<F = WrapBody> {
    settings: Settings,
    /// The settings, frozen; none where the set is made of registered methods and the refusal is
    /// the default one.
    policy: Option<Arc<Policy>>,
    make_body: F,
}

impl NotImplementedLayer {
    /// A layer for a server that supports `supported`, GET and HEAD.
    pub fn new(supported: impl Into<MethodSet>) -> Self {
        let layer = Self {
            settings: Settings::new(supported.into()),
            policy: None,
            make_body: WrapBody,
        };
        if layer.settings.supported.only_registered() {
            layer
        } else {
            layer.freeze()
        }
    }
}

/// [`MethodSet::STANDARD`] and the default refusal.
impl Default for NotImplementedLayer {
    fn default() -> Self {
        Self::new(MethodSet::STANDARD)
    }
}

impl<F> NotImplementedLayer<F> {
    /// Sets the `Retry-After` field ([RFC 9110 section 10.2.3]), none by default: a
    /// [`Duration`](std::time::Duration), sent in whole seconds, or a
    /// [`SystemTime`](std::time::SystemTime), sent as a date until it has passed.
    ///
    /// With the field the explanation says that the condition is temporary, without it that it is
    /// permanent. A later call replaces an earlier one.
    ///
    /// ```
    /// # use http::{Request, Response};
    /// # use tower::{Layer, ServiceExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let inner = tower::service_fn(|_| async { Ok::<_, ()>(Response::new(String::new())) });
    /// # let request = Request::builder().method("BREW").body(String::new()).unwrap();
    /// use std::time::Duration;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().retry_after(Duration::from_secs(120));
    /// let response = layer.layer(inner).oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["retry-after"], "120");
    /// # }
    /// ```
    ///
    /// [RFC 9110 section 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3
    pub fn retry_after(mut self, retry_after: impl Into<RetryAfter>) -> Self {
        self.settings.retry_after = Some(retry_after.into());
        self.freeze()
    }

    /// Sets the `Cache-Control` field, none by default: without it a cache may keep a 501 for a
    /// time of its own choice ([RFC 9110 section 15.6.2]), if it understands the method at all.
    ///
    /// A later call replaces an earlier one.
    ///
    /// ```
    /// # use http::{Request, Response};
    /// # use tower::{Layer, ServiceExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let inner = tower::service_fn(|_| async { Ok::<_, ()>(Response::new(String::new())) });
    /// # let request = Request::builder().method("BREW").body(String::new()).unwrap();
    /// use tower_not_implemented::{CacheControl, NotImplementedLayer};
    ///
    /// let layer = NotImplementedLayer::default().cache_control(CacheControl::no_store());
    /// let response = layer.layer(inner).oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["cache-control"], "no-store");
    /// # }
    /// ```
    ///
    /// [RFC 9110 section 15.6.2]: https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.2
    pub fn cache_control(mut self, cache_control: impl Into<CacheControl>) -> Self {
        self.settings.cache_control = Some(cache_control.into());
        self.freeze()
    }

    /// Whether a refusal lists the whole supported set in the `Allow` field ([RFC 9110 section
    /// 10.2.1]); it does not by default.
    ///
    /// The field speaks of the target resource, which this layer does not know: the set is an upper
    /// bound of what any one resource takes. A later call replaces an earlier one.
    ///
    /// ```
    /// # use http::{Request, Response};
    /// # use tower::{Layer, ServiceExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let inner = tower::service_fn(|_| async { Ok::<_, ()>(Response::new(String::new())) });
    /// # let request = Request::builder().method("BREW").body(String::new()).unwrap();
    /// use http::Method;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::new([Method::POST]).allow_header(true);
    /// let response = layer.layer(inner).oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["allow"], "GET, HEAD, POST");
    /// # }
    /// ```
    ///
    /// [RFC 9110 section 10.2.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.1
    pub fn allow_header(mut self, allow_header: bool) -> Self {
        self.settings.allow_header = allow_header;
        self.freeze()
    }

    /// Sets the content of a refusal and its `Content-Type`, instead of the default text. Empty
    /// content goes out without a type.
    ///
    /// The content is the same for every refusal: it cannot say whether the condition is temporary,
    /// unless it always is. gRPC clients get `grpc-message` instead. A later call of this or of
    /// [`problem_details`](Self::problem_details) replaces an earlier one.
    ///
    /// ```
    /// # use http::{Request, Response};
    /// # use tower::{Layer, ServiceExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let inner = tower::service_fn(|_| async { Ok::<_, ()>(Response::new(String::new())) });
    /// # let request = Request::builder().method("BREW").body(String::new()).unwrap();
    /// use http::HeaderValue;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let html = HeaderValue::from_static("text/html; charset=utf-8");
    /// let layer = NotImplementedLayer::default().body(html, "<h1>Not here</h1>");
    /// let response = layer.layer(inner).oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    /// # }
    /// ```
    pub fn body(mut self, content_type: HeaderValue, content: impl Into<Bytes>) -> Self {
        self.settings.explanation = Explanation::Own {
            content_type,
            content: content.into(),
        };
        self.freeze()
    }

    /// Explains the refusal in `application/problem+json` ([RFC 9457]) instead of the default text.
    ///
    /// A later call of this or of [`body`](Self::body) replaces an earlier one.
    ///
    /// ```
    /// # use http::{Request, Response};
    /// # use tower::{Layer, ServiceExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let inner = tower::service_fn(|_| async { Ok::<_, ()>(Response::new(String::new())) });
    /// # let request = Request::builder().method("BREW").body(String::new()).unwrap();
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().problem_details();
    /// let response = layer.layer(inner).oneshot(request).await.unwrap();
    /// assert_eq!(response.headers()["content-type"], "application/problem+json");
    /// # }
    /// ```
    ///
    /// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457.html
    pub fn problem_details(mut self) -> Self {
        self.settings.explanation = Explanation::Problem;
        self.freeze()
    }

    /// Waits for the content of a refused request, for at most `limit_bytes` of it, before
    /// answering, so that a client or proxy that is still sending does not lose the answer. Without
    /// it only what is at hand is discarded, up to 64 KiB: see
    /// [the crate docs](crate#the-content-of-refused-requests).
    ///
    /// It waits only where the end is in sight: a declared length within the limit, or chunked
    /// content over HTTP/1.x, until the limit is passed; never for content behind `Expect` or
    /// CONNECT ([RFC 9110 section 10.1.1], [RFC 9112 section 9.3]). Nothing is buffered. Zero waits
    /// for nothing.
    ///
    /// The wait has no bound in time of its own. tower-http's `RequestBodyDeadlineLayer` outside
    /// sets one, and the refusal is still the 501 that announces the close; its `TimeoutLayer`
    /// would answer 408 instead, and announce nothing. A later call replaces an earlier one.
    ///
    /// ```
    /// # use http::{Request, Response};
    /// # use tower::{Layer, ServiceExt};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let inner = tower::service_fn(|_| async { Ok::<_, ()>(Response::new(String::new())) });
    /// # let request = Request::builder().method("BREW").body(String::from("coffee")).unwrap();
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().discard_request_body(1024 * 1024);
    /// let response = layer.layer(inner).oneshot(request).await.unwrap();
    /// assert!(!response.headers().contains_key("connection"));
    /// # }
    /// ```
    ///
    /// [RFC 9110 section 10.1.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.1.1
    /// [RFC 9112 section 9.3]: https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3
    pub fn discard_request_body(mut self, limit_bytes: u64) -> Self {
        self.settings.discard = Some(limit_bytes);
        self.freeze()
    }

    /// Keeps the inner service's body type: responses stay `Response<B>`, and `make_body` makes the
    /// body of a refusal from its content.
    ///
    /// Without it every response has a [`ResponseBody<B>`](crate::ResponseBody), which works over any
    /// `B`. With it `axum::serve` takes the layer around a whole `Router`,
    /// [`option_layer`](https://docs.rs/tower/0.5/tower/struct.ServiceBuilder.html#method.option_layer)
    /// compiles, and axum does not box the body a second time.
    ///
    /// `make_body` is to keep the size: for a gRPC refusal it gets empty bytes and must return a body
    /// that has already ended, as the usual constructors do:
    ///
    /// | inner body | `make_body` |
    /// |---|---|
    /// | `axum::body::Body` | `axum::body::Body::from` |
    /// | `tonic::body::Body` | <code>&#124;bytes&#124; tonic::body::Body::new(Full::from(bytes))</code> |
    /// | `http_body_util::Full<Bytes>` | `Full::from` |
    ///
    /// A later call replaces an earlier one.
    ///
    /// ```
    /// use axum::{body::Body, routing::get, Router, ServiceExt};
    /// use tower::Layer;
    /// use tower_not_implemented::NotImplementedLayer;
    /// # async fn serve(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    /// let router = Router::new().route("/", get(|| async { "hello" }));
    /// let app = NotImplementedLayer::default().response_body(Body::from).layer(router);
    /// axum::serve(listener, ServiceExt::<axum::extract::Request>::into_make_service(app)).await
    /// # }
    /// ```
    pub fn response_body<B, G>(self, make_body: G) -> NotImplementedLayer<G>
    where
        G: Fn(Bytes) -> B,
    {
        NotImplementedLayer {
            settings: self.settings,
            policy: self.policy,
            make_body,
        }
    }

    fn freeze(mut self) -> Self {
        self.policy = Some(Arc::new(Policy::new(&self.settings)));
        self
    }
}

impl<S, F: Clone> Layer<S> for NotImplementedLayer<F> {
    type Service = NotImplemented<S, F>;

    fn layer(&self, inner: S) -> Self::Service {
        NotImplemented {
            inner,
            registered: self.settings.supported.registered(),
            policy: self.policy.clone(),
            make_body: self.make_body.clone(),
        }
    }
}

impl<F> fmt::Debug for NotImplementedLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        f.debug_struct("NotImplementedLayer")
            .field("supported", &settings.supported)
            .field("retry_after", &settings.retry_after)
            .field("cache_control", &settings.cache_control)
            .field("allow_header", &settings.allow_header)
            .field("explanation", &settings.explanation)
            .field("discard_request_body", &settings.discard)
            .finish_non_exhaustive()
    }
}
