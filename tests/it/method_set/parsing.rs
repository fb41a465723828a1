//! Reading a set from a configuration value.

use super::{assert_refused, method, of, parsed, registered};
use http::Method;
use tower_not_implemented::MethodSet;

#[track_caller]
fn assert_refused_as(value: &str, position: usize, parts: &[&str]) {
    assert_refused(value, position);
    let error = value.parse::<MethodSet>().unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "{error}");
    }
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
    let allowed = ["is empty: name a method there, as in \"GET, POST\""];
    assert_refused_as("", 1, &allowed);
    assert_refused_as(" \t", 1, &allowed);
    assert_refused_as(",GET", 1, &allowed);
    assert_refused_as("GET,", 2, &allowed);
    assert_refused_as("GET,, POST", 2, &allowed);
    assert_refused_as("GET, POST, ,", 3, &allowed);
}

#[test]
fn parse_refuses_what_is_not_a_token() {
    let allowed = "letters, digits and !#$%&'*+-.^_`~";
    assert_refused_as("GET, A B", 2, &["A B", allowed]);
    assert_refused_as("A/B", 1, &["A/B", allowed]);
    assert_refused_as("GET, PUT, \"GET\"", 3, &["GET", allowed]);
    assert_refused_as("GÉT", 1, &["GÉT", allowed]);
    assert_refused_as("GET;POST", 1, &["GET;POST", allowed]);
    assert_refused_as("A\0B", 1, &["\\0", allowed]);
    assert_refused_as("GET\n", 1, &["\\n", allowed]);
    assert_refused_as("GET,\r\nPOST", 2, &["\\r\\n", allowed]);
    // Spaces and tabs are optional white space (RFC 9110 section 5.6.3), others are not.
    assert_refused_as("GET,\u{a0}POST", 2, &["POST", allowed]);
}

const SEPARATE: &str = "separate methods with commas, as in \"GET, POST\"";

#[test]
fn parse_says_how_methods_are_separated() {
    assert_refused_as("GET POST", 1, &["\"GET POST\"", "' '", SEPARATE]);
    assert_refused_as("PUT, GET\tPOST", 2, &["'\\t'", SEPARATE]);
    assert_refused_as("[\"GET\"]", 1, &["'['", SEPARATE]);
    assert_refused_as("\"GET\", \"POST\"", 1, &["'\"'", SEPARATE]);
    assert_refused_as("GET|POST", 1, &["\"GET|POST\"", "'|'", SEPARATE]);
    assert_refused_as("GET, a|b", 2, &["\"a|b\"", "'|'", SEPARATE]);
    assert_refused_as("get|post", 1, &["'|'", SEPARATE]);
    assert_refused_as("|", 1, &["'|'", SEPARATE]);
}

#[test]
fn parse_refuses_a_registered_method_in_other_letter_case() {
    let sensitive = "case-sensitive";
    assert_refused_as("get, post", 1, &["\"get\"", "\"GET\"", sensitive]);
    assert_refused_as("GET, post", 2, &["\"post\"", "\"POST\"", sensitive]);
    assert_refused_as("Propfind", 1, &["\"Propfind\"", "write \"PROPFIND\""]);
    assert_refused_as("QUERY, M-SEARCH, Patch", 3, &["write \"PATCH\""]);
    for value in ["PATCH, patch", "patch, PATCH, post"] {
        let position = value.split(", ").position(|name| name == "patch").unwrap() + 1;
        assert_refused_as(value, position, &["write \"PATCH\""]);
    }
    for name in registered() {
        assert_refused_as(&name.to_ascii_lowercase(), 1, &[&format!("write {name:?}")]);
    }
}

#[test]
fn parse_takes_any_letter_case_of_what_is_not_registered() {
    for name in ["purge", "Purge", "pri", "m-search", "gets", "ge"] {
        assert_eq!(parsed(name), of(&[name]));
    }
}

#[test]
fn what_looks_mistaken_can_be_inserted_and_is_then_not_read_back() {
    for name in ["post", "a|b", "GET|POST"] {
        let mut set = MethodSet::GET_HEAD;
        assert!(set.insert(method(name)));
        assert!(set.contains(&method(name)));
        assert_eq!(set, MethodSet::GET_HEAD.with(method(name)));
        assert_eq!(set, MethodSet::from([method(name)]));
        assert!(set.to_string().parse::<MethodSet>().is_err(), "{set}");
    }
}

#[test]
fn an_error_shows_the_same_sentence_to_a_person_and_to_a_debugger() {
    for value in ["", "*", "A B", "A|B", "get", "\u{10ffff}"] {
        let error = value.parse::<MethodSet>().unwrap_err();
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(
            !error.to_string().contains("::"),
            "no name of Rust: {error}"
        );
        let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
        assert!(boxed.source().is_none());
    }
}

#[test]
fn errors_are_equal_when_they_say_the_same() {
    let error = |value: &str| value.parse::<MethodSet>().unwrap_err();
    assert_eq!(error("GET, post"), error("PUT, post"));
    assert_ne!(error("GET, post"), error("post"));
    assert_ne!(error("A B"), error("A\tB"));
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
    assert_eq!(parsed("QUERY"), MethodSet::from([query.clone()]));
    assert!(MethodSet::REGISTERED.contains(&query));
    assert!(!MethodSet::STANDARD.contains(&query));
    assert!(!MethodSet::WEBDAV.contains(&query));
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
