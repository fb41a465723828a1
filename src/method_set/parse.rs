//! Reading a [`MethodSet`] from a configuration value.

use super::registry;
use crate::MethodSet;
use http::Method;
use std::{error::Error, fmt, str::FromStr};

/// How many characters of a bad element an error repeats.
const SHOWN: usize = 40;

/// Reads methods with commas between them. White space around them is ignored, also a line break. The
/// order does not matter. GET and HEAD are always added. A method that is named twice counts once.
///
/// Reading is strict, because a mistake here changes what a server answers. A registered method in
/// other letter case, as in `get`, is an error. A method with `|` is an error, because `GET|POST`
/// is a mistake for two methods. If a method really has such a name, add it with
/// [`insert`](MethodSet::insert) or [`with`](MethodSet::with). A set that has one is not read back
/// from its [`Display`](fmt::Display) form.
///
/// # Errors
///
/// If an element is empty, is not a token, is `*`, contains `|`, or is a registered method in other
/// letter case. So an empty value is an error. The error is written for the operator of the server:
/// it names the element, its position and what to write.
///
/// ```
/// use tower_not_implemented::MethodSet;
///
/// let set: MethodSet = "GET,HEAD, POST , M-SEARCH".parse()?;
/// assert_eq!(set.len(), 4);
///
/// let error = "POST, get".parse::<MethodSet>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "element 2, \"get\", is not \"GET\" because methods are case-sensitive: write \"GET\"",
/// );
/// # Ok::<(), tower_not_implemented::ParseMethodSetError>(())
/// ```
impl FromStr for MethodSet {
    type Err = ParseMethodSetError;

    fn from_str(value: &str) -> Result<Self, ParseMethodSetError> {
        parse_elements(value.split(','))
    }
}

/// The set of `elements`, each of which is to be one method, with or without white space around it.
pub(super) fn parse_elements<E: AsRef<str>>(
    elements: impl IntoIterator<Item = E>,
) -> Result<MethodSet, ParseMethodSetError> {
    let parse = |(index, element): (usize, E)| {
        let element = element.as_ref().trim();
        parse_element(element).map_err(|kind| ParseMethodSetError {
            position: index + 1,
            element: shorten(element),
            kind,
        })
    };
    elements.into_iter().enumerate().map(parse).collect()
}

fn parse_element(element: &str) -> Result<Method, Kind> {
    match element {
        "" => return Err(Kind::Empty),
        "*" => return Err(Kind::Wildcard),
        _ if element.contains('|') => return Err(Kind::Bar),
        _ => {}
    }
    let method = Method::from_bytes(element.as_bytes());
    let method = method.map_err(|_| Kind::NotAToken(first_wrong(element)))?;
    match registry::in_any_case(element) {
        Some(meant) if meant != element => Err(Kind::OtherCase(meant)),
        _ => Ok(method),
    }
}

fn first_wrong(element: &str) -> char {
    let is_wrong = |wrong: &char| Method::from_bytes(wrong.to_string().as_bytes()).is_err();
    element.chars().find(is_wrong).unwrap_or_default()
}

fn shorten(element: &str) -> String {
    let mut shown: String = element.chars().take(SHOWN).collect();
    if shown.len() < element.len() {
        shown.push('…');
    }
    shown
}

/// A value is not a set of methods. The message names the element, its position, and what to write.
///
/// [`Debug`](fmt::Debug) shows the same sentence as [`Display`](fmt::Display), because a `main`
/// that returns the error prints that.
#[derive(Clone, PartialEq, Eq)]
pub struct ParseMethodSetError {
    /// Counted from 1.
    position: usize,
    element: String,
    kind: Kind,
}

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Empty,
    Wildcard,
    Bar,
    NotAToken(char),
    /// Of this registered method.
    OtherCase(&'static str),
}

const SEPARATE: &str = "separate methods with commas, as in \"GET, POST\"";

impl fmt::Display for ParseMethodSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "element {}", self.position)?;
        if self.kind != Kind::Empty {
            write!(f, ", {:?},", self.element)?;
        }
        match self.kind {
            Kind::Empty => f.write_str(" is empty: name a method there, as in \"GET, POST\""),
            Kind::Wildcard => {
                f.write_str(" is a reserved name and not a wildcard: name each supported method")
            }
            Kind::Bar => write!(f, " has a '|' in it: {SEPARATE}"),
            // Only an element of a list can have one.
            Kind::NotAToken(',') => f.write_str(" is more than one method: write each by itself"),
            Kind::NotAToken(wrong) => write!(
                f,
                " is not a method because of {wrong:?}: {SEPARATE}; a method has letters, digits \
                 and !#$%&'*+-.^_`~ only"
            ),
            Kind::OtherCase(meant) => write!(
                f,
                " is not {meant:?} because methods are case-sensitive: write {meant:?}"
            ),
        }
    }
}

impl fmt::Debug for ParseMethodSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for ParseMethodSetError {}
