//! Sets of methods, parsed, built up and displayed, against a plain model: a `BTreeSet<String>`.
//!
//! The input is text. Its first line is a configuration value to parse; of each further line the
//! first byte says what to do with the rest (see [`Subject::step`]).

#![no_main]

use http::Method;
use libfuzzer_sys::fuzz_target;
use std::{
    collections::{hash_map::DefaultHasher, BTreeSet},
    hash::{Hash, Hasher},
};
use tower_not_implemented::MethodSet;

/// RFC 9110's methods and PATCH, in the order in which a set names them.
const FIRST: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

const WEBDAV: [&str; 7] = [
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "PROPFIND",
    "PROPPATCH",
    "UNLOCK",
];

const OTHERS: [&str; 23] = [
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

type Model = BTreeSet<String>;

fuzz_target!(|input: &[u8]| {
    let text = String::from_utf8_lossy(input);
    let mut lines = text.split('\n');
    let mut subject = Subject::parsed(lines.next().unwrap_or_default());
    for line in lines {
        subject.step(line);
    }
    subject.check();
});

/// A set, and what it should be.
struct Subject {
    set: MethodSet,
    model: Model,
}

impl Subject {
    fn new(set: MethodSet, names: &[&str]) -> Self {
        Self {
            set,
            model: model(names.iter().copied()),
        }
    }

    /// The set `value` names; the smallest one where it names none.
    fn parsed(value: &str) -> Self {
        match (value.parse::<MethodSet>(), parse(value)) {
            (Ok(set), Ok(names)) => Self {
                set,
                model: model(names),
            },
            (Err(error), Err(expected)) => {
                let error = error.to_string();
                assert!(error.starts_with(&expected), "{error:?}, not {expected:?}");
                Self::new(MethodSet::new(), &[])
            }
            (set, names) => panic!("{value:?} is {set:?}, and should be {names:?}"),
        }
    }

    fn step(&mut self, line: &str) {
        let Some(kind) = line.chars().next() else {
            return;
        };
        let rest = &line[kind.len_utf8()..];
        match kind {
            'p' => *self = Self::parsed(rest),
            'i' => self.insert(rest),
            'c' => self.ask(rest),
            'e' => {
                let methods = methods(rest);
                self.model.extend(added(&methods));
                self.set.extend(methods);
            }
            'f' => {
                let methods = methods(rest);
                self.model = model(added(&methods));
                self.set = from_methods(methods);
            }
            'u' => {
                let other = Self::parsed(rest);
                self.model.extend(other.model);
                self.set.extend(&other.set);
            }
            '0' => *self = Self::new(MethodSet::default(), &[]),
            '1' => *self = Self::new(MethodSet::STANDARD, &FIRST),
            '2' => *self = Self::new(MethodSet::WEBDAV, &[&FIRST[..], &WEBDAV].concat()),
            '3' => {
                let names = [&FIRST[..], &WEBDAV, &OTHERS].concat();
                *self = Self::new(MethodSet::REGISTERED, &names);
            }
            '?' => self.ask_all(),
            _ => self.rebuild(kind),
        }
    }

    /// The same methods make the same set, whichever way it is built.
    fn rebuild(&mut self, kind: char) {
        let backwards = || {
            let mut methods: Vec<Method> = self.set.iter().collect();
            methods.reverse();
            methods
        };
        let copy = match kind {
            'C' => self.set.clone(),
            'P' => self.set.to_string().parse().expect("it parses"),
            'I' => (&self.set).into_iter().collect(),
            'O' => self.set.clone().into_iter().collect(),
            'S' => MethodSet::from(&backwards()[..]),
            'V' => MethodSet::from(backwards()),
            'D' => return self.differ(),
            _ => return,
        };
        assert_eq!(copy, self.set);
        assert_eq!(hash(&copy), hash(&self.set));
        self.set = copy;
    }

    /// A set with one method more is another.
    fn differ(&self) {
        let mut larger = self.set.clone();
        if larger.insert(Method::from_bytes(b"one-more").expect("a token")) {
            assert_ne!(larger, self.set);
        }
    }

    fn insert(&mut self, name: &str) {
        let Ok(method) = Method::from_bytes(name.as_bytes()) else {
            return assert!(!is_token(name), "{name:?} is a token");
        };
        assert!(is_token(name), "{name:?} is no token");
        let length = self.set.len();
        let new = name != "*" && self.model.insert(name.to_owned());
        assert_eq!(self.set.contains(&method), !new && name != "*");
        assert_eq!(self.set.insert(method.clone()), new, "{name:?} is new");
        assert_eq!(self.set.len(), length + usize::from(new));
        assert!(!self.set.insert(method), "{name:?} twice");
    }

    fn ask(&self, name: &str) {
        if let Ok(method) = Method::from_bytes(name.as_bytes()) {
            let expected = self.model.contains(name);
            assert_eq!(self.set.contains(&method), expected, "{name:?}");
        }
    }

    fn ask_all(&self) {
        for name in [&FIRST[..], &WEBDAV, &OTHERS, &["get", "PRI", "*"]].concat() {
            self.ask(name);
        }
    }

    fn check(&self) {
        let expected = in_order(&self.model);
        let methods = self.set.iter();
        assert_eq!(methods.len(), expected.len());
        assert!(methods.as_slice() == expected, "{methods:?}: {expected:?}");
        assert!(methods
            .as_slice()
            .iter()
            .all(|method| self.set.contains(method)));
        assert_eq!(self.set.to_string(), expected.join(", "));
        assert_eq!(self.set.len(), expected.len());
        self.ask("GET");
        self.ask("HEAD");
    }
}

fn hash(set: &MethodSet) -> u64 {
    let mut hasher = DefaultHasher::new();
    set.hash(&mut hasher);
    hasher.finish()
}

/// GET, HEAD and `names`.
fn model<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Model {
    let mut model = Model::from(["GET".to_owned(), "HEAD".to_owned()]);
    model.extend(names.into_iter().map(Into::into));
    model
}

/// The tokens among the elements of `list`.
fn methods(list: &str) -> Vec<Method> {
    list.split(',')
        .filter_map(|name| Method::from_bytes(name.as_bytes()).ok())
        .collect()
}

/// What `methods` add to a set.
fn added(methods: &[Method]) -> Vec<String> {
    methods
        .iter()
        .filter(|method| **method != "*")
        .map(Method::to_string)
        .collect()
}

/// Through a different conversion for different numbers of methods.
fn from_methods(methods: Vec<Method>) -> MethodSet {
    match <[Method; 1]>::try_from(methods) {
        Ok([method]) => method.into(),
        Err(methods) => match <[Method; 2]>::try_from(methods) {
            Ok(pair) => pair.into(),
            Err(methods) => methods.into(),
        },
    }
}

/// The model of parsing: the names, or how the error begins.
fn parse(value: &str) -> Result<Vec<&str>, String> {
    let elements = value.split(',').enumerate();
    elements
        .map(|(index, element)| {
            let element = element.trim_matches(|c| c == ' ' || c == '\t');
            let wrong = element.chars().find(|c| !is_token_char(*c));
            let start = format!("element {}", index + 1);
            match (element, wrong) {
                ("", _) => Err(format!("{start} is empty: ")),
                ("*", _) => Err(format!("{start}, \"*\", is not a wildcard ")),
                (_, None) => Ok(element),
                (_, Some(wrong)) => {
                    let mut shown: String = element.chars().take(40).collect();
                    if element.chars().nth(40).is_some() {
                        shown.push('…');
                    }
                    Err(format!(
                        "{start}, {shown:?}, is not a method because of {wrong:?}: "
                    ))
                }
            }
        })
        .collect()
}

fn is_token(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_token_char)
}

/// RFC 9110 section 5.6.2.
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// RFC 9110's methods and PATCH in their order, then the other registered ones in alphabetical
/// order, then the rest in byte order.
fn in_order(model: &Model) -> Vec<&str> {
    let mut names: Vec<&str> = model.iter().map(String::as_str).collect();
    names.sort_by_key(|name| match FIRST.iter().position(|first| first == name) {
        Some(place) => place,
        None if WEBDAV.binary_search(name).is_ok() => FIRST.len(),
        None if OTHERS.binary_search(name).is_ok() => FIRST.len(),
        None => FIRST.len() + 1,
    });
    names
}
