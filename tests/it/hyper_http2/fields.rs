//! No refusal has a field that is specific to a connection (RFC 9113 section 8.2.2). Hyper would take
//! it off again, so it is the server's side that is watched.

use super::{frames_to, least, GRPC, TEN};
use crate::support::{refusals::configurations, within};

/// How many requests each server gets.
const REFUSED: usize = 9;

#[tokio::test]
async fn no_refusal_has_a_connection_field() {
    let limits = [0, 10, u64::MAX].map(|limit| least().discard_limit(limit));
    for layer in configurations().into_iter().chain(limits) {
        let (_server, watch, mut frames) = frames_to(layer).await;
        let expect = ("expect", "100-continue");
        frames.request(1, "BREW", &[], true).await;
        frames.request(3, "BREW", &[expect, TEN], false).await;
        frames.request(5, "BREW", &[TEN], false).await;
        frames.data(5, b"0123456789", true).await;
        frames.request(7, "BREW", &[TEN], false).await;
        frames.data(7, b"0123456789", false).await;
        frames.trailers(7, &[("a", "b")]).await;
        frames.request(9, "POST", &[GRPC], false).await;
        frames.request(11, "POST", &[GRPC], true).await;
        frames.request(13, "CONNECT", &[], false).await;
        frames.request(15, "BREW", &[], false).await;
        frames.data(15, &[b'x'; 11], true).await;
        frames.request(17, "BREW", &[TEN], false).await;
        frames.ping().await;
        frames.data(17, b"01234", true).await; // less than was declared
        within(async {
            while watch.refusals().len() < REFUSED {
                frames.ping().await;
            }
        })
        .await;
        for refusal in watch.refusals() {
            for name in [
                "connection",
                "keep-alive",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
            ] {
                assert!(!refusal.fields.contains_key(name), "{refusal:?}");
            }
        }
    }
}
