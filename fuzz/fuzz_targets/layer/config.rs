//! Configurations, and what is expected of each.

use crate::names::{public, Name};
use arbitrary::Arbitrary;
use bytes::Bytes;
use http::{HeaderValue, Method};
use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

#[derive(Arbitrary, Debug)]
pub struct Set<'a> {
    preset: u8,
    methods: Vec<Name<'a>>,
    /// Through the text of a configuration value.
    parsed: bool,
}

impl Set<'_> {
    /// The set, and the names in it.
    pub fn build(&self) -> (MethodSet, BTreeSet<String>) {
        let mut set = match self.preset % 4 {
            0 => MethodSet::new(),
            1 => MethodSet::STANDARD,
            2 => MethodSet::WEBDAV,
            _ => MethodSet::REGISTERED,
        };
        let mut names: BTreeSet<String> = set.iter().map(|method| method.to_string()).collect();
        let methods = self.methods.iter().map(Name::method);
        let methods: Vec<Method> = methods.filter(|method| *method != "*").collect();
        names.extend(methods.iter().map(Method::to_string));
        set.extend(methods);
        if self.parsed {
            set = set.to_string().parse().expect("it parses");
        }
        (set, names)
    }
}

#[derive(Arbitrary, Debug)]
pub enum Setting<'a> {
    Delay(Duration),
    Date(Date),
    NoStore,
    MaxAge(Duration),
    OwnCacheControl(&'a [u8]),
    AllowHeader(bool),
    Body {
        content_type: &'a [u8],
        content: &'a [u8],
    },
    ProblemDetails,
    Discard(u16),
    DiscardMuch(u64),
}

#[derive(Arbitrary, Debug)]
pub enum Date {
    After1970(Duration),
    Before1970(u32),
    /// In seconds and nanoseconds.
    FromNow(i16, u32),
}

impl Date {
    fn moment(&self) -> SystemTime {
        match self {
            Self::After1970(duration) => UNIX_EPOCH.checked_add(*duration).unwrap_or(UNIX_EPOCH),
            Self::Before1970(seconds) => UNIX_EPOCH - Duration::from_secs((*seconds).into()),
            Self::FromNow(seconds, nanoseconds) => {
                let part = Duration::from_nanos((*nanoseconds).into());
                let seconds = Duration::from_secs((i64::from(*seconds) + 32_768) as u64);
                SystemTime::now() + seconds + part - Duration::from_secs(32_768)
            }
        }
    }
}

/// The last of each setting.
#[derive(Debug)]
pub struct Expected {
    pub names: BTreeSet<String>,
    pub retry: Option<Retry>,
    pub cache: Option<Cache>,
    pub allow_header: bool,
    pub content: Content,
    pub discard: Option<u64>,
}

/// Whole seconds, rounded up.
#[derive(Clone, Copy, Debug)]
pub enum Retry {
    Delay(u64),
    /// Since 1970.
    Date(u64),
}

#[derive(Debug)]
pub enum Cache {
    MaxAge(u64),
    Verbatim(HeaderValue),
}

#[derive(Debug)]
pub enum Content {
    Text,
    Problem,
    Own(HeaderValue, Bytes),
}

impl Expected {
    pub fn new(names: BTreeSet<String>) -> Self {
        Self {
            names,
            retry: None,
            cache: None,
            allow_header: false,
            content: Content::Text,
            discard: None,
        }
    }
}

pub fn apply<F>(
    mut layer: NotImplementedLayer<F>,
    settings: &[Setting<'_>],
    expected: &mut Expected,
) -> NotImplementedLayer<F> {
    for setting in settings {
        layer = setting.apply(layer, expected);
    }
    layer
}

impl Setting<'_> {
    fn apply<F>(
        &self,
        layer: NotImplementedLayer<F>,
        expected: &mut Expected,
    ) -> NotImplementedLayer<F> {
        match self {
            Self::Delay(delay) => {
                expected.retry = Some(Retry::Delay(round_up(*delay)));
                layer.retry_after(*delay)
            }
            Self::Date(date) => {
                let date = date.moment();
                let since_1970 = date.duration_since(UNIX_EPOCH).unwrap_or_default();
                let seconds = round_up(since_1970).min(crate::date::LAST);
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
            Self::AllowHeader(allow_header) => {
                expected.allow_header = *allow_header;
                layer.allow_header(*allow_header)
            }
            Self::Body {
                content_type,
                content,
            } => {
                let content_type = header_value(content_type);
                let content = Bytes::from(public(content));
                expected.content = Content::Own(content_type.clone(), content.clone());
                layer.body(content_type, content)
            }
            Self::ProblemDetails => {
                expected.content = Content::Problem;
                layer.problem_details()
            }
            // Small ones, which content passes.
            Self::Discard(limit) => discard(layer, u64::from(*limit % 300), expected),
            Self::DiscardMuch(limit) => discard(layer, *limit, expected),
        }
    }
}

fn discard<F>(
    layer: NotImplementedLayer<F>,
    limit: u64,
    expected: &mut Expected,
) -> NotImplementedLayer<F> {
    expected.discard = Some(limit);
    layer.discard_request_body(limit)
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
