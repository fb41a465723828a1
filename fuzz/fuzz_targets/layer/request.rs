//! Requests.

use super::{
    body::{self, TestBody},
    few::Few,
    names::{map, Name, SECRET},
};
use arbitrary::Arbitrary;
use http::{
    header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT, TRANSFER_ENCODING},
    HeaderMap, HeaderName, HeaderValue, Method, Request, Version,
};
use std::sync::Arc;

const VERSIONS: [Version; 5] = [
    Version::HTTP_09,
    Version::HTTP_10,
    Version::HTTP_11,
    Version::HTTP_2,
    Version::HTTP_3,
];

const FIELDS: [&str; 14] = [
    "x-http-method-override",
    "x-method-override",
    "retry-after",
    "cache-control",
    "allow",
    "connection",
    "te",
    "trailer",
    "upgrade",
    "host",
    "range",
    "if-none-match",
    "grpc-status",
    "origin",
];

/// Values of Content-Length that declare nothing, and one that is more than any limit.
const ODD_LENGTHS: [&[u8]; 10] = [
    b"+5",
    b"-0",
    b"5, 5",
    b"",
    b"0x10",
    b"5 5",
    "\u{663}".as_bytes(),
    b"\xff",
    b"18446744073709551616",
    b"00000000000000000000000",
];

#[derive(Arbitrary, Debug)]
pub(super) struct Case<'a> {
    method: Name<'a>,
    version: u8,
    target: Few<'a>,
    fields: Vec<Field<'a>>,
    pub(super) body: body::Case,
}

#[derive(Arbitrary, Debug)]
enum Field<'a> {
    Grpc {
        kind: u8,
        capital: bool,
        separator: u8,
        rest: Few<'a>,
    },
    Type(Few<'a>),
    Expect(bool),
    Override(Name<'a>),
    Length(Length),
    Chunked,
    Other(u8, Few<'a>),
}

#[derive(Arbitrary, Debug)]
enum Length {
    Honest,
    Little(u8),
    Number(u64),
    Odd(u8),
}

/// Known only to this request.
#[derive(Clone, Debug)]
pub(super) struct Mark(pub(super) Arc<()>);

impl Case<'_> {
    /// The request, with `mark` in its extensions.
    pub(super) fn request(&self, mark: Mark) -> Request<TestBody> {
        let target = map(&self.target, b"jqzJQZ~/");
        let path = format!("/{}", String::from_utf8_lossy(&target));
        let tunnel = path == "/" && self.method.method() == Method::CONNECT;
        let target = if tunnel { "a:1" } else { &path };
        let mut request = Request::new(self.body.body());
        *request.method_mut() = self.method.method();
        *request.version_mut() = VERSIONS[usize::from(self.version) % VERSIONS.len()];
        *request.uri_mut() = target.parse().expect("a path");
        for field in &self.fields {
            let (name, value) = self.pair(field);
            request.headers_mut().append(name, value);
        }
        request.extensions_mut().insert(mark);
        request
    }

    fn pair(&self, field: &Field<'_>) -> (HeaderName, HeaderValue) {
        let (name, value) = match field {
            Field::Grpc {
                kind,
                capital,
                separator,
                rest,
            } => {
                let separators = ["", "+", ";", " \t;"];
                let separator = separators[usize::from(*separator) % 4];
                let rest = map(rest, b"+;- \tproto=webtx,/\x80jqzJ~");
                let grpc = grpc(*kind, *capital);
                let value = [grpc.as_bytes(), separator.as_bytes(), &rest];
                (CONTENT_TYPE, value.concat())
            }
            Field::Type(value) => (CONTENT_TYPE, map(value, SECRET)),
            Field::Expect(true) => (EXPECT, b"100-continue".to_vec()),
            Field::Expect(false) => (EXPECT, b"jqzjqz".to_vec()),
            Field::Override(name) => {
                let value = name.method().to_string().into_bytes();
                (HeaderName::from_static(FIELDS[0]), value)
            }
            Field::Length(length) => (CONTENT_LENGTH, self.length(length)),
            Field::Chunked => (TRANSFER_ENCODING, b"chunked".to_vec()),
            Field::Other(index, value) => {
                let name = FIELDS[usize::from(*index) % FIELDS.len()];
                (HeaderName::from_static(name), map(value, SECRET))
            }
        };
        let value = HeaderValue::from_bytes(&value).expect("a value");
        (name, value)
    }

    fn length(&self, length: &Length) -> Vec<u8> {
        let number = match length {
            Length::Honest => self.body.bytes(),
            Length::Little(length) => (*length).into(),
            Length::Number(length) => *length,
            Length::Odd(index) => {
                return ODD_LENGTHS[usize::from(*index) % ODD_LENGTHS.len()].into()
            }
        };
        number.to_string().into_bytes()
    }
}

fn grpc(kind: u8, capital: bool) -> String {
    let kinds = ["", "-web", "-web-text"];
    let mut value = format!("application/grpc{}", kinds[usize::from(kind) % 3]);
    if capital {
        value[4..].make_ascii_uppercase();
    }
    value
}

/// The content type of a gRPC request's answer.
pub(super) fn grpc_type(fields: &HeaderMap) -> Option<&'static str> {
    let mut values = fields.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
    let types = [
        "application/grpc-web-text",
        "application/grpc-web",
        "application/grpc",
    ];
    types.into_iter().find(|name| {
        let rest = value.strip_prefix(name);
        let rest = rest.map(|rest| rest.trim_start_matches([' ', '\t']));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']))
    })
}
