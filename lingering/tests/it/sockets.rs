//! Peers on loopback, each with its own way to end or not to end.

use crate::support::{tcp, within, HOUR};
use lingering_close::Lingering;
use std::{io::ErrorKind, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, BufWriter},
    net::TcpStream,
    time::sleep,
};

/// More than the system takes for a peer that does not read.
const LARGE: usize = 16_000_000;

const SOON: Duration = Duration::from_millis(100);

/// A connection whose close is ended by its peer alone.
fn patient(io: TcpStream) -> Lingering<TcpStream> {
    Lingering::new(io).max_time(HOUR).max_idle(HOUR)
}

/// What a server does that answers early, and what is left in the connection then.
async fn answer_and_close(mut connection: Lingering<TcpStream>) -> Vec<u8> {
    let mut begin = [0; 10];
    within(connection.read_exact(&mut begin)).await.unwrap();
    within(connection.write_all(b"answer")).await.unwrap();
    within(connection.shutdown()).await.unwrap();
    let mut left = vec![0; 10];
    let read = connection.into_inner().try_read(&mut left).unwrap_or(0);
    left.truncate(read);
    left
}

/// What a client receives that sends all of its upload before it reads; an error is a loss.
async fn upload(client: &mut TcpStream) -> std::io::Result<String> {
    within(client.write_all(&vec![b'x'; LARGE])).await?;
    read(client).await
}

async fn read(client: &mut TcpStream) -> std::io::Result<String> {
    let mut answer = String::new();
    within(client.read_to_string(&mut answer)).await?;
    Ok(answer)
}

/// The control: without a loss here the next test would show nothing.
#[tokio::test]
async fn a_plain_close_is_a_reset_for_a_peer_that_still_sends() {
    let (server, mut client) = tcp().await;
    let server = tokio::spawn(answer_and_close(Lingering::new(server).max_bytes(0)));
    assert!(upload(&mut client).await.is_err());
    within(server).await.unwrap();
}

#[tokio::test]
async fn a_peer_that_still_sends_receives_the_answer() {
    let (server, mut client) = tcp().await;
    let server = tokio::spawn(answer_and_close(patient(server)));
    assert_eq!(upload(&mut client).await.unwrap(), "answer");
    drop(client);
    assert_eq!(within(server).await.unwrap(), b"");
}

#[tokio::test]
async fn a_peer_that_closes_late_is_read_to_its_end() {
    let (server, mut client) = tcp().await;
    let server = tokio::spawn(answer_and_close(patient(server)));
    client.write_all(b"first part").await.unwrap();
    assert_eq!(read(&mut client).await.unwrap(), "answer");
    // The server has shut down, and still reads.
    for _ in 0..10 {
        client.write_all(&vec![b'x'; 100_000]).await.unwrap();
        assert!(!server.is_finished());
    }
    drop(client);
    assert_eq!(within(server).await.unwrap(), b"");
}

#[tokio::test]
async fn a_peer_that_never_closes_is_left() {
    let (server, mut client) = tcp().await;
    let connection = Lingering::new(server).max_time(HOUR).max_idle(SOON);
    let server = tokio::spawn(answer_and_close(connection));
    client.write_all(b"first part").await.unwrap();
    assert_eq!(read(&mut client).await.unwrap(), "answer");
    within(server).await.unwrap();
}

/// Sends until the server is gone.
async fn send_on(mut client: TcpStream, size: usize, pause: Duration) {
    let bytes = vec![b'x'; size];
    within(async {
        while client.write_all(&bytes).await.is_ok() {
            sleep(pause).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_peer_that_sends_for_ever_is_left() {
    let (server, client) = tcp().await;
    let sender = tokio::spawn(send_on(client, 100_000, Duration::ZERO));
    within(answer_and_close(Lingering::new(server).max_time(SOON))).await;
    within(sender).await.unwrap();
}

#[tokio::test]
async fn a_peer_that_drips_is_left() {
    let (server, client) = tcp().await;
    let sender = tokio::spawn(send_on(client, 10, Duration::from_millis(10)));
    within(answer_and_close(Lingering::new(server).max_time(SOON))).await;
    within(sender).await.unwrap();
}

#[tokio::test]
async fn a_peer_that_resets_ends_the_close_well() {
    let (server, mut client) = tcp().await;
    let server = tokio::spawn(answer_and_close(patient(server)));
    client.write_all(b"first part").await.unwrap();
    assert_eq!(read(&mut client).await.unwrap(), "answer");
    client.set_zero_linger().unwrap();
    drop(client);
    within(server).await.unwrap();
}

#[tokio::test]
async fn a_peer_that_has_reset_already_ends_the_close_well() {
    let (server, client) = tcp().await;
    client.set_zero_linger().unwrap();
    drop(client);
    let mut connection = patient(server);
    let reset = within(connection.read(&mut [0; 1])).await.unwrap_err();
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    within(connection.shutdown()).await.unwrap();
}

#[tokio::test]
async fn a_peer_that_has_closed_its_half_receives_the_answer_and_ends_the_close() {
    let (server, mut client) = tcp().await;
    client.write_all(b"the whole request").await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(within(answer_and_close(patient(server))).await, b"");
    assert_eq!(read(&mut client).await.unwrap(), "answer");
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_left() {
    let (server, _client) = tcp().await;
    let buffered = BufWriter::with_capacity(LARGE, server);
    let mut connection = Lingering::new(buffered).max_time(SOON).max_idle(HOUR);
    connection.write_all(&vec![b'x'; LARGE - 1]).await.unwrap();
    let late = within(connection.shutdown()).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::TimedOut);
}

#[tokio::test]
async fn vectored_writes_arrive_whole() {
    let (server, mut client) = tcp().await;
    let mut connection = patient(server);
    assert!(connection.is_write_vectored());
    let parts = [b"an".as_slice(), b"swer"].map(std::io::IoSlice::new);
    let written = within(connection.write_vectored(&parts)).await.unwrap();
    assert_eq!(written, 6, "of both parts in one write");
    drop(connection);
    assert_eq!(read(&mut client).await.unwrap(), "answer");
}
