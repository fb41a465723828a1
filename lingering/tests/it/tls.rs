//! Outside and inside of a TLS stream of rustls.

use crate::support::{duplex, tcp, tls::configurations, within};
use lingering_close::Lingering;
use std::{
    io::{self, ErrorKind},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream},
    time::{timeout, Instant},
};
use tokio_rustls::{client, server, TlsAcceptor, TlsConnector};

/// Both ends of TLS over these.
async fn handshake<S, C>(server: S, client: C) -> (server::TlsStream<S>, client::TlsStream<C>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    C: AsyncRead + AsyncWrite + Unpin,
{
    let (accepting, connecting) = configurations();
    let name = "localhost".try_into().unwrap();
    let client = TlsConnector::from(Arc::new(connecting)).connect(name, client);
    let server = TlsAcceptor::from(Arc::new(accepting)).accept(server);
    let (server, client) = within(async { tokio::join!(server, client) }).await;
    (server.unwrap(), client.unwrap())
}

const UPLOAD: usize = 10_000_000;

/// What a client receives that sends all of its upload before it reads. Without the server's
/// `close_notify`, rustls gives an error at the end.
async fn upload(mut client: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<String> {
    within(client.write_all(&vec![b'x'; UPLOAD])).await?;
    within(client.flush()).await?;
    let mut answer = String::new();
    within(client.read_to_string(&mut answer)).await?;
    Ok(answer)
}

async fn answer_and_close(mut connection: impl AsyncRead + AsyncWrite + Unpin) {
    within(connection.read_exact(&mut [0; 10])).await.unwrap();
    within(connection.write_all(b"answer")).await.unwrap();
    within(connection.shutdown()).await.unwrap();
}

#[tokio::test]
async fn the_answer_and_close_notify_arrive_with_lingering_outside_and_inside_and_not_without() {
    let (server, client) = tcp().await;
    let (server, client) = handshake(server, client).await;
    let server = tokio::spawn(answer_and_close(Lingering::new(server)));
    assert_eq!(upload(client).await.unwrap(), "answer", "outside");
    within(server).await.unwrap();

    let (server, client) = tcp().await;
    let (server, client) = handshake(Lingering::new(server), client).await;
    let server = tokio::spawn(answer_and_close(server));
    assert_eq!(upload(client).await.unwrap(), "answer", "inside");
    within(server).await.unwrap();

    let (server, client) = tcp().await;
    let (server, client) = handshake(server, client).await;
    let server = tokio::spawn(answer_and_close(server));
    assert!(upload(client).await.is_err(), "the control");
    within(server).await.unwrap();
}

/// Sends `close_notify`, and leaves the connection below open.
async fn notify(client: &mut client::TlsStream<DuplexStream>) {
    client.get_mut().1.send_close_notify();
    within(client.flush()).await.unwrap();
}

async fn closing(mut connection: impl AsyncWrite + Unpin) -> Duration {
    let start = Instant::now();
    within(connection.shutdown()).await.unwrap();
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn the_peers_close_notify_ends_the_close_outside_and_only_the_end_below_does_inside() {
    let (server, client) = duplex(64 * 1024);
    let (server, mut client) = handshake(server, client).await;
    notify(&mut client).await;
    assert_eq!(closing(Lingering::new(server)).await, Duration::ZERO);

    let (server, client) = duplex(64 * 1024);
    let (server, mut client) = handshake(Lingering::new(server), client).await;
    notify(&mut client).await;
    assert_eq!(closing(server).await, Duration::from_secs(5));

    let (server, client) = duplex(64 * 1024);
    let (server, mut client) = handshake(Lingering::new(server), client).await;
    client.shutdown().await.unwrap();
    assert_eq!(closing(server).await, Duration::ZERO);
}

/// More than `duplex` and rustls take without a reader.
async fn fill(connection: &mut (impl AsyncWrite + Unpin)) {
    let bytes = vec![b'x'; 1_000_000];
    let filled = timeout(Duration::from_secs(1), connection.write_all(&bytes)).await;
    assert!(filled.is_err(), "there was room");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_left_outside_and_not_inside_where_tls_itself_waits() {
    let (server, client) = duplex(64 * 1024);
    let (server, _client) = handshake(server, client).await;
    let mut connection = Lingering::new(server);
    fill(&mut connection).await;
    let start = Instant::now();
    let late = within(connection.shutdown()).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::TimedOut);
    assert_eq!(start.elapsed(), Duration::from_secs(30));

    let (server, client) = duplex(64 * 1024);
    let (mut server, _client) = handshake(Lingering::new(server), client).await;
    fill(&mut server).await;
    let minute = Duration::from_secs(60);
    assert!(timeout(minute, server.shutdown()).await.is_err());
}
