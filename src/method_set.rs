//! The methods a server supports.

use crate::{registry, tokens::Tokens};
use http::Method;
use std::fmt;

/// The methods a whole server supports.
///
/// A method is a case-sensitive token ([RFC 9110 section 9.1]): `get` is not `GET`. Any token can
/// be added, registered or not; GET and HEAD, which every general-purpose server must support, are
/// in every set and cannot be taken out. `*` is a reserved name, never a wildcard, and is in no
/// set.
///
/// A set is built up, from one of the presets or from methods, and read from a configuration
/// value by [`str::parse`]. Its [`Display`](fmt::Display) form is such a value, and what `Allow`
/// carries.
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
    registered: u64,
    unregistered: Tokens,
}

impl MethodSet {
    /// GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS and TRACE ([RFC 9110 section 9.3]) and
    /// PATCH (RFC 5789).
    ///
    /// This preset is frozen: a method registered later (QUERY, RFC 10008) is named by whoever
    /// wants it, for a release that added one would change what running servers answer.
    ///
    /// [RFC 9110 section 9.3]: https://www.rfc-editor.org/rfc/rfc9110.html#section-9.3
    pub const STANDARD: Self = Self::of_registered(registry::STANDARD);

    /// [`STANDARD`](Self::STANDARD) and RFC 4918: COPY, LOCK, MKCOL, MOVE, PROPFIND, PROPPATCH
    /// and UNLOCK. Frozen too.
    pub const WEBDAV: Self = Self::of_registered(registry::WEBDAV);

    /// Every name in the [IANA HTTP Method Registry] as of 2026-06-17, except `PRI` and `*`, which
    /// are reserved and no server's method. A later release of this crate may follow the registry.
    ///
    /// [IANA HTTP Method Registry]: https://www.iana.org/assignments/http-methods
    pub const REGISTERED: Self = Self::of_registered(registry::REGISTERED);

    /// GET and HEAD, the least a server can support.
    #[must_use]
    pub const fn new() -> Self {
        Self::of_registered(registry::MANDATORY)
    }

    pub(crate) const fn of_registered(registered: u64) -> Self {
        Self {
            registered,
            unregistered: Tokens::NONE,
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

    #[inline(never)]
    fn contains_extension(&self, method: &Method) -> bool {
        match registry::bit(method) {
            Some(bit) => registry::contains(self.registered, bit),
            None => self.unregistered.contains(method),
        }
    }

    /// Adds `method`, and says whether that changed the set. `*` changes nothing.
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
        match registry::bit(&method) {
            Some(bit) => {
                let before = self.registered;
                self.registered |= 1 << bit;
                self.registered != before
            }
            None => method != "*" && self.unregistered.insert(method),
        }
    }

    /// How many methods are in the set: two at least.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // it never is empty
    pub fn len(&self) -> usize {
        self.registered.count_ones() as usize + self.unregistered.methods().len()
    }

    /// The methods: RFC 9110's and PATCH in the order of their definition, then the other
    /// registered ones in alphabetical order, then the rest in byte order.
    #[must_use]
    pub fn iter(&self) -> std::vec::IntoIter<Method> {
        self.clone().into_iter()
    }

    pub(crate) fn registered(&self) -> u64 {
        self.registered
    }

    pub(crate) fn only_registered(&self) -> bool {
        self.unregistered.methods().is_empty()
    }

    fn names(&self) -> impl Iterator<Item = &str> + '_ {
        registry::names(self.registered)
            .map(|name| -> &str { name })
            .chain(self.unregistered.methods().iter().map(Method::as_str))
    }
}

/// [`MethodSet::new`]: GET and HEAD.
impl Default for MethodSet {
    fn default() -> Self {
        Self::new()
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

impl Extend<Method> for MethodSet {
    fn extend<I: IntoIterator<Item = Method>>(&mut self, methods: I) {
        for method in methods {
            self.insert(method);
        }
    }
}

impl FromIterator<Method> for MethodSet {
    fn from_iter<I: IntoIterator<Item = Method>>(methods: I) -> Self {
        let mut set = Self::new();
        set.extend(methods);
        set
    }
}

impl From<Method> for MethodSet {
    fn from(method: Method) -> Self {
        Self::from([method])
    }
}

impl<const N: usize> From<[Method; N]> for MethodSet {
    fn from(methods: [Method; N]) -> Self {
        methods.into_iter().collect()
    }
}

impl From<&[Method]> for MethodSet {
    fn from(methods: &[Method]) -> Self {
        methods.iter().cloned().collect()
    }
}

impl From<Vec<Method>> for MethodSet {
    fn from(methods: Vec<Method>) -> Self {
        methods.into_iter().collect()
    }
}

impl IntoIterator for MethodSet {
    type Item = Method;
    type IntoIter = std::vec::IntoIter<Method>;

    fn into_iter(self) -> Self::IntoIter {
        let mut methods: Vec<_> = registry::names(self.registered)
            .filter_map(|name| Method::from_bytes(name.as_bytes()).ok())
            .collect();
        methods.extend_from_slice(self.unregistered.methods());
        methods.into_iter()
    }
}

impl IntoIterator for &MethodSet {
    type Item = Method;
    type IntoIter = std::vec::IntoIter<Method>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
