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

/// How many of the first rows of [`METHODS`] `http` has had constants for since its 1.0.
const HTTP_METHODS: usize = 9;

/// The registry as of 2026-06-17, without `PRI` and `*`, which no server supports: RFC 9110's
/// methods and PATCH in the order of their definition, then all others in alphabetical order.
/// A method's bit is its row.
const METHODS: [(&str, Family); 39] = [
    ("GET", Http),
    ("HEAD", Http),
    ("POST", Http),
    ("PUT", Http),
    ("DELETE", Http),
    ("CONNECT", Http),
    ("OPTIONS", Http),
    ("TRACE", Http),
    ("PATCH", Http),
    ("ACL", Other),
    ("BASELINE-CONTROL", Other),
    ("BIND", Other),
    ("CHECKIN", Other),
    ("CHECKOUT", Other),
    ("COPY", Dav),
    ("LABEL", Other),
    ("LINK", Other),
    ("LOCK", Dav),
    ("MERGE", Other),
    ("MKACTIVITY", Other),
    ("MKCALENDAR", Other),
    ("MKCOL", Dav),
    ("MKREDIRECTREF", Other),
    ("MKWORKSPACE", Other),
    ("MOVE", Dav),
    ("ORDERPATCH", Other),
    ("PROPFIND", Dav),
    ("PROPPATCH", Dav),
    ("QUERY", Other),
    ("REBIND", Other),
    ("REPORT", Other),
    ("SEARCH", Other),
    ("UNBIND", Other),
    ("UNCHECKOUT", Other),
    ("UNLINK", Other),
    ("UNLOCK", Dav),
    ("UPDATE", Other),
    ("UPDATEREDIRECTREF", Other),
    ("VERSION-CONTROL", Other),
];

/// GET and HEAD: what every general-purpose server must support (RFC 9110 section 9.1).
pub(crate) const MANDATORY: u64 = 0b11;
/// RFC 9110 section 9.3, and PATCH.
pub(crate) const STANDARD: u64 = bits(Http);
/// [`STANDARD`] and RFC 4918.
pub(crate) const WEBDAV: u64 = STANDARD | bits(Dav);
/// Every row.
pub(crate) const REGISTERED: u64 = WEBDAV | bits(Other);

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

/// The one bit of a registered method; none for any other token.
#[inline]
pub(crate) fn bit(method: &Method) -> Option<u64> {
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
        // QUERY too: `http` has a constant for it from 1.5 on only.
        _ => return extension_bit(method.as_str()),
    };
    Some(1 << row)
}

fn extension_bit(name: &str) -> Option<u64> {
    let extensions = METHODS.get(HTTP_METHODS..)?;
    let row = extensions
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    Some(1 << (HTTP_METHODS + row))
}

/// The names behind `bits`, in the order of the table.
pub(crate) fn names(bits: u64) -> impl Iterator<Item = &'static str> {
    METHODS
        .iter()
        .enumerate()
        .filter(move |(row, _)| bits & (1 << row) != 0)
        .map(|(_, (name, _))| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_the_bit_of_its_row() {
        for (row, (name, _)) in METHODS.iter().enumerate() {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            assert_eq!(bit(&method), Some(1 << row), "{name}");
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
