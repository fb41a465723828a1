//! Configurations, and what is expected of each.

use super::{
    few::Few,
    names::{public, Name},
};
use arbitrary::Arbitrary;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Version};
use std::{
    collections::BTreeSet,
    future::pending,
    ops::RangeInclusive,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

/// 9999-12-31T23:59:59Z, in seconds since 1970.
const LAST_DATE: u64 = 253_402_300_799;

/// How many bytes of content are read where nothing else is set.
const DEFAULT_LIMIT: u64 = 2 * 1024 * 1024;

#[derive(Arbitrary, Debug)]
pub(super) struct Set<'a> {
    preset: u8,
    methods: Vec<Name<'a>>,
    without: Vec<Name<'a>>,
    /// Through the text of a configuration value, if it can be written as one.
    parsed: bool,
}

impl Set<'_> {
    /// The set, and the names in it.
    pub(super) fn build(&self) -> (MethodSet, BTreeSet<String>) {
        let preset = match self.preset % 4 {
            0 => MethodSet::GET_HEAD,
            1 => MethodSet::STANDARD,
            2 => MethodSet::WEBDAV,
            _ => MethodSet::REGISTERED,
        };
        let mut names: BTreeSet<String> = preset.iter().map(|method| method.to_string()).collect();
        let methods: Vec<Method> = self.methods.iter().map(Name::method).collect();
        let added = methods.iter().filter(|method| **method != "*");
        names.extend(added.map(Method::to_string));
        let mut set: MethodSet = methods.into_iter().chain(preset.iter()).collect();
        for method in self.without.iter().map(Name::method) {
            set.remove(&method);
            if !matches!(method, Method::GET | Method::HEAD) {
                names.remove(method.as_str());
            }
        }
        assert_eq!(set.len(), names.len(), "{set}");
        if self.parsed {
            let parsed = set.to_string().parse();
            assert_eq!(parsed.is_ok(), can_be_written(&names), "{set}");
            set = parsed.unwrap_or(set);
        }
        (set, names)
    }
}

/// Whether no name is taken for a slip of the pen.
fn can_be_written(names: &BTreeSet<String>) -> bool {
    names.iter().all(|name| {
        let meant = name.to_ascii_uppercase();
        let method = Method::from_bytes(meant.as_bytes()).expect("a token");
        let slip = MethodSet::REGISTERED.contains(&method) && *name != meant;
        !slip && !name.contains('|')
    })
}

#[derive(Arbitrary, Debug)]
pub(super) enum Setting<'a> {
    Delay(Duration),
    Date(Date),
    NoStore,
    MaxAge(Duration),
    OwnCacheControl(Few<'a>),
    SendAllow(bool),
    /// Its type and its content.
    Body(Few<'a>, Few<'a>),
    ProblemDetails,
    /// A limit that content passes; zero for a quarter of the numbers.
    DiscardLittle(u8),
    Discard(u64),
    /// A limit a little above what 32 bits can say.
    DiscardMuch(u8),
    /// A timer that ends at once, or never.
    Timer(bool),
    Tunnels(bool),
    DryRun(bool),
}

#[derive(Arbitrary, Debug)]
pub(super) enum Date {
    After1970(Duration),
    Before1970(u32),
    /// Seconds and nanoseconds.
    FromNow(i16, u32),
}

impl Date {
    fn moment(&self) -> SystemTime {
        match self {
            Self::After1970(duration) => UNIX_EPOCH.checked_add(*duration).unwrap_or(UNIX_EPOCH),
            Self::Before1970(seconds) => UNIX_EPOCH - Duration::from_secs((*seconds).into()),
            Self::FromNow(seconds, nanoseconds) => {
                let part = Duration::from_nanos((*nanoseconds).into());
                let distance = Duration::from_secs(seconds.unsigned_abs().into());
                let now = SystemTime::now() + part;
                if *seconds < 0 {
                    now - distance
                } else {
                    now + distance
                }
            }
        }
    }
}

/// The last of each setting.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) names: BTreeSet<String>,
    pub(super) retry: Option<Retry>,
    pub(super) cache: Option<Cache>,
    pub(super) send_allow: bool,
    pub(super) content: Content,
    pub(super) limit: u64,
    /// Whether a wait ends at once.
    pub(super) timer: bool,
    pub(super) tunnels: bool,
    pub(super) dry_run: bool,
}

/// Whole seconds, rounded up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Retry {
    Delay(u64),
    /// Since 1970.
    Date(u64),
}

impl Retry {
    /// What the field can say in an answer of that time, and for how many more whole seconds.
    pub(super) fn values(self, made: &RangeInclusive<SystemTime>) -> Vec<Option<(String, u64)>> {
        let seconds = match self {
            Self::Delay(seconds) => return vec![Some((seconds.to_string(), seconds))],
            Self::Date(seconds) => seconds,
        };
        let date = UNIX_EPOCH + Duration::from_secs(seconds);
        let left = |now: &SystemTime| date.duration_since(*now).unwrap_or_default();
        let (most, least) = (left(made.start()), left(made.end()));
        let coming = (least.as_secs()..=most.as_secs()).filter(|_| !most.is_zero());
        let coming = coming.map(|left| Some((httpdate::fmt_http_date(date), left)));
        let passed = least.is_zero().then_some(None);
        coming.chain(passed).collect()
    }
}

#[derive(Debug)]
pub(super) enum Cache {
    MaxAge(u64),
    Verbatim(HeaderValue),
}

#[derive(Debug)]
pub(super) enum Content {
    Text,
    Problem,
    Own(HeaderValue, Bytes),
}

impl Expected {
    pub(super) fn new(names: BTreeSet<String>) -> Self {
        Self {
            names,
            retry: None,
            cache: None,
            send_allow: false,
            content: Content::Text,
            limit: DEFAULT_LIMIT,
            timer: false,
            tunnels: false,
            dry_run: false,
        }
    }

    /// A CONNECT over HTTP/1.x, or without a path, asks for a tunnel.
    pub(super) fn forwards<B>(&self, request: &Request<B>) -> bool {
        let path = request.version() >= Version::HTTP_2 && !request.uri().path().is_empty();
        let tunnel = request.method() == Method::CONNECT && !path;
        self.names.contains(request.method().as_str()) && (self.tunnels || !tunnel)
    }
}

pub(super) fn apply<F>(
    layer: NotImplementedLayer<F>,
    settings: &[Setting<'_>],
    expected: &mut Expected,
) -> NotImplementedLayer<F> {
    settings
        .iter()
        .fold(layer, |layer, setting| setting.apply(layer, expected))
}

impl Setting<'_> {
    fn apply<F>(
        &self,
        layer: NotImplementedLayer<F>,
        expected: &mut Expected,
    ) -> NotImplementedLayer<F> {
        match self {
            Self::Delay(delay) => {
                expected.retry = Some(Retry::Delay(round_up(*delay).min(1 << 31)));
                layer.retry_after(*delay)
            }
            Self::Date(date) => {
                let date = date.moment();
                let since_1970 = date.duration_since(UNIX_EPOCH).unwrap_or_default();
                let seconds = round_up(since_1970).min(LAST_DATE);
                expected.retry = Some(Retry::Date(seconds));
                layer.retry_after(date)
            }
            Self::NoStore => {
                let value = HeaderValue::from_static("no-store");
                expected.cache = Some(Cache::Verbatim(value));
                layer.cache_control(CacheControl::no_store())
            }
            Self::MaxAge(age) => {
                expected.cache = Some(Cache::MaxAge(age.as_secs().min(1 << 31)));
                layer.cache_control(CacheControl::max_age(*age))
            }
            Self::OwnCacheControl(value) => {
                let value = header_value(value);
                expected.cache = Some(Cache::Verbatim(value.clone()));
                layer.cache_control(value)
            }
            Self::SendAllow(send_allow) => {
                expected.send_allow = *send_allow;
                layer.send_allow(*send_allow)
            }
            Self::Body(content_type, content) => {
                let content_type = header_value(content_type);
                let content = Bytes::from(public(content));
                expected.content = Content::Own(content_type.clone(), content.clone());
                layer.body(content_type, content)
            }
            Self::ProblemDetails => {
                expected.content = Content::Problem;
                layer.problem_details()
            }
            Self::DiscardLittle(limit) => discard(layer, limit.saturating_sub(64).into(), expected),
            Self::Discard(limit) => discard(layer, *limit, expected),
            Self::DiscardMuch(more) => discard(layer, (1 << 32) + u64::from(*more), expected),
            Self::Timer(ends) => {
                let ends = *ends;
                expected.timer = ends;
                layer.discard_timeout(move || async move {
                    if !ends {
                        pending::<()>().await;
                    }
                })
            }
            Self::Tunnels(tunnels) => {
                expected.tunnels = *tunnels;
                layer.tunnels(*tunnels)
            }
            Self::DryRun(dry_run) => {
                expected.dry_run = *dry_run;
                layer.dry_run(*dry_run)
            }
        }
    }
}

fn discard<F>(
    layer: NotImplementedLayer<F>,
    limit: u64,
    expected: &mut Expected,
) -> NotImplementedLayer<F> {
    expected.limit = limit;
    layer.discard_limit(limit)
}

fn round_up(duration: Duration) -> u64 {
    let part = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(part)
}

/// Any value, but for the bytes by which a request is recognised.
fn header_value(bytes: &[u8]) -> HeaderValue {
    let mut bytes = public(bytes);
    bytes.retain(|byte| *byte == b'\t' || *byte >= b' ' && *byte != 0x7f);
    HeaderValue::from_bytes(&bytes).expect("a value")
}
