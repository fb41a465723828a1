//! The same as parsing, for serde.

use super::parse::parse_elements;
use crate::MethodSet;
use serde::{
    de::{Deserialize, Deserializer, Error, SeqAccess, Visitor},
    ser::{Serialize, Serializer},
};
use std::{fmt, iter};

/// As a string, the [`Display`](fmt::Display) form. With the feature `serde`.
impl Serialize for MethodSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From a string, as [`str::parse`] reads it, or from a list of strings, one method each, with or
/// without white space around it. An empty list is GET and HEAD. Binary formats take only the string.
/// With the feature `serde`.
impl<'de> Deserialize<'de> for MethodSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Methods)
        } else {
            deserializer.deserialize_str(Methods)
        }
    }
}

struct Methods;

impl<'de> Visitor<'de> for Methods {
    type Value = MethodSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("methods, as \"GET, POST\" or [\"GET\", \"POST\"]")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<MethodSet, E> {
        value.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<MethodSet, A::Error> {
        let elements = iter::from_fn(|| list.next_element().transpose());
        let elements = elements.collect::<Result<Vec<String>, _>>()?;
        parse_elements(elements).map_err(A::Error::custom)
    }
}
