//! A listener for `axum::serve`.

use super::Lingering;
use axum::serve::Listener;
use std::io;

impl<L: Listener> Listener for Lingering<L> {
    type Io = Lingering<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (io, address) = self.inner.accept().await;
        let io = Lingering {
            inner: io,
            bounds: self.bounds,
            closing: None,
        };
        (io, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.inner.local_addr()
    }
}
