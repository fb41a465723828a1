//! A set against a model of it, on any input.

use super::{assert_refused, in_order, method, model, names, of, parsed, registered, token, TCHAR};
use http::Method;
use proptest::{collection::vec, prelude::*};
use std::{
    collections::{hash_map::DefaultHasher, BTreeSet},
    hash::{Hash, Hasher},
};
use tower_not_implemented::MethodSet;

fn hash(set: &MethodSet) -> u64 {
    let mut hasher = DefaultHasher::new();
    set.hash(&mut hasher);
    hasher.finish()
}

#[derive(Clone, Debug)]
enum Step {
    Insert(String),
    Remove(String),
    Contains(String),
    Len,
}

impl Step {
    fn run(self, set: &mut MethodSet, model: &mut BTreeSet<String>) {
        match self {
            Self::Insert(name) => {
                let new = set.insert(method(&name));
                assert_eq!(new, name != "*" && model.insert(name.clone()), "{name}");
            }
            Self::Remove(name) => {
                let stays = name == "GET" || name == "HEAD";
                let old = set.remove(&method(&name));
                assert_eq!(old, !stays && model.remove(&name), "{name}");
            }
            Self::Contains(name) => {
                assert_eq!(
                    set.contains(&method(&name)),
                    model.contains(&name),
                    "{name}"
                );
            }
            Self::Len => assert_eq!(set.len(), model.len()),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => token().prop_map(Step::Insert),
        2 => token().prop_map(Step::Remove),
        3 => token().prop_map(Step::Contains),
        1 => Just(Step::Len),
    ]
}

proptest! {
    #[test]
    fn a_set_behaves_like_the_model(steps in vec(step(), 0..40)) {
        let mut set = MethodSet::GET_HEAD;
        let mut model = model(&[]);
        for step in steps {
            step.run(&mut set, &mut model);
        }
        prop_assert_eq!(set.len(), model.len());
        prop_assert_eq!(names(&set), in_order(&model));
    }

    #[test]
    fn the_order_of_insertion_does_not_matter(
        (first, second) in vec(token(), 0..12)
            .prop_flat_map(|names| (Just(names.clone()), Just(names).prop_shuffle()))
    ) {
        let first = of(&first);
        let second = of(&second);
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(hash(&first), hash(&second));
        prop_assert_eq!(first.to_string(), second.to_string());
    }

    #[test]
    fn sets_are_equal_when_they_have_the_same_methods(
        first in vec("[ab]|GET|PUT", 0..3),
        second in vec("[ab]|GET|PUT", 0..3),
    ) {
        let same = model(&first) == model(&second);
        let first = of(&first);
        let second = of(&second);
        prop_assert_eq!(first == second, same);
    }

    #[test]
    fn display_and_parse_are_inverse_but_for_names_that_look_mistaken(tokens in vec(token(), 0..12)) {
        let set = of(&tokens);
        prop_assert_eq!(set.to_string(), in_order(&model(&tokens)).join(", "));
        let read = names(&set).iter().all(|element| is_read(element));
        prop_assert_eq!(set.to_string().parse().ok(), read.then_some(set));
    }

    #[test]
    fn get_and_head_are_in_every_set(tokens in vec(token(), 0..6)) {
        let set = of(&tokens);
        prop_assert!(set.contains(&Method::GET) && set.contains(&Method::HEAD));
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
    let mistaken = |name: &String| name.eq_ignore_ascii_case(element) && name != element;
    let token = !element.is_empty() && element.chars().all(|c| TCHAR.contains(c));
    token && element != "*" && !element.contains('|') && !registered().iter().any(mistaken)
}

/// A value is read when each element is, and otherwise the error names the first that is not.
#[track_caller]
fn assert_parsed_as_specified(value: &str) {
    let elements: Vec<_> = value
        .split(',')
        .map(|element| element.trim_matches(&[' ', '\t'][..]).to_owned())
        .collect();
    match elements.iter().position(|element| !is_read(element)) {
        None => assert_eq!(names(&parsed(value)), in_order(&model(&elements))),
        Some(index) => assert_refused(value, index + 1),
    }
}
