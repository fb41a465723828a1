//! What is known of names: which are registered, which are tokens, and what a configuration value says.

use std::collections::BTreeSet;

/// RFC 9110's methods and PATCH, in the order in which a set names them.
pub const FIRST: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

pub const WEBDAV: [&str; 7] = [
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "PROPFIND",
    "PROPPATCH",
    "UNLOCK",
];

pub const OTHERS: [&str; 23] = [
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "LABEL",
    "LINK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "ORDERPATCH",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
];

/// The names in a set.
pub type Model = BTreeSet<String>;

/// The model of parsing: the names, or how the error begins.
pub fn parse(value: &str) -> Result<Vec<&str>, String> {
    let elements = value.split(',');
    let elements: Vec<_> = elements.map(str::trim).collect();
    let check = |(index, element): (usize, &&str)| match wrong(element) {
        None => Ok(()),
        Some(wrong) => Err(format!("element {}{wrong}", index + 1)),
    };
    elements.iter().enumerate().try_for_each(check)?;
    Ok(elements)
}

/// What is wrong with an element, if it is not a method.
fn wrong(element: &str) -> Option<String> {
    let mut shown: String = element.chars().take(40).collect();
    if element.chars().nth(40).is_some() {
        shown.push('…');
    }
    let meant = element.to_ascii_uppercase();
    match (element, element.chars().find(|c| !is_token_char(*c))) {
        ("", _) => Some(" is empty: ".to_owned()),
        ("*", _) => Some(", \"*\", is a reserved name ".to_owned()),
        _ if element.contains('|') => Some(format!(", {shown:?}, has a '|' in it: ")),
        (_, Some(wrong)) => Some(format!(
            ", {shown:?}, is not a method because of {wrong:?}: "
        )),
        _ if is_registered(&meant) && meant != element => {
            Some(format!(", {shown:?}, is not {meant:?} "))
        }
        _ => None,
    }
}

fn is_registered(name: &str) -> bool {
    [&FIRST[..], &WEBDAV, &OTHERS].concat().contains(&name)
}

pub fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_token_char)
}

/// RFC 9110 section 5.6.2.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// RFC 9110's methods and PATCH in their order, then `WebDAV`'s and then the other registered ones,
/// each in alphabetical order, then the rest in byte order.
pub fn in_order(model: &Model) -> Vec<&str> {
    let mut names: Vec<&str> = model.iter().map(String::as_str).collect();
    names.sort_by_key(|name| match FIRST.iter().position(|first| first == name) {
        Some(place) => place,
        None if WEBDAV.binary_search(name).is_ok() => FIRST.len(),
        None if OTHERS.binary_search(name).is_ok() => FIRST.len() + 1,
        None => FIRST.len() + 2,
    });
    names
}
