//! gRPC and WebSockets: calls and connections that stay open, through the layer.

#[path = "../../../tests/it/support/mod.rs"]
#[allow(dead_code, unused_imports, clippy::duration_suboptimal_units)]
// most of it is for the crate's own tests
mod support;
mod tonic;
mod upgrade;
mod web_socket;
