//! The presets, against the IANA registry.

use super::{in_order, method, names, records, registered, registry, NINE, REGISTRY};
use std::collections::BTreeSet;
use tower_not_implemented::MethodSet;

const RFC_4918: [&str; 7] = [
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "PROPFIND",
    "PROPPATCH",
    "UNLOCK",
];

#[track_caller]
fn assert_preset(set: &MethodSet, expected: &[&str]) {
    let expected: BTreeSet<_> = expected.iter().map(ToString::to_string).collect();
    assert_eq!(names(set), in_order(&expected));
    assert_eq!(set.len(), expected.len());
    for name in registry() {
        let contained = set.contains(&method(&name));
        assert_eq!(contained, expected.contains(&name), "{name}");
    }
}

#[test]
fn standard_is_rfc_9110_and_patch() {
    assert_preset(&MethodSet::STANDARD, &NINE);
}

#[test]
fn webdav_is_standard_and_rfc_4918() {
    assert_preset(&MethodSet::WEBDAV, &[&NINE[..], &RFC_4918].concat());
}

#[test]
fn registered_is_the_registry_without_its_reserved_names() {
    let registry = records(REGISTRY);
    assert_eq!(registry[0], ["Method", "Safe", "Idempotent", "Reference"]);
    assert!(registry.iter().all(|record| record.len() == 4));

    let registered = registered();
    assert_eq!(registered.len() + 2, registry.len() - 1);
    let registered: Vec<_> = registered.iter().map(String::as_str).collect();
    assert_preset(&MethodSet::REGISTERED, &registered);
}

#[test]
fn a_set_can_be_a_constant() {
    const LEAST: MethodSet = MethodSet::GET_HEAD;
    const DAV: MethodSet = MethodSet::WEBDAV;
    static STANDARD: MethodSet = MethodSet::STANDARD;
    assert_eq!(LEAST.len(), 2);
    assert_eq!(DAV.len(), 16);
    assert_eq!(STANDARD.len(), 9);
}
