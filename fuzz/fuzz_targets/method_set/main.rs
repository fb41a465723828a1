//! Sets of methods, parsed, built up and displayed, against a plain model: a `BTreeSet<String>`.
//!
//! The input is text. Its first line is a configuration value to parse; of each further line the
//! first byte says what to do with the rest (see [`Subject::step`]).

#![no_main]

mod names;

use http::Method;
use libfuzzer_sys::fuzz_target;
use names::{in_order, is_token, parse, Model, FIRST, OTHERS, WEBDAV};
use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};
use tower_not_implemented::MethodSet;

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
                Self::new(MethodSet::GET_HEAD, &[])
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
            'f' => {
                let methods = methods(rest);
                self.model = model(added(&methods));
                self.set = from_methods(methods);
            }
            'r' => self.remove(rest),
            'w' => self.with(rest),
            'o' => self.without(rest),
            'u' => {
                let other = Self::parsed(rest);
                self.model.extend(other.model);
                self.set = self.set.iter().chain(other.set.iter()).collect();
            }
            '0' => *self = Self::new(MethodSet::GET_HEAD, &[]),
            '1' => *self = Self::new(MethodSet::STANDARD, &FIRST),
            'd' => *self = Self::new(MethodSet::default(), &FIRST),
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
            'P' => return self.read_back(),
            'O' => self.set.iter().collect(),
            'V' => backwards().into(),
            'D' => return self.differ(),
            _ => return,
        };
        assert_eq!(copy, self.set);
        assert_eq!(hash(&copy), hash(&self.set));
        self.set = copy;
    }

    /// The text of a set is a value that names it, unless a name is taken for a slip of the pen.
    fn read_back(&self) {
        let text = self.set.to_string();
        match (text.parse::<MethodSet>(), parse(&text)) {
            (Ok(set), Ok(_)) => assert_eq!(set, self.set),
            (Err(_), Err(_)) => {}
            (read, expected) => panic!("{text:?} is {read:?}, and should be {expected:?}"),
        }
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

    fn remove(&mut self, name: &str) {
        let Ok(method) = Method::from_bytes(name.as_bytes()) else {
            return;
        };
        let stays = matches!(name, "GET" | "HEAD");
        let there = !stays && self.model.remove(name);
        assert_eq!(self.set.remove(&method), there, "{name:?} was there");
        assert_eq!(self.set.contains(&method), stays);
        assert!(!self.set.remove(&method), "{name:?} twice");
    }

    fn with(&mut self, name: &str) {
        if let Ok(method) = Method::from_bytes(name.as_bytes()) {
            let with = self.set.clone().with(method);
            self.insert(name);
            assert_eq!(with, self.set);
        }
    }

    fn without(&mut self, name: &str) {
        if let Ok(method) = Method::from_bytes(name.as_bytes()) {
            let without = self.set.clone().without(&method);
            self.remove(name);
            assert_eq!(without, self.set);
        }
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
        assert!(self.set.iter().all(|method| self.set.contains(&method)));
        assert!(self.set.iter().eq(expected.iter().copied()));
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
        Ok(one) => one.into(),
        Err(methods) => match <[Method; 2]>::try_from(methods) {
            Ok(pair) => pair.into(),
            Err(methods) => methods.into_iter().collect(),
        },
    }
}
