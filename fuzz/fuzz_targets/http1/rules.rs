//! What must hold of every connection.

use crate::{
    answers::{self, Answer},
    inner::{Seen, CONTENT},
    requests::{Content, Request},
    Mode,
};
use std::cell::RefCell;

const EXPLANATION: &str = "501 Not Implemented: this server does not support the request method \
                           for any resource. This is permanent.\n";

const GRPC_FIELDS: [(&str, &str); 2] = [
    ("grpc-status", "12"),
    (
        "grpc-message",
        "this server does not support the HTTP request method; this is permanent",
    ),
];

pub struct Rules<'a> {
    pub mode: Mode,
    /// What the client has sent: all that may be answered.
    pub requests: &'a [Request],
    pub seen: &'a RefCell<Vec<Seen>>,
}

impl Rules<'_> {
    /// The server waits for more, though all has arrived: only for the rest of a request, if it
    /// has a reason to read it.
    pub fn check_idle(&self, output: &[u8]) {
        let answers = answers::parse(output, self.requests);
        let Some(request) = self.requests.get(answers.len()) else {
            return;
        };
        let waits = if request.supported {
            self.mode.reads_content
        } else {
            self.mode.discards && !request.expects && request.method != "CONNECT"
        };
        let more = request.content == Content::Broken;
        assert!(waits && more, "no answer to {request:?}");
    }

    /// The connection has ended.
    pub fn check_end(&self, output: &[u8]) {
        let mut answers = answers::parse(output, self.requests);
        let error = answers.pop_if(|last| last.is_error());
        assert!(
            answers.len() <= self.requests.len(),
            "{} requests, {answers:?}",
            self.requests.len()
        );
        if let (Some(error), Some(place)) = (&error, answers.len().checked_sub(1)) {
            let last = answers[place].closes() || self.requests[place].is_last();
            assert!(!last, "{error:?} after {answers:?}");
        }
        self.check_seen(&answers);
        for (index, answer) in answers.iter().enumerate() {
            let request = &self.requests[index];
            let last = index + 1 == answers.len();
            assert!(last || !answer.closes(), "an answer after {answer:?}");
            if request.supported {
                check_forwarded(request, answer, &self.requests[..index]);
            } else {
                self.check_refused(request, answer);
            }
        }
        if let (Some(last), None) = (answers.last(), error) {
            self.check_promise(answers.len(), last);
        }
    }

    /// The inner service has seen the supported requests, in their order, and no other.
    fn check_seen(&self, answers: &[Answer<'_>]) {
        let seen = self.seen.borrow();
        let sent: Vec<&Request> = self.requests.iter().filter(|sent| sent.supported).collect();
        assert!(seen.len() <= sent.len(), "{seen:?}, not {sent:?}");
        for (seen, sent) in seen.iter().zip(&sent) {
            assert_eq!(seen.method, sent.method);
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/';
            if sent.target.starts_with('/') && sent.target.bytes().all(plain) {
                assert_eq!(seen.target, sent.target);
            }
            let content = match &sent.content {
                Content::None => Some(&b""[..]),
                Content::Whole(content) => Some(&content[..]),
                Content::Broken => None,
            };
            if let Some(read) = &seen.content {
                assert_eq!(Some(&read[..]), content, "{seen:?}, not {sent:?}");
            }
        }
        let forwarded = self.requests[..answers.len()].iter();
        let forwarded = forwarded.filter(|request| request.supported).count();
        assert!(seen.len() >= forwarded, "{seen:?}, {answers:?}");
    }

    fn check_refused(&self, request: &Request, answer: &Answer<'_>) {
        assert_eq!(answer.status, 501, "{request:?} {answer:?}");
        assert_eq!(answer.http11, request.http11, "{answer:?}");
        assert_eq!(answer.continues, 0, "{request:?} {answer:?}");
        let expected = if request.grpc { "" } else { EXPLANATION };
        assert_eq!(answer.content, expected.as_bytes(), "{answer:?}");
        let length = expected.len().to_string();
        assert_eq!(answer.field("content-length"), Some(&length[..]));
        let content_type = answer.field("content-type").expect("a type");
        let mut count = 3;
        if request.grpc {
            count += GRPC_FIELDS.len();
            assert!(content_type.starts_with("application/grpc"), "{answer:?}");
            for (name, value) in GRPC_FIELDS {
                assert_eq!(answer.field(name), Some(value), "{answer:?}");
            }
        } else {
            assert_eq!(content_type, "text/plain; charset=utf-8");
        }
        assert!(answer.field("date").is_some_and(is_date), "{answer:?}");
        if let Some(connection) = answer.field("connection") {
            count += 1;
            check_connection(connection, request);
        }
        assert_eq!(answer.fields.len(), count, "{answer:?}");

        let held_back = request.expects && request.content != Content::None;
        let broken = request.content == Content::Broken;
        if held_back || broken || request.method == "CONNECT" {
            let told = answer.closes() || !request.http11 && answer.field("connection").is_none();
            assert!(told, "{request:?} {answer:?}");
        } else if self.mode.piece.is_none() && !request.closes && !request.trailers {
            assert!(!answer.closes(), "needless: {request:?} {answer:?}");
        }
    }

    /// A refusal that did not tell of the end is followed by the answers to all other requests.
    fn check_promise(&self, count: usize, last: &Answer<'_>) {
        let next = self.requests.get(count);
        if let (501, false, Some(next)) = (last.status, last.closes(), next) {
            let waits = next.content == Content::Broken;
            // The end of the input may overtake the answers.
            assert!(
                self.mode.ends_at_once || waits && !self.mode.half_close,
                "no answer to {next:?} after {last:?}"
            );
        }
    }
}

fn check_forwarded(request: &Request, answer: &Answer<'_>, before: &[Request]) {
    assert_eq!(answer.status, 200, "{request:?} {answer:?}");
    let index = before.iter().filter(|request| request.supported).count();
    assert_eq!(answer.field("x-inner"), Some(&index.to_string()[..]));
    if request.method != "HEAD" && request.method != "CONNECT" {
        assert_eq!(answer.content, CONTENT.as_bytes(), "{answer:?}");
    }
}

/// hyper itself says `keep-alive` to an HTTP/1.0 client that asked for it, also after our `close`.
fn check_connection(value: &str, request: &Request) {
    let known = match value {
        "close" => true,
        "keep-alive" | "close, keep-alive" => !request.http11 && !request.closes,
        _ => false,
    };
    assert!(known, "connection: {value} to {request:?}");
}

/// IMF-fixdate, as far as its punctuation goes.
fn is_date(value: &str) -> bool {
    let form = "Aaa, 00 Aaa 0000 00:00:00 GMT";
    let same = |(byte, form): (u8, u8)| match form {
        b'A' => byte.is_ascii_uppercase(),
        b'a' => byte.is_ascii_lowercase(),
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    value.len() == form.len() && value.bytes().zip(form.bytes()).all(same)
}
