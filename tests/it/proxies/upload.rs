//! Uploads that are refused, a request after each, and how many of the answers are lost.

use super::proxy::{status, Program, Proxy};
use crate::support::{counting, within, Connection, Server};
use http::Request;
use hyper::body::Incoming;
use std::{
    fmt,
    future::pending,
    io,
    net::SocketAddr,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{tcp::OwnedReadHalf, TcpStream},
};
use tower::{Layer, ServiceBuilder};
use tower_not_implemented::NotImplementedLayer;

/// How many uploads of a kind are refused, a request after each.
pub(crate) const TRIES: usize = 60;

/// How many of them one connection of the client makes: the first as well as later ones count.
pub(super) const IN_A_ROW: usize = 3;

/// The sizes of uploads that the default settings read to the end, in bytes.
pub(super) const SIZES: &[usize] = &[200, 10_000, 250_000, 1_000_000, 1_900_000];

/// What every refusal here begins with.
pub(super) const REFUSAL: &str = "501 Not Implemented: This server does not support";

/// A kind of upload.
#[derive(Clone, Copy)]
pub(crate) struct Upload {
    pub(crate) size: usize,
    pub(crate) chunked: bool,
}

impl fmt::Display for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let framing = if self.chunked { "chunked" } else { "declared" };
        write!(f, "{} bytes {framing}", self.size)
    }
}

impl Upload {
    pub(crate) fn of(sizes: &[usize]) -> Vec<Self> {
        let both = |&size| [false, true].map(|chunked| Self { size, chunked });
        sizes.iter().flat_map(both).collect()
    }

    /// What is sent, one piece after another.
    fn pieces(self, host: SocketAddr, path: &str) -> Vec<Vec<u8>> {
        let content = vec![b'x'; self.size];
        let framing = if self.chunked {
            "transfer-encoding: chunked".to_owned()
        } else {
            format!("content-length: {}", self.size)
        };
        // Envoy forwards no method that it does not know.
        let head = format!("PROPFIND {path} HTTP/1.1\r\nhost: {host}\r\n{framing}\r\n\r\n");
        let mut pieces = vec![head.into_bytes()];
        if self.chunked {
            pieces.extend(content.chunks(8_000).map(chunk));
            pieces.push(chunk(b""));
        } else {
            pieces.push(content);
        }
        pieces
    }
}

fn chunk(content: &[u8]) -> Vec<u8> {
    let size = format!("{:x}\r\n", content.len()).into_bytes();
    [&size, content, b"\r\n"].concat()
}

/// How many refusals a client saw, and how many answers to the request after one. What follows a loss on a
/// connection is lost too.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) refusals: AtomicUsize,
    pub(super) next: AtomicUsize,
}

/// The lines of a table of what was lost.
#[derive(Default)]
pub(super) struct Losses(Vec<String>);

impl Losses {
    /// Prints what is lost of [`TRIES`], for those who want the figures.
    pub(super) fn count(&mut self, of: &str, seen: &Seen) {
        let [refusals, next] =
            [&seen.refusals, &seen.next].map(|seen| TRIES - seen.load(Ordering::SeqCst));
        let line =
            format!("{of}: lost {refusals} of {TRIES} refusals, {next} of {TRIES} next requests");
        println!("{line}");
        if refusals + next > 0 {
            self.0.push(line);
        }
    }

    #[track_caller]
    pub(super) fn assert_none(&self, log: &str) {
        assert!(self.0.is_empty(), "{:#?}\n{log}", self.0);
    }
}

/// A server of the default layer, which no client asks for `100 Continue`: the connection of one that does is
/// dropped.
pub(super) async fn server() -> Server {
    let (inner, _) = counting();
    let service = ServiceBuilder::new()
        .map_request(|request: Request<Incoming>| {
            assert!(!request.headers().contains_key("expect"), "{request:?}");
            request
        })
        .service(NotImplementedLayer::default().layer(inner));
    Server::start(service).await
}

/// Asserts that a client loses nothing behind a proxy that forwards all `paths`, each in its way.
pub(super) async fn assert_every_refusal_arrives(program: &Program, paths: &[&str]) {
    let server = server().await;
    let name = format!("{}-uploads-{}", program.name, server.address.port());
    let proxy = Proxy::start(program, &name, server.address).await;
    assert_none_lost(program.name, &proxy, paths, SIZES).await;
    proxy.stop().await;
}

pub(super) async fn assert_none_lost(name: &str, proxy: &Proxy, paths: &[&str], sizes: &[usize]) {
    let mut losses = Losses::default();
    for path in paths {
        for upload in Upload::of(sizes) {
            let seen = seen(proxy.address, path, upload).await;
            losses.count(&format!("{name} {path}, {upload}"), &seen);
        }
    }
    losses.assert_none(&proxy.log());
}

/// What a client sees of [`TRIES`] uploads and the requests after them.
async fn seen(address: SocketAddr, path: &str, upload: Upload) -> Arc<Seen> {
    let seen = Arc::new(Seen::default());
    for _ in 0..TRIES / IN_A_ROW {
        let client = converse(address, path.to_owned(), upload, seen.clone());
        // A client that loses its connection panics: it sees nothing more. One that waits in vain ends
        // the test, because others would wait as long.
        let _ = within(tokio::spawn(client)).await;
    }
    seen
}

/// One connection's uploads, each followed by a GET.
async fn converse(address: SocketAddr, path: String, upload: Upload, seen: Arc<Seen>) {
    let get = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let mut connection = Connection::open(address).await;
    connection.stream.set_nodelay(true).unwrap();
    for _ in 0..IN_A_ROW {
        for piece in upload.pieces(address, &path) {
            connection.send(piece).await;
        }
        let answer = connection.response().await;
        assert_eq!(status(&answer), 501, "{answer}");
        assert!(answer.contains(REFUSAL), "{answer}");
        seen.refusals.fetch_add(1, Ordering::SeqCst);

        connection.send(&get).await;
        let answer = connection.response().await;
        assert_eq!(status(&answer), 200, "{answer}");
        seen.next.fetch_add(1, Ordering::SeqCst);
    }
}

/// When a client reads what it is answered.
#[derive(Clone, Copy)]
pub(crate) enum Reading {
    /// Only after it has sent everything.
    Last,
    /// While it sends.
    Meanwhile,
}

/// How many refusals of [`TRIES`] uploads are lost, each on a connection of its own.
pub(crate) async fn lost(address: SocketAddr, path: &str, upload: Upload, when: Reading) -> usize {
    let mut lost = 0;
    for _ in 0..TRIES {
        let arrives = within(arrives(address, path, upload, when)).await;
        lost += usize::from(!matches!(arrives, Ok(true)));
    }
    lost
}

async fn arrives(to: SocketAddr, path: &str, upload: Upload, when: Reading) -> io::Result<bool> {
    let (mut reader, mut writer) = TcpStream::connect(to).await?.into_split();
    let pieces = upload.pieces(to, path);
    let send = async {
        for piece in &pieces {
            writer.write_all(piece).await?;
        }
        io::Result::Ok(())
    };
    match when {
        Reading::Last => {
            send.await?;
            is_refusal(&mut reader).await
        }
        // An answer ends an upload; an upload that fails may have one all the same.
        Reading::Meanwhile => tokio::select! {
            refused = is_refusal(&mut reader) => refused,
            never = async { send.await.ok(); pending().await } => never,
        },
    }
}

/// Whether what comes first is a refusal.
async fn is_refusal(reader: &mut OwnedReadHalf) -> io::Result<bool> {
    let (mut answer, line) = (Vec::new(), "HTTP/1.1 501 ");
    loop {
        if reader.read_buf(&mut answer).await? == 0 {
            return Ok(false);
        }
        let so_far = String::from_utf8_lossy(&answer);
        if !so_far.starts_with(line) && !line.starts_with(&*so_far) {
            return Ok(false); // the proxy's own, such as a 502
        }
        if so_far.contains(REFUSAL) {
            return Ok(true);
        }
    }
}
