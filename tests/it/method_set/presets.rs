//! The presets, against the IANA registry.

use super::{method, names, registered, NINE, RFC_4918};
use crate::support::refusals::registered_names;
use tower_not_implemented::MethodSet;

#[track_caller]
fn assert_preset(set: &MethodSet, expected: &[&str]) {
    assert_eq!(names(set), expected);
    assert_eq!(set.len(), expected.len());
    for name in registered_names() {
        let contained = set.contains(&method(name));
        assert_eq!(contained, expected.contains(&name), "{name}");
    }
}

#[test]
fn the_least_set_is_get_and_head() {
    assert_preset(&MethodSet::GET_HEAD, &["GET", "HEAD"]);
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
    let mut expected = [&NINE[..], &RFC_4918].concat();
    let mut others = registered(); // in byte order
    others.retain(|name| !expected.contains(name));
    expected.extend(others);
    assert_eq!(expected.len(), 39);
    assert_preset(&MethodSet::REGISTERED, &expected);
}

#[test]
fn a_set_can_be_a_constant() {
    const DAV: MethodSet = MethodSet::WEBDAV;
    static STANDARD: MethodSet = MethodSet::STANDARD;
    assert_eq!(DAV.len(), 16);
    assert_eq!(STANDARD.len(), 9);
}
