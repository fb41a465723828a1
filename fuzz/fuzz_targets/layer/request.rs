//! Requests.

use crate::{
    body::{self, TestBody},
    names::{map, Name, SECRET},
};
use arbitrary::Arbitrary;
use http::{
    header::{CONTENT_TYPE, EXPECT},
    HeaderMap, HeaderName, HeaderValue, Request, Version,
};

const VERSIONS: [Version; 5] = [
    Version::HTTP_09,
    Version::HTTP_10,
    Version::HTTP_11,
    Version::HTTP_2,
    Version::HTTP_3,
];

const FIELDS: [&str; 16] = [
    "x-http-method-override",
    "x-method-override",
    "retry-after",
    "cache-control",
    "allow",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "host",
    "range",
    "if-none-match",
    "grpc-status",
    "origin",
];

#[derive(Arbitrary, Debug)]
pub struct Case<'a> {
    method: Name<'a>,
    version: u8,
    target: &'a [u8],
    fields: Vec<Field<'a>>,
    pub body: body::Case,
}

#[derive(Arbitrary, Debug)]
enum Field<'a> {
    Grpc {
        kind: u8,
        capital: bool,
        rest: &'a [u8],
    },
    Type(&'a [u8]),
    Expect(bool),
    Override(Name<'a>),
    Other(u8, &'a [u8]),
}

/// Known only to this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark;

impl Case<'_> {
    pub fn request(&self) -> Request<TestBody> {
        let target = format!("/{}", text(&map(self.target, b"jqzJQZ~/")));
        let mut request = Request::new(self.body.body());
        *request.method_mut() = self.method.method();
        *request.version_mut() = VERSIONS[usize::from(self.version) % VERSIONS.len()];
        *request.uri_mut() = target.parse().expect("a path");
        for field in &self.fields {
            let (name, value) = field.pair();
            request.headers_mut().append(name, value);
        }
        request.extensions_mut().insert(Mark);
        request
    }
}

impl Field<'_> {
    fn pair(&self) -> (HeaderName, HeaderValue) {
        let (name, value) = match self {
            Self::Grpc {
                kind,
                capital,
                rest,
            } => {
                let kinds = ["", "-web", "-web-text"];
                let mut value = format!("application/grpc{}", kinds[usize::from(*kind) % 3]);
                if *capital {
                    value[4..].make_ascii_uppercase();
                }
                let rest = map(rest, b"+;- \tproto=webtx,/\x80jqzJ~");
                (CONTENT_TYPE, [value.as_bytes(), &rest].concat())
            }
            Self::Type(value) => (CONTENT_TYPE, map(value, SECRET)),
            Self::Expect(true) => (EXPECT, b"100-continue".to_vec()),
            Self::Expect(false) => (EXPECT, b"jqzjqz".to_vec()),
            Self::Override(name) => {
                let value = name.method().as_str().as_bytes().to_vec();
                (HeaderName::from_static(FIELDS[0]), value)
            }
            Self::Other(index, value) => {
                let name = FIELDS[usize::from(*index) % FIELDS.len()];
                (HeaderName::from_static(name), map(value, SECRET))
            }
        };
        let value = HeaderValue::from_bytes(&value).expect("a value");
        (name, value)
    }
}

/// The content type of a gRPC request's answer.
pub fn grpc_type(fields: &HeaderMap) -> Option<&'static str> {
    let mut values = fields.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let value = value.to_str().ok()?.to_ascii_lowercase();
    let types = [
        "application/grpc-web-text",
        "application/grpc-web",
        "application/grpc",
    ];
    types.into_iter().find(|name| {
        let rest = value.strip_prefix(name).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']))
    })
}

fn text(ascii: &[u8]) -> &str {
    std::str::from_utf8(ascii).expect("ASCII")
}
