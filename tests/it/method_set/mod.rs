//! What a `MethodSet` contains, prints and parses: against a model, on any input, and against the
//! IANA registry.

mod building;
mod parsing;
mod presets;
#[cfg(feature = "serde")]
mod serde;

use crate::support::refusals::{method, registered_names};
use tower_not_implemented::MethodSet;

/// RFC 9110 section 9.3, and PATCH.
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

fn parsed(value: &str) -> MethodSet {
    value.parse().unwrap()
}

fn of(names: &[impl AsRef<str>]) -> MethodSet {
    names.iter().map(|name| method(name.as_ref())).collect()
}

fn names(set: &MethodSet) -> Vec<String> {
    set.iter().map(|method| method.to_string()).collect()
}

/// Every registered name that a server can support.
fn registered() -> Vec<&'static str> {
    let mut names = registered_names();
    names.retain(|name| !["PRI", "*"].contains(name));
    names
}

#[track_caller]
fn assert_refused(value: &str, position: usize) {
    let error = value.parse::<MethodSet>().unwrap_err().to_string();
    let number = error.strip_prefix("element ").unwrap_or(&error);
    let digits = number.split(|c: char| !c.is_ascii_digit()).next();
    assert_eq!(digits, Some(position.to_string().as_str()), "{error}");
    assert!(error.len() < 600, "{error}");
    assert!(!error.contains(char::is_control), "{error:?}");
}
