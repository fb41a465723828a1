//! Requests on one HTTP/1.x connection to hyper, with the layer around an inner service that answers
//! everything 200: no content is served as a request, and no refusal ends the connection without need
//! or without saying so.
//!
//! hyper's HTTP/1 server needs no runtime, so that the connection is polled by hand over an
//! in-memory stream: the same input takes the same way each time, and a connection that waits for
//! nothing, or polls itself for ever, is seen at once.

#![no_main]

mod answers;
mod connection;
#[path = "../layer/few.rs"]
mod few;
mod inner;
mod requests;
#[path = "../layer/waker.rs"]
mod waker;

use answers::Answer;
use arbitrary::Arbitrary;
use inner::Inner;
use libfuzzer_sys::fuzz_target;
use requests::Request;
use tower_layer::Layer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

fuzz_target!(|case: Case<'_>| case.run());

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    /// The supported set is GET and HEAD, instead of the default one.
    narrow: bool,
    limit: Limit,
    /// How many bytes arrive together, in powers of four; all of them for zero.
    piece: u8,
    requests: Vec<Request<'a>>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Limit {
    Default,
    Zero,
    Little(u8),
}

impl Case<'_> {
    fn run(&self) {
        let inner = Inner::default();
        let wire = self.wire();
        let piece = (self.piece > 0).then(|| 1 << (2 * (self.piece % 6)));
        let service = self.layer().layer(inner.clone());
        let output = connection::run(&wire, piece, service, |output| {
            self.check(output, &inner);
        });
        self.check(&output, &inner);
    }

    fn wire(&self) -> Vec<u8> {
        let mut wire = Vec::new();
        for (place, request) in self.requests.iter().enumerate() {
            if !request.write(place, &mut wire) {
                break;
            }
        }
        wire
    }

    fn layer(&self) -> NotImplementedLayer {
        let set = if self.narrow {
            MethodSet::GET_HEAD
        } else {
            MethodSet::STANDARD
        };
        let layer = NotImplementedLayer::new(set);
        match self.limit {
            Limit::Default => layer,
            limit => layer.discard_limit(limit.bytes()),
        }
    }

    fn supports(&self, request: &Request<'_>) -> bool {
        let method = request.method();
        matches!(method, "GET" | "HEAD") || !self.narrow && method == "POST"
    }

    /// Whether its answer is the last on the connection, whatever comes after the request.
    fn is_last(&self, request: &Request<'_>) -> bool {
        let left = !self.supports(request) && request.is_left(self.limit.bytes());
        let tunnel = request.method() == "CONNECT";
        request.asks_to_close || request.is_broken() || tunnel || left
    }

    /// What must hold of what the server has sent when it waits for more, and at the end.
    fn check(&self, output: &[u8], inner: &Inner) {
        let last = self.requests.iter().position(|r| self.is_last(r));
        let served = last.map_or(self.requests.len(), |last| last + 1);
        let served = &self.requests[..served];
        let answers = answers::parse(output, served.iter().map(Request::method));
        let unanswered = &served[answers.len().min(served.len())..];
        let waits = |request: &Request<'_>| request.is_broken();
        assert!(unanswered.iter().all(waits), "no answer to {unanswered:?}");
        assert!(answers.len() <= served.len(), "too many: {answers:?}");
        for (request, answer) in served.iter().zip(&answers) {
            assert_eq!(answer.http11, request.is_http11(), "{answer:?}");
            if self.supports(request) {
                check_forwarded(request, answer);
            } else {
                self.check_refused(request, answer);
            }
        }
        self.check_seen(served, inner);
    }

    /// The inner service has seen the supported requests, in their order, and no other.
    fn check_seen(&self, served: &[Request<'_>], inner: &Inner) {
        let targets = served.iter().enumerate();
        let targets = targets.filter(|(_, request)| self.supports(request));
        let expected: Vec<_> = targets.map(|(place, _)| format!("/{place}")).collect();
        assert_eq!(*inner.seen.borrow(), expected);
    }

    fn check_refused(&self, request: &Request<'_>, answer: &Answer<'_>) {
        assert_eq!(answer.status, 501, "{request:?} {answer:?}");
        assert_eq!(answer.continues, 0, "{request:?} {answer:?}");
        let content_type = answer.field("content-type");
        if request.grpc {
            assert_eq!(content_type, Some("application/grpc"));
            assert_eq!(answer.field("grpc-status"), Some("12"));
            assert!(answer.content.is_empty(), "{answer:?}");
        } else {
            assert_eq!(content_type, Some("text/plain; charset=utf-8"));
            assert!(answer.content.starts_with(b"501 Not Implemented: "));
        }
        // HTTP/1.0 ends where nothing is said.
        let ends = answer.closes() || !answer.http11 && answer.field("connection").is_none();
        let left = request.is_left(self.limit.bytes());
        assert!(ends || !left, "unannounced: {request:?} {answer:?}");
        let needed = left || request.asks_to_close;
        assert!(needed || !ends, "needless: {request:?} {answer:?}");
    }
}

impl Limit {
    fn bytes(self) -> u64 {
        match self {
            Self::Default => 2 * 1024 * 1024,
            Self::Zero => 0,
            Self::Little(bytes) => bytes.into(),
        }
    }
}

fn check_forwarded(request: &Request<'_>, answer: &Answer<'_>) {
    assert_eq!(answer.status, 200, "{request:?} {answer:?}");
    if request.method() != "HEAD" {
        assert_eq!(answer.content, inner::CONTENT.as_bytes(), "{answer:?}");
    }
}
