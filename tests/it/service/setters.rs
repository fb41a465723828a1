//! Setters, each before and after each other: none undoes another one, nor does a clone.

use super::{answer, at_once, content, request};
use bytes::Bytes;
use futures_util::stream;
use http::{header::HeaderValue, HeaderMap, Method, Response, Version};
use http_body::{Body, Frame};
use http_body_util::{Full, StreamBody};
use std::{
    convert::Infallible,
    fmt::Debug,
    future::ready,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{CacheControl, MakeResponseBody, NotImplementedLayer};

/// A call of each setter. Dates are a setting of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Setter {
    Delay,
    ComingDate,
    PassedDate,
    NoStore,
    OwnPolicy,
    Allow,
    NoAllow,
    Own,
    Problem,
    Discard,
    Timeout,
    Tunnels,
    DryRun,
}

use Setter::{
    Allow, ComingDate, Delay, Discard, DryRun, NoAllow, NoStore, Own, OwnPolicy, PassedDate,
    Problem, Timeout, Tunnels,
};

const ALL: [Setter; 13] = [
    Delay, ComingDate, PassedDate, NoStore, OwnPolicy, Allow, NoAllow, Own, Problem, Discard,
    Timeout, Tunnels, DryRun,
];

/// 2100-03-01T08:09:07Z.
fn coming() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(4_107_571_747)
}

impl Setter {
    fn apply<F>(self, layer: NotImplementedLayer<F>) -> NotImplementedLayer<F> {
        match self {
            Delay => layer.retry_after(Duration::from_secs(7)),
            ComingDate => layer.retry_after(coming()),
            PassedDate => layer.retry_after(UNIX_EPOCH),
            NoStore => layer.cache_control(CacheControl::no_store()),
            OwnPolicy => layer.cache_control(HeaderValue::from_static("private")),
            Allow => layer.send_allow(true),
            NoAllow => layer.send_allow(false),
            Own => layer.body(HeaderValue::from_static("text/x-own"), "own"),
            Problem => layer.problem_details(),
            Discard => layer.discard_limit(4),
            Timeout => layer.discard_timeout(std::future::pending),
            Tunnels => layer.tunnels(true),
            DryRun => layer.dry_run(true),
        }
    }

    fn expect(self, sent: &mut Sent) {
        match self {
            Delay => sent.retry_after = Some("7"),
            ComingDate => sent.retry_after = Some("Mon, 01 Mar 2100 08:09:07 GMT"),
            PassedDate => sent.retry_after = None,
            NoStore => sent.cache_control = Some("no-store"),
            OwnPolicy => sent.cache_control = Some("private"),
            Allow => sent.allow = true,
            NoAllow => sent.allow = false,
            Own => sent.content_type = "text/x-own",
            Problem => sent.content_type = "application/problem+json",
            Discard => sent.close = true,
            Timeout | Tunnels | DryRun => {}
        }
    }
}

/// What is to go out in answer to content of five bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sent {
    retry_after: Option<&'static str>,
    cache_control: Option<&'static str>,
    allow: bool,
    content_type: &'static str,
    close: bool,
}

impl Sent {
    fn after(setters: &[Setter]) -> Self {
        let mut sent = Self {
            retry_after: None,
            cache_control: None,
            allow: false,
            content_type: "text/plain; charset=utf-8",
            close: false,
        };
        for setter in setters {
            setter.expect(&mut sent);
        }
        sent
    }

    fn fields(self) -> HeaderMap {
        let fields = [
            ("content-type", Some(self.content_type)),
            ("retry-after", self.retry_after),
            ("cache-control", self.cache_control),
            (
                "allow",
                self.allow.then_some("GET, HEAD, PUT, CONNECT, PURGE"),
            ),
            ("connection", self.close.then_some("close")),
        ];
        let present = fields.into_iter().filter_map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            Some((name, HeaderValue::from_static(value?)))
        });
        present.collect()
    }

    /// How the content starts, and what else is in it.
    fn content(self) -> (&'static str, &'static str) {
        let condition = match self.retry_after {
            Some(_) => "This is temporary",
            None => "This is permanent",
        };
        match self.content_type {
            "text/x-own" => ("own", ""),
            "application/problem+json" => ("{\"type\":\"about:blank\"", condition),
            _ => ("501 Not Implemented: ", condition),
        }
    }
}

fn layer() -> NotImplementedLayer {
    let purge = Method::from_bytes(b"PURGE").unwrap();
    NotImplementedLayer::new([Method::PUT, Method::CONNECT, purge])
}

/// The answer to BREW with five bytes of content.
fn refusal<F>(layer: &NotImplementedLayer<F>) -> Response<F::ResponseBody>
where
    F: MakeResponseBody<Full<Bytes>>,
{
    let mut upload = request("BREW");
    *upload.version_mut() = Version::HTTP_11;
    *upload.body_mut() = Full::from("hello");
    at_once(layer.layer(service_fn(answer)).call(upload)).unwrap()
}

#[track_caller]
fn assert_sends<F>(layer: &NotImplementedLayer<F>, setters: &[Setter])
where
    F: MakeResponseBody<Full<Bytes>>,
    F::ResponseBody: Body<Data = Bytes>,
    <F::ResponseBody as Body>::Error: Debug,
{
    let (sent, shown) = (Sent::after(setters), format!("{layer:?}"));
    let has = |setter| setters.contains(&setter);
    for (setter, name) in [
        (Timeout, "discard_timeout"),
        (Tunnels, "tunnels"),
        (DryRun, "dry_run"),
    ] {
        let field = format!("{name}: {}", has(setter));
        assert!(shown.contains(&field), "no {field} in {shown}");
    }
    let mut service = layer.layer(service_fn(answer));
    let tunnel = at_once(service.call(request("CONNECT"))).unwrap();
    let refused = !has(Tunnels) && !has(DryRun);
    assert_eq!(tunnel.status() == 501, refused, "{setters:?}");
    let response = refusal(layer);
    if has(DryRun) {
        assert_eq!(response.status(), 200, "{setters:?}");
        return;
    }
    assert_eq!(response.status(), 501);
    assert_eq!(response.headers(), &sent.fields(), "{setters:?}");
    let content = content(response.into_body());
    let content = std::str::from_utf8(&content).unwrap();
    let (start, end) = sent.content();
    let starts = content.starts_with(start) && content.contains(end);
    assert!(starts, "{setters:?} {content}");
}

fn apply<F>(layer: NotImplementedLayer<F>, setters: &[Setter]) -> NotImplementedLayer<F> {
    setters
        .iter()
        .fold(layer, |layer, setter| setter.apply(layer))
}

/// The setters in this order, with `wrap_body` at no place and at every place.
#[track_caller]
fn assert_kept(setters: &[Setter]) {
    let plain = apply(layer(), setters);
    let shown = format!("{plain:?}");
    assert_sends(&plain, setters);
    for place in 0..=setters.len() {
        let (before, after) = setters.split_at(place);
        let layer = apply(layer(), before).wrap_body();
        let layer = apply(layer, after);
        assert_sends(&layer, setters);
        assert_eq!(format!("{layer:?}"), shown);
    }
}

#[test]
fn each_setter_keeps_what_each_other_has_set() {
    assert_kept(&[]);
    for first in ALL {
        assert_kept(&[first]);
        for second in ALL {
            assert_kept(&[first, second]);
        }
    }
}

#[test]
fn all_settings_go_out_together_with_a_delay_a_coming_and_a_passed_date() {
    for retry_after in [Delay, ComingDate, PassedDate] {
        for explanation in [Own, Problem] {
            let mut setters = [
                NoStore,
                Allow,
                Discard,
                Timeout,
                Tunnels,
                retry_after,
                explanation,
            ];
            for _ in 0..setters.len() {
                setters.rotate_left(1);
                assert_kept(&setters);
            }
            setters.reverse();
            assert_kept(&setters);
        }
    }
}

#[test]
fn a_setter_on_a_clone_leaves_the_first_layer_as_it_was() {
    for first in ALL {
        let layer = first.apply(layer());
        for second in ALL {
            let changed = second.apply(layer.clone());
            assert_sends(&layer, &[first]);
            assert_sends(&changed, &[first, second]);
        }
    }
}

#[test]
fn setters_keep_the_supported_methods() {
    for setter in ALL {
        let mut service = setter.apply(layer()).layer(service_fn(answer));
        for (method, supported) in [
            ("PUT", true),
            ("PURGE", true),
            ("GET", true),
            ("POST", false),
        ] {
            let response = at_once(service.call(request(method))).unwrap();
            let forwarded = supported || setter == DryRun;
            assert_eq!(response.status() == 200, forwarded, "{setter:?} {method}");
        }
    }
}

#[test]
fn a_later_call_replaces_an_earlier_one() {
    let unused = || -> std::future::Ready<()> { panic!("it was replaced") };
    let late = || StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
    let again = layer()
        .retry_after(coming())
        .retry_after(Duration::ZERO)
        .discard_timeout(unused)
        .discard_timeout(|| ready(()))
        .discard_limit(0)
        .discard_limit(9)
        .tunnels(true)
        .tunnels(false)
        .dry_run(true)
        .dry_run(false);
    let inner = service_fn(|_| ready(Ok::<_, Infallible>(Response::<Full<Bytes>>::default())));
    let mut service = again.layer(inner);
    for method in ["BREW", "CONNECT"] {
        let response = at_once(service.call(request(method).map(|_: Full<Bytes>| late()))).unwrap();
        assert_eq!(response.status(), 501);
        assert_eq!(response.headers()["retry-after"], "0");
        assert_eq!(response.headers()["connection"], "close");
    }
}

/// The field is there until the date passes, on one service, whose clock is the system's.
#[test]
fn a_date_passes_while_a_service_runs() {
    let date = SystemTime::now() + Duration::from_millis(200);
    let mut service = layer().retry_after(date).layer(service_fn(answer));
    let mut has_field = || {
        let response = at_once(service.call(request("BREW"))).unwrap();
        response.headers().contains_key("retry-after")
    };
    assert!(has_field() || SystemTime::now() >= date, "too early");
    // Rounded up to the second, the date is at most one later.
    let passed = date + Duration::from_secs(1);
    while SystemTime::now() < passed && has_field() {
        std::thread::yield_now();
    }
    assert!(!has_field());
}
