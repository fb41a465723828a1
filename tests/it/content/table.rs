//! The table "What the client gets" of `docs/content.md`, row by row, on sockets, and two rows more:
//! content that is declared to be empty.

use super::hello;
use crate::support::{
    frames::{answered, answered_early, Frames},
    refusals::least,
    Server,
};
use tower::{service_fn, Layer};

const KB_100: usize = 100_000;
const MIB_2: usize = 2 * 1024 * 1024;

/// What a client over HTTP/1.x gets.
#[derive(Clone, Copy)]
enum Http1 {
    /// The 501 once so much content has come, and not before; the next request is served.
    Reused(usize),
    /// So too, and then the end of the connection, which the answer announces.
    Closed(usize),
}

/// What a client over HTTP/2 gets.
#[derive(Clone, Copy)]
enum Http2 {
    /// The 501 once so much content has come, and not before.
    Read(usize),
    /// So too, and the client is told to stop sending.
    Cut(usize),
    /// The 501, and the client is told to stop sending.
    AtOnce,
}

use Http1::{Closed, Reused};
use Http2::{AtOnce, Cut, Read};

pub(super) struct Row {
    name: &'static str,
    method: &'static str,
    fields: &'static [(&'static str, &'static str)],
    chunked: bool,
    /// None where HTTP/1.0 has no such request: it has no chunks.
    http_1_0: Option<Http1>,
    http_1_1: Http1,
    http_2: Http2,
}

const NONE: Row = Row {
    name: "no content",
    method: "BREW",
    fields: &[],
    chunked: false,
    http_1_0: Some(Reused(0)),
    http_1_1: Reused(0),
    http_2: Read(0),
};

const ROWS: [Row; 10] = [
    NONE,
    Row {
        name: "no bytes, declared",
        fields: &[("content-length", "0")],
        ..NONE
    },
    Row {
        name: "no bytes, chunked",
        chunked: true,
        http_1_0: None,
        ..NONE
    },
    Row {
        name: "100 KB, declared",
        fields: &[("content-length", "100000")],
        http_1_0: Some(Reused(KB_100)),
        http_1_1: Reused(KB_100),
        http_2: Read(KB_100),
        ..NONE
    },
    Row {
        name: "100 KB, chunked or without a length",
        chunked: true,
        http_1_0: None,
        http_1_1: Reused(KB_100),
        http_2: Read(KB_100),
        ..NONE
    },
    Row {
        name: "10 MB, declared",
        fields: &[("content-length", "10000000")],
        http_1_0: Some(Closed(0)),
        http_1_1: Closed(0),
        http_2: AtOnce,
        ..NONE
    },
    // Only 2 MiB and a byte of it are sent: the answer comes then.
    Row {
        name: "10 MB, chunked or without a length",
        chunked: true,
        http_1_0: None,
        http_1_1: Closed(MIB_2 + 1),
        http_2: Cut(MIB_2 + 1),
        ..NONE
    },
    Row {
        name: "a gRPC or Connect stream without a length",
        fields: &[("content-type", "application/connect+proto")],
        chunked: true,
        http_1_0: None,
        http_1_1: Reused(KB_100),
        http_2: AtOnce,
        ..NONE
    },
    Row {
        name: "content behind Expect",
        fields: &[("content-length", "100000"), ("expect", "100-continue")],
        http_1_0: Some(Reused(KB_100)),
        http_1_1: Closed(0),
        http_2: AtOnce,
        ..NONE
    },
    Row {
        name: "CONNECT",
        method: "CONNECT",
        http_1_0: Some(Closed(0)),
        http_1_1: Closed(0),
        http_2: AtOnce,
        ..NONE
    },
];

impl Row {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.http_2, Read(0))
    }

    /// The head over HTTP/1.x.
    fn head(&self, version: &str) -> String {
        let mut head = format!("{} / {version}\r\nHost: a\r\n", self.method);
        if version == "HTTP/1.0" {
            head += "Connection: keep-alive\r\n";
        }
        if self.chunked {
            head += "Transfer-Encoding: chunked\r\n";
        }
        for &(name, value) in self.fields {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head + "\r\n"
    }

    /// A piece of content as it is sent over HTTP/1.x.
    fn piece(&self, length: usize) -> String {
        let content = "x".repeat(length);
        if self.chunked {
            format!("{length:x}\r\n{content}\r\n")
        } else {
            content
        }
    }

    async fn assert_http1(&self, server: &Server, version: &str, expected: Http1) {
        println!("{version}");
        let mut connection = server.connect().await;
        connection.send(self.head(version)).await;
        let (Reused(length) | Closed(length)) = expected;
        if length > 0 {
            connection.send(self.piece(length - 1)).await;
            connection.assert_unanswered().await;
            connection.send(self.piece(1)).await;
        }
        if matches!(expected, Reused(_)) && self.chunked {
            connection.assert_unanswered().await;
            connection.send("0\r\n\r\n").await;
        }

        let answer = connection.response().await;
        let refused = format!("{version} 501 Not Implemented\r\n");
        assert!(answer.starts_with(&refused), "{answer}");
        let closes = answer.contains("\r\nconnection: close");
        assert_eq!(closes, matches!(expected, Closed(_)));
        if closes {
            assert_eq!(connection.rest().await, "");
        } else {
            connection.assert_serves().await;
        }
    }

    async fn assert_http2(&self, server: &Server) {
        println!("HTTP/2");
        let mut frames = Frames::connect(server.address).await;
        let ends = matches!(self.http_2, Read(0));
        frames.request(1, self.method, self.fields, ends).await;
        let mut left = match self.http_2 {
            Read(length) | Cut(length) => length,
            AtOnce => 0,
        };
        let ends = matches!(self.http_2, Read(_));
        while left > 0 {
            assert_eq!(frames.ping().await, []);
            let piece = vec![b'x'; left.min(10_000)];
            left -= piece.len();
            frames.data(1, &piece, ends && left == 0).await;
        }

        match self.http_2 {
            Read(_) => assert_eq!(frames.take(2).await, answered(501, 1)),
            Cut(_) | AtOnce => assert_eq!(frames.take(3).await, answered_early(1)),
        }
        frames.request(3, "GET", &[], true).await;
        assert_eq!(frames.take(2).await, answered(200, 3));
    }
}

/// Over every version, behind what is outside of the layer.
pub(super) async fn assert_rows(outside: &str, server: &Server, is_meant: impl Fn(&Row) -> bool) {
    let rows: Vec<_> = ROWS.iter().filter(|row| is_meant(row)).collect();
    assert!(!rows.is_empty(), "{outside}: no row is meant");
    for row in rows {
        println!("behind {outside}: {}", row.name); // the last where it fails
        if let Some(expected) = row.http_1_0 {
            row.assert_http1(server, "HTTP/1.0", expected).await;
        }
        row.assert_http1(server, "HTTP/1.1", row.http_1_1).await;
        row.assert_http2(server).await;
    }
}

#[tokio::test]
async fn a_client_gets_what_the_table_says() {
    let server = Server::start(least().layer(service_fn(hello))).await;
    assert_rows("nothing", &server, |_| true).await;
}
