//! Raw HTTP/1.1 connections, with or without TLS, and what every server must do on one.

use super::{hostile_methods, within, Answer, Bound};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

pub(crate) struct Connection<S = TcpStream> {
    stream: S,
    read: Vec<u8>,
    bound: Bound,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::over(within(TcpStream::connect(address)).await.unwrap())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(crate) fn over(stream: S) -> Self {
        let (read, bound) = (Vec::new(), Bound::default());
        Self {
            stream,
            read,
            bound,
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.stream.write_all(bytes.as_ref())).await.unwrap();
        within(self.stream.flush()).await.unwrap();
    }

    /// The answer to a request without content.
    pub(crate) async fn ask(&mut self, method: &str, target: &str) -> Answer {
        let head = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.send(head).await;
        self.answer().await
    }

    /// The answer to a request with content of a declared length.
    pub(crate) async fn upload(&mut self, method: &str, target: &str, content: &[u8]) -> Answer {
        let head = format!("{method} {target} HTTP/1.1\r\nhost: localhost");
        let head = format!("{head}\r\ncontent-length: {}\r\n\r\n", content.len());
        self.send([head.as_bytes(), content].concat()).await;
        self.answer().await
    }

    /// The next answer, which must say where its content ends.
    pub(crate) async fn answer(&mut self) -> Answer {
        let head = self.through(b"\r\n\r\n").await;
        let head = std::str::from_utf8(&head).unwrap();
        let fields = fields(head);
        let coding = fields.get("transfer-encoding").map(HeaderValue::as_bytes);
        let content = match fields.get("content-length") {
            Some(length) => self.take(length.to_str().unwrap().parse().unwrap()).await,
            None if coding == Some(b"chunked") => self.chunks().await,
            None => panic!("no length: {head}"),
        };
        Answer {
            status: head["HTTP/1.1 ".len()..][..3].parse().unwrap(),
            fields,
            content: content.into(),
            trailers: None,
        }
    }

    async fn chunks(&mut self) -> Vec<u8> {
        let mut content = Vec::new();
        loop {
            let size = self.through(b"\r\n").await;
            let size = std::str::from_utf8(&size).unwrap().trim_end();
            let size = usize::from_str_radix(size, 16).unwrap();
            content.extend(self.take(size).await);
            assert_eq!(self.take(2).await, b"\r\n");
            if size == 0 {
                return content;
            }
        }
    }

    /// What comes up to `end`, and `end`.
    async fn through(&mut self, end: &[u8]) -> Vec<u8> {
        let length = loop {
            let mut windows = self.read.windows(end.len());
            match windows.position(|bytes| bytes == end) {
                Some(start) => break start + end.len(),
                None => self.more().await,
            }
        };
        self.take(length).await
    }

    async fn take(&mut self, length: usize) -> Vec<u8> {
        while self.read.len() < length {
            self.more().await;
        }
        self.read.drain(..length).collect()
    }

    /// Half-closes; then the server has nothing more to send.
    pub(crate) async fn assert_nothing_follows(mut self) {
        within(self.stream.shutdown()).await.unwrap();
        while self.fill().await != 0 {}
        let rest = String::from_utf8_lossy(&self.read);
        assert!(rest.is_empty(), "not asked for: {rest:?}");
    }

    async fn more(&mut self) {
        let read = self.fill().await;
        let so_far = String::from_utf8_lossy(&self.read);
        assert_ne!(read, 0, "the connection ended after {so_far:?}");
    }

    async fn fill(&mut self) -> usize {
        let read = within(self.stream.read_buf(&mut self.read)).await.unwrap();
        self.bound.count(read);
        read
    }
}

fn fields(head: &str) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for line in head.trim_end().split("\r\n").skip(1) {
        let (name, value) = line.split_once(':').unwrap();
        let name: HeaderName = name.parse().unwrap();
        fields.append(name, HeaderValue::from_str(value.trim()).unwrap());
    }
    fields
}

/// Every hostile method is refused on each of `targets`, all on one connection.
pub(crate) async fn assert_refuses_hostile_methods<S>(mut client: Connection<S>, targets: &[&str])
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    for method in hostile_methods() {
        for target in targets {
            client.ask(method.as_str(), target).await.assert_refused();
        }
    }
    client.assert_nothing_follows().await;
}

/// Refused content of 10 bytes and of 100 KB is read and the same connection serves `GET /`, which
/// answers `hello`.
pub(crate) async fn assert_uploads_are_answered<S>(mut client: Connection<S>, hello: &str)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    for length in [10, 100_000, 10] {
        let content = vec![b'x'; length];
        client.upload("FOO", "/", &content).await.assert_refused();
        client.ask("GET", "/").await.assert_ok(hello);
    }
    client.assert_nothing_follows().await;
}

/// Refused content in the form of a request is not served as one: what follows it is.
pub(crate) async fn assert_content_is_no_request<S>(mut client: Connection<S>, hello: &str)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let smuggled = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    client.upload("FOO", "/", smuggled).await.assert_refused();
    let chunked = "FOO / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    let (chunk, end) = (format!("{:x}\r\n", smuggled.len()), "\r\n0\r\n\r\n");
    let parts: [&[u8]; 4] = [
        chunked.as_bytes(),
        chunk.as_bytes(),
        smuggled,
        end.as_bytes(),
    ];
    client.send(parts.concat()).await;
    client.answer().await.assert_refused();
    client.ask("GET", "/").await.assert_ok(hello);
    client.assert_nothing_follows().await;
}
