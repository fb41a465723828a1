//! What a `MethodSet` contains, prints and parses: against a model, over every short token, and
//! against the IANA registry.

use http::Method;
use proptest::{collection::vec, prelude::*, sample::select};
use std::{
    collections::{hash_map::DefaultHasher, BTreeSet},
    hash::{Hash, Hasher},
};
use tower_not_implemented::MethodSet;

const NINE: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];
const RFC_4918: [&str; 7] = [
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "PROPFIND",
    "PROPPATCH",
    "UNLOCK",
];
/// RFC 9110 section 5.6.2.
const TCHAR: &str = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const REGISTRY: &str = include_str!("data/http-methods.csv");

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

fn parsed(value: &str) -> MethodSet {
    value.parse().unwrap()
}

fn of(names: &[impl AsRef<str>]) -> MethodSet {
    names.iter().map(|name| method(name.as_ref())).collect()
}

fn names(set: &MethodSet) -> Vec<String> {
    set.iter().map(|method| method.to_string()).collect()
}

fn hash(set: &MethodSet) -> u64 {
    let mut hasher = DefaultHasher::new();
    set.hash(&mut hasher);
    hasher.finish()
}

/// The records of a CSV file (RFC 4180).
fn records(csv: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut record = vec![String::new()];
    let mut quoted = false;
    let mut rest = csv.chars().filter(|c| *c != '\r').peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.next_if_eq(&'"').is_some() => record.last_mut().unwrap().push(c),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(std::mem::replace(&mut record, vec![String::new()])),
            _ => record.last_mut().unwrap().push(c),
        }
    }
    if record != [""] {
        records.push(record);
    }
    records
}

fn registry() -> BTreeSet<String> {
    let rows = records(REGISTRY).into_iter().skip(1);
    rows.map(|row| row.into_iter().next().unwrap()).collect()
}

/// Every registered name that a server can support.
fn registered() -> BTreeSet<String> {
    let mut names = registry();
    names.retain(|name| name != "PRI" && name != "*");
    names
}

/// The order in which a set shows `names`.
fn in_order(names: &BTreeSet<String>) -> Vec<String> {
    let registered = registered();
    let rank = |name: &String| match NINE.iter().position(|known| known == name) {
        Some(place) => place,
        None if registered.contains(name) => NINE.len(),
        None => NINE.len() + 1,
    };
    let mut ordered: Vec<_> = names.iter().cloned().collect();
    ordered.sort_by_key(rank);
    ordered
}

/// Which names a set holds once `names` have been added to it.
fn model(names: &[String]) -> BTreeSet<String> {
    let mut model: BTreeSet<_> = ["GET", "HEAD"].map(String::from).into();
    model.extend(names.iter().filter(|name| *name != "*").cloned());
    model
}

#[derive(Clone, Debug)]
enum Step {
    Insert(String),
    Extend(Vec<String>),
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
            Self::Extend(names) => {
                set.extend(names.iter().map(|name| method(name)));
                model.extend(names.into_iter().filter(|name| name != "*"));
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

fn token() -> impl Strategy<Value = String> {
    let registered: Vec<_> = registered().into_iter().collect();
    let odd = ["*", "**", "PRI", "M-GET", "get", "Get", "query", "GETS"];
    prop_oneof![
        4 => select(registered.clone()),
        2 => select(registered).prop_map(|name| name.to_ascii_lowercase()),
        3 => select(odd.map(String::from).to_vec()),
        2 => "[ab]{1,2}",
        1 => "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}",
        1 => "[A-Z]{200,300}",
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => token().prop_map(Step::Insert),
        1 => vec(token(), 0..6).prop_map(Step::Extend),
        3 => token().prop_map(Step::Contains),
        1 => Just(Step::Len),
    ]
}

proptest! {
    #[test]
    fn a_set_behaves_like_the_model(steps in vec(step(), 0..40)) {
        let mut set = MethodSet::new();
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
    fn display_and_parse_are_inverse(tokens in vec(token(), 0..12)) {
        let set = of(&tokens);
        prop_assert_eq!(set.to_string(), in_order(&model(&tokens)).join(", "));
        prop_assert_eq!(parsed(&set.to_string()), set);
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
        elements in vec("[AaB]{1,2}| GET|POST\\t|[* \t\"/é\0\n]{0,2}", 1..6)
    ) {
        assert_parsed_as_specified(&elements.join(","));
    }
}

/// A value is read when each element is, and otherwise the error names the first that is not.
#[track_caller]
fn assert_parsed_as_specified(value: &str) {
    let elements: Vec<_> = value
        .split(',')
        .map(|element| element.trim_matches(&[' ', '\t'][..]).to_owned())
        .collect();
    let allowed = |element: &String| {
        !element.is_empty() && element != "*" && element.chars().all(|c| TCHAR.contains(c))
    };
    match elements.iter().position(|element| !allowed(element)) {
        None => assert_eq!(names(&parsed(value)), in_order(&model(&elements))),
        Some(index) => assert_refused(value, index + 1),
    }
}

#[track_caller]
fn assert_refused(value: &str, position: usize) {
    let error = value.parse::<MethodSet>().unwrap_err().to_string();
    let number = error.strip_prefix("element ").unwrap_or(&error);
    let digits = number
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or_default();
    assert_eq!(&number[..digits], position.to_string(), "{error}");
    assert!(error.len() < 600, "{error}");
    assert!(!error.contains(char::is_control), "{error:?}");
}

#[track_caller]
fn assert_refused_as(value: &str, position: usize, parts: &[&str]) {
    assert_refused(value, position);
    let error = value.parse::<MethodSet>().unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "{error}");
    }
}

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

/// A token of one or two characters, none of which is registered.
fn assert_byte_exact(token: &str) {
    let set = parsed(token);
    assert_eq!(set.to_string(), format!("GET, HEAD, {token}"));
    assert_eq!(parsed(&set.to_string()), set);
    assert!(set.contains(&method(token)), "{token}");
    let mut letters = token.chars();
    let (first, rest) = (letters.next().unwrap(), letters.as_str());
    for first in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
        for rest in [rest.to_ascii_lowercase(), rest.to_ascii_uppercase()] {
            let other = format!("{first}{rest}");
            assert_eq!(set.contains(&method(&other)), other == token, "{other}");
        }
    }
}

#[test]
fn every_token_of_one_character_but_the_asterisk_is_a_method_byte_for_byte() {
    assert_eq!(TCHAR.chars().collect::<BTreeSet<_>>().len(), 77);
    for token in TCHAR.chars().filter(|c| *c != '*') {
        assert_byte_exact(&token.to_string());
    }
}

#[test]
fn every_token_of_two_characters_is_a_method_byte_for_byte() {
    for first in TCHAR.chars() {
        for second in TCHAR.chars() {
            assert_byte_exact(&format!("{first}{second}"));
        }
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
fn display_is_in_registry_order_then_in_byte_order() {
    let names: Vec<_> =
        "zoo ZOO query QUERY ACL VERSION-CONTROL PATCH TRACE OPTIONS CONNECT DELETE PUT \
                 POST HEAD GET !a ~ A PRI"
            .split(' ')
            .collect();
    assert_eq!(
        of(&names).to_string(),
        "GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH, ACL, QUERY, \
         VERSION-CONTROL, !a, A, PRI, ZOO, query, zoo, ~"
    );
}

#[test]
fn an_asterisk_is_in_no_set() {
    let mut set = MethodSet::REGISTERED;
    assert!(!set.insert(method("*")));
    assert_eq!(set, MethodSet::REGISTERED);
    assert_eq!(MethodSet::from(method("*")), MethodSet::new());
    assert!(!MethodSet::new().contains(&method("*")));
    assert!(!MethodSet::new().contains(&Method::POST));
}

#[test]
fn parse_takes_spaces_tabs_repetitions_and_any_order() {
    let expected = of(&["POST", "M-SEARCH"]);
    assert_eq!(parsed("POST,M-SEARCH"), expected);
    assert_eq!(parsed("\t M-SEARCH \t,\tPOST "), expected);
    assert_eq!(parsed("M-SEARCH, POST, M-SEARCH, HEAD"), expected);
}

#[test]
fn parse_refuses_empty_elements() {
    let allowed = ["one comma"];
    assert_refused_as("", 1, &allowed);
    assert_refused_as(" \t", 1, &allowed);
    assert_refused_as(",GET", 1, &allowed);
    assert_refused_as("GET,", 2, &allowed);
    assert_refused_as("GET,, POST", 2, &allowed);
    assert_refused_as("GET, POST, ,", 3, &allowed);
}

#[test]
fn parse_refuses_what_is_not_a_token() {
    let allowed = "letters, digits and !#$%&'*+-.^_`|~";
    assert_refused_as("GET, A B", 2, &["A B", allowed]);
    assert_refused_as("A/B", 1, &["A/B", allowed]);
    assert_refused_as("GET, PUT, \"GET\"", 3, &["GET", allowed]);
    assert_refused_as("GÉT", 1, &["GÉT", allowed]);
    assert_refused_as("GET POST", 1, &["GET POST", allowed]);
    assert_refused_as("GET;POST", 1, &["GET;POST", allowed]);
    assert_refused_as("A\0B", 1, &["\\0", allowed]);
    assert_refused_as("GET\n", 1, &["\\n", allowed]);
    assert_refused_as("GET,\r\nPOST", 2, &["\\r\\n", allowed]);
    // Spaces and tabs are optional white space (RFC 9110 section 5.6.3), others are not.
    assert_refused_as("GET,\u{a0}POST", 2, &["POST", allowed]);
}

#[test]
fn parse_refuses_an_asterisk() {
    let allowed = ["\"*\"", "name each supported method"];
    assert_refused_as("*", 1, &allowed);
    assert_refused_as("GET, POST, *", 3, &allowed);
    assert_refused_as("GET, *, POST", 2, &allowed);
}

#[test]
fn parse_names_the_first_of_several_bad_elements() {
    assert_refused_as("GET, A/B, , *", 2, &["A/B"]);
}

#[test]
fn parse_shortens_a_long_bad_element() {
    let long = format!("GET, POSTER{}", "/".repeat(1 << 20));
    assert_refused_as(&long, 2, &["POSTER/"]);
    assert_refused(&"\u{10ffff}".repeat(1 << 18), 1);
    assert_refused(&",".repeat(1 << 20), 1);
    assert_refused(&format!("{},", "A,".repeat(1 << 16)), (1 << 16) + 1);
    let error = long.parse::<MethodSet>().unwrap_err();
    assert!(format!("{error:?}").len() < 600);
}

#[test]
fn parse_takes_a_token_of_any_length() {
    let long = "A".repeat(1 << 20);
    let set = parsed(&format!("POST, {long}"));
    assert!(set.contains(&method(&long)));
    assert!(!set.contains(&method(&long[1..])));
    assert_eq!(parsed(&set.to_string()), set);
}

#[test]
fn query_is_recognised_by_its_text() {
    let query = Method::from_bytes(b"QUERY").unwrap();
    assert!(parsed("QUERY").contains(&query));
    assert_eq!(parsed("QUERY"), MethodSet::from(query.clone()));
    assert!(MethodSet::REGISTERED.contains(&query));
    assert!(!MethodSet::STANDARD.contains(&query));
    assert!(!MethodSet::WEBDAV.contains(&query));
}

#[test]
fn every_conversion_adds_get_and_head() {
    let methods = [Method::POST, method("PURGE")];
    let expected = ["GET", "HEAD", "POST", "PURGE"];
    assert_eq!(names(&MethodSet::from(&methods[..])), expected);
    assert_eq!(names(&MethodSet::from(methods.to_vec())), expected);
    assert_eq!(names(&MethodSet::from(methods.clone())), expected);
    assert_eq!(names(&methods.into_iter().collect::<MethodSet>()), expected);
    assert_eq!(
        names(&MethodSet::from(Method::POST)),
        ["GET", "HEAD", "POST"]
    );
    assert_eq!(MethodSet::from([]), MethodSet::new());
    assert_eq!(MethodSet::from(&[][..]), MethodSet::new());
    assert_eq!(parsed("POST,PURGE").to_string(), expected.join(", "));
}

#[test]
fn extend_adds_to_what_is_there() {
    let mut set = MethodSet::from(method("PURGE"));
    set.extend([Method::POST, method("PURGE"), Method::GET]);
    assert_eq!(names(&set), ["GET", "HEAD", "POST", "PURGE"]);
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
fn the_default_and_the_least_set_is_get_and_head() {
    assert_eq!(MethodSet::default(), MethodSet::new());
    assert_eq!(names(&MethodSet::new()), ["GET", "HEAD"]);
}

#[test]
fn insert_says_whether_the_set_changed() {
    let mut set = MethodSet::new();
    assert!(!set.insert(Method::GET));
    assert!(set.insert(Method::POST) && !set.insert(Method::POST));
    assert!(set.insert(method("PURGE")) && !set.insert(method("PURGE")));
    assert!(set.insert(method("purge")));
    assert_eq!(set.len(), 5);
}

#[test]
fn a_set_can_be_a_constant() {
    const LEAST: MethodSet = MethodSet::new();
    const DAV: MethodSet = MethodSet::WEBDAV;
    static STANDARD: MethodSet = MethodSet::STANDARD;
    assert_eq!(LEAST.len(), 2);
    assert_eq!(DAV.len(), 16);
    assert_eq!(STANDARD.len(), 9);
}

#[test]
fn debug_output_names_the_methods() {
    let shown = format!("{:?}", of(&["POST", "PURGE"]));
    for name in ["GET", "HEAD", "POST", "PURGE"] {
        assert!(shown.contains(name), "{shown}");
    }
}

#[test]
fn an_error_repeats_an_element_and_cuts_a_long_one() {
    let error = |value: &str| value.parse::<MethodSet>().unwrap_err().to_string();
    assert!(error("A B").contains("\"A B\","));
    assert!(error("A B").contains("because of ' '"));
    assert!(error("A/B C").contains("because of '/'"));
    let whole = format!("{} ", "A".repeat(38)) + "B";
    assert!(error(&whole).contains(&format!("{whole:?},")));
    let long = format!("{whole}C");
    assert!(error(&long).contains(&format!("\"{whole}…\",")));
}
