//! The tests, in one binary: a file or a folder for each subject.

mod auto_traits;
mod axum;
mod caching;
mod compose;
mod conformance;
#[cfg(unix)] // stopped with SIGINT
mod examples;
mod hyper_http1;
mod hyper_http2;
mod method_set;
#[cfg(unix)]
mod proxy;
mod service;
mod support;
mod tonic;
mod upgrades;
#[cfg(unix)]
mod webdav;
