//! The IANA HTTP Method Registry as a table, and the bit each name has in a set.

use http::Method;

/// Makes the table, and the place of a name in it.
macro_rules! registry {
    ($($place:literal $name:literal,)*) => {
        const NAMES: &[&str] = &[$($name),*];

        /// The place of a registered name, which is its bit; none for any other token.
        pub(super) fn place(name: &str) -> Option<usize> {
            match name {
                $($name => Some($place),)*
                _ => None,
            }
        }
    };
}

// The registry as of 2026-06-17, without `PRI` and `*`, which no server supports.
registry! {
    // RFC 9110 section 9.3, in its order, and PATCH (RFC 5789).
     0 "GET",
     1 "HEAD",
     2 "POST",
     3 "PUT",
     4 "DELETE",
     5 "CONNECT",
     6 "OPTIONS",
     7 "TRACE",
     8 "PATCH",
    // RFC 4918.
     9 "COPY",
    10 "LOCK",
    11 "MKCOL",
    12 "MOVE",
    13 "PROPFIND",
    14 "PROPPATCH",
    15 "UNLOCK",
    // Every other registration.
    16 "ACL",
    17 "BASELINE-CONTROL",
    18 "BIND",
    19 "CHECKIN",
    20 "CHECKOUT",
    21 "LABEL",
    22 "LINK",
    23 "MERGE",
    24 "MKACTIVITY",
    25 "MKCALENDAR",
    26 "MKREDIRECTREF",
    27 "MKWORKSPACE",
    28 "ORDERPATCH",
    29 "QUERY",
    30 "REBIND",
    31 "REPORT",
    32 "SEARCH",
    33 "UNBIND",
    34 "UNCHECKOUT",
    35 "UNLINK",
    36 "UPDATE",
    37 "UPDATEREDIRECTREF",
    38 "VERSION-CONTROL",
}

/// GET and HEAD: what every general-purpose server must support (RFC 9110 section 9.1).
pub(super) const MANDATORY: u64 = first(2);
/// RFC 9110 section 9.3, and PATCH.
pub(super) const STANDARD: u64 = first(9);
/// [`STANDARD`] and RFC 4918.
pub(super) const WEBDAV: u64 = first(16);
/// Every name.
pub(super) const REGISTERED: u64 = first(NAMES.len());

const fn first(count: usize) -> u64 {
    (1 << count) - 1
}

/// The bit of a registered method; none for any other token.
pub(super) fn bit(method: &Method) -> Option<usize> {
    standard_bit(method).or_else(|| place(method.as_str()))
}

/// The bit of a method that `http` has had a constant for since its 1.0: it keeps these as
/// numbers, and compares them so.
#[inline] // Not generic, and other crates' calls go through it.
pub(super) fn standard_bit(method: &Method) -> Option<usize> {
    let bit = match *method {
        Method::GET => 0,
        Method::HEAD => 1,
        Method::POST => 2,
        Method::PUT => 3,
        Method::DELETE => 4,
        Method::CONNECT => 5,
        Method::OPTIONS => 6,
        Method::TRACE => 7,
        Method::PATCH => 8,
        _ => return None,
    };
    Some(bit)
}

pub(super) const fn contains(bits: u64, bit: usize) -> bool {
    bits >> bit & 1 == 1
}

/// The name of a registered method, and one word for all others.
pub(crate) fn label(method: &Method) -> &'static str {
    let name = bit(method).and_then(|bit| NAMES.get(bit));
    name.copied().unwrap_or("_OTHER")
}

/// The registered spelling of `name`, ignoring letter case.
pub(super) fn in_any_case(name: &str) -> Option<&'static str> {
    let mut names = NAMES.iter().copied();
    names.find(|known| known.eq_ignore_ascii_case(name))
}

/// The names behind `bits`, in the order of the table.
pub(super) fn names(bits: u64) -> impl Iterator<Item = &'static str> {
    let names = NAMES.iter().copied().enumerate();
    names
        .filter(move |(bit, _)| contains(bits, *bit))
        .map(|(_, name)| name)
}

/// The methods behind `bits`, in the order of the table.
pub(super) fn methods(bits: u64) -> impl Iterator<Item = Method> {
    names(bits).filter_map(|name| Method::from_bytes(name.as_bytes()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_the_bit_of_its_place() {
        for (place, method) in methods(REGISTERED).enumerate() {
            assert_eq!(bit(&method), Some(place), "{method}");
            let standard = Some(place).filter(|place| contains(STANDARD, *place));
            assert_eq!(standard_bit(&method), standard, "{method}");
        }
    }

    #[test]
    fn unregistered_tokens_have_no_bit() {
        for name in ["PRI", "*", "get", "FOO", "ACK", "VERSION-CONTROLS"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(bit(&method), None, "{name}");
        }
    }

    #[test]
    fn names_are_those_of_the_bits() {
        assert_eq!(names(MANDATORY).collect::<Vec<_>>(), ["GET", "HEAD"]);
        assert_eq!(methods(REGISTERED).count(), NAMES.len());
    }
}
