//! The methods a server supports.

mod parse;
mod registry;
#[cfg(feature = "serde")]
mod serde;

pub use parse::ParseMethodSetError;
pub(crate) use registry::label;

use http::Method;
use std::fmt;

/// The methods that a whole server supports.
///
/// A method is a token, and its letter case matters ([RFC 9110 section 9.1]): `get` is not `GET`.
/// Any method can be added, even one that is not registered. GET and HEAD are in every set and
/// cannot be removed, because every general-purpose server must support them. `*` is a reserved
/// name, not a wildcard, and is in no set.
///
/// Make a set from a preset, from methods, or from a string with [`str::parse`].
/// [`Display`](fmt::Display) writes the methods with commas between them, as `Allow` lists them.
/// `parse` reads that string back. Only if the set has a method that `parse` refuses, it does not:
/// [`FromStr`](#impl-FromStr-for-MethodSet) says which methods those are.
///
/// ```
/// use http::Method;
/// use tower_not_implemented::MethodSet;
///
/// let set = MethodSet::from([Method::POST]);
/// assert!(set.contains(&Method::POST));
/// assert!(set.contains(&Method::GET));
/// assert!(!set.contains(&Method::PUT));
///
/// let configured: MethodSet = "POST, PROPFIND, PURGE".parse()?;
/// assert_eq!(configured.to_string(), "GET, HEAD, POST, PROPFIND, PURGE");
/// # Ok::<(), tower_not_implemented::ParseMethodSetError>(())
/// ```
///
/// [RFC 9110 section 9.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.1
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MethodSet {
    /// The bit of each registered method.
    registered: u64,
    /// All others, sorted by name, none twice.
    unregistered: Vec<Method>,
}

impl MethodSet {
    /// GET and HEAD, the least a server can support ([RFC 9110 section 9.1]).
    ///
    /// [RFC 9110 section 9.1]: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.1
    pub const GET_HEAD: Self = Self::of_registered(registry::MANDATORY);

    /// GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS and TRACE ([RFC 9110 section 9.3]) and
    /// PATCH (RFC 5789).
    ///
    /// This preset never changes: a new method in it would change what running servers answer. Add
    /// what you need, such as QUERY ([RFC 10008]), with [`with`](Self::with).
    ///
    /// [RFC 9110 section 9.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3
    /// [RFC 10008]: https://www.rfc-editor.org/rfc/rfc10008.html
    pub const STANDARD: Self = Self::of_registered(registry::STANDARD);

    /// [`STANDARD`](Self::STANDARD) and WebDAV (RFC 4918): COPY, LOCK, MKCOL, MOVE, PROPFIND,
    /// PROPPATCH and UNLOCK. It never changes either.
    pub const WEBDAV: Self = Self::of_registered(registry::WEBDAV);

    /// Every name in the [IANA HTTP Method Registry] as of 2026-06-17, except `PRI` and `*`, which
    /// are reserved. A later release of this crate may follow the registry.
    ///
    /// [IANA HTTP Method Registry]: https://www.iana.org/assignments/http-methods
    pub const REGISTERED: Self = Self::of_registered(registry::REGISTERED);

    const fn of_registered(registered: u64) -> Self {
        Self {
            registered,
            unregistered: Vec::new(),
        }
    }

    /// Whether `method` is in the set, byte for byte.
    #[must_use]
    #[inline]
    pub fn contains(&self, method: &Method) -> bool {
        match registry::standard_bit(method) {
            Some(bit) => registry::contains(self.registered, bit),
            None => self.contains_extension(method),
        }
    }

    /// Out of line: the path of a standard method stays short.
    #[inline(never)]
    fn contains_extension(&self, method: &Method) -> bool {
        let name = method.as_str();
        match registry::place(name) {
            Some(bit) => registry::contains(self.registered, bit),
            None => self.position(name).is_ok(),
        }
    }

    /// Where an unregistered method is, or else where it belongs.
    fn position(&self, name: &str) -> Result<usize, usize> {
        self.unregistered
            .binary_search_by(|known| known.as_str().cmp(name))
    }

    /// Adds `method`, byte for byte, and says whether that changed the set. `*` changes nothing.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::MethodSet;
    ///
    /// let mut set = MethodSet::STANDARD;
    /// assert!(set.insert(Method::from_bytes(b"QUERY")?));
    /// assert!(!set.insert(Method::GET));
    /// # Ok::<(), http::method::InvalidMethod>(())
    /// ```
    pub fn insert(&mut self, method: Method) -> bool {
        if let Some(bit) = registry::bit(&method) {
            let before = self.registered;
            self.registered |= 1 << bit;
            return self.registered != before;
        }
        match self.position(method.as_str()) {
            Err(place) if method != "*" => {
                self.unregistered.insert(place, method);
                true
            }
            _ => false,
        }
    }

    /// Removes `method`, and says whether that changed the set. GET and HEAD stay.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::MethodSet;
    ///
    /// let mut set = MethodSet::STANDARD;
    /// assert!(set.remove(&Method::TRACE));
    /// assert!(!set.remove(&Method::TRACE)); // it is not there
    /// assert!(!set.remove(&Method::GET)); // it stays
    /// ```
    pub fn remove(&mut self, method: &Method) -> bool {
        if let Some(bit) = registry::bit(method) {
            let before = self.registered;
            self.registered &= !(1 << bit) | registry::MANDATORY;
            return self.registered != before;
        }
        let place = self.position(method.as_str());
        place.map(|place| self.unregistered.remove(place)).is_ok()
    }

    /// The set with `method` too: [`insert`](Self::insert) in an expression.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::{MethodSet, NotImplementedLayer};
    ///
    /// let query = Method::from_bytes(b"QUERY")?;
    /// let layer = NotImplementedLayer::new(MethodSet::STANDARD.with(query));
    /// # Ok::<(), http::method::InvalidMethod>(())
    /// ```
    #[must_use]
    pub fn with(mut self, method: Method) -> Self {
        self.insert(method);
        self
    }

    /// The set without `method`: [`remove`](Self::remove) in an expression. GET and HEAD stay.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::{MethodSet, NotImplementedLayer};
    ///
    /// let layer = NotImplementedLayer::new(MethodSet::STANDARD.without(&Method::TRACE));
    /// ```
    #[must_use]
    pub fn without(mut self, method: &Method) -> Self {
        self.remove(method);
        self
    }

    /// How many methods are in the set: at least two.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // it never is empty
    pub fn len(&self) -> usize {
        self.registered.count_ones() as usize + self.unregistered.len()
    }

    /// The methods: first those of [`STANDARD`](Self::STANDARD), then those that
    /// [`WEBDAV`](Self::WEBDAV) adds, then the other registered ones, then the rest. From WebDAV on
    /// each group is in byte order.
    ///
    /// ```
    /// use http::Method;
    /// use tower_not_implemented::{MethodSet, NotImplementedLayer};
    ///
    /// let standard = MethodSet::STANDARD;
    /// let safe: MethodSet = standard.iter().filter(Method::is_safe).collect();
    /// let layer = NotImplementedLayer::new(safe);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = Method> + '_ {
        registry::methods(self.registered).chain(self.unregistered.iter().cloned())
    }

    fn names(&self) -> impl Iterator<Item = &str> + '_ {
        registry::names(self.registered)
            .map(|name| -> &str { name })
            .chain(self.unregistered.iter().map(Method::as_str))
    }
}

/// [`STANDARD`](MethodSet::STANDARD), as for the layer.
impl Default for MethodSet {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// The methods as a set of names.
impl fmt::Debug for MethodSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// The methods in the order of [`iter`](MethodSet::iter), with a comma and a space between them.
impl fmt::Display for MethodSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.names().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

/// GET, HEAD and `methods`, without `*`. This sorts once, so it is fast for many methods.
impl FromIterator<Method> for MethodSet {
    fn from_iter<I: IntoIterator<Item = Method>>(methods: I) -> Self {
        let mut set = Self::GET_HEAD;
        for method in methods {
            match registry::bit(&method) {
                Some(bit) => set.registered |= 1 << bit,
                None if method == "*" => {}
                None => set.unregistered.push(method),
            }
        }
        set.unregistered.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        set.unregistered.dedup();
        set
    }
}

impl<const N: usize> From<[Method; N]> for MethodSet {
    fn from(methods: [Method; N]) -> Self {
        methods.into_iter().collect()
    }
}

impl From<Vec<Method>> for MethodSet {
    fn from(methods: Vec<Method>) -> Self {
        methods.into_iter().collect()
    }
}
