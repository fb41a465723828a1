//! A bound on what a test reads: what never ends must not take the machine's memory, or a thread.

use bytes::Buf;
use http_body::Body;
use http_body_util::{BodyExt, Collected};

/// Counts what is read from one peer or body, and fails the test beyond what any test needs.
#[derive(Default)]
pub(crate) struct Bound {
    pieces: usize,
    bytes: usize,
}

impl Bound {
    #[track_caller]
    pub(crate) fn count(&mut self, bytes: usize) {
        self.pieces += 1;
        self.bytes += bytes;
        let Self { pieces, bytes } = self;
        let bounded = *pieces <= 50_000 && *bytes <= 16 * 1024 * 1024;
        assert!(bounded, "no end after {pieces} pieces of {bytes} bytes");
    }
}

/// The frames of `body`, to its end.
pub(crate) async fn collect<B: Body>(body: B) -> Result<Collected<B::Data>, B::Error> {
    let mut bound = Bound::default();
    let counted = body.map_frame(|frame| {
        bound.count(frame.data_ref().map_or(0, Buf::remaining));
        frame
    });
    counted.collect().await
}
