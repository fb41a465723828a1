//! Unregistered methods, as a sorted list.

use http::Method;

/// How many bytes of a name its [`head`] holds.
const HEAD: usize = 16;

/// Methods sorted by name, none twice. The heads of their names stand apart, close together, for a
/// search goes by them, and looks at whole names only where these are longer.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Tokens {
    heads: Vec<u128>,
    methods: Vec<Method>,
}

impl Tokens {
    pub(crate) const NONE: Self = Self {
        heads: Vec::new(),
        methods: Vec::new(),
    };

    pub(crate) fn contains(&self, method: &Method) -> bool {
        !self.methods.is_empty() && self.position(method).is_ok()
    }

    /// Adds `method`, unless it is there.
    pub(crate) fn insert(&mut self, method: Method) -> bool {
        let place = self.position(&method);
        if let Err(place) = place {
            self.heads.insert(place, head(method.as_str()));
            self.methods.insert(place, method);
        }
        place.is_err()
    }

    pub(crate) fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// Whether `method` is there, or else where it belongs.
    fn position(&self, method: &Method) -> Result<(), usize> {
        let name = method.as_str();
        let head = head(name);
        let place = self.heads.partition_point(|known| *known < head);
        if self.heads.get(place) == Some(&head) {
            self.position_from(place, name)
        } else {
            Err(place)
        }
    }

    /// [`position`](Self::position), at `start` or after it.
    fn position_from(&self, start: usize, name: &str) -> Result<(), usize> {
        let alike = self.methods.get(start..).unwrap_or_default();
        match alike.first() {
            Some(first) if first.as_str() == name => Ok(()),
            _ => alike
                .binary_search_by(|known| known.as_str().cmp(name))
                .map(|_| ())
                .map_err(|place| start + place),
        }
    }
}

/// The first bytes of a name as one number, which orders as they do: no token has a zero byte.
fn head(name: &str) -> u128 {
    let mut head = [0; HEAD];
    let bytes = name.as_bytes();
    let bytes = bytes.get(..HEAD).unwrap_or(bytes);
    head[..bytes.len()].copy_from_slice(bytes);
    u128::from_be_bytes(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTED: [&str; 7] = [
        "A",
        "PREFIX-OF-16-BYT",
        "PREFIX-OF-16-BYT-1",
        "PREFIX-OF-16-BYT-2",
        "PREFIX-OF-16-BYT-3",
        "PREFIX-OF-16-BYT-33",
        "Z",
    ];

    fn method(name: &str) -> Method {
        Method::from_bytes(name.as_bytes()).unwrap()
    }

    fn names(tokens: &Tokens) -> Vec<&str> {
        tokens.methods().iter().map(Method::as_str).collect()
    }

    #[test]
    fn names_with_the_same_head_are_sorted_and_found() {
        for first in 0..SORTED.len() {
            let mut tokens = Tokens::NONE;
            let (late, early) = SORTED.split_at(first);
            for name in early.iter().chain(late.iter().rev()) {
                assert!(!tokens.contains(&method(name)), "{name}");
                assert!(tokens.insert(method(name)), "{name}");
                assert!(!tokens.insert(method(name)), "{name}");
            }
            assert_eq!(names(&tokens), SORTED);
            assert!(SORTED.iter().all(|name| tokens.contains(&method(name))));
        }
    }

    #[test]
    fn a_head_orders_as_the_name_does() {
        assert!(SORTED.windows(2).all(|two| head(two[0]) <= head(two[1])));
        assert!(head("A") < head("AA"));
        assert!(head("AA") < head("B"));
        assert_eq!(head(SORTED[1]), head(SORTED[5]));
    }
}
