//! The tests, in one binary: a file or a folder for each subject.

mod auto_traits;
mod axum;
mod bounds;
mod compose;
mod conformance;
mod content;
#[cfg(unix)] // stopped with SIGINT
mod examples;
mod hyper_http1;
mod hyper_http2;
mod method_set;
#[cfg(unix)]
mod proxies;
mod service;
mod support;
mod types;
mod upgrades;
mod waiting;
