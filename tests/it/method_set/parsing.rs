//! Reading a set from a configuration value.

use super::{assert_refused, method, of, parsed, registered};
use tower_not_implemented::{MethodSet, ParseMethodSetError};

fn error(value: &str) -> ParseMethodSetError {
    value.parse::<MethodSet>().unwrap_err()
}

#[track_caller]
fn assert_refused_as(value: &str, position: usize, parts: &[&str]) {
    assert_refused(value, position);
    let error = error(value).to_string();
    for part in parts {
        assert!(error.contains(part), "no {part} in {error}");
    }
}

#[test]
fn parse_takes_white_space_repetitions_and_any_order() {
    let expected = of(&["POST", "M-SEARCH"]);
    assert_eq!(parsed("POST,M-SEARCH"), expected);
    assert_eq!(parsed("\t M-SEARCH \t,\tPOST "), expected);
    assert_eq!(parsed("M-SEARCH,\r\n\u{a0}POST\n"), expected);
    assert_eq!(parsed("M-SEARCH, POST, M-SEARCH, HEAD"), expected);
}

#[test]
fn parse_refuses_empty_elements() {
    for (value, position) in [
        ("", 1),
        (" \t\n", 1),
        (",GET", 1),
        ("GET,", 2),
        ("GET,, POST", 2),
        ("GET, POST, ,", 3),
    ] {
        let remedy = "is empty: name a method there, as in \"GET, POST\"";
        assert_refused_as(value, position, &[remedy]);
    }
}

#[test]
fn parse_refuses_an_asterisk() {
    for (value, position) in [("*", 1), ("GET, POST, *", 3), ("GET, *, POST", 2)] {
        assert_refused_as(value, position, &["\"*\"", "name each supported method"]);
    }
}

const SEPARATE: &str = "separate methods with commas, as in \"GET, POST\"";

#[test]
fn parse_refuses_what_is_not_a_token_and_names_the_first_wrong_character() {
    for (value, position, element, wrong) in [
        ("GET, A B", 2, "A B", "' '"),
        ("PUT, GET\tPOST", 2, "GET\\tPOST", "'\\t'"),
        ("A/B C", 1, "A/B C", "'/'"),
        ("[\"GET\"]", 1, "[\\\"GET\\\"]", "'['"),
        ("GET, PUT, \"GET\"", 3, "\\\"GET\\\"", "'\"'"),
        ("GÉT", 1, "GÉT", "'É'"),
        ("GET;POST", 1, "GET;POST", "';'"),
        ("A\0B", 1, "A\\0B", "'\\0'"),
        ("GET\nPOST", 1, "GET\\nPOST", "'\\n'"),
        // The first of several.
        ("GET, A/B, , *", 2, "A/B", "'/'"),
    ] {
        let said = format!(", \"{element}\", is not a method because of {wrong}: {SEPARATE}");
        let allowed = "letters, digits and !#$%&'*+-.^_`~";
        assert_refused_as(value, position, &[&said, allowed]);
    }
}

#[test]
fn parse_refuses_a_bar_as_a_mistake_for_two_methods() {
    for (value, position) in [("GET|POST", 1), ("GET, a|b", 2), ("get|post", 1), ("|", 1)] {
        assert_refused_as(value, position, &["'|'", SEPARATE]);
    }
}

#[test]
fn parse_refuses_a_registered_method_in_other_letter_case() {
    let sensitive = "case-sensitive";
    assert_refused_as("GET, post", 2, &["\"post\"", "\"POST\"", sensitive]);
    assert_refused_as("QUERY, M-SEARCH, Patch", 3, &["write \"PATCH\""]);
    // Its own spelling beside it does not help.
    assert_refused_as("PATCH, patch", 2, &["write \"PATCH\""]);
    assert_refused_as("patch, PATCH, post", 1, &["write \"PATCH\""]);
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
        let error = error(value);
        let sentence = error.to_string();
        assert_eq!(format!("{error:?}"), sentence);
        assert!(!sentence.contains("::"), "no name of Rust: {sentence}");
        let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
        assert!(boxed.source().is_none());
    }
}

#[test]
fn errors_are_equal_when_they_say_the_same() {
    assert_eq!(error("GET, post"), error("PUT, post"));
    assert_ne!(error("GET, post"), error("post"));
    assert_ne!(error("A B"), error("A\tB"));
}

#[test]
fn an_error_repeats_40_characters_of_an_element() {
    let whole = format!("{} B", "A".repeat(38));
    assert_refused_as(&whole, 1, &[&format!("{whole:?},")]);
    let long = format!("{whole}C");
    assert_refused_as(&long, 1, &[&format!("\"{whole}…\",")]);
    assert_refused(&"\u{10ffff}".repeat(1 << 18), 1);
    assert_refused(&format!("{},", "A,".repeat(1 << 16)), (1 << 16) + 1);
}

#[test]
fn parse_takes_a_token_of_any_length() {
    let long = "A".repeat(1 << 20);
    let set = parsed(&format!("POST, {long}"));
    assert!(set.contains(&method(&long)));
    assert!(!set.contains(&method(&long[1..])));
    assert_eq!(parsed(&set.to_string()), set);
}
