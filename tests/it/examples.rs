//! The examples, run as a user runs them: each is a process that is started, asked and stopped.

use crate::support::example::{run, Example};
use crate::support::{within, Connection, Server};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{
    convert::Infallible,
    fmt::Write,
    fs,
    net::SocketAddr,
    path::Path,
    time::{Duration, SystemTime},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tonic::{transport::Channel, Code};
use tonic_health::pb::{
    health_check_response::ServingStatus, health_client::HealthClient, HealthCheckRequest,
};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tower::{service_fn, Layer};
use tower_http::timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer};
use tower_not_implemented::NotImplementedLayer;

const NAMES: [&str; 6] = ["axum", "hyper", "observe", "proxy", "tonic", "webdav"];

const REFUSED: &str = "HTTP/1.1 501 Not Implemented\r\n";
const BREW: &str = "BREW / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const GET: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
const OPTIONS: &str = "OPTIONS / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// RFC 2774 section 5.1: a mandatory request, to a proxy in the way.
const MANDATORY: &str = "M-GET /document HTTP/1.1\r\nHost: localhost\r\n\
    C-Man: \"http://www.example.org/\"\r\nConnection: C-Man\r\n\r\n";

#[track_caller]
fn assert_status(request: &str, answer: &str, status: u16) {
    let line = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&line), "{request}: {answer}");
}

async fn assert_answers(example: &Example, lines: &[(&str, u16)]) {
    for (line, status) in lines {
        assert_status(line, &example.answer(line).await, *status);
    }
}

async fn assert_refuses(example: &Example, methods: &[&str], paths: &[&str]) {
    for method in methods {
        for path in paths {
            let answer = example.answer(&format!("{method} {path}")).await;
            assert!(answer.starts_with(REFUSED), "{method} {path}: {answer}");
        }
    }
}

/// Ctrl-C ends `name` while one connection is kept alive after a refusal, one after an answer, and
/// one was not used at all.
async fn assert_stops(name: &str, refused: &str, supported: &str, status: u16) {
    let example = Example::start(name).await;
    let mut after_refusal = example.connect().await;
    after_refusal.send(refused).await;
    let answer = after_refusal.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    assert!(!answer.contains("connection: close"), "{answer}");

    let mut after_answer = example.connect().await;
    after_answer.send(supported).await;
    let answer = after_answer.response().await;
    assert_status(supported, &answer, status);

    let mut unused = example.connect().await;
    example.stop().await;
    for connection in [&mut after_refusal, &mut after_answer, &mut unused] {
        connection.rest().await;
    }
}

/// A request with ten bytes of content, of which only the first half comes.
fn half_an_upload(line: &str) -> String {
    format!("{line} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n01234")
}

/// Ctrl-C ends `name` though the last of `requests` on a connection has begun and does not end.
async fn assert_stops_during(name: &str, requests: [&str; 2]) {
    let example = Example::start(name).await;
    let mut connection = example.connect().await;
    // Together, so that the second has arrived when the first is answered.
    connection.send(requests.concat()).await;
    connection.response().await;
    example.stop().await;
    connection.rest().await;
}

async fn assert_needs_a_free_address(name: &str) {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let output = run(name, &taken.local_addr().unwrap().to_string()).await;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{errors}");
    assert!(errors.contains("AddrInUse"), "{errors}");
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn axum_stops_on_ctrl_c() {
    assert_stops("axum", BREW, GET, 200).await;
}

#[tokio::test]
async fn hyper_stops_on_ctrl_c() {
    assert_stops("hyper", BREW, GET, 200).await;
}

#[tokio::test]
async fn tonic_stops_on_ctrl_c() {
    assert_stops("tonic", BREW, GET, 200).await;
}

#[tokio::test]
async fn webdav_stops_on_ctrl_c() {
    assert_stops("webdav", BREW, OPTIONS, 200).await;
}

#[tokio::test]
async fn proxy_stops_on_ctrl_c() {
    let origin = origin().await;
    let address = origin.address;
    let get = format!("GET http://{address}/ HTTP/1.1\r\nhost: {address}\r\n\r\n");
    assert_stops("proxy", MANDATORY, &get, 200).await;
}

#[tokio::test]
async fn observe_stops_on_ctrl_c() {
    assert_stops("observe", BREW, GET, 200).await;
}

#[tokio::test]
async fn every_example_stops_during_a_request_head() {
    let stops = NAMES.map(|name| async move {
        let example = Example::start(name).await;
        let mut connection = example.connect().await;
        connection.send("OPTIONS / HTTP/1.1\r\nhost: loc").await;
        // Once a later connection was served, so was this one.
        example.answer("OPTIONS /").await;
        example.stop().await;
        assert_eq!(connection.rest().await, "", "{name}");
    });
    join_all(stops).await;
}

#[tokio::test]
async fn axum_stops_during_an_upload() {
    assert_stops_during("axum", [GET, &half_an_upload("POST /")]).await;
}

#[tokio::test]
async fn hyper_stops_during_a_refused_upload() {
    assert_stops_during("hyper", [GET, &half_an_upload("BREW /")]).await;
}

#[tokio::test]
async fn tonic_stops_during_a_call() {
    let call = "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: localhost\r\n\
        content-type: application/grpc\r\ncontent-length: 10\r\n\r\n\0\0\0";
    assert_stops_during("tonic", [GET, call]).await;
}

#[tokio::test]
async fn webdav_stops_during_an_upload() {
    assert_stops_during("webdav", [OPTIONS, &half_an_upload("PUT /file")]).await;
}

#[tokio::test]
async fn proxy_stops_while_an_origin_is_silent() {
    // Connections are made by the system and never accepted.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let get = format!("GET http://{address}/ HTTP/1.1\r\nhost: {address}\r\n\r\n");
    assert_stops_during("proxy", [MANDATORY, &get]).await;
}

#[test]
fn every_example_has_fewer_than_80_lines() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.file_stem().unwrap()).collect();
    assert_eq!(names, NAMES);
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines < 80, "{}: {lines}", file.display());
    }
}

#[tokio::test]
async fn every_example_exits_with_an_error_where_its_address_is_taken() {
    for name in NAMES {
        assert_needs_a_free_address(name).await;
    }
}

#[tokio::test]
async fn axum_answers_supported_methods_as_its_routes_say() {
    let example = Example::start("axum").await;
    let lines = [
        ("GET /", 200),
        ("HEAD /", 200),
        ("POST /", 200),
        ("DELETE /", 405),
        ("GET /any", 200),
        ("POST /any", 200),
        ("PUT /any", 200),
        ("DELETE /any", 200),
        ("GET /nowhere", 404),
        ("DELETE /nowhere", 404),
    ];
    assert_answers(&example, &lines).await;
    example.stop().await;
}

#[tokio::test]
async fn axum_refuses_unsupported_methods_on_every_path() {
    let example = Example::start("axum").await;
    let long = "X".repeat(8_000);
    let methods = ["BREW", "FOO", "PROPFIND", "get", "M-GET", "PRI", &long];
    assert_refuses(&example, &methods, &["/", "/any", "/nowhere"]).await;
    example.stop().await;
}

#[tokio::test]
async fn hyper_answers_supported_methods_on_every_path() {
    let example = Example::start("hyper").await;
    for method in ["GET", "POST", "OPTIONS", "PURGE"] {
        for path in ["/", "/pot", "/pot/lid?open=no"] {
            let answer = example.answer(&format!("{method} {path}")).await;
            assert_status(path, &answer, 200);
            assert!(answer.ends_with("\r\n\r\nhello\n"), "{answer}");
        }
    }
    assert_answers(&example, &[("HEAD /pot", 200)]).await;
    example.stop().await;
}

/// The example's settings: a date a day from now, and a minute in caches.
#[track_caller]
fn assert_settings(fields: &HeaderMap, asked: SystemTime) {
    assert_eq!(fields["cache-control"], "max-age=60");
    let date = fields["retry-after"].to_str().unwrap();
    let parsed = httpdate::parse_http_date(date).unwrap();
    assert_eq!(httpdate::fmt_http_date(parsed), date); // the preferred format
    let hour = Duration::from_secs(60 * 60);
    assert!(parsed > asked + 23 * hour, "{date}");
    assert!(parsed < asked + 25 * hour, "{date}");
}

#[tokio::test]
async fn hyper_refuses_with_its_settings_over_http1() {
    let example = Example::start("hyper").await;
    assert_refuses(&example, &["BREW", "PUT", "purge"], &["/", "/pot"]).await;

    let answer = example.answer("BREW /pot").await;
    let (head, content) = answer.split_once("\r\n\r\n").unwrap();
    let fields = head.lines().skip(1).map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse().unwrap(), value.parse().unwrap())
    });
    assert_settings(&fields.collect(), SystemTime::now());
    assert!(content.contains("temporary"), "{content}");
    example.stop().await;
}

#[tokio::test]
async fn hyper_refuses_with_its_settings_over_http2() {
    let example = Example::start("hyper").await;
    let stream = within(TcpStream::connect(example.address)).await.unwrap();
    let client = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (mut sender, connection) = within(client.handshake(TokioIo::new(stream)))
        .await
        .unwrap();
    tokio::spawn(connection);
    for (method, status) in [("BREW", 501), ("PUT", 501), ("GET", 200), ("PURGE", 200)] {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}/pot", example.address))
            .body(Empty::<Bytes>::new())
            .unwrap();
        let response = within(sender.send_request(request)).await.unwrap();
        assert_eq!(response.status(), status, "{method}");
        if status == 501 {
            assert_settings(response.headers(), SystemTime::now());
        }
    }
    example.stop().await;
}

#[tokio::test]
async fn hyper_reads_the_content_of_a_refused_request() {
    let example = Example::start("hyper").await;
    let mut connection = example.connect().await;
    let head = "BREW /pot HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1048576\r\n\r\n";
    connection.send(head).await;
    connection.send(vec![b'x'; 1024 * 1024]).await;
    let answer = connection.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    connection.send(GET).await;
    assert_status("GET /", &connection.response().await, 200);
    example.stop().await;
}

/// The answer to the first half of a refused upload, whose second half never comes.
async fn answer_to_half_an_upload(mut connection: Connection) -> String {
    connection.send(half_an_upload("BREW /")).await;
    connection.rest().await
}

#[track_caller]
fn assert_refused_and_closed(answer: &str) {
    assert!(answer.starts_with(REFUSED), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
}

#[tokio::test]
async fn hyper_refuses_an_upload_that_stalls() {
    let example = Example::start("hyper").await;
    assert_refused_and_closed(&answer_to_half_an_upload(example.connect().await).await);
    example.stop().await;
}

async fn hello<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("hello")))
}

/// What the hyper example does, in less time, and with the other layer of the kind too.
#[tokio::test]
async fn time_limits_on_content_outside_the_layer_end_its_wait() {
    const MOMENT: Duration = Duration::from_millis(50);
    let layer = NotImplementedLayer::default().discard_request_body(10);

    let deadline = RequestBodyDeadlineLayer::new(MOMENT).layer(layer.layer(service_fn(hello)));
    let server = Server::start(deadline).await;
    assert_refused_and_closed(&answer_to_half_an_upload(server.connect().await).await);

    let timeout = RequestBodyTimeoutLayer::new(MOMENT).layer(layer.layer(service_fn(hello)));
    let server = Server::start(timeout).await;
    assert_refused_and_closed(&answer_to_half_an_upload(server.connect().await).await);
}

async fn channel(example: &Example) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{}", example.address)).unwrap();
    within(endpoint.connect()).await.unwrap()
}

#[tokio::test]
async fn tonic_serves_health_checks() {
    let example = Example::start("tonic").await;
    let mut client = HealthClient::new(channel(&example).await);
    let whole_server = HealthCheckRequest::default();
    let answer = within(client.check(whole_server)).await.unwrap();
    assert_eq!(answer.into_inner().status(), ServingStatus::Serving);

    let service = "nowhere".into();
    let unknown = within(client.check(HealthCheckRequest { service })).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    example.stop().await;
}

#[tokio::test]
async fn tonic_reports_the_switched_off_service_as_unimplemented() {
    let example = Example::start("tonic").await;
    let mut client = ServerReflectionClient::new(channel(&example).await);
    let call = client.server_reflection_info(tokio_stream::pending());
    let status = within(call).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    // Not tonic's own UNIMPLEMENTED, of a service that does not exist.
    let message = "this server does not support the HTTP request method";
    assert!(status.message().starts_with(message), "{status}");
    example.stop().await;
}

#[tokio::test]
async fn tonic_refuses_what_is_neither_post_nor_get() {
    let example = Example::start("tonic").await;
    let paths = ["/grpc.health.v1.Health/Check", "/nowhere"];
    assert_refuses(&example, &["FOO", "PUT", "OPTIONS", "PROPFIND"], &paths).await;
    for path in paths {
        let answer = example.answer(&format!("GET {path}")).await;
        assert!(!answer.starts_with(REFUSED), "{path}: {answer}");
    }
    example.stop().await;
}

#[tokio::test]
async fn webdav_stores_and_lists_files() {
    let example = Example::start("webdav").await;
    assert_answers(&example, &[("MKCOL /folder", 201)]).await;
    let put = "PUT /folder/file HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
        content-length: 5\r\n\r\nhello";
    assert_status("PUT", &example.exchange(put).await, 201);

    let list = example.answer("PROPFIND /folder").await;
    assert_status("PROPFIND", &list, 207);
    assert!(list.contains("/folder/file"), "{list}");
    let file = example.answer("GET /folder/file").await;
    assert!(file.contains("hello"), "{file}");
    example.stop().await;
}

#[tokio::test]
async fn webdav_refuses_what_is_not_of_rfc_4918() {
    let example = Example::start("webdav").await;
    let methods = ["SEARCH", "REPORT", "ACL", "FOO", "propfind"];
    assert_refuses(&example, &methods, &["/", "/nowhere"]).await;
    example.stop().await;
}

/// An origin server whose answer is the head it received, and a field for the proxy alone.
async fn origin() -> Server {
    let echo = service_fn(|request: Request<Incoming>| async {
        let (head, body) = request.into_parts();
        let mut received = format!("{} {} {:?}\n", head.method, head.uri, head.version);
        for (name, value) in &head.headers {
            writeln!(received, "{name}: {}", value.to_str().unwrap()).unwrap();
        }
        let content = body.collect().await.unwrap().to_bytes();
        received += std::str::from_utf8(&content).unwrap();
        let response = Response::builder()
            .header("connection", "x-hop")
            .header("x-hop", "1")
            .header("x-end", "2")
            .body(Full::<Bytes>::from(received));
        Ok::<_, Infallible>(response.unwrap())
    });
    Server::start(echo).await
}

/// The answer to a POST of `content` to the origin through the proxy.
async fn post_through(proxy: &Example, origin: SocketAddr) -> String {
    let request = format!(
        "POST http://{origin}/echo?x=1 HTTP/1.1\r\nHost: {origin}\r\n\
        Connection: close, C-Man\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n\
        TE: trailers\r\nUpgrade: other\r\nC-Man: \"http://www.example.org/\"\r\n\
        X-End: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    );
    proxy.exchange(request).await
}

#[tokio::test]
async fn proxy_forwards_without_hop_by_hop_fields() {
    let origin = origin().await;
    let proxy = Example::start("proxy").await;
    let answer = post_through(&proxy, origin.address).await;
    assert_status("POST", &answer, 200);
    let (head, received) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("\r\nx-end: 2"), "{head}");
    assert!(!head.contains("x-hop"), "{head}");

    let mut lines: Vec<_> = received.lines().collect();
    lines[1..].sort_unstable();
    let host = format!("host: {}", origin.address);
    let expected = [
        "POST /echo?x=1 HTTP/1.1",
        "hello",
        &host,
        "transfer-encoding: chunked",
        "via: 1.1 proxy",
        "x-end: 3",
    ];
    assert_eq!(lines, expected);
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_forwards_registered_methods_and_refuses_the_others() {
    let origin = origin().await;
    let proxy = Example::start("proxy").await;
    for method in ["GET", "DELETE", "PROPFIND", "QUERY"] {
        let line = format!("{method} http://{}/", origin.address);
        let answer = proxy.answer(&line).await;
        assert_status(&line, &answer, 200);
        assert!(answer.contains(&format!("{method} / ")), "{answer}");
    }
    let target = format!("http://{}/", origin.address);
    assert_refuses(&proxy, &["FOO", "M-POST", "get"], &[&target, "/"]).await;
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_replaces_host_by_the_authority_of_the_target() {
    let origin = origin().await;
    let proxy = Example::start("proxy").await;
    let line = format!("GET http://{}/", origin.address);
    let answer = proxy.answer(&line).await; // with another Host
    let host = format!("\nhost: {}\n", origin.address);
    assert!(answer.contains(&host), "{answer}");
    assert_eq!(answer.matches("\nhost: ").count(), 1, "{answer}");
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_forwards_http_1_0_in_its_own_version() {
    let origin = origin().await;
    let proxy = Example::start("proxy").await;
    let get = format!("GET http://{}/ HTTP/1.0\r\n\r\n", origin.address);
    let answer = proxy.exchange(get).await;
    assert!(answer.contains("GET / HTTP/1.1\n"), "{answer}");
    assert!(answer.contains("\nvia: 1.0 proxy\n"), "{answer}");
    assert!(answer.contains("\r\nvia: 1.1 proxy\r\n"), "{answer}");
    proxy.stop().await;
}

/// A server that sends `answer` to the first connection, whatever it says.
async fn answering(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = [0; 1024];
        assert_ne!(stream.read(&mut head).await.unwrap(), 0);
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    address
}

#[tokio::test]
async fn proxy_passes_on_an_http_1_0_answer_in_its_own_version() {
    let origin = answering("HTTP/1.0 200 OK\r\nx-end: 1\r\n\r\nhello").await;
    let proxy = Example::start("proxy").await;
    let answer = proxy.answer(&format!("GET http://{origin}/")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\nvia: 1.0 proxy\r\n"), "{answer}");
    assert!(answer.contains("hello"), "{answer}");
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_refuses_a_mandatory_request() {
    let proxy = Example::start("proxy").await;
    let mut connection = proxy.connect().await;
    connection.send(MANDATORY).await;
    let answer = connection.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    proxy.stop().await;
}

async fn connect_through(proxy: &Example, target: SocketAddr) -> (Connection, String) {
    let mut connection = proxy.connect().await;
    let head = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n");
    connection.send(head).await;
    let answer = connection.response().await;
    (connection, answer)
}

#[tokio::test]
async fn proxy_tunnels_both_ways() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = Example::start("proxy").await;
    let (mut client, answer) = connect_through(&proxy, listener.local_addr().unwrap()).await;
    assert_status("CONNECT", &answer, 200);

    let (mut origin, _) = within(listener.accept()).await.unwrap();
    client.send("\0ping").await;
    let mut received = [0; 5];
    within(origin.read_exact(&mut received)).await.unwrap();
    assert_eq!(&received, b"\0ping");

    within(origin.write_all(b"pong, and the end"))
        .await
        .unwrap();
    drop(origin);
    assert_eq!(client.rest().await, "pong, and the end");
    proxy.stop().await;
}

/// An address where nobody listens, and will not while the socket lives.
fn nobody() -> (TcpSocket, SocketAddr) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

#[tokio::test]
async fn proxy_answers_502_where_the_origin_cannot_be_reached() {
    let (_socket, address) = nobody();
    let proxy = Example::start("proxy").await;
    let line = format!("GET http://{address}/");
    assert_status(&line, &proxy.answer(&line).await, 502);
    let (_, answer) = connect_through(&proxy, address).await;
    assert_status("CONNECT", &answer, 502);
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_serves_nothing_behind_a_connect_that_fails() {
    let origin = origin().await;
    let (_socket, address) = nobody();
    let proxy = Example::start("proxy").await;
    let answer = proxy
        .exchange(format!(
            "CONNECT {address} HTTP/1.1\r\nhost: {address}\r\n\r\n\
            GET http://{0}/ HTTP/1.1\r\nhost: {0}\r\n\r\n",
            origin.address
        ))
        .await;
    assert_status("CONNECT", &answer, 502);
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    proxy.stop().await;
}

/// The JSON content of the answer to `line`.
async fn json(example: &Example, line: &str) -> serde_json::Value {
    let answer = example.answer(line).await;
    let (head, content) = answer.split_once("\r\n\r\n").unwrap();
    let content_type = "\r\ncontent-type: application/json";
    assert!(head.contains(content_type), "{answer}");
    serde_json::from_str(content).unwrap()
}

#[tokio::test]
async fn observe_gives_refusals_a_json_page() {
    let example = Example::start("observe").await;
    let (long, cut) = ("X".repeat(400), "X".repeat(32));
    let methods = [("BREW", "BREW"), ("A&'B", "A&'B"), (&long, &cut)];
    for (method, shown) in methods {
        assert_refuses(&example, &[method], &["/", "/nowhere"]).await;
        let page = json(&example, &format!("{method} /")).await;
        let expected = serde_json::json!({ "error": "unsupported method", "method": shown });
        assert_eq!(page, expected);
    }
    let other = example.answer("DELETE /").await;
    assert_status("DELETE /", &other, 405);
    assert!(!other.contains("unsupported"), "{other}");
    example.stop().await;
}

#[tokio::test]
async fn observe_counts_refusals_under_a_bounded_number_of_labels() {
    let example = Example::start("observe").await;
    assert_eq!(json(&example, "GET /refused").await, serde_json::json!({}));
    for number in 0..50 {
        assert_refuses(&example, &[&format!("MADE-UP-{number}")], &["/"]).await;
    }
    assert_refuses(&example, &["PROPFIND"], &["/", "/nowhere"]).await;
    let expected = serde_json::json!({ "other": 50, "PROPFIND": 2 });
    assert_eq!(json(&example, "GET /refused").await, expected);
    example.stop().await;
}

#[tokio::test]
async fn observe_counts_grpc_refusals_and_leaves_them_as_they_are() {
    let example = Example::start("observe").await;
    let call = "BREW / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
        content-type: application/grpc\r\n\r\n";
    let answer = example.exchange(call).await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    assert!(
        answer.contains("\r\ncontent-type: application/grpc\r\n"),
        "{answer}"
    );
    assert!(answer.contains("\r\ngrpc-status: 12\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    let expected = serde_json::json!({ "other": 1 });
    assert_eq!(json(&example, "GET /refused").await, expected);
    example.stop().await;
}

#[tokio::test]
async fn observe_does_not_log_refusals_as_errors() {
    let example = Example::start("observe").await;
    assert_refuses(&example, &["BREW", "PROPFIND"], &["/", "/nowhere"]).await;
    assert_answers(&example, &[("GET /", 200)]).await;
    let log = example.stop().await;
    let refusals = log.lines().filter(|line| line.contains("501"));
    assert_eq!(refusals.count(), 4, "{log}");
    for line in log.lines() {
        assert!(line.contains(" INFO "), "{line}");
    }
}
