//! What the tests share: a real server on loopback, raw connections to it, and a bound on time.

mod bound;
#[cfg(unix)]
pub(crate) mod example;
#[cfg(unix)]
pub(crate) mod external;
pub(crate) mod frames;
pub(crate) mod refusals;
mod server;
mod within;

pub(crate) use bound::{collect, Bound};
pub(crate) use server::Server;
pub(crate) use within::within;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use std::{
    convert::Infallible,
    io::ErrorKind,
    net::SocketAddr,
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        Arc,
    },
    task::Wake,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tower::util::BoxCloneSyncService;

impl Server {
    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// Everything the server answers on one connection to `bytes` followed by the end of input.
    pub(crate) async fn exchange(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut connection = self.connect().await;
        connection.send(bytes).await;
        connection.finish().await;
        connection.rest().await
    }
}

#[cfg(unix)]
impl example::Example {
    pub(crate) async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// Everything answered to `bytes`, which must make the server close the connection.
    pub(crate) async fn exchange(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut connection = self.connect().await;
        connection.send(bytes).await;
        connection.rest().await
    }

    pub(crate) async fn answer(&self, line: &str) -> String {
        answer(self.address, line).await
    }
}

/// The whole answer to a request without content, such as `GET /`, on a separate connection.
pub(crate) async fn answer(address: SocketAddr, line: &str) -> String {
    let fields = format!("host: {address}\r\nconnection: close");
    let mut connection = Connection::open(address).await;
    let request = format!("{line} HTTP/1.1\r\n{fields}\r\n\r\n");
    connection.send(request).await;
    connection.rest().await
}

/// A raw HTTP/1.x connection.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    read: Vec<u8>,
    bound: Bound,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self {
            stream: within(TcpStream::connect(address)).await.unwrap(),
            read: Vec::new(),
            bound: Bound::default(),
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Half-closes: the server sees the end of input.
    pub(crate) async fn finish(&mut self) {
        within(self.stream.shutdown()).await.unwrap();
    }

    /// Everything else the server sends until it closes the connection.
    pub(crate) async fn rest(&mut self) -> String {
        within(async { while !matches!(self.fill().await, Ok(0) | Err(_)) {} }).await;
        String::from_utf8(std::mem::take(&mut self.read)).unwrap()
    }

    /// The next response: its head, and the content its Content-Length announces.
    pub(crate) async fn response(&mut self) -> String {
        let head = loop {
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await;
        };
        let end = head + content_length(&self.read[..head]);
        while self.read.len() < end {
            self.more().await;
        }
        let rest = self.read.split_off(end);
        String::from_utf8(std::mem::replace(&mut self.read, rest)).unwrap()
    }

    /// The answer to a request without content, such as `GET /`; the connection stays open.
    pub(crate) async fn ask(&mut self, line: &str) -> String {
        let request = format!("{line} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.send(request).await;
        self.response().await
    }

    pub(crate) async fn assert_serves(&mut self) {
        let answer = self.ask("GET /").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }

    /// The server had a turn, and served another connection, but did not answer on this one.
    pub(crate) async fn assert_unanswered(&self) {
        let server = self.stream.peer_addr().unwrap();
        Self::open(server).await.assert_serves().await;
        let early = self.stream.try_read(&mut [0; 1]);
        let early = early.map_err(|error| error.kind());
        assert_eq!(early, Err(ErrorKind::WouldBlock));
    }

    async fn more(&mut self) {
        let read = within(self.fill()).await.unwrap();
        let so_far = String::from_utf8_lossy(&self.read);
        assert_ne!(read, 0, "the connection ended after {so_far:?}");
    }

    async fn fill(&mut self) -> std::io::Result<usize> {
        let read = self.stream.read_buf(&mut self.read).await;
        self.bound.count(*read.as_ref().unwrap_or(&0));
        read
    }
}

/// A task that is told to go on.
#[derive(Default)]
pub(crate) struct Woken(AtomicBool);

impl Woken {
    pub(crate) fn is_woken(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1);
    length.map_or(0, |rest| {
        rest.split("\r\n").next().unwrap().parse().unwrap()
    })
}

/// An inner service that counts its calls, reads each request's content to the end and answers
/// 200 with the method and the path, such as `GET /path`.
pub(crate) fn counting() -> (Counting, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let service = tower::service_fn(move |request: Request<Incoming>| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            let line = format!("{} {}", request.method(), request.uri().path());
            let _ = collect(request.into_body()).await;
            Ok(Response::new(Full::from(line)))
        }
    });
    (BoxCloneSyncService::new(service), calls)
}

pub(crate) type Counting =
    BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;
