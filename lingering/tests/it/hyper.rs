//! hyper's server, over HTTP/1.1.

use crate::support::{duplex, tcp, within, HOUR};
use hyper::{body::Incoming, server::conn::http1, service::service_fn, Request, Response};
use hyper_util::rt::TokioIo;
use lingering_close::Lingering;
use std::convert::Infallible;
use tokio::{
    io::{copy_bidirectional, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

type Io = TokioIo<Lingering<TcpStream>>;

async fn hello(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    Ok(Response::new(format!("hello {}\n", request.uri())))
}

async fn ask(client: &mut TcpStream, path: &str, connection: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: {connection}\r\n\r\n");
    within(client.write_all(request.as_bytes())).await.unwrap();
    let mut answer = String::new();
    while !answer.ends_with(&format!("hello {path}\n")) {
        let byte = within(client.read_u8()).await.unwrap();
        answer.push(byte.into());
    }
    answer
}

#[tokio::test]
async fn a_connection_that_is_kept_alive_is_untouched() {
    let (server, mut client) = tcp().await;
    let io = TokioIo::new(Lingering::new(server).max_time(HOUR).max_idle(HOUR));
    let serving = tokio::spawn(http1::Builder::new().serve_connection(io, service_fn(hello)));
    for path in ["/1", "/2", "/3"] {
        let answer = ask(&mut client, path, "keep-alive").await;
        assert!(!answer.contains("connection: close"), "{answer}");
        assert!(!serving.is_finished());
    }
    ask(&mut client, "/4", "close").await;
    let end = within(client.read(&mut [0; 1])).await.unwrap();
    assert_eq!(end, 0, "the server has shut down");
    drop(client);
    within(serving).await.unwrap().unwrap();
}

/// Answers 101, and joins the connection to what is `behind`, as a proxy of WebSockets does.
async fn tunnel(server: TcpStream, mut behind: tokio::io::DuplexStream, lingering: bool) {
    let (upgrade, upgraded) = tokio::sync::oneshot::channel();
    let upgrade = std::sync::Mutex::new(Some(upgrade));
    let switch = service_fn(move |request: Request<Incoming>| {
        let upgrade = upgrade.lock().unwrap().take().unwrap();
        upgrade.send(hyper::upgrade::on(request)).unwrap();
        let response = Response::builder().status(101).header("upgrade", "a");
        async { Ok::<_, Infallible>(response.body(String::new()).unwrap()) }
    });
    let io = TokioIo::new(Lingering::new(server));
    let serve = http1::Builder::new().serve_connection(io, switch);
    within(serve.with_upgrades()).await.unwrap();
    let upgraded = within(upgraded).await.unwrap().await.unwrap();
    let mut connection = upgraded.downcast::<Io>().unwrap().io.into_inner();
    let joined = if lingering {
        within(copy_bidirectional(&mut connection, &mut behind)).await
    } else {
        within(copy_bidirectional(
            &mut connection.into_inner(),
            &mut behind,
        ))
        .await
    };
    joined.unwrap();
}

/// More than the buffers of a tunnel take.
const REST: usize = 1_000_000;

/// How many bytes come through to the server behind a tunnel, once that has sent all of its own.
async fn after_the_servers_end(lingering: bool) -> usize {
    let (server, mut client) = tcp().await;
    let (near, mut far) = duplex(64);
    let tunnel = tokio::spawn(tunnel(server, near, lingering));
    let request = b"GET / HTTP/1.1\r\nhost: a\r\nupgrade: a\r\nconnection: upgrade\r\n\r\n";
    within(client.write_all(request)).await.unwrap();
    far.shutdown().await.unwrap();
    let mut answer = String::new();
    within(client.read_to_string(&mut answer)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
    let sender = tokio::spawn(async move { client.write_all(&vec![b'x'; REST]).await });
    let mut rest = Vec::new();
    within(far.read_to_end(&mut rest)).await.unwrap();
    within(sender).await.unwrap().unwrap();
    within(tunnel).await.unwrap();
    rest.len()
}

/// What the documentation warns of, and its cure.
#[tokio::test]
async fn a_tunnel_loses_bytes_unless_it_takes_the_connection_out() {
    let rest = after_the_servers_end(true).await;
    assert!(rest < REST, "{rest}");
    assert_eq!(after_the_servers_end(false).await, REST);
}
