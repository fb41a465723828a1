//! What a cache makes of a refusal, in the judgement of the crate `http-cache-semantics`, for
//! every preset and every policy.
//!
//! A preset refuses only what it lacks, so the methods that all of them support, POST too, are
//! refused by the least set, GET and HEAD, alone.

use futures_util::FutureExt;
use http::{
    header::{HeaderMap, CACHE_CONTROL, RETRY_AFTER},
    HeaderValue, Method, Request, Response, StatusCode,
};
use http_body_util::{Empty, Full};
use http_cache_semantics::{CacheOptions, CachePolicy};
use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplementedLayer, RetryAfter, UnsupportedMethod,
};

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

fn sets() -> [MethodSet; 4] {
    [
        MethodSet::GET_HEAD,
        MethodSet::STANDARD,
        MethodSet::WEBDAV,
        MethodSet::REGISTERED,
    ]
}

/// Each kind of policy, and whether it gives a freshness lifetime.
fn policies() -> [(Option<CacheControl>, bool); 4] {
    let own = HeaderValue::from_static("public, max-age=30");
    [
        (None, false),
        (Some(CacheControl::no_store()), false),
        (Some(CacheControl::max_age(10 * MINUTE)), true),
        (Some(own.into()), true),
    ]
}

fn retries() -> [Option<RetryAfter>; 3] {
    let date = SystemTime::now() + HOUR;
    [None, Some(MINUTE.into()), Some(date.into())]
}

fn layer(
    set: MethodSet,
    policy: Option<CacheControl>,
    retry_after: Option<RetryAfter>,
) -> NotImplementedLayer {
    let mut layer = NotImplementedLayer::new(set);
    if let Some(policy) = policy {
        layer = layer.cache_control(policy);
    }
    if let Some(retry_after) = retry_after {
        layer = layer.retry_after(retry_after);
    }
    layer
}

/// A layer for one set, policy and Retry-After.
struct Case {
    set: MethodSet,
    policy: Option<CacheControl>,
    layer: NotImplementedLayer,
    /// Whether the policy gives a freshness lifetime.
    explicit: bool,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for set in sets() {
        for (policy, explicit) in policies() {
            for retry_after in retries() {
                cases.push(Case {
                    layer: layer(set.clone(), policy.clone(), retry_after),
                    set: set.clone(),
                    policy: policy.clone(),
                    explicit,
                });
            }
        }
    }
    cases
}

impl Case {
    fn forbids(&self) -> bool {
        self.policy == Some(CacheControl::no_store())
    }
}

fn request(method: &str) -> Request<Empty<&'static [u8]>> {
    let request = Request::builder().method(method);
    let request = request.uri("http://localhost/document");
    request.body(Empty::new()).unwrap()
}

/// The answer to `method` where the inner service would answer 501 with `inner` as its fields.
fn answer(layer: &NotImplementedLayer, method: &str, inner: &HeaderMap) -> Response<()> {
    let service = layer.layer(service_fn(|_| async {
        let mut response = Response::new(Full::<bytes::Bytes>::default());
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        *response.headers_mut() = inner.clone();
        Ok::<_, Infallible>(response)
    }));
    let answered = service.oneshot(request(method)).now_or_never();
    answered.unwrap().unwrap().map(drop)
}

fn refusal(layer: &NotImplementedLayer, method: &str) -> Response<()> {
    let response = answer(layer, method, &HeaderMap::new());
    assert_eq!(response.status(), 501);
    assert!(response.extensions().get::<UnsupportedMethod>().is_some());
    response
}

/// The judgement of a shared and of a private cache on `response` as the answer to `method`.
fn judgements(method: &str, response: &Response<()>, now: SystemTime) -> [CachePolicy; 2] {
    [true, false].map(|shared| {
        let options = CacheOptions {
            shared,
            ..CacheOptions::default()
        };
        CachePolicy::new_options(&request(method), response, now, options)
    })
}

#[track_caller]
fn assert_storable(method: &str, response: &Response<()>, expected: bool) {
    for judgement in judgements(method, response, SystemTime::now()) {
        let fields = response.headers();
        assert_eq!(judgement.is_storable(), expected, "{method}: {fields:?}");
    }
}

/// As the answer to GET, the same fields could be stored unless they say `no-store`: it is the
/// method that keeps caches away, and nothing the layer sends by default.
#[test]
fn a_refusal_is_not_storable_for_the_methods_caches_do_not_know() {
    let methods = [
        "FOO", "get", "M-GET", "PROPFIND", "QUERY", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE",
        "CONNECT",
    ];
    for case in cases() {
        for method in methods {
            if case.set.contains(&method.parse::<Method>().unwrap()) {
                continue;
            }
            let refusal = refusal(&case.layer, method);
            assert_storable(method, &refusal, false);
            assert_storable("GET", &refusal, !case.forbids());
        }
    }
}

#[test]
fn the_refusal_of_a_post_is_storable_only_with_a_freshness_lifetime() {
    let mut storable = 0;
    for case in cases() {
        if case.set.contains(&Method::POST) {
            continue;
        }
        let refusal = refusal(&case.layer, "POST");
        assert_storable("POST", &refusal, case.explicit);
        storable += u32::from(case.explicit);
    }
    assert_eq!(storable, 6);
}

#[test]
fn the_refusal_of_a_post_has_no_lifetime_by_default() {
    let refusal = refusal(&NotImplementedLayer::new(MethodSet::GET_HEAD), "POST");
    let now = SystemTime::now();
    for judgement in judgements("POST", &refusal, now) {
        assert!(!judgement.is_storable());
        assert!(judgement.is_stale(now));
    }
}

/// How long caches keep the refusal of a POST with `max_age` and `retry_after`.
#[track_caller]
fn assert_lifetime(max_age: Duration, retry_after: Option<RetryAfter>, expected: Duration) {
    let policy = Some(CacheControl::max_age(max_age));
    let refusal = refusal(&layer(MethodSet::GET_HEAD, policy, retry_after), "POST");
    let now = SystemTime::now();
    for judgement in judgements("POST", &refusal, now) {
        assert_eq!(judgement.time_to_live(now), expected);
        assert!(judgement.is_stale(now + expected));
        if let Some(last) = expected.checked_sub(Duration::from_secs(1)) {
            assert!(!judgement.is_stale(now + last));
        }
    }
}

#[test]
fn a_refusal_is_fresh_for_max_age() {
    assert_lifetime(10 * MINUTE, None, 10 * MINUTE);
    assert_lifetime(Duration::ZERO, None, Duration::ZERO);
    assert_lifetime(Duration::from_millis(1_999), None, Duration::from_secs(1));
    assert_lifetime(Duration::MAX, None, Duration::from_secs(1 << 31));
}

#[test]
fn a_refusal_is_not_fresh_beyond_the_delay_to_retry() {
    assert_lifetime(10 * MINUTE, Some(MINUTE.into()), MINUTE);
    assert_lifetime(10 * MINUTE, Some(HOUR.into()), 10 * MINUTE);
    let now = Some(Duration::ZERO.into());
    assert_lifetime(10 * MINUTE, now, Duration::ZERO);
}

#[test]
fn a_refusal_is_not_fresh_beyond_the_date_to_retry() {
    let before = SystemTime::now();
    let policy = Some(CacheControl::max_age(10 * MINUTE));
    let layer = layer(MethodSet::GET_HEAD, policy, Some((before + MINUTE).into()));
    let refusal = refusal(&layer, "POST");
    let after = SystemTime::now();
    let date = refusal.headers()[RETRY_AFTER].to_str().unwrap();
    let date = httpdate::parse_http_date(date).unwrap();
    for judgement in judgements("POST", &refusal, after) {
        let lifetime = judgement.time_to_live(after);
        assert!(before + lifetime <= date, "{lifetime:?}");
        let rounding = Duration::from_secs(1);
        assert!(after + lifetime + rounding >= date, "{lifetime:?}");
    }
}

#[test]
fn a_date_that_has_passed_or_is_far_leaves_max_age_alone() {
    let now = SystemTime::now();
    let passed = Some((now - MINUTE).into());
    assert_lifetime(10 * MINUTE, passed, 10 * MINUTE);
    let far = Some((now + HOUR).into());
    assert_lifetime(10 * MINUTE, far, 10 * MINUTE);
}

#[test]
fn an_own_value_is_what_caches_go_by() {
    for retry_after in retries() {
        let own = HeaderValue::from_static("max-age=100, s-maxage=200").into();
        let layer = layer(MethodSet::GET_HEAD, Some(own), retry_after);
        let refusal = refusal(&layer, "POST");
        let now = SystemTime::now();
        let [shared, private] = judgements("POST", &refusal, now);
        assert_eq!(shared.time_to_live(now), Duration::from_secs(200));
        assert_eq!(private.time_to_live(now), Duration::from_secs(100));
    }
}

/// Storable, and for how long, in a shared and in a private cache.
fn verdict(response: &Response<()>) -> [(bool, Duration); 2] {
    let now = SystemTime::now();
    judgements("GET", response, now).map(|policy| (policy.is_storable(), policy.time_to_live(now)))
}

#[test]
fn a_501_of_the_inner_service_is_judged_by_its_own_fields() {
    let seconds = Duration::from_secs;
    let inner = [
        (None, [(true, seconds(0)); 2]),
        (Some("no-store"), [(false, seconds(0)); 2]),
        (Some("max-age=77"), [(true, seconds(77)); 2]),
        (
            Some("private, max-age=5"),
            [(false, seconds(0)), (true, seconds(5))],
        ),
    ];
    for (value, expected) in inner {
        let mut fields = HeaderMap::new();
        if let Some(value) = value {
            fields.insert(CACHE_CONTROL, HeaderValue::from_static(value));
        }
        for case in cases() {
            let response = answer(&case.layer, "GET", &fields);
            assert!(response.extensions().get::<UnsupportedMethod>().is_none());
            assert_eq!(response.headers(), &fields);
            assert_eq!(verdict(&response), expected, "{value:?}");
        }
    }
}
