//! The layer in the frameworks and clients that take Tower services, one module each, and over
//! HTTP/3; in one binary, so that the peers are linked once.

mod aws_smithy;
mod axum_07;
mod axum_server;
mod browser;
mod caching;
mod clients;
mod configuration;
mod connect_info;
mod http3;
mod http3_axum;
mod http3_salvo;
mod jsonrpsee;
mod lambda_http;
mod poem;
mod salvo;
mod smol_timer;
mod support;
mod tower_layers;
mod warp;
#[cfg(unix)] // the example is stopped with SIGINT
mod webdav;
