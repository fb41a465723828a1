//! The bound in bytes.

use crate::support::{duplex, within, HOUR};
use lingering_close::Lingering;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// How many of `sent` bytes are read by a close, and how many of them are left.
async fn read_and_left(
    sent: usize,
    bound: impl Fn(Lingering<DuplexStream>) -> Lingering<DuplexStream>,
) -> [usize; 2] {
    let (io, mut peer) = duplex(sent.max(1));
    peer.write_all(&vec![b'x'; sent]).await.unwrap();
    drop(peer);
    let mut connection = bound(Lingering::new(io).max_time(HOUR).max_idle(HOUR));
    within(connection.shutdown()).await.unwrap();
    let mut left = Vec::new();
    let mut io = connection.into_inner();
    within(io.read_to_end(&mut left)).await.unwrap();
    [sent - left.len(), left.len()]
}

#[tokio::test]
async fn no_byte_more_is_read_than_the_bound_and_none_less() {
    for bound in [1, 2, 8191, 8192, 8193, 16384, 131_072, 131_073, 1_000_000] {
        for more in [0, 1, 8192, 300_000] {
            let counted = read_and_left(bound + more, |io| io.max_bytes(bound as u64)).await;
            assert_eq!(counted, [bound, more], "of a bound of {bound}");
        }
        let counted = read_and_left(bound - 1, |io| io.max_bytes(bound as u64)).await;
        assert_eq!(counted, [bound - 1, 0], "of a bound of {bound}");
    }
}

/// The bound ends the close by itself: the peer has sent no end.
#[tokio::test]
async fn a_close_ends_with_the_last_byte_of_the_bound() {
    let (io, mut peer) = duplex(64);
    peer.write_all(b"exactly").await.unwrap();
    let connection = Lingering::new(io).max_time(HOUR).max_idle(HOUR);
    within(connection.max_bytes(7).shutdown()).await.unwrap();
}

#[tokio::test]
async fn without_a_bound_all_is_read() {
    let sent = 40_000_000;
    assert_eq!(read_and_left(sent, |io| io).await, [sent, 0]);
    assert_eq!(
        read_and_left(sent, |io| io.max_bytes(u64::MAX)).await,
        [sent, 0]
    );
}
