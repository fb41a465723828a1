//! The proxy example.

use super::{assert_refuses, assert_status, origin, MANDATORY, REFUSED};
use crate::support::{example::Example, within, Server};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket},
};

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
    let mut connection = proxy.connect().await;
    connection.send(MANDATORY).await;
    let answer = connection.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_replaces_host_and_forwards_http_1_0_in_its_own_version() {
    let origin = origin().await;
    let proxy = Example::start("proxy").await;
    let get = format!(
        "GET http://{}/ HTTP/1.0\r\nhost: other\r\n\r\n",
        origin.address
    );
    let answer = proxy.exchange(get).await;
    assert!(answer.contains("GET / HTTP/1.1\n"), "{answer}");
    assert!(answer.contains("\nvia: 1.0 proxy\n"), "{answer}");
    assert!(answer.contains("\r\nvia: 1.1 proxy\r\n"), "{answer}");
    let host = format!("\nhost: {}\n", origin.address);
    assert!(answer.contains(&host), "{answer}");
    assert_eq!(answer.matches("\nhost: ").count(), 1, "{answer}");
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_passes_on_an_http_1_0_answer_in_its_own_version() {
    // Whatever it is asked, once.
    let origin = Server::of(|listener| async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0; 1024]).await.unwrap(), 0);
        let answer = b"HTTP/1.0 200 OK\r\nx-end: 1\r\n\r\nhello";
        stream.write_all(answer).await.unwrap();
    })
    .await;
    let proxy = Example::start("proxy").await;
    let line = format!("GET http://{}/", origin.address);
    let answer = proxy.answer(&line).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\r\nvia: 1.0 proxy\r\n"), "{answer}");
    assert!(answer.contains("hello"), "{answer}");
    proxy.stop().await;
}

#[tokio::test]
async fn proxy_tunnels_both_ways() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = Example::start("proxy").await;
    let mut client = proxy.connect().await;
    let target = listener.local_addr().unwrap();
    let answer = client.ask(&format!("CONNECT {target}")).await;
    assert_status("CONNECT", &answer, 200);

    let (mut origin, _) = within(listener.accept()).await.unwrap();
    client.send("\0ping").await;
    let mut received = [0; 5];
    within(origin.read_exact(&mut received)).await.unwrap();
    assert_eq!(&received, b"\0ping");

    let pong = origin.write_all(b"pong, and the end");
    within(pong).await.unwrap();
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
async fn proxy_answers_502_where_the_origin_cannot_be_reached_and_serves_nothing_behind_it() {
    let origin = origin().await;
    let (_socket, address) = nobody();
    let proxy = Example::start("proxy").await;
    let line = format!("GET http://{address}/");
    assert_status(&line, &proxy.answer(&line).await, 502);

    let connect = format!("CONNECT {address} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    let get = format!(
        "GET http://{0}/ HTTP/1.1\r\nhost: {0}\r\n\r\n",
        origin.address
    );
    let answer = proxy.exchange(connect + &get).await;
    assert_status("CONNECT", &answer, 502);
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    proxy.stop().await;
}
