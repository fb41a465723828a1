//! Building a set, and going through it.

use super::{method, names, of, parsed};
use http::Method;
use std::collections::HashSet;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

#[test]
fn display_is_in_registry_order_then_in_byte_order() {
    let names: Vec<_> =
        "zoo ZOO query QUERY UNLOCK COPY ACL VERSION-CONTROL PATCH TRACE OPTIONS CONNECT DELETE PUT \
                 POST HEAD GET !a ~ A PRI"
            .split(' ')
            .collect();
    assert_eq!(
        of(&names).to_string(),
        "GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH, COPY, UNLOCK, ACL, QUERY, \
         VERSION-CONTROL, !a, A, PRI, ZOO, query, zoo, ~"
    );
}

#[test]
fn an_asterisk_is_in_no_set() {
    let mut set = MethodSet::REGISTERED;
    assert!(!set.insert(method("*")));
    assert_eq!(set, MethodSet::REGISTERED);
    assert_eq!(MethodSet::from([method("*")]), MethodSet::GET_HEAD);
    assert!(!MethodSet::GET_HEAD.contains(&method("*")));
    assert!(!MethodSet::GET_HEAD.contains(&Method::POST));
}

#[test]
fn every_conversion_adds_get_and_head() {
    let methods = [Method::POST, method("PURGE")];
    let expected = ["GET", "HEAD", "POST", "PURGE"];
    assert_eq!(names(&MethodSet::from(methods.clone())), expected);
    assert_eq!(names(&methods.into_iter().collect::<MethodSet>()), expected);
    assert_eq!(MethodSet::from([]), MethodSet::GET_HEAD);
    assert_eq!(parsed("POST,PURGE").to_string(), expected.join(", "));
}

#[test]
fn iteration_by_value_and_by_reference_gives_the_same_methods() {
    let set = of(&["PURGE", "POST", "QUERY"]);
    let mut borrowed = Vec::new();
    for method in &set {
        borrowed.push(method);
    }
    let expected = ["GET", "HEAD", "POST", "QUERY", "PURGE"].map(method);
    assert_eq!(borrowed, expected);
    assert_eq!(set.iter().collect::<Vec<_>>(), expected);
    assert_eq!(set.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_default_set_is_that_of_the_default_layer() {
    assert_eq!(MethodSet::default(), MethodSet::STANDARD);
    let layer = NotImplementedLayer::new(MethodSet::default());
    let default = NotImplementedLayer::default();
    assert_eq!(format!("{layer:?}"), format!("{default:?}"));
}

#[test]
fn the_least_set_is_get_and_head() {
    assert_eq!(names(&MethodSet::GET_HEAD), ["GET", "HEAD"]);
    assert_eq!(MethodSet::GET_HEAD.len(), 2);
}

#[test]
fn a_part_of_a_set_is_collected_with_filter() {
    let safe: MethodSet = MethodSet::STANDARD.iter().filter(Method::is_safe).collect();
    assert_eq!(safe.to_string(), "GET, HEAD, OPTIONS, TRACE");
}

#[test]
fn remove_says_whether_the_set_changed() {
    let mut set = of(&["POST", "QUERY", "PURGE", "purge"]);
    for name in ["POST", "QUERY", "PURGE"] {
        assert!(set.remove(&method(name)), "{name}");
        assert!(!set.remove(&method(name)), "{name}");
        assert!(!set.contains(&method(name)), "{name}");
    }
    assert!(!set.remove(&method("*")) && !set.remove(&method("BREW")));
    assert_eq!(names(&set), ["GET", "HEAD", "purge"]);
    assert!(set.insert(Method::POST));
}

#[test]
fn get_and_head_cannot_be_removed() {
    for mut set in [MethodSet::GET_HEAD, MethodSet::REGISTERED] {
        let before = set.clone();
        assert!(!set.remove(&Method::GET) && !set.remove(&Method::HEAD));
        assert_eq!(set, before);
        let without = set.without(&Method::GET).without(&Method::HEAD);
        assert_eq!(without, before);
    }
}

#[test]
fn with_and_without_change_one_method_of_a_preset() {
    let set = MethodSet::STANDARD.without(&Method::CONNECT);
    assert!(!set.contains(&Method::CONNECT));
    assert_eq!(set.len(), 8);
    let set = set.with(Method::CONNECT);
    assert_eq!(set, MethodSet::STANDARD);
    let set = set.with(method("QUERY")).with(method("PURGE"));
    assert_eq!(set.len(), 11);
    assert_eq!(set.with(method("*")).len(), 11);
}

#[test]
fn a_registered_set_with_an_own_method_taken_out_is_the_registered_set() {
    let set = MethodSet::STANDARD.with(method("PURGE"));
    assert_ne!(set, MethodSet::STANDARD);
    assert_eq!(set.without(&method("PURGE")), MethodSet::STANDARD);
}

/// What [`NotImplementedLayer::new`] takes.
#[test]
fn every_way_to_name_the_methods_of_a_layer_names_the_same() {
    const METHODS: [Method; 2] = [Method::OPTIONS, Method::TRACE];
    let set = MethodSet::from(METHODS);
    let (vec, hashed) = (METHODS.to_vec(), HashSet::from(METHODS));
    let layers = [
        NotImplementedLayer::new(&set),
        NotImplementedLayer::new(set.clone()),
        NotImplementedLayer::new(METHODS),
        NotImplementedLayer::new(&METHODS),
        NotImplementedLayer::new(&METHODS[..]),
        NotImplementedLayer::new(&vec),
        NotImplementedLayer::new(vec),
        NotImplementedLayer::new(&hashed),
        NotImplementedLayer::new(hashed),
        NotImplementedLayer::new(MethodSet::STANDARD.iter().filter(Method::is_safe)),
        NotImplementedLayer::new([Method::OPTIONS].iter().chain(&[Method::TRACE])),
        NotImplementedLayer::new("OPTIONS, TRACE".parse::<MethodSet>().unwrap()),
    ];
    for layer in layers {
        let expected = NotImplementedLayer::new(&set);
        assert_eq!(format!("{layer:?}"), format!("{expected:?}"));
    }
    let least = NotImplementedLayer::new(Vec::<Method>::new());
    let expected = NotImplementedLayer::new(MethodSet::GET_HEAD);
    assert_eq!(format!("{least:?}"), format!("{expected:?}"));
}

#[test]
fn a_set_of_more_than_two_is_kept_whole() {
    let many: Vec<_> = (0..50)
        .map(|number| method(&format!("M{number}")))
        .collect();
    let set: MethodSet = many.iter().cloned().collect();
    assert_eq!(set.len(), 52);
    assert!(many.iter().all(|method| set.contains(method)));
}

/// Sorted once, not once for each: in the worst order this would take billions of moves.
#[test]
fn a_hundred_thousand_own_methods_are_added_at_once() {
    let methods = || {
        (0..100_000)
            .rev()
            .map(|number| method(&format!("M{number:06}")))
    };
    let collected: MethodSet = methods().collect();
    assert_eq!(collected.len(), 100_002);
    assert!(collected.contains(&method("M000000")) && collected.contains(&method("M099999")));
    assert_eq!(methods().chain(methods()).collect::<MethodSet>(), collected);
}

#[test]
fn insert_says_whether_the_set_changed() {
    let mut set = MethodSet::GET_HEAD;
    assert!(!set.insert(Method::GET));
    assert!(set.insert(Method::POST) && !set.insert(Method::POST));
    assert!(set.insert(method("PURGE")) && !set.insert(method("PURGE")));
    assert!(set.insert(method("purge")));
    assert_eq!(set.len(), 5);
}

#[test]
fn debug_output_names_the_methods() {
    let shown = format!("{:?}", of(&["POST", "PURGE"]));
    for name in ["GET", "HEAD", "POST", "PURGE"] {
        assert!(shown.contains(name), "{shown}");
    }
}
