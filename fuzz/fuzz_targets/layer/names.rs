//! Names of methods, and the bytes by which a request is recognised.

use super::few::Few;
use arbitrary::Arbitrary;
use http::Method;
use tower_not_implemented::MethodSet;

/// No run of four of these is in anything that the layer is told or says by itself: it comes from
/// a request. All of them are token characters.
pub(super) const SECRET: &[u8; 10] = b"jqzJQZ~^|`";

const OTHERS: [&str; 14] = [
    "CONNECT", "POST", "get", "Get", "GETS", "GE", "head", "*", "PRI", "M-GET", "FOO", "BREW",
    "POSTGET", "-",
];

const TOKEN: &[u8; 77] =
    b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

#[derive(Arbitrary, Debug)]
pub(super) enum Name<'a> {
    Registered(u8),
    Other(u8),
    Token(Few<'a>),
    Secret(Few<'a>),
}

impl Name<'_> {
    pub(super) fn method(&self) -> Method {
        let token = match self {
            Self::Registered(index) => return registered(*index),
            Self::Other(index) => OTHERS[usize::from(*index) % OTHERS.len()]
                .as_bytes()
                .to_vec(),
            Self::Token(bytes) | Self::Secret(bytes) if bytes.is_empty() => b"X".to_vec(),
            Self::Token(bytes) => map(bytes, TOKEN),
            Self::Secret(bytes) => map(bytes, SECRET),
        };
        Method::from_bytes(&token).expect("a token")
    }
}

fn registered(index: u8) -> Method {
    thread_local! {
        static METHODS: Vec<Method> = MethodSet::REGISTERED.iter().collect();
    }
    METHODS.with(|methods| methods[usize::from(index) % methods.len()].clone())
}

/// Each byte of `bytes` as one of `alphabet`.
pub(super) fn map(bytes: &[u8], alphabet: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .map(|byte| alphabet[usize::from(*byte) % alphabet.len()])
        .collect()
}

/// `bytes` without the ones by which a request is recognised.
pub(super) fn public(bytes: &[u8]) -> Vec<u8> {
    let public = |byte: &u8| if SECRET.contains(byte) { b'a' } else { *byte };
    bytes.iter().map(public).collect()
}

pub(super) fn tells_a_secret(bytes: &[u8]) -> bool {
    let mut run = 0;
    bytes.iter().any(|byte| {
        run = if SECRET.contains(byte) { run + 1 } else { 0 };
        run == 4
    })
}
