//! Whether a method is in a set, alone and through the service.

use super::{
    inner::{ask, now, Ready},
    repeat, Scenario,
};
use http::Method;
use std::hint::black_box;
use tower::Service;
use tower_not_implemented::{MethodSet, NotImplemented};

/// As long as a request line may be in hyper.
const HUGE: usize = 400_000;

pub fn empty_loop() -> Scenario {
    repeat((MethodSet::GET_HEAD, Method::GET), |_| {
        black_box(true);
    })
}

pub fn get_of_2() -> Scenario {
    contains(MethodSet::GET_HEAD, "GET", true)
}

pub fn post_missing_of_2() -> Scenario {
    contains(MethodSet::GET_HEAD, "POST", false)
}

pub fn get_of_9() -> Scenario {
    contains(MethodSet::STANDARD, "GET", true)
}

pub fn patch_of_9() -> Scenario {
    contains(MethodSet::STANDARD, "PATCH", true)
}

pub fn get_of_200() -> Scenario {
    contains(with_unregistered(198), "GET", true)
}

pub fn patch_missing_of_200() -> Scenario {
    contains(with_unregistered(198), "PATCH", false)
}

pub fn propfind_missing_of_2() -> Scenario {
    contains(MethodSet::GET_HEAD, "PROPFIND", false)
}

pub fn propfind_of_16() -> Scenario {
    contains(MethodSet::WEBDAV, "PROPFIND", true)
}

pub fn propfind_of_200() -> Scenario {
    contains(with_propfind(with_unregistered(197)), "PROPFIND", true)
}

pub fn acl_of_39() -> Scenario {
    contains(MethodSet::REGISTERED, "ACL", true)
}

pub fn version_control_of_39() -> Scenario {
    contains(MethodSet::REGISTERED, "VERSION-CONTROL", true)
}

pub fn long_extension_of_39() -> Scenario {
    contains(MethodSet::REGISTERED, "UPDATEREDIRECTREF", true)
}

pub fn long_extension_missing_of_200() -> Scenario {
    contains(with_unregistered(198), "UPDATEREDIRECTREF", false)
}

pub fn foo_missing_of_2() -> Scenario {
    contains(MethodSet::GET_HEAD, "FOO", false)
}

pub fn only_of_1() -> Scenario {
    contains(with_unregistered(1), "METHOD-000", true)
}

pub fn foo_missing_of_1() -> Scenario {
    contains(with_unregistered(1), "FOO", false)
}

pub fn first_of_40() -> Scenario {
    contains(with_unregistered(40), "METHOD-000", true)
}

pub fn last_of_40() -> Scenario {
    contains(with_unregistered(40), "METHOD-039", true)
}

pub fn last_of_200() -> Scenario {
    contains(with_unregistered(200), "METHOD-199", true)
}

pub fn foo_missing_of_40() -> Scenario {
    contains(with_unregistered(40), "FOO", false)
}

pub fn foo_missing_of_200() -> Scenario {
    contains(with_unregistered(200), "FOO", false)
}

/// Between the same two names as the one below.
pub fn short_near_miss_of_40() -> Scenario {
    contains(with_unregistered(40), "METHOD-0199", false)
}

pub fn huge_near_miss_of_40() -> Scenario {
    let token = format!("METHOD-019{}", "9".repeat(HUGE));
    contains(with_unregistered(40), &token, false)
}

pub fn huge_missing_of_2() -> Scenario {
    contains(MethodSet::GET_HEAD, &"F".repeat(HUGE), false)
}

pub fn through_service_get_of_2() -> Scenario {
    through_service(MethodSet::GET_HEAD, "GET")
}

pub fn through_service_patch_of_9() -> Scenario {
    through_service(MethodSet::STANDARD, "PATCH")
}

pub fn through_service_get_of_200() -> Scenario {
    through_service(with_unregistered(198), "GET")
}

pub fn through_service_propfind_of_16() -> Scenario {
    through_service(MethodSet::WEBDAV, "PROPFIND")
}

pub fn through_service_propfind_of_200() -> Scenario {
    through_service(with_propfind(with_unregistered(197)), "PROPFIND")
}

pub fn through_service_last_of_40() -> Scenario {
    through_service(with_unregistered(40), "METHOD-039")
}

pub fn through_service_last_of_200() -> Scenario {
    through_service(with_unregistered(200), "METHOD-199")
}

fn contains(set: MethodSet, method: &str, expected: bool) -> Scenario {
    let method = token(method);
    assert_eq!(set.contains(&method), expected);
    repeat((set, method), |(set, method)| {
        black_box(set.contains(method));
    })
}

fn through_service(set: MethodSet, method: &str) -> Scenario {
    let service = NotImplemented::new(Ready, set);
    repeat((service, token(method)), |(service, method)| {
        black_box(now(service.call(ask(method))).is_ok());
    })
}

fn with_unregistered(count: usize) -> MethodSet {
    (0..count)
        .map(|n| token(&format!("METHOD-{n:03}")))
        .collect()
}

fn with_propfind(mut set: MethodSet) -> MethodSet {
    set.insert(token("PROPFIND"));
    set
}

fn token(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).expect("the name is a token")
}
