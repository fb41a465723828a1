//! Reading a [`MethodSet`] from a configuration value.

use crate::MethodSet;
use http::Method;
use std::{error::Error, fmt, str::FromStr};

/// How many characters of a bad element an error repeats.
const SHOWN: usize = 40;

/// Reads methods with commas between them and optional spaces or tabs around them, in any order.
/// GET and HEAD are added where they are not named; a method named twice counts once.
///
/// # Errors
///
/// For an element that is empty, is not a token, or is `*`, and so for an empty value.
///
/// ```
/// use tower_not_implemented::MethodSet;
///
/// let set: MethodSet = "GET,HEAD, POST , M-SEARCH".parse()?;
/// assert_eq!(set.len(), 4);
///
/// let error = "GET, A B".parse::<MethodSet>().unwrap_err();
/// assert!(error.to_string().starts_with("element 2, \"A B\", is not a method because of ' '"));
/// # Ok::<(), tower_not_implemented::ParseMethodSetError>(())
/// ```
impl FromStr for MethodSet {
    type Err = ParseMethodSetError;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        value.split(',').enumerate().map(parse_element).collect()
    }
}

fn parse_element((index, element): (usize, &str)) -> Result<Method, ParseMethodSetError> {
    let element = element.trim_matches(&[' ', '\t'][..]);
    let error = |kind| ParseMethodSetError {
        position: index + 1,
        element: shorten(element),
        kind,
    };
    match element {
        "" => Err(error(Kind::Empty)),
        "*" => Err(error(Kind::Wildcard)),
        _ => Method::from_bytes(element.as_bytes())
            .map_err(|_| error(Kind::NotAToken(first_wrong(element)))),
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

/// A value that does not name a set of methods: which element is wrong, where it stands, and what
/// is allowed instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseMethodSetError {
    position: usize,
    element: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Empty,
    Wildcard,
    NotAToken(char),
}

impl fmt::Display for ParseMethodSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position, element, ..
        } = self;
        match self.kind {
            Kind::Empty => write!(
                f,
                "element {position} is empty: write methods with one comma between them"
            ),
            Kind::Wildcard => write!(
                f,
                "element {position}, \"*\", is not a wildcard but a reserved name: \
                 name each supported method"
            ),
            Kind::NotAToken(wrong) => write!(
                f,
                "element {position}, {element:?}, is not a method because of {wrong:?}: \
                 use letters, digits and !#$%&'*+-.^_`|~ only"
            ),
        }
    }
}

impl Error for ParseMethodSetError {}
