//! A set in a configuration file.

use super::{method, of};
use serde::{de::Visitor, Deserialize};
use tower_not_implemented::MethodSet;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Configuration {
    supported: MethodSet,
}

fn from_json(value: &str) -> Result<MethodSet, String> {
    serde_json::from_str(value).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_reads(value: &str, expected: &MethodSet) {
    assert_eq!(from_json(value).as_ref(), Ok(expected));
}

#[track_caller]
fn assert_refuses(value: &str, parts: &[&str]) {
    let error = from_json(value).unwrap_err();
    for part in parts {
        assert!(error.contains(part), "{value}: no {part} in {error}");
    }
}

#[test]
fn a_set_is_a_string() {
    let set = of(&["POST", "PURGE"]);
    let string = "\"GET, HEAD, POST, PURGE\"";
    assert_eq!(serde_json::to_string(&set).unwrap(), string);
    assert_reads("\"POST, PURGE\"", &set);
}

#[test]
fn a_set_is_read_from_a_list_too() {
    assert_reads("[\"PURGE\", \"POST\"]", &of(&["POST", "PURGE"]));
    // As config-rs makes it of "POST, PURGE" with the separator ",".
    assert_reads("[\"POST\", \" PURGE\"]", &of(&["POST", "PURGE"]));
}

#[test]
fn an_empty_list_is_get_and_head() {
    assert_reads("[]", &MethodSet::GET_HEAD);
}

#[test]
fn what_a_configuration_leaves_out_is_the_default() {
    let json: Configuration = serde_json::from_str("{}").unwrap();
    assert_eq!(json.supported, MethodSet::STANDARD);
}

/// Each element of a list is one method: a list in a string in a list is a mistake.
#[test]
fn a_bad_element_is_named_with_its_position() {
    for (value, parts) in [
        (r#""GET, post""#, ["element 2", "write \"POST\""]),
        (r#"["GET", "PUT", "post"]"#, ["element 3", "write \"POST\""]),
        (r#"["GET", "A/B"]"#, ["element 2", "'/'"]),
        (r#"["*"]"#, ["element 1", "not a wildcard"]),
        (r#"["GET", "PUT, POST"]"#, ["element 2", "than one method"]),
        (r#"["GET|POST"]"#, ["element 1", "'|'"]),
        (r#"["PUT POST"]"#, ["element 1", "' '"]),
        (r#"[""]"#, ["element 1 is empty", "name a method"]),
        (r#"["PUT", "  "]"#, ["element 2 is empty", "name a method"]),
        (r#""""#, ["element 1 is empty", "name a method"]),
    ] {
        assert_refuses(value, &parts);
    }
}

#[test]
fn what_is_neither_a_string_nor_a_list_of_strings_is_refused() {
    for value in ["7", "true", "[7]", "[[\"GET\"]]", "[\"GET\", 7]"] {
        assert!(from_json(value).is_err(), "{value}");
    }
    assert_refuses("7", &["methods, as \"GET, POST\" or [\"GET\", \"POST\"]"]);
}

/// A binary format whose reader has no text to lend: it gives a `String` away.
struct Giving(&'static str);

impl<'de> serde::Deserializer<'de> for Giving {
    type Error = serde::de::value::Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0.to_string())
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[test]
fn a_format_may_give_the_string_away() {
    let read = MethodSet::deserialize(Giving("POST, PURGE")).unwrap();
    assert_eq!(read, of(&["POST", "PURGE"]));
    let error = MethodSet::deserialize(Giving("GET, post")).unwrap_err();
    assert!(error.to_string().starts_with("element 2"), "{error}");
}

#[test]
fn what_looks_mistaken_is_written_and_not_read_back() {
    let written = serde_json::to_string(&of(&["POST"]).with(method("a|b"))).unwrap();
    assert_eq!(written, "\"GET, HEAD, POST, a|b\"");
    assert!(from_json(&written).unwrap_err().contains("element 4"));
}
