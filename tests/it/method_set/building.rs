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
fn debug_output_names_the_methods() {
    let shown = format!("{:?}", of(&["POST", "PURGE"]));
    assert_eq!(shown, r#"{"GET", "HEAD", "POST", "PURGE"}"#);
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
fn iteration_gives_the_methods_in_order() {
    let set = of(&["PURGE", "POST", "QUERY"]);
    let expected = ["GET", "HEAD", "POST", "QUERY", "PURGE"].map(method);
    assert_eq!(set.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_default_set_is_that_of_the_default_layer() {
    assert_eq!(MethodSet::default(), MethodSet::STANDARD);
    let layer = NotImplementedLayer::new(MethodSet::default());
    let default = NotImplementedLayer::default();
    assert_eq!(format!("{layer:?}"), format!("{default:?}"));
}

#[test]
fn with_and_without_change_one_method_of_a_preset() {
    let set = MethodSet::STANDARD.without(&Method::CONNECT);
    assert!(!set.contains(&Method::CONNECT));
    assert_eq!(set.len(), 8);
    assert_eq!(set.with(Method::CONNECT), MethodSet::STANDARD);
    let set = MethodSet::STANDARD.with(method("PURGE"));
    assert_ne!(set, MethodSet::STANDARD);
    assert_eq!(set.without(&method("PURGE")), MethodSet::STANDARD);
    let least = MethodSet::GET_HEAD.with(method("*"));
    let least = least.without(&Method::GET).without(&Method::HEAD);
    assert_eq!(least, MethodSet::GET_HEAD);
}

#[test]
fn insert_and_remove_say_whether_they_changed_the_set() {
    let mut set = MethodSet::GET_HEAD;
    for name in ["POST", "QUERY", "PURGE"] {
        assert!(set.insert(method(name)) && !set.insert(method(name)));
        assert!(set.contains(&method(name)));
        assert!(set.remove(&method(name)) && !set.remove(&method(name)));
    }
    assert!(!set.insert(method("*")) && !set.remove(&Method::GET));
}

#[test]
fn own_methods_are_found_whatever_their_length_and_keep_their_order() {
    let own = ["AA", "B", "CCC", "D", "b", "d"];
    let mut set = of(&own);
    assert!(own.iter().all(|name| set.contains(&method(name))));
    assert_eq!(of(&["b", "B"]).len(), 4);
    assert!(set.remove(&method("AA")));
    assert_eq!(set.to_string(), "GET, HEAD, B, CCC, D, b, d");
}

/// What [`NotImplementedLayer::new`] takes.
#[test]
fn every_way_to_name_the_methods_of_a_layer_names_the_same() {
    const METHODS: [Method; 2] = [Method::OPTIONS, Method::TRACE];
    let set = MethodSet::from(METHODS);
    let layers = [
        NotImplementedLayer::new(set.clone()),
        NotImplementedLayer::new(METHODS),
        NotImplementedLayer::new(METHODS.to_vec()),
        NotImplementedLayer::new(HashSet::from(METHODS).into_iter().collect::<MethodSet>()),
    ];
    for layer in layers {
        let expected = NotImplementedLayer::new(set.clone());
        assert_eq!(format!("{layer:?}"), format!("{expected:?}"));
    }
    let expected = format!("{:?}", NotImplementedLayer::new(MethodSet::GET_HEAD));
    assert_eq!(format!("{:?}", NotImplementedLayer::new([])), expected);
    assert_eq!(format!("{:?}", NotImplementedLayer::new(vec![])), expected);
}

/// Sorted once, not once for each: in the worst order this would take billions of moves.
#[test]
fn a_hundred_thousand_own_methods_are_added_at_once() {
    let methods = || {
        let numbers = (0..100_000).rev();
        numbers.map(|number| method(&format!("M{number:06}")))
    };
    let collected: MethodSet = methods().collect();
    assert_eq!(collected.len(), 100_002);
    assert!(collected.contains(&method("M000000")) && collected.contains(&method("M099999")));
    assert_eq!(methods().chain(methods()).collect::<MethodSet>(), collected);
}
