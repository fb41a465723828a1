//! The layer: what a user sets.

use crate::{
    discard::make_timer,
    refusal::{Explanation, Settings, Template},
    CacheControl, KeepBody, MethodSet, NotImplemented, RetryAfter, WrapBody,
};
use bytes::Bytes;
use http::HeaderValue;
use std::{fmt, future::Future, marker::PhantomData, sync::Arc};
use tower_layer::Layer;

/// Answers `501 Not Implemented` to a request whose method the server does not support, and forwards
/// every other request. The set of the supported methods is given to [`new`](Self::new).
///
/// [Where to put it](crate::docs::placement) matters: around every route. The setters change what the
/// 501 says, and when it is sent. A later call of a setter replaces an earlier one.
///
/// ```
/// use bytes::Bytes;
/// use http::{Method, Request, Response, StatusCode};
/// use http_body_util::Full;
/// use std::{convert::Infallible, time::Duration};
/// use tower::{service_fn, Layer, ServiceExt};
/// use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let layer = NotImplementedLayer::new(MethodSet::STANDARD.without(&Method::TRACE))
///     .retry_after(Duration::from_secs(120))
///     .cache_control(CacheControl::no_store())
///     .problem_details();
///
/// let hello = service_fn(|_: Request<String>| async {
///     Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("hello")))
/// });
/// let service = layer.layer(hello);
///
/// let request = Request::builder().method("FOO").body(String::new())?;
/// let response = service.oneshot(request).await?;
/// assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
/// assert_eq!(response.headers()["retry-after"], "120");
/// assert_eq!(response.headers()["cache-control"], "no-store");
/// assert_eq!(response.headers()["content-type"], "application/problem+json");
/// # Ok(())
/// # }
/// ```
///
/// `F` decides the type of the response body. It is [`KeepBody`], or [`WrapBody`] after
/// [`wrap_body`](Self::wrap_body): [naming the types](crate::docs::types).
#[must_use = "layers do nothing unless applied to a service"]
pub struct NotImplementedLayer<F = KeepBody> {
    pub(crate) template: Arc<Template>,
    make_body: PhantomData<fn() -> F>,
}

impl NotImplementedLayer {
    /// A layer for a server that supports `supported`, and GET and HEAD.
    ///
    /// `supported` is a [`MethodSet`], or an array or a `Vec` of methods. Collect anything else into a
    /// `MethodSet` first. `new([])` supports GET and HEAD only.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::{MethodSet, NotImplementedLayer};
    ///
    /// let standard = NotImplementedLayer::new(MethodSet::STANDARD);
    /// let narrow = NotImplementedLayer::new([Method::POST, Method::OPTIONS]);
    /// ```
    pub fn new(supported: impl Into<MethodSet>) -> Self {
        Self {
            template: Template::new(Settings::new(supported.into())),
            make_body: PhantomData,
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
    /// Sets the `Retry-After` header ([RFC 9110 section 10.2.3]). There is none by default.
    ///
    /// A [`Duration`](std::time::Duration) is sent in whole seconds. A
    /// [`SystemTime`](std::time::SystemTime) is sent as a date, until it has passed. With the
    /// header the text says that the condition is temporary, without it that it is permanent.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().retry_after(Duration::from_secs(120));
    /// ```
    ///
    /// [RFC 9110 section 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3
    pub fn retry_after(self, retry_after: impl Into<RetryAfter>) -> Self {
        self.set(|settings| settings.retry_after = Some(retry_after.into()))
    }

    /// Sets the `Cache-Control` header. There is none by default.
    ///
    /// Without it a cache may keep a 501 for a time that the cache chooses ([RFC 9110 section
    /// 15.6.2]), if it knows the method at all: [caching](crate::docs::caching).
    ///
    /// ```
    /// use tower_not_implemented::{CacheControl, NotImplementedLayer};
    ///
    /// let layer = NotImplementedLayer::default().cache_control(CacheControl::no_store());
    /// ```
    ///
    /// [RFC 9110 section 15.6.2]: https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.2
    pub fn cache_control(self, cache_control: impl Into<CacheControl>) -> Self {
        self.set(|settings| settings.cache_control = Some(cache_control.into()))
    }

    /// Whether the 501 lists the supported methods in an `Allow` header ([RFC 9110 section
    /// 10.2.1]). It does not by default.
    ///
    /// `Allow` is about one resource. The layer knows only the whole server, so it lists the whole
    /// set. A single resource may support fewer methods.
    ///
    /// ```
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().send_allow(true);
    /// ```
    ///
    /// [RFC 9110 section 10.2.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.1
    pub fn send_allow(self, send_allow: bool) -> Self {
        self.set(|settings| settings.send_allow = send_allow)
    }

    /// Sets the content of the 501 and its `Content-Type`, in place of the default text.
    ///
    /// Every 501 has the same content: do not write "try again later" in it if a date in
    /// `retry_after` can pass. Empty content goes out without a `Content-Type`. gRPC clients get no
    /// content: [gRPC](crate::docs::grpc). This replaces
    /// [`problem_details`](Self::problem_details).
    ///
    /// ```
    /// use http::HeaderValue;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let html = HeaderValue::from_static("text/html; charset=utf-8");
    /// let layer = NotImplementedLayer::default().body(html, "<h1>501 Not Implemented</h1>");
    /// ```
    pub fn body(self, content_type: HeaderValue, content: impl Into<Bytes>) -> Self {
        let own = Explanation::Own(content_type, content.into());
        self.set(|settings| settings.explanation = own)
    }

    /// Makes the content of the 501 problem details ([RFC 9457]), in place of the default text.
    /// This replaces [`body`](Self::body).
    ///
    /// The `Content-Type` is `application/problem+json`, and the content is this, in one line:
    ///
    /// ```json
    /// {
    ///   "type": "about:blank",
    ///   "title": "Not Implemented",
    ///   "status": 501,
    ///   "detail": "This server does not support the request method for any resource. This is permanent."
    /// }
    /// ```
    ///
    /// ```
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().problem_details();
    /// ```
    ///
    /// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457.html
    pub fn problem_details(self) -> Self {
        self.set(|settings| settings.explanation = Explanation::Problem)
    }

    /// Sets how many bytes of a refused request's content are read and thrown away before the 501
    /// is sent: 2 MiB (2,097,152) by default.
    ///
    /// A client that is still sending can lose an answer that comes early. So the layer reads the
    /// content to its end first. It stores nothing. Content that is longer than the limit is not
    /// read to its end: over HTTP/1.x the 501 then says `Connection: close`. A frame without bytes
    /// counts as one byte. With 0 the body is never polled.
    ///
    /// A client that sends slowly makes its own 501 slow:
    /// [`discard_timeout`](Self::discard_timeout) bounds that. The whole rule, and what waiting costs:
    /// [the content of refused requests](crate::docs::content).
    ///
    /// ```
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default().discard_limit(16 * 1024 * 1024);
    /// ```
    pub fn discard_limit(self, bytes: u64) -> Self {
        self.set(|settings| settings.discard_limit = bytes)
    }

    /// Bounds the time that the content of a refused request is waited for. By default nothing does.
    ///
    /// The layer has no timer of its own, so you give it one: the `sleep` of any runtime. `timer` is
    /// called when the content of a refused request is not all there at once. When the future is
    /// ready, the 501 is sent as if the content had been longer than the limit: over HTTP/1.x with
    /// `Connection: close`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let layer = NotImplementedLayer::default()
    ///     .discard_timeout(|| tokio::time::sleep(Duration::from_secs(10)));
    /// ```
    pub fn discard_timeout<T>(self, timer: impl Fn() -> T + Send + Sync + 'static) -> Self
    where
        T: Future<Output = ()> + Send + 'static,
    {
        self.set(|settings| settings.discard_timeout = Some(make_timer(timer)))
    }

    /// Whether a CONNECT in the set may ask for a tunnel ([RFC 9110 section 9.3.6]). It may not by
    /// default: it gets the 501, which closes an HTTP/1.x connection.
    ///
    /// Only forward proxies need `true`. The extended CONNECT of HTTP/2 and HTTP/3, which opens a
    /// WebSocket ([RFC 8441], [RFC 9220]), is no tunnel. It is forwarded whenever CONNECT is in the
    /// set, as in [`MethodSet::STANDARD`].
    ///
    /// ```
    /// use tower_not_implemented::{MethodSet, NotImplementedLayer};
    ///
    /// let proxy = NotImplementedLayer::new(MethodSet::REGISTERED).tunnels(true);
    /// ```
    ///
    /// [RFC 8441]: https://www.rfc-editor.org/rfc/rfc8441.html
    /// [RFC 9110 section 9.3.6]: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3.6
    /// [RFC 9220]: https://www.rfc-editor.org/rfc/rfc9220.html
    pub fn tunnels(self, tunnels: bool) -> Self {
        self.set(|settings| settings.tunnels = tunnels)
    }

    /// Whether to refuse nothing yet. It is off by default.
    ///
    /// In a dry run a request that would be refused is forwarded as if the layer were not there. Its
    /// response carries the mark [`DryRun`](crate::DryRun), whatever its status, so that a layer
    /// outside can count what would be refused. An error of the inner service has no mark. How to
    /// roll the layer out with it: [in production](crate::docs::production#roll-it-out).
    ///
    /// ```
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let enforce = false;
    /// let layer = NotImplementedLayer::default().dry_run(!enforce);
    /// ```
    pub fn dry_run(self, dry_run: bool) -> Self {
        self.set(|settings| settings.dry_run = dry_run)
    }

    /// Gives every response a [`ResponseBody<B>`](crate::ResponseBody), around any inner body `B` of `Bytes`.
    ///
    /// Without it the response keeps the inner service's body type, which must be `From<Bytes>`.
    /// axum's `Body`, `Full<Bytes>` and the bodies of warp and salvo are. tonic's is not, and neither
    /// are `String`, hyper's `Incoming`, boxed bodies, and those of tower-http's layers. The compiler
    /// then says that `From<Bytes>` is not satisfied.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::NotImplementedLayer;
    ///
    /// let server = tonic::transport::Server::builder()
    ///     .layer(NotImplementedLayer::new([Method::POST]).wrap_body());
    /// ```
    pub fn wrap_body(self) -> NotImplementedLayer<WrapBody> {
        NotImplementedLayer {
            template: self.template,
            make_body: PhantomData,
        }
    }

    /// The one way to change a setting: it freezes the 501 anew, because [`Layer::layer`] is called
    /// far more often, by axum for each route on each connection.
    fn set(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.template.settings.clone();
        change(&mut settings);
        Self {
            template: Template::new(settings),
            ..self
        }
    }
}

// Not derived: that would ask for `F: Clone`.
impl<F> Clone for NotImplementedLayer<F> {
    fn clone(&self) -> Self {
        Self {
            template: self.template.clone(),
            make_body: PhantomData,
        }
    }
}

impl<S, F> Layer<S> for NotImplementedLayer<F> {
    type Service = NotImplemented<S, F>;

    fn layer(&self, inner: S) -> Self::Service {
        let layer = self.clone();
        NotImplemented { inner, layer }
    }
}

impl<F> fmt::Debug for NotImplementedLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Each by its name, so that a further setting does not compile until it is shown.
        let Settings {
            supported,
            retry_after,
            cache_control,
            send_allow,
            explanation,
            discard_limit,
            discard_timeout,
            tunnels,
            dry_run,
        } = &self.template.settings;
        f.debug_struct("NotImplementedLayer")
            .field("supported", supported)
            .field("retry_after", retry_after)
            .field("cache_control", cache_control)
            .field("send_allow", send_allow)
            .field("explanation", explanation)
            .field("discard_limit", discard_limit)
            .field("discard_timeout", &discard_timeout.is_some())
            .field("tunnels", tunnels)
            .field("dry_run", dry_run)
            .finish_non_exhaustive()
    }
}
