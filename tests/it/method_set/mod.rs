//! What a `MethodSet` contains, prints and parses: against a model, over every short token, and
//! against the IANA registry.

mod building;
mod model;
mod parsing;
mod presets;
#[cfg(feature = "serde")]
mod serde;

use http::Method;
use proptest::{prelude::*, sample::select};
use std::collections::BTreeSet;
use tower_not_implemented::MethodSet;

const NINE: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// RFC 9110 section 5.6.2.
const TCHAR: &str = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const REGISTRY: &str = include_str!("../data/http-methods.csv");

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
        None if MethodSet::WEBDAV.contains(&method(name)) => NINE.len(),
        None if registered.contains(name) => NINE.len() + 1,
        None => NINE.len() + 2,
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
