//! The settings, and the 501 that they are frozen into: made once, answered many times.

mod answer;
mod cache_control;
mod explanation;
mod grpc;
mod retry_after;
mod unsupported;

pub(crate) use answer::Answer;
pub use cache_control::CacheControl;
pub(crate) use explanation::Explanation;
pub use retry_after::RetryAfter;
pub use unsupported::{DryRun, UnsupportedMethod};

use crate::{discard::MakeTimer, MethodSet};
use bytes::Bytes;
use explanation::{PERMANENT, TEMPORARY};
use http::{
    header::{HeaderValue, ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    Method, Request, Response, StatusCode, Version,
};
use std::{panic::RefUnwindSafe, sync::Arc, time::SystemTime};

/// How many bytes of content are read by default: what axum's extractors accept.
const DISCARD_LIMIT: u64 = 2 * 1024 * 1024;

/// The most seconds that every cache and client understands (RFC 9111 section 1.2.2).
const LONGEST_DELAY: u64 = 1 << 31;

/// What a user can set.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) supported: MethodSet,
    pub(crate) retry_after: Option<RetryAfter>,
    pub(crate) cache_control: Option<CacheControl>,
    pub(crate) send_allow: bool,
    pub(crate) explanation: Explanation,
    /// Bytes.
    pub(crate) discard_limit: u64,
    pub(crate) discard_timeout: Option<MakeTimer>,
    /// Whether a CONNECT may ask for a tunnel.
    pub(crate) tunnels: bool,
    /// Whether what would be refused is forwarded, and its response marked.
    pub(crate) dry_run: bool,
}

impl Settings {
    pub(crate) fn new(supported: MethodSet) -> Self {
        Self {
            supported,
            retry_after: None,
            cache_control: None,
            send_allow: false,
            explanation: Explanation::Text,
            discard_limit: DISCARD_LIMIT,
            discard_timeout: None,
            tunnels: false,
            dry_run: false,
        }
    }

    /// Whether the inner service answers `request`: its method is supported, and it asks for no tunnel
    /// that is not allowed.
    #[inline]
    pub(crate) fn forwards<B>(&self, request: &Request<B>) -> bool {
        let method = request.method();
        self.supported.contains(method)
            && (*method != Method::CONNECT || self.tunnels || is_extended_connect(request))
    }

    fn allow(&self) -> Option<HeaderValue> {
        let methods = self.send_allow.then(|| self.supported.to_string());
        HeaderValue::try_from(methods?).ok()
    }
}

/// An extended CONNECT has a path, and one that asks for a tunnel has none (RFC 9113 section 8.5, RFC
/// 8441 section 4): h2 rejects any other, HTTP/3 servers must. Over HTTP/1.x every CONNECT asks for one.
fn is_extended_connect<B>(request: &Request<B>) -> bool {
    request.version() > Version::HTTP_11 && !request.uri().path().is_empty()
}

/// What a layer and its services share: the settings, and the 501s that are frozen from them, which
/// are made once and answered many times.
pub(crate) struct Template {
    pub(crate) settings: Settings,
    /// The 501 as long as Retry-After has a meaning.
    with_retry: Response<Bytes>,
    /// The 501 if there is no Retry-After, and once its date has passed.
    without_retry: Response<Bytes>,
}

/// By hand, so no compiler looks at a further field. Of a response only the extensions are not unwind
/// safe, and these have none. What a panic leaves behind in the timer is the user's.
impl RefUnwindSafe for Template {}

impl Template {
    pub(crate) fn new(settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            with_retry: freeze(&settings, settings.retry_after),
            without_retry: freeze(&settings, None),
            settings,
        })
    }

    /// The 501 of the moment `now`.
    fn response(&self, now: impl FnOnce() -> SystemTime) -> Response<Bytes> {
        let settings = &self.settings;
        match settings.retry_after.and_then(|it| it.seconds_left(now)) {
            None => self.without_retry.clone(),
            Some(left) => {
                let mut response = self.with_retry.clone();
                let policy = settings.cache_control.as_ref();
                if let Some(value) = policy.and_then(|policy| policy.shortened(left)) {
                    response.headers_mut().insert(CACHE_CONTROL, value);
                }
                response
            }
        }
    }
}

/// The 501 with this Retry-After, or with none.
fn freeze(settings: &Settings, retry_after: Option<RetryAfter>) -> Response<Bytes> {
    let retry_after = retry_after.and_then(RetryAfter::value);
    let detail = retry_after.as_ref().map_or(PERMANENT, |_| TEMPORARY);
    let (content_type, content) = settings.explanation.content(detail);
    let policy = settings.cache_control.as_ref();
    let fields = [
        (CONTENT_TYPE, content_type),
        (RETRY_AFTER, retry_after),
        (CACHE_CONTROL, policy.map(CacheControl::value)),
        (ALLOW, settings.allow()),
    ];
    let present = |(name, value)| Some((name, value?));
    let mut response = Response::new(content);
    *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
    *response.headers_mut() = fields.into_iter().filter_map(present).collect();
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// A refusal until second 1,000 with every header, that caches may keep for 600 seconds.
    fn full() -> Arc<Template> {
        let mut settings = Settings::new(MethodSet::STANDARD);
        settings.retry_after = Some(at(1_000).into());
        settings.cache_control = Some(CacheControl::max_age(Duration::from_secs(600)));
        settings.send_allow = true;
        Template::new(settings)
    }

    #[test]
    fn freshness_counts_down_to_the_date_and_the_date_passes() {
        let template = full();
        for (seconds, max_age) in [(0, 600), (400, 600), (401, 599), (999, 1), (1_000, 600)] {
            let (parts, content) = template.response(|| at(seconds)).into_parts();
            let (fields, waits) = (parts.headers, seconds < 1_000);
            let date = fields.get(RETRY_AFTER).map(HeaderValue::as_bytes);
            assert_eq!(date, waits.then_some(&b"Thu, 01 Jan 1970 00:16:40 GMT"[..]));
            assert_eq!(
                fields[CACHE_CONTROL],
                format!("max-age={max_age}"),
                "{seconds}"
            );
            assert_eq!(fields[ALLOW], MethodSet::STANDARD.to_string());
            assert_eq!(fields[CONTENT_TYPE], explanation::TEXT);
            assert_eq!(fields.len(), if waits { 4 } else { 3 });
            let detail = if waits { TEMPORARY } else { PERMANENT };
            assert_eq!(content, Explanation::Text.content(detail).1);
        }
    }
}
