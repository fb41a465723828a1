//! Every short token is a separate method.

use super::{method, of, TCHAR};
use std::collections::BTreeSet;
use tower_not_implemented::MethodSet;

/// A token of one or two characters, none of which is registered.
fn assert_byte_exact(token: &str) {
    let set = of(&[token]);
    assert_eq!(set.to_string(), format!("GET, HEAD, {token}"));
    let read = set.to_string().parse::<MethodSet>().ok();
    assert_eq!(read, Some(set.clone()).filter(|_| !token.contains('|')));
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
