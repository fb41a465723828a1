//! The behaviour of a connection that lingers, in one binary.

#[cfg(feature = "axum")]
mod axum;
mod bytes;
mod forwarding;
mod hyper;
mod polls;
mod sockets;
mod support;
mod time;
mod tls;
