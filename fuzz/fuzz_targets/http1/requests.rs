//! What a client sends: well-formed requests, one after another, whose content looks like requests.

use crate::few::Few;
use arbitrary::Arbitrary;
use std::fmt::Write;

/// No request of the client's own has this target.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

const METHODS: [&str; 7] = ["FOO", "get", "POST", "GET", "HEAD", "CONNECT", "PRI"];

#[derive(Arbitrary, Debug)]
pub struct Request<'a> {
    method: u8,
    http10: bool,
    pub asks_to_close: bool,
    expects: bool,
    pub grpc: bool,
    framing: Framing,
    content: Vec<Content<'a>>,
    /// The framing of the content is malformed, or the content not all there.
    broken: bool,
}

#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    None,
    Length,
    Chunks { trailers: bool },
}

#[derive(Arbitrary, Debug)]
struct Content<'a> {
    before: Few<'a>,
    smuggled: u8,
}

impl Content<'_> {
    fn bytes(&self) -> Vec<u8> {
        let smuggled = SMUGGLED.repeat(usize::from(self.smuggled % 3));
        [&self.before[..], smuggled.as_bytes()].concat()
    }
}

impl Request<'_> {
    pub fn method(&self) -> &'static str {
        METHODS[usize::from(self.method) % METHODS.len()]
    }

    pub fn is_http11(&self) -> bool {
        !self.http10
    }

    /// HTTP/1.0 has no chunks.
    fn framing(&self) -> Framing {
        match self.framing {
            Framing::Chunks { .. } if self.http10 => Framing::Length,
            framing => framing,
        }
    }

    fn chunks(&self) -> Vec<Vec<u8>> {
        let chunks = self.content.iter().map(Content::bytes);
        chunks.filter(|chunk| !chunk.is_empty()).collect()
    }

    fn length(&self) -> usize {
        self.chunks().iter().map(Vec::len).sum()
    }

    pub fn has_content(&self) -> bool {
        match self.framing() {
            Framing::None => false,
            Framing::Length => self.broken || self.length() > 0,
            Framing::Chunks { .. } => true,
        }
    }

    /// Whether the content never ends, or not as it should.
    pub fn is_broken(&self) -> bool {
        self.broken && self.has_content()
    }

    /// Whether a refusal leaves content unread, of which `limit` bytes are to be read.
    pub fn is_left(&self, limit: u64) -> bool {
        let held_back = self.expects && self.is_http11();
        let much = limit == 0 || self.length() as u64 > limit;
        let left = held_back || much || self.is_broken();
        self.method() == "CONNECT" || self.has_content() && left
    }

    /// Writes the request, the one in `place`; whether others can follow it.
    pub fn write(&self, place: usize, wire: &mut Vec<u8>) -> bool {
        wire.extend_from_slice(self.head(place).as_bytes());
        let chunks = self.chunks();
        match self.framing() {
            Framing::None => return true,
            Framing::Length => wire.extend_from_slice(&chunks.concat()),
            Framing::Chunks { trailers } => {
                for chunk in chunks {
                    wire.extend_from_slice(format!("{:x};x=y\r\n", chunk.len()).as_bytes());
                    wire.extend_from_slice(&chunk);
                    wire.extend_from_slice(b"\r\n");
                }
                wire.extend_from_slice(match (self.broken, trailers) {
                    (true, _) => b"x\r\n",
                    (_, true) => b"0\r\nx: y\r\n\r\n",
                    (_, false) => b"0\r\n\r\n",
                });
            }
        }
        // Where more was declared than there is, the next request would be content.
        !(self.broken && self.framing() == Framing::Length)
    }

    fn head(&self, place: usize) -> String {
        let method = self.method();
        let mut head = match method {
            "CONNECT" => format!("CONNECT a:{place}"),
            _ => format!("{method} /{place}"),
        };
        head += if self.http10 {
            " HTTP/1.0\r\n"
        } else {
            " HTTP/1.1\r\n"
        };
        if self.asks_to_close {
            head += "Connection: close\r\n";
        } else if self.http10 {
            head += "Connection: keep-alive\r\n";
        }
        if self.expects {
            head += "Expect: 100-continue\r\n";
        }
        if self.grpc {
            head += "Content-Type: application/grpc\r\n";
        }
        match self.framing() {
            Framing::None => {}
            Framing::Length => {
                let length = self.length() + usize::from(self.broken);
                write!(head, "Content-Length: {length}\r\n").expect("a String");
            }
            Framing::Chunks { .. } => head += "Transfer-Encoding: chunked\r\n",
        }
        head + "\r\n"
    }
}
