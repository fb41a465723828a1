//! A set against a model of it, on any input.

use super::{assert_refused, in_order, method, names, of, parsed, registered};
use crate::support::refusals::is_tchar;
use proptest::{bool::weighted, collection::vec, prelude::*, sample::select};
use std::{
    collections::{hash_map::RandomState, BTreeSet},
    hash::BuildHasher,
};
use tower_not_implemented::MethodSet;

/// The names in a set once `names` have been added to it.
fn model(names: &[String]) -> BTreeSet<String> {
    let mut model: BTreeSet<_> = ["GET", "HEAD"].map(String::from).into();
    model.extend(names.iter().filter(|name| *name != "*").cloned());
    model
}

fn token() -> impl Strategy<Value = String> {
    let odd = ["*", "**", "PRI", "M-GET", "get", "Get", "query", "GETS"];
    prop_oneof![
        4 => select(registered()).prop_map(String::from),
        2 => select(registered()).prop_map(str::to_ascii_lowercase),
        3 => select(odd.to_vec()).prop_map(String::from),
        2 => "[ab]{1,2}",
        1 => "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}",
        1 => "[A-Z]{200,300}",
    ]
}

proptest! {
    #[test]
    fn a_set_behaves_like_the_model(steps in vec((weighted(0.6), token()), 0..40)) {
        let mut set = MethodSet::GET_HEAD;
        let mut model = model(&[]);
        for (adds, name) in steps {
            let method = method(&name);
            prop_assert_eq!(set.contains(&method), model.contains(&name), "{}", name);
            if adds {
                let new = name != "*" && model.insert(name);
                prop_assert_eq!(set.insert(method.clone()), new, "{}", method);
            } else {
                let old = !["GET", "HEAD"].contains(&&*name) && model.remove(&name);
                prop_assert_eq!(set.remove(&method), old, "{}", method);
            }
            prop_assert_eq!(set.contains(&method), model.contains(method.as_str()));
            prop_assert_eq!(set.len(), model.len());
        }
        let ordered = in_order(model);
        prop_assert_eq!(names(&set), &*ordered);
        let same = of(&ordered);
        prop_assert_eq!(&set, &same);
        let hashes = RandomState::new();
        prop_assert_eq!(hashes.hash_one(&set), hashes.hash_one(&same));
    }

    #[test]
    fn display_and_parse_are_inverse_but_for_names_that_look_mistaken(tokens in vec(token(), 0..12)) {
        let set = of(&tokens);
        prop_assert_eq!(set.to_string(), in_order(model(&tokens)).join(", "));
        let read = names(&set).iter().all(|element| is_read(element));
        prop_assert_eq!(set.to_string().parse().ok(), read.then_some(set));
    }

    #[test]
    fn any_string_is_parsed_or_refused(value in any::<String>()) {
        assert_parsed_as_specified(&value);
    }

    #[test]
    fn any_list_is_parsed_or_refused(
        elements in vec("[AaB|]{1,2}| GET|get|Acl|ACL|pri|POST\\t|[* \t\"/é\0\n]{0,2}", 1..6)
    ) {
        assert_parsed_as_specified(&elements.join(","));
    }
}

/// Whether `element` is read.
fn is_read(element: &str) -> bool {
    let mistaken = |name: &&str| name.eq_ignore_ascii_case(element) && *name != element;
    let token = !element.is_empty() && element.bytes().all(is_tchar);
    token && element != "*" && !element.contains('|') && !registered().iter().any(mistaken)
}

/// A value is read when each element is, and otherwise the error names the first that is not.
#[track_caller]
fn assert_parsed_as_specified(value: &str) {
    let elements = value
        .split(',')
        .map(|element| element.trim_matches([' ', '\t']));
    let elements: Vec<_> = elements.map(String::from).collect();
    match elements.iter().position(|element| !is_read(element)) {
        None => assert_eq!(names(&parsed(value)), in_order(model(&elements))),
        Some(index) => assert_refused(value, index + 1),
    }
}
