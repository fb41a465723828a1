//! Arbitrary bytes as one HTTP/1.x connection to hyper, with the layer around an inner service that
//! answers everything 200.
//!
//! The first byte chooses how (see [`Mode`]), all others are what the client sends, before the end
//! of its input. A strict parser of requests ([`requests`]) says how many answers that may have,
//! and to what; a strict parser of answers ([`answers`]) reads what the server has sent.
//!
//! hyper's HTTP/1 server needs no runtime, so that the connection is polled by hand over an
//! in-memory stream: the same input takes the same way each time, and a connection that waits for
//! nothing, or polls itself for ever, is seen at once.

#![no_main]

mod answers;
mod connection;
mod inner;
mod requests;
mod rules;
#[path = "../waker.rs"]
mod waker;

use libfuzzer_sys::fuzz_target;
use tower_layer::Layer;
use tower_not_implemented::NotImplementedLayer;

fuzz_target!(|input: &[u8]| {
    let Some((mode, input)) = input.split_first() else {
        return;
    };
    let mode = Mode::new(*mode);
    let inner = inner::Inner::new(mode.reads_content);
    let seen = inner.seen();
    let requests = requests::parse(input, |method| mode.supports(method));
    let rules = rules::Rules {
        mode,
        requests: &requests,
        seen: &seen,
    };
    let output = connection::run(mode, input, mode.layer().layer(inner), |output| {
        rules.check_idle(output)
    });
    rules.check_end(&output);
});

/// How one connection is served.
#[derive(Clone, Copy, Debug)]
struct Mode {
    /// Content is waited for: `discard_request_body`.
    discards: bool,
    /// The supported set is GET, HEAD and POST, instead of the default one.
    narrow: bool,
    /// The inner service reads a request's content before it answers.
    reads_content: bool,
    /// The client ends its input right away, instead of when the server waits for more.
    ends_at_once: bool,
    /// The server goes on answering after the end of the client's input.
    half_close: bool,
    /// How many bytes arrive together; all of them where there is none.
    piece: Option<usize>,
}

impl Mode {
    fn new(bits: u8) -> Self {
        let bit = |place: u8| bits & 1 << place != 0;
        let piece = bits >> 5;
        Self {
            discards: bit(0),
            narrow: bit(1),
            reads_content: bit(2),
            ends_at_once: bit(3),
            half_close: bit(4),
            piece: (piece > 0).then(|| 1 << (2 * (piece - 1))),
        }
    }

    fn layer(self) -> NotImplementedLayer {
        let layer = if self.narrow {
            NotImplementedLayer::new([http::Method::POST])
        } else {
            NotImplementedLayer::default()
        };
        if self.discards {
            layer.discard_request_body(20)
        } else {
            layer
        }
    }

    fn supports(self, method: &str) -> bool {
        let standard = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
        ];
        let supported = if self.narrow { 3 } else { standard.len() };
        standard[..supported].contains(&method)
    }
}
