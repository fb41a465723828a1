//! HTTP/1.x against a real hyper server, over raw sockets: what becomes of a connection on which a
//! request was refused.
//!
//! Whether content has arrived when a refusal looks for it can be a matter of timing, so that a
//! certain fate of the connection is asserted only where none is: content in the same write as the
//! head, content that is not sent at all, content that is waited for. Everywhere else the
//! connection must serve another request, or end as the 501 announced.

use crate::support::{counting, within, Connection, Server};
use http::{Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::{
    convert::Infallible,
    future::Future,
    io::ErrorKind,
    pin::Pin,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    task::{Context, Poll},
};
use tokio::{
    io::AsyncWriteExt,
    sync::mpsc::{error::TryRecvError, unbounded_channel, UnboundedReceiver, UnboundedSender},
};
use tower::{Layer, ServiceBuilder};
use tower_not_implemented::NotImplementedLayer;

use Fate::{Closed, Reused};

const EXPLANATION: &str = "\r\n\r\n501 Not Implemented: this server does not support the request \
                           method for any resource. This is permanent.\n";

const GET: &str = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";

const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

const LAST_CHUNK: &str = "0\r\n\r\n";

const KIB: usize = 1024;

const MIB: usize = 1024 * KIB;

fn layer() -> NotImplementedLayer {
    NotImplementedLayer::default()
}

fn discarding(limit: u64) -> NotImplementedLayer {
    layer().discard_request_body(limit)
}

/// The default, and with content waited for.
fn either() -> [NotImplementedLayer; 2] {
    [layer(), discarding(1_000)]
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

fn sized(content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    [&declared(content.len()), content].concat()
}

fn chunked(content: impl AsRef<[u8]>) -> Vec<u8> {
    let head = head("Transfer-Encoding: chunked\r\n");
    [&head, content.as_ref()].concat()
}

fn chunk(size: usize) -> String {
    format!("{size:x}\r\n{}\r\n", "x".repeat(size))
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

/// What becomes of the connection, which is what `answer` announced.
async fn fate(connection: &mut Connection, answer: &str) -> Fate {
    let fate = announced(answer);
    match fate {
        Reused => assert_served(connection).await,
        Closed => assert_over(connection).await,
    }
    fate
}

/// Has a request refused that is sent in so many writes; what becomes of the connection.
async fn refuse(layer: NotImplementedLayer, writes: impl IntoIterator<Item = Vec<u8>>) -> Fate {
    let (server, calls) = serve(layer).await;
    let mut connection = server.connect().await;
    connection.stream.set_nodelay(true).unwrap();
    for bytes in writes {
        push(&mut connection, bytes).await;
    }
    let answer = refusal(&mut connection).await;
    let fate = fate(&mut connection, &answer).await;
    let expected = usize::from(fate == Reused);
    assert_eq!(calls.load(Ordering::SeqCst), expected, "{answer}");
    fate
}

/// Has a request refused that is followed by a GET, all in one write; whether the GET is answered.
async fn pipeline(layer: NotImplementedLayer, request: Vec<u8>) -> Fate {
    let (server, calls) = serve(layer).await;
    let mut connection = server.connect().await;
    push(&mut connection, [&request, GET.as_bytes()].concat()).await;
    let fate = announced(&refusal(&mut connection).await);
    if fate == Reused {
        let answer = connection.response().await;
        assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
        assert_served(&mut connection).await;
    } else {
        assert_over(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
    fate
}

/// The server had a turn, and did not answer.
async fn assert_unanswered(server: &Server, connection: &Connection) {
    assert_served(&mut server.connect().await).await;
    let early = connection.stream.try_read(&mut [0; 1]);
    let early = early.map_err(|error| error.kind());
    assert_eq!(early, Err(ErrorKind::WouldBlock));
}

/// Has a request refused whose refusal waits for all of these writes.
async fn wait<const N: usize>(layer: NotImplementedLayer, writes: [Vec<u8>; N]) -> Fate {
    let (server, calls) = serve(layer).await;
    let mut connection = server.connect().await;
    connection.stream.set_nodelay(true).unwrap();
    for (number, bytes) in writes.into_iter().enumerate() {
        if number > 0 {
            assert_unanswered(&server, &connection).await;
        }
        connection.send(bytes).await;
    }
    let answer = refusal(&mut connection).await;
    let fate = fate(&mut connection, &answer).await;
    let expected = N - 1 + usize::from(fate == Reused);
    assert_eq!(calls.load(Ordering::SeqCst), expected, "{answer}");
    fate
}

fn on_each_runtime<F: Future<Output = ()>>(test: impl Fn() -> F) {
    use tokio::runtime::Builder;
    for mut runtime in [Builder::new_current_thread(), Builder::new_multi_thread()] {
        let runtime = runtime.worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(test());
    }
}

#[test]
fn small_content_that_has_arrived_keeps_the_connection() {
    on_each_runtime(|| async {
        for size in [1, 5, 100, 4 * KIB] {
            let content = "x".repeat(size);
            assert_eq!(refuse(layer(), [sized(content)]).await, Reused, "{size}");
            let content = chunks([size]);
            assert_eq!(refuse(layer(), [chunked(content)]).await, Reused, "{size}");
        }
    });
}

#[test]
fn a_hundred_kilobytes_keep_the_connection_or_close_it_as_announced() {
    on_each_runtime(|| async {
        refuse(layer(), [sized("x".repeat(100_000))]).await;
        refuse(layer(), [chunked(chunks([50_000, 50_000]))]).await;
    });
}

#[test]
fn content_that_has_not_come_is_not_waited_for() {
    on_each_runtime(|| async {
        assert_eq!(refuse(layer(), [declared(5)]).await, Closed);
        assert_eq!(refuse(layer(), [declared(64 * KIB)]).await, Closed);
        assert_eq!(refuse(layer(), [chunked("")]).await, Closed);
        assert_eq!(
            refuse(layer(), [declared(5), b"hell".to_vec()]).await,
            Closed
        );
        assert_eq!(refuse(layer(), [chunked(chunk(5))]).await, Closed);
    });
}

#[test]
fn ten_megabytes_are_refused_at_once() {
    on_each_runtime(|| async {
        assert_eq!(refuse(layer(), [declared(10 * MIB)]).await, Closed);
        let start = "x".repeat(KIB).into_bytes();
        assert_eq!(refuse(layer(), [declared(10 * MIB), start]).await, Closed);
    });
}

#[test]
fn content_that_is_held_back_is_not_asked_for() {
    on_each_runtime(|| async {
        for fields in ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
            let head = head(&format!("Expect: 100-continue\r\n{fields}"));
            assert_eq!(refuse(layer(), [head]).await, Closed, "{fields}");
        }
    });
}

#[tokio::test]
async fn a_refusal_without_content_keeps_the_connection() {
    for layer in either() {
        assert_eq!(refuse(layer.clone(), [head("")]).await, Reused);
        assert_eq!(refuse(layer.clone(), [declared(0)]).await, Reused);
        assert_eq!(refuse(layer, [chunked(LAST_CHUNK)]).await, Reused);
    }
}

#[tokio::test]
async fn content_in_several_segments_keeps_the_connection_or_closes_it_as_announced() {
    for layer in either() {
        let (first, second) = (b"hello ".to_vec(), b"world".to_vec());
        let together = [declared(11), first.clone()].concat();
        refuse(layer.clone(), [together, second.clone()]).await;
        refuse(layer.clone(), [declared(11), first, second]).await;
        let request = sized("hello world");
        refuse(layer, request.chunks(1).map(<[u8]>::to_vec)).await;
    }
}

#[tokio::test]
async fn chunked_content_that_has_arrived_keeps_the_connection() {
    for layer in either() {
        for content in [
            chunks([1, 2, 3, 100]),
            format!("5;quality=low\r\nhello\r\n{LAST_CHUNK}"),
            chunk(5) + "0\r\nX-Trailer: yes\r\n\r\n",
        ] {
            let fate = refuse(layer.clone(), [chunked(&content)]).await;
            assert_eq!(fate, Reused, "{content}");
        }
    }
}

#[tokio::test]
async fn split_chunks_keep_the_connection_or_close_it_as_announced() {
    let content = chunk(5) + "0\r\nX-Trailer: yes\r\n\r\n";
    for layer in either() {
        for at in 0..content.len() {
            let (first, second) = content.split_at(at);
            let writes = [chunked(first), second.as_bytes().to_vec()];
            refuse(layer.clone(), writes).await;
        }
    }
}

#[tokio::test]
async fn never_ending_content_is_refused_and_cut_off() {
    for layer in either() {
        let (server, _) = serve(layer).await;
        let mut connection = server.connect().await;
        connection.send(chunked(chunk(4 * KIB))).await;
        let answer = refusal(&mut connection).await;
        assert_eq!(announced(&answer), Closed);
        let more = chunk(64 * KIB).into_bytes();
        within(async { while connection.stream.write_all(&more).await.is_ok() {} }).await;
        assert_eq!(connection.rest().await, "");
    }
}

#[tokio::test]
async fn a_malformed_chunk_is_answered_and_the_connection_closed() {
    for layer in either() {
        for content in ["nonsense\r\n", "5\r\nhello!!\r\n", "fffffffffffffffff\r\n"] {
            let fate = refuse(layer.clone(), [chunked(content)]).await;
            assert_eq!(fate, Closed, "{content}");
        }
    }
}

#[tokio::test]
async fn an_expectation_without_content_keeps_the_connection() {
    for layer in either() {
        let head = head("Expect: 100-continue\r\nContent-Length: 0\r\n");
        assert_eq!(refuse(layer, [head]).await, Reused);
    }
}

#[tokio::test]
async fn content_sent_despite_an_expectation_is_left_unread() {
    let head = head("Expect: 100-continue\r\nContent-Length: 5\r\n");
    for layer in either() {
        let request = [&head, &b"hello"[..]].concat();
        assert_eq!(refuse(layer, [request]).await, Closed);
    }
}

#[tokio::test]
async fn the_content_of_a_supported_request_is_asked_for_by_the_inner_service() {
    for layer in either() {
        let (server, _) = serve(layer).await;
        let mut connection = server.connect().await;
        let head = "POST /kept HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n";
        let head = format!("{head}Content-Length: 5\r\n\r\n");
        connection.send(head).await;
        assert_eq!(connection.response().await, "HTTP/1.1 100 Continue\r\n\r\n");
        connection.send("hello").await;
        let answer = connection.response().await;
        assert!(answer.ends_with("\r\n\r\nPOST /kept"), "{answer}");
    }
}

#[tokio::test]
async fn a_client_that_asks_for_the_end_gets_it_announced_once() {
    for layer in either() {
        let sole = head("Connection: close\r\n");
        assert_eq!(refuse(layer.clone(), [sole]).await, Closed);
        let unsent = head("Connection: close\r\nContent-Length: 100000\r\n");
        assert_eq!(refuse(layer, [unsent]).await, Closed);
    }
}

/// Writes everything first, and then reads.
async fn assert_written_then_refused(layer: NotImplementedLayer, sizes: [usize; 3]) {
    for size in sizes {
        refuse(layer.clone(), [sized("x".repeat(size))]).await;
        refuse(layer.clone(), [chunked(chunks([size / 2, size / 2]))]).await;
    }
}

#[tokio::test]
async fn a_client_that_reads_only_afterwards_sees_the_refusal_of_64_kibibytes() {
    assert_written_then_refused(layer(), [KIB, 8 * KIB, 64 * KIB]).await;
}

#[tokio::test]
async fn a_client_that_reads_only_afterwards_sees_the_refusal_of_a_discarded_mebibyte() {
    let layer = discarding(MIB as u64);
    let content = "x".repeat(MIB);
    assert_eq!(refuse(layer.clone(), [sized(content)]).await, Reused);
    let content = chunks([MIB / 2, MIB / 2]);
    assert_eq!(refuse(layer.clone(), [chunked(content)]).await, Reused);
    assert_written_then_refused(layer, [KIB, 8 * KIB, 64 * KIB]).await;
}

#[tokio::test]
async fn an_http_1_0_connection_ends_after_a_refusal() {
    for layer in either() {
        assert_eq!(refuse(layer.clone(), [old_head("")]).await, Closed);
        let content = [old_head("Content-Length: 5\r\n"), b"hello".to_vec()].concat();
        assert_eq!(refuse(layer, [content]).await, Closed);
    }
}

#[tokio::test]
async fn an_http_1_0_connection_is_kept_alive_for_a_client_that_asks() {
    let keep_alive = "Connection: keep-alive\r\n";
    for layer in either() {
        assert_eq!(refuse(layer.clone(), [old_head(keep_alive)]).await, Reused);
        let fields = keep_alive.to_owned() + "Content-Length: 5\r\n";
        let content = [old_head(&fields), b"hello".to_vec()].concat();
        assert_eq!(refuse(layer, [content]).await, Reused);
    }
}

#[tokio::test]
async fn unread_http_1_0_content_ends_the_connection_of_a_client_that_would_keep_it() {
    let fields = "Connection: keep-alive\r\nContent-Length: 100000\r\n";
    for layer in either() {
        assert_eq!(refuse(layer, [old_head(fields)]).await, Closed);
    }
}

#[tokio::test]
async fn an_http_1_0_request_is_answered_in_http_1_0() {
    for layer in either() {
        let (server, _) = serve(layer).await;
        let answer = server.exchange(old_head("")).await;
        assert!(answer.starts_with("HTTP/1.0 501 "), "{answer}");
        assert!(answer.ends_with(EXPLANATION), "{answer}");
    }
}

#[tokio::test]
async fn a_request_pipelined_behind_a_refusal_is_served() {
    for layer in either() {
        for request in [head(""), sized("hello"), chunked(chunks([5, 10]))] {
            assert_eq!(pipeline(layer.clone(), request).await, Reused);
        }
    }
}

#[tokio::test]
async fn a_request_pipelined_behind_an_announced_end_is_not_served() {
    let held_back = head("Expect: 100-continue\r\nContent-Length: 5\r\n");
    for layer in either() {
        for request in [
            [&held_back[..], b"hello"].concat(),
            head("Connection: close\r\n"),
            chunked("nonsense\r\n"),
            declared(10 * MIB),
        ] {
            assert_eq!(pipeline(layer.clone(), request).await, Closed);
        }
    }
    let past_the_limit = chunked(chunks([64 * KIB, 1]));
    assert_eq!(pipeline(discarding(1_000), past_the_limit).await, Closed);
}

#[tokio::test]
async fn pipelined_refusals_are_answered_in_order() {
    for layer in either() {
        let (server, calls) = serve(layer).await;
        let mut connection = server.connect().await;
        let refused = [head(""), sized("hello"), chunked(chunks([5]))].concat();
        let pipelined = [&refused.repeat(10), GET.as_bytes()].concat();
        connection.send(pipelined).await;
        for _ in 0..30 {
            assert_eq!(announced(&refusal(&mut connection).await), Reused);
        }
        let answer = connection.response().await;
        assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn refused_and_served_requests_take_turns_on_one_connection() {
    for layer in either() {
        let (server, calls) = serve(layer).await;
        let mut connection = server.connect().await;
        for served in 1..=20 {
            connection.send(sized("hello")).await;
            let answer = refusal(&mut connection).await;
            assert_eq!(fate(&mut connection, &answer).await, Reused);
            assert_eq!(calls.load(Ordering::SeqCst), served);
        }
    }
}

#[tokio::test]
async fn the_last_request_is_refused_after_the_end_of_input_was_sent() {
    for layer in either() {
        let (server, _) = serve(layer).await;
        for request in [head(""), sized("hello"), chunked(chunks([5]))] {
            let answer = server.exchange(request).await;
            assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
            assert!(answer.ends_with(EXPLANATION), "{answer}");
        }
    }
}

fn smuggling_chunk() -> String {
    format!("{:x}\r\n{SMUGGLED}\r\n", SMUGGLED.len())
}

#[tokio::test]
async fn a_request_in_content_is_never_served() {
    for layer in either() {
        for request in [
            sized(SMUGGLED),
            sized(SMUGGLED.repeat(10)),
            chunked(smuggling_chunk() + LAST_CHUNK),
            chunked(smuggling_chunk().repeat(10) + LAST_CHUNK),
        ] {
            assert_eq!(refuse(layer.clone(), [request]).await, Reused);
        }
    }
}

#[tokio::test]
async fn a_request_in_unfinished_content_is_never_served() {
    let unfinished = [declared(SMUGGLED.len() + 1), SMUGGLED.into()].concat();
    assert_eq!(refuse(layer(), [unfinished]).await, Closed);
    assert_eq!(refuse(layer(), [chunked(smuggling_chunk())]).await, Closed);
    for layer in either() {
        let too_long = [declared(10 * MIB), SMUGGLED.into()].concat();
        assert_eq!(refuse(layer.clone(), [too_long]).await, Closed);
        let malformed = chunked(smuggling_chunk() + "nonsense\r\n");
        assert_eq!(refuse(layer, [malformed]).await, Closed);
    }
}

#[tokio::test]
async fn a_request_in_content_that_comes_after_the_answer_is_never_served() {
    let (server, calls) = serve(layer()).await;
    for request in [
        declared(SMUGGLED.len()),
        declared(10 * MIB),
        head("Expect: 100-continue\r\nContent-Length: 100\r\n"),
        chunked(""),
        chunked(format!("{:x}\r\n", SMUGGLED.len())),
    ] {
        let mut connection = server.connect().await;
        connection.send(request).await;
        assert_eq!(announced(&refusal(&mut connection).await), Closed);
        push(&mut connection, SMUGGLED).await;
        assert_over(&mut connection).await;
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_request_in_content_that_was_waited_for_is_never_served() {
    let (first, second) = SMUGGLED.split_at(10);
    let parts = [declared(SMUGGLED.len()), first.into(), second.into()];
    assert_eq!(wait(discarding(1_000), parts).await, Reused);
    let parts = [chunked(""), smuggling_chunk().into(), LAST_CHUNK.into()];
    assert_eq!(wait(discarding(1_000), parts).await, Reused);
}

/// A CONNECT, and what stands behind it.
fn connect(fields: &str, behind: &str) -> String {
    format!("CONNECT evil:1 HTTP/1.1\r\nHost: evil:1\r\n{fields}\r\n{behind}")
}

/// Both layers, without CONNECT in the set.
fn without_connect() -> [NotImplementedLayer; 2] {
    let layer = NotImplementedLayer::new([Method::POST]);
    [layer.clone(), layer.discard_request_body(1_000)]
}

#[tokio::test]
async fn a_request_behind_a_refused_connect_is_never_served() {
    for layer in without_connect() {
        for request in [
            connect("", ""),
            connect("", SMUGGLED),
            connect("Connection: keep-alive\r\n", SMUGGLED),
            connect("Content-Length: 5\r\n", &format!("hello{SMUGGLED}")),
            connect("Content-Length: 0\r\n", SMUGGLED),
            connect("Expect: 100-continue\r\n", SMUGGLED),
            connect(
                "Transfer-Encoding: chunked\r\n",
                &format!("{LAST_CHUNK}{SMUGGLED}"),
            ),
        ] {
            let fate = refuse(layer.clone(), [request.clone().into()]).await;
            assert_eq!(fate, Closed, "{request}");
        }
    }
}

#[tokio::test]
async fn a_request_sent_after_a_refused_connect_is_never_served() {
    for layer in without_connect() {
        let (server, calls) = serve(layer).await;
        let mut connection = server.connect().await;
        connection.send(connect("", "")).await;
        assert_eq!(announced(&refusal(&mut connection).await), Closed);
        push(&mut connection, SMUGGLED).await;
        assert_over(&mut connection).await;
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_supported_connect_is_forwarded() {
    for layer in either() {
        let (server, calls) = serve(layer).await;
        let mut connection = server.connect().await;
        connection.send(connect("", "")).await;
        let answer = connection.response().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_method_of_400_kilobytes_is_refused_in_few_words() {
    let (server, _) = serve(layer()).await;
    let mut connection = server.connect().await;
    let method = "A".repeat(400_000);
    push(
        &mut connection,
        format!("{method} / HTTP/1.1\r\nHost: x\r\n\r\n"),
    )
    .await;
    let answer = refusal(&mut connection).await;
    assert!(answer.len() < KIB, "{}", answer.len());
    assert_eq!(fate(&mut connection, &answer).await, Reused);
}

/// Hyper measures a head between two reads, so that somewhat more than its limit can pass.
#[tokio::test]
async fn a_method_far_past_the_limit_of_the_server_is_for_the_server_to_refuse() {
    let (server, calls) = serve(layer()).await;
    let mut connection = server.connect().await;
    push(&mut connection, "A".repeat(2 * MIB)).await;
    let answer = connection.response().await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_over(&mut connection).await;
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

/// The content of a request, whose method it tells when it is dropped.
struct Guarded<B> {
    content: B,
    method: Method,
    dropped: UnboundedSender<Method>,
}

impl<B> Drop for Guarded<B> {
    fn drop(&mut self) {
        let _ = self.dropped.send(self.method.clone());
    }
}

impl<B: Body + Unpin> Body for Guarded<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.content).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

/// A server that tells the method of each request whose content is dropped.
async fn guarded(layer: NotImplementedLayer) -> (Server, UnboundedReceiver<Method>) {
    let (dropped, methods) = unbounded_channel();
    let guard = move |request: Request<Incoming>| {
        let (method, dropped) = (request.method().clone(), dropped.clone());
        request.map(|content| Guarded {
            content,
            method,
            dropped,
        })
    };
    let service = ServiceBuilder::new()
        .map_request(guard)
        .layer(layer)
        .service_fn(|_: Request<Guarded<_>>| async {
            Ok::<_, Infallible>(Response::new("GET /next".to_owned()))
        });
    (Server::start(service).await, methods)
}

/// How a client goes away.
#[derive(Clone, Copy)]
enum Leave {
    Close,
    Reset,
}

/// A client goes away in the middle of its content: the content is dropped, others are served.
async fn assert_let_go(layer: NotImplementedLayer, unfinished: Vec<u8>, leave: Leave) {
    let (server, mut dropped) = guarded(layer).await;
    let mut connection = server.connect().await;
    connection.send(unfinished).await;
    assert_served(&mut server.connect().await).await;
    if let Leave::Reset = leave {
        connection.stream.set_zero_linger().unwrap();
    }
    drop(connection);
    while within(dropped.recv()).await.unwrap() != "FOO" {}
    assert_served(&mut server.connect().await).await;
}

#[tokio::test]
async fn content_is_let_go_when_its_client_goes_away() {
    for layer in either() {
        for leave in [Leave::Close, Leave::Reset] {
            let half = [declared(10), b"hello".to_vec()].concat();
            assert_let_go(layer.clone(), half, leave).await;
            let half = chunked(chunk(5) + "5\r\nhe");
            assert_let_go(layer.clone(), half, leave).await;
            let nothing = declared(10);
            assert_let_go(layer.clone(), nothing, leave).await;
        }
    }
}

#[tokio::test]
async fn content_is_held_only_while_it_is_waited_for() {
    let (server, mut dropped) = guarded(discarding(1_000)).await;
    let mut connection = server.connect().await;
    connection.send(declared(5)).await;
    assert_unanswered(&server, &connection).await;
    assert_eq!(within(dropped.recv()).await.unwrap(), "GET");
    assert_eq!(dropped.try_recv(), Err(TryRecvError::Empty));
    connection.send("hello").await;
    assert_eq!(announced(&refusal(&mut connection).await), Reused);
    assert_eq!(within(dropped.recv()).await.unwrap(), "FOO");
}

#[tokio::test]
async fn content_that_ends_too_early_is_answered_and_the_connection_closed() {
    for layer in either() {
        for unfinished in [
            declared(5),
            [declared(10), b"hello".to_vec()].concat(),
            chunked(chunk(5)),
        ] {
            let (server, calls) = serve(layer.clone()).await;
            let mut connection = server.connect().await;
            connection.send(unfinished).await;
            connection.finish().await;
            assert_eq!(announced(&refusal(&mut connection).await), Closed);
            assert_eq!(connection.rest().await, "");
            assert_eq!(calls.load(Ordering::SeqCst), 0);
        }
    }
}

#[test]
fn late_content_is_waited_for_and_keeps_the_connection() {
    on_each_runtime(|| async {
        for content in ["h", "hello", &"x".repeat(1_000)] {
            let late = [declared(content.len()), content.into()];
            assert_eq!(wait(discarding(1_000), late).await, Reused, "{content}");
            let late = [chunked(""), chunks([content.len()]).into()];
            assert_eq!(wait(discarding(1_000), late).await, Reused, "{content}");
        }
    });
}

#[tokio::test]
async fn content_in_several_segments_is_waited_for_to_the_end() {
    let parts = [declared(11), "hello".into(), " ".into(), "world".into()];
    assert_eq!(wait(discarding(1_000), parts).await, Reused);
    let started = [&declared(11)[..], b"hello"].concat();
    let parts = [started, " world".into()];
    assert_eq!(wait(discarding(1_000), parts).await, Reused);
}

#[tokio::test]
async fn chunks_in_several_segments_are_waited_for_to_the_end() {
    let content = chunk(5) + "0\r\nX-Trailer: yes\r\n\r\n";
    for at in 0..content.len() {
        let (first, second) = content.split_at(at);
        let parts = [chunked(first), second.into()];
        assert_eq!(wait(discarding(1_000), parts).await, Reused, "{first}");
    }
}

#[tokio::test]
async fn late_content_in_http_1_0_is_waited_for() {
    let fields = "Connection: keep-alive\r\nContent-Length: 5\r\n";
    let parts = [old_head(fields), "hello".into()];
    assert_eq!(wait(discarding(1_000), parts).await, Reused);
    let parts = [old_head("Content-Length: 5\r\n"), "hello".into()];
    assert_eq!(wait(discarding(1_000), parts).await, Closed);
}

#[tokio::test]
async fn content_declared_to_be_over_the_limit_is_not_waited_for() {
    for length in [1_001, 64 * KIB, 10 * MIB] {
        let fate = refuse(discarding(1_000), [declared(length)]).await;
        assert_eq!(fate, Closed, "{length}");
    }
    let fate = refuse(discarding(MIB as u64), [declared(MIB + 1)]).await;
    assert_eq!(fate, Closed);
}

#[tokio::test]
async fn content_declared_to_be_at_the_limit_is_waited_for() {
    let content = "x".repeat(100 * KIB);
    let late = [declared(content.len()), content.into()];
    assert_eq!(wait(discarding(100 * KIB as u64), late).await, Reused);
}

#[tokio::test]
async fn chunked_content_is_read_up_to_the_limit() {
    for sizes in [[1, 999], [999, 1], [500, 500]] {
        let content = chunked(chunks(sizes));
        let fate = refuse(discarding(1_000), [content]).await;
        assert_eq!(fate, Reused, "{sizes:?}");
        let late = [chunked(chunk(sizes[0])), chunks([sizes[1]]).into()];
        let fate = wait(discarding(1_000), late).await;
        assert_eq!(fate, Reused, "{sizes:?}");
    }
}

#[tokio::test]
async fn chunked_content_past_the_limit_is_not_waited_for() {
    for sizes in [[1, 1_000], [1_000, 1], [500, 501]] {
        let unfinished = [chunked(chunk(sizes[0])), chunk(sizes[1]).into()];
        let fate = wait(discarding(1_000), unfinished).await;
        assert_eq!(fate, Closed, "{sizes:?}");
    }
}

#[tokio::test]
async fn chunked_content_past_the_limit_is_discarded_when_at_hand() {
    for sizes in [[1, 1_000], [1_000, 1], [500, 501]] {
        let content = chunked(chunks(sizes));
        let fate = refuse(discarding(1_000), [content]).await;
        assert_eq!(fate, Reused, "{sizes:?}");
    }
    let too_much = chunked(chunks([64 * KIB, 1]));
    assert_eq!(refuse(discarding(1_000), [too_much]).await, Closed);
}

#[tokio::test]
async fn any_number_of_chunks_that_have_arrived_keeps_the_connection() {
    for number in [16, 17, 18, 500] {
        let content = chunk(1).repeat(number) + LAST_CHUNK;
        for layer in either() {
            let fate = refuse(layer, [chunked(&content)]).await;
            assert_eq!(fate, Reused, "{number} chunks");
        }
    }
}

#[tokio::test]
async fn a_limit_of_zero_waits_for_nothing() {
    let layer = discarding(0);
    assert_eq!(refuse(layer.clone(), [head("")]).await, Reused);
    assert_eq!(refuse(layer.clone(), [chunked(LAST_CHUNK)]).await, Reused);
    assert_eq!(refuse(layer.clone(), [declared(1)]).await, Closed);
    assert_eq!(refuse(layer.clone(), [chunked(chunk(1))]).await, Closed);
    assert_eq!(refuse(layer, [chunked("")]).await, Closed);
}

#[tokio::test]
async fn the_largest_limit_is_a_limit() {
    let late = [declared(5), "hello".into()];
    assert_eq!(wait(discarding(u64::MAX), late).await, Reused);
    let late = [chunked(""), chunks([100_000]).into()];
    assert_eq!(wait(discarding(u64::MAX), late).await, Reused);
}

#[tokio::test]
async fn content_that_is_held_back_is_not_waited_for() {
    for fields in ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
        let head = head(&format!("Expect: 100-continue\r\n{fields}"));
        let fate = refuse(discarding(1_000), [head]).await;
        assert_eq!(fate, Closed, "{fields}");
    }
}

#[tokio::test]
async fn a_request_behind_content_that_was_waited_for_is_served() {
    let (server, calls) = serve(discarding(1_000)).await;
    let mut connection = server.connect().await;
    connection.send(declared(5)).await;
    assert_unanswered(&server, &connection).await;
    connection.send(format!("hello{GET}")).await;
    assert_eq!(announced(&refusal(&mut connection).await), Reused);
    let answer = connection.response().await;
    assert!(answer.ends_with("\r\n\r\nGET /next"), "{answer}");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}
