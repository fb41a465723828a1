//! Until the shutdown it is the inner connection; with a bound of zero it is that for ever.

use crate::support::{duplex, take, Probe, Reading, Wakes, ERROR};
use lingering_close::Lingering;
use std::{
    io::{self, IoSlice},
    pin::{pin, Pin},
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

type Connection<'a> = Pin<&'a mut Lingering<Probe>>;

/// Each call that writes, by its name, as one that gives no number.
fn call(name: &str, connection: Connection<'_>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
    let parts = [IoSlice::new(b"an"), IoSlice::new(b"swer")];
    let whole = |written| assert_eq!(written, 6);
    match name {
        "write" => connection.poll_write(cx, b"answer").map_ok(whole),
        "write_vectored" => connection.poll_write_vectored(cx, &parts).map_ok(whole),
        "flush" => connection.poll_flush(cx),
        _ => connection.poll_shutdown(cx),
    }
}

const CALLS: [&str; 4] = ["write", "write_vectored", "flush", "shutdown"];

fn kind(polled: Poll<io::Result<()>>) -> Poll<Result<(), io::ErrorKind>> {
    polled.map_err(|error| error.kind())
}

/// The two ways of saying that nothing is to be read after the shutdown.
fn with_nothing_allowed(make: impl Fn() -> Probe) -> [Lingering<Probe>; 2] {
    let no_bytes = Lingering::new(make()).max_bytes(0);
    let no_time = Lingering::new(make()).max_time(Duration::ZERO);
    [no_bytes, no_time]
}

#[test]
fn each_call_before_the_shutdown_is_one_call_of_the_inner_connection() {
    let (probe, calls) = Probe::new();
    let mut connection = pin!(Lingering::new(probe));
    let (_, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    for name in ["flush", "write", "write_vectored", "write", "flush"] {
        assert!(call(name, connection.as_mut(), &mut cx).is_ready());
        assert_eq!(take(&calls), [name]);
    }
    let mut bytes = [0; 8];
    let mut buffer = ReadBuf::new(&mut bytes);
    assert!(connection.poll_read(&mut cx, &mut buffer).is_ready());
    assert_eq!(take(&calls), ["read"]);
}

#[tokio::test]
async fn bytes_pass_unchanged_in_both_directions() {
    let (io, mut peer) = duplex(64);
    let mut connection = Lingering::new(io);
    connection.write_all(b"answer").await.unwrap();
    peer.write_all(b"request").await.unwrap();
    let (mut answer, mut request) = ([0; 6], [0; 7]);
    peer.read_exact(&mut answer).await.unwrap();
    connection.read_exact(&mut request).await.unwrap();
    assert_eq!((&answer, &request), (b"answer", b"request"));
}

#[test]
fn vectored_writes_are_said_to_be_what_they_are_inside() {
    for vectored in [true, false] {
        let (mut probe, _) = Probe::new();
        probe.vectored = vectored;
        assert_eq!(Lingering::new(probe).is_write_vectored(), vectored);
    }
}

#[test]
fn errors_of_write_flush_and_shutdown_pass() {
    let (_, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    for name in CALLS {
        let (mut probe, calls) = Probe::new();
        probe.failing = Some(name);
        let mut connection = pin!(Lingering::new(probe));
        let result = kind(call(name, connection.as_mut(), &mut cx));
        assert_eq!(result, Poll::Ready(Err(ERROR)), "{name}");
        assert_eq!(take(&calls), [name], "nothing is read after an error");
    }
}

#[test]
fn an_error_of_reading_ends_the_close_well() {
    let (mut probe, calls) = Probe::new();
    probe.reading = Reading::Error;
    let mut connection = pin!(Lingering::new(probe));
    let (_, waker) = Wakes::new();
    let result = connection
        .as_mut()
        .poll_shutdown(&mut Context::from_waker(&waker));
    assert_eq!(kind(result), Poll::Ready(Ok(())));
    assert_eq!(take(&calls), ["shutdown", "read"]);
}

#[test]
fn a_peer_that_has_closed_already_costs_one_read_and_no_runtime() {
    let (probe, calls) = Probe::new();
    let mut connection = pin!(Lingering::new(probe));
    let (woken, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    let result = connection.as_mut().poll_shutdown(&mut cx);
    assert_eq!(kind(result), Poll::Ready(Ok(())));
    assert_eq!(take(&calls), ["shutdown", "read"]);
    assert_eq!(woken.count(), 0);
}

#[test]
fn a_shutdown_that_was_ready_is_ready_at_once_and_does_not_linger_again() {
    let (probe, calls) = Probe::new();
    let mut connection = pin!(Lingering::new(probe));
    let (_, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    assert!(connection.as_mut().poll_shutdown(&mut cx).is_ready());
    take(&calls);
    for _ in 0..3 {
        let again = connection.as_mut().poll_shutdown(&mut cx);
        assert_eq!(kind(again), Poll::Ready(Ok(())));
    }
    assert_eq!(take(&calls), [""; 0]);
}

#[test]
fn with_a_bound_of_zero_the_close_is_the_inner_shutdown_without_a_runtime() {
    let (_, waker) = Wakes::new();
    let mut cx = Context::from_waker(&waker);
    let (_, calls) = Probe::new();
    let make = |failing, pending| {
        let calls = calls.clone();
        move || Probe {
            calls: calls.clone(),
            reading: Reading::Endless,
            failing,
            pending,
            ..Probe::default()
        }
    };
    let shutdown = Some("shutdown");
    for (make, expected) in [
        (make(None, None), Poll::Ready(Ok(()))),
        (make(shutdown, None), Poll::Ready(Err(ERROR))),
        (make(None, shutdown), Poll::Pending),
    ] {
        for connection in with_nothing_allowed(make) {
            let mut connection = pin!(connection);
            for _ in 0..2 {
                let polled = connection.as_mut().poll_shutdown(&mut cx);
                assert_eq!(kind(polled), expected);
                assert_eq!(take(&calls), ["shutdown"]);
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_dropped_without_a_shutdown_does_not_linger() {
    let (io, mut peer) = duplex(64);
    peer.write_all(b"unread").await.unwrap();
    drop(Lingering::new(io));
    assert_eq!(peer.read(&mut [0; 1]).await.unwrap(), 0);
    assert!(peer.write_all(b"more").await.is_err());
}

#[test]
fn it_gives_back_what_is_inside() {
    let connection = Lingering::new("inner").max_bytes(1);
    assert_eq!(connection.get_ref(), &"inner");
    assert_eq!(connection.into_inner(), "inner");
}

#[test]
fn it_is_send_sync_and_unpin_if_the_inner_connection_is() {
    fn assert<T: Send + Sync + Unpin + 'static>() {}
    assert::<Lingering<tokio::net::TcpStream>>();
}
