//! HTTP/1.x against a real hyper server, over raw sockets: when a refusal is answered, and what
//! becomes of the connection after it.

mod close;
mod connect;
mod expect;
mod gone;
mod http_1_0;
mod reuse;

use crate::support::{counting, within, Connection, Server};
use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Arc,
};
use tokio::io::AsyncWriteExt;
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;

use Fate::{Closed, Reused};

const EXPLANATION: &str = "\r\n\r\n501 Not Implemented: This server does not support the request \
                           method for any resource.\nThis is permanent.\n";

const GET: &str = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";

/// What content is made of: whatever becomes of it, it is never served as a request.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

const LAST_CHUNK: &str = "0\r\n\r\n";

const TRAILERS: &str = "0\r\nX-Trailer: yes\r\n\r\n";

const MIB: usize = 1024 * 1024;

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
}

fn discarding(limit: u64) -> NotImplementedLayer {
    layer().discard_limit(limit)
}

/// A server whose inner service counts the requests it gets.
async fn serve(layer: NotImplementedLayer) -> (Server, Arc<AtomicUsize>) {
    let (service, calls) = counting();
    (Server::start(layer.layer(service)).await, calls)
}

fn head(fields: &str) -> Vec<u8> {
    format!("FOO /refused HTTP/1.1\r\nHost: x\r\n{fields}\r\n").into_bytes()
}

fn old_head(fields: &str) -> Vec<u8> {
    format!("FOO /refused HTTP/1.0\r\n{fields}\r\n").into_bytes()
}

/// The head of a request with content of that length.
fn declared(length: usize) -> Vec<u8> {
    head(&format!("Content-Length: {length}\r\n"))
}

fn content(length: usize) -> String {
    SMUGGLED.chars().cycle().take(length).collect()
}

fn sized(length: usize) -> Vec<u8> {
    [declared(length), content(length).into()].concat()
}

fn chunked(content: impl AsRef<[u8]>) -> Vec<u8> {
    let head = head("Transfer-Encoding: chunked\r\n");
    [&head, content.as_ref()].concat()
}

fn chunk(size: usize) -> String {
    format!("{size:x}\r\n{}\r\n", content(size))
}

fn chunks<const N: usize>(sizes: [usize; N]) -> String {
    sizes.map(chunk).concat() + LAST_CHUNK
}

/// Sends what the server still takes.
async fn push(connection: &mut Connection, bytes: impl AsRef<[u8]>) {
    let _ = within(connection.stream.write_all(bytes.as_ref())).await;
}

/// The next answer, which is the 501 and nothing before it.
async fn refusal(connection: &mut Connection) -> String {
    let answer = connection.response().await;
    assert_eq!(&answer[8..30], " 501 Not Implemented\r\n", "{answer}");
    assert!(answer.ends_with(EXPLANATION), "{answer}");
    answer
}

async fn assert_served(connection: &mut Connection) {
    push(connection, GET).await;
    assert_next(connection).await;
}

/// The next answer is that to [`GET`].
async fn assert_next(connection: &mut Connection) {
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
}

/// Whatever is sent, no other answer comes.
async fn assert_over(connection: &mut Connection) {
    push(connection, GET).await;
    assert_eq!(connection.rest().await, "");
}

/// What becomes of a connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Reused,
    Closed,
}

/// What an answer says of its connection (RFC 9112 section 9.3: `close` prevails, also over the
/// `keep-alive` that hyper adds for an HTTP/1.0 client that asked for it).
fn announced(answer: &str) -> Fate {
    let answer = answer.to_ascii_lowercase();
    let lines = answer.split("\r\n");
    let options = lines.filter_map(|line| line.strip_prefix("connection: "));
    let options = options.collect::<Vec<_>>().join(", ");
    match (options.as_str(), answer.starts_with("http/1.1 ")) {
        ("", true) | ("keep-alive", false) => Reused,
        ("close", _) | ("" | "close, keep-alive", false) => Closed,
        _ => panic!("{answer}"),
    }
}

/// Has a request refused whose refusal waits for all of these writes; what becomes of the connection.
/// That is the same whether the next request comes after the answer or with the last write.
async fn refuse(layer: NotImplementedLayer, writes: impl IntoIterator<Item = Vec<u8>>) -> Fate {
    let mut writes: Vec<_> = writes.into_iter().collect();
    let fate = refuse_once(layer.clone(), &writes, false).await;
    writes.last_mut().unwrap().extend(GET.as_bytes());
    let pipelined = refuse_once(layer, &writes, true).await;
    assert_eq!(pipelined, fate, "with a request behind it");
    fate
}

async fn refuse_once(layer: NotImplementedLayer, writes: &[Vec<u8>], pipelined: bool) -> Fate {
    let (server, calls) = serve(layer).await;
    let mut connection = server.connect().await;
    connection.stream.set_nodelay(true).unwrap();
    for (number, bytes) in writes.iter().enumerate() {
        if number > 0 {
            connection.assert_unanswered().await;
        }
        push(&mut connection, bytes).await;
    }
    let answer = refusal(&mut connection).await;
    let fate = announced(&answer);
    match fate {
        Reused if pipelined => assert_next(&mut connection).await,
        Reused => assert_served(&mut connection).await,
        Closed => assert_over(&mut connection).await,
    }
    let expected = writes.len() - 1 + usize::from(fate == Reused);
    assert_eq!(calls.load(Ordering::SeqCst), expected, "{answer}");
    fate
}

/// A name, the writes of a request, and what becomes of its connection.
type Case = (&'static str, Vec<Vec<u8>>, Fate);

async fn assert_fates(layer: NotImplementedLayer, cases: impl IntoIterator<Item = Case>) {
    for (name, writes, expected) in cases {
        println!("{name}"); // shown where it fails
        assert_eq!(refuse(layer.clone(), writes).await, expected, "{name}");
    }
}
