//! The IANA HTTP Method Registry as a table, and the bit each name has in a set.

use http::Method;

/// The document a method comes from, as far as a preset asks for it.
#[derive(Clone, Copy)]
enum Family {
    /// RFC 9110 section 9.3, and PATCH (RFC 5789).
    Http,
    /// RFC 4918.
    Dav,
    /// Any other registration.
    Other,
}

use Family::{Dav, Http, Other};

/// Makes the table, and the row of a name in it.
macro_rules! registry {
    ($($row:literal $name:literal $family:ident,)*) => {
        const METHODS: &[(&str, Family)] = &[$(($name, $family)),*];

        /// The row of a registered name.
        pub(super) fn row(name: &str) -> Option<u32> {
            match name {
                $($name => Some($row),)*
                _ => None,
            }
        }
    };
}

// The registry as of 2026-06-17, without `PRI` and `*`, which no server supports: RFC 9110's
// methods and PATCH in the order of their definition, then all others in alphabetical order.
// A method's bit is its row.
registry! {
     0 "GET" Http,
     1 "HEAD" Http,
     2 "POST" Http,
     3 "PUT" Http,
     4 "DELETE" Http,
     5 "CONNECT" Http,
     6 "OPTIONS" Http,
     7 "TRACE" Http,
     8 "PATCH" Http,
     9 "ACL" Other,
    10 "BASELINE-CONTROL" Other,
    11 "BIND" Other,
    12 "CHECKIN" Other,
    13 "CHECKOUT" Other,
    14 "COPY" Dav,
    15 "LABEL" Other,
    16 "LINK" Other,
    17 "LOCK" Dav,
    18 "MERGE" Other,
    19 "MKACTIVITY" Other,
    20 "MKCALENDAR" Other,
    21 "MKCOL" Dav,
    22 "MKREDIRECTREF" Other,
    23 "MKWORKSPACE" Other,
    24 "MOVE" Dav,
    25 "ORDERPATCH" Other,
    26 "PROPFIND" Dav,
    27 "PROPPATCH" Dav,
    28 "QUERY" Other,
    29 "REBIND" Other,
    30 "REPORT" Other,
    31 "SEARCH" Other,
    32 "UNBIND" Other,
    33 "UNCHECKOUT" Other,
    34 "UNLINK" Other,
    35 "UNLOCK" Dav,
    36 "UPDATE" Other,
    37 "UPDATEREDIRECTREF" Other,
    38 "VERSION-CONTROL" Other,
}

/// GET and HEAD: what every general-purpose server must support (RFC 9110 section 9.1).
pub(super) const MANDATORY: u64 = 0b11;
/// RFC 9110 section 9.3, and PATCH.
pub(super) const STANDARD: u64 = bits(Http);
/// [`STANDARD`] and RFC 4918.
pub(super) const WEBDAV: u64 = STANDARD | bits(Dav);
/// Every row.
pub(super) const REGISTERED: u64 = WEBDAV | bits(Other);

const fn bits(family: Family) -> u64 {
    let mut bits = 0;
    let mut row = 0;
    while row < METHODS.len() {
        if METHODS[row].1 as u8 == family as u8 {
            bits |= 1 << row;
        }
        row += 1;
    }
    bits
}

/// The row of a registered method, which is its bit; none for any other token.
#[inline]
pub(super) fn bit(method: &Method) -> Option<u32> {
    standard_bit(method).or_else(|| row(method.as_str()))
}

/// The bit of a method that `http` has had a constant for since its 1.0: it keeps these as
/// numbers, and compares them so.
#[inline]
pub(super) fn standard_bit(method: &Method) -> Option<u32> {
    let row = match *method {
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
    Some(row)
}

#[inline]
pub(super) const fn contains(bits: u64, bit: u32) -> bool {
    bits >> bit & 1 == 1
}

/// The row of `name`, ignoring letter case, and the name in that row.
pub(super) fn in_any_case(name: &str) -> Option<(u32, &'static str)> {
    let names = METHODS.iter().map(|(known, _)| *known);
    (0..)
        .zip(names)
        .find(|(_, known)| known.eq_ignore_ascii_case(name))
}

/// The method of a row; GET where there is none.
pub(super) fn method(row: u32) -> Method {
    let name = usize::try_from(row).ok().and_then(|row| METHODS.get(row));
    let method = name.and_then(|(name, _)| Method::from_bytes(name.as_bytes()).ok());
    method.unwrap_or(Method::GET)
}

/// The names behind `bits`, in the order of the table.
pub(super) fn names(bits: u64) -> impl Iterator<Item = &'static str> {
    METHODS
        .iter()
        .enumerate()
        .filter(move |(row, _)| bits >> row & 1 == 1)
        .map(|(_, (name, _))| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_the_bit_of_its_row() {
        for (row, (name, _)) in METHODS.iter().enumerate() {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let row = u32::try_from(row).unwrap();
            assert_eq!(bit(&method), Some(row), "{name}");
            assert_eq!(super::method(row), method);
        }
    }

    #[test]
    fn the_shortcut_agrees_with_the_table() {
        for (row, (name, family)) in METHODS.iter().enumerate() {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let expected = matches!(family, Http).then_some(u32::try_from(row).unwrap());
            assert_eq!(standard_bit(&method), expected, "{name}");
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
        assert_eq!(names(REGISTERED).count(), METHODS.len());
    }
}
