#![doc = include_str!("../README.md")]

mod body;
mod cache_control;
mod discard;
mod explanation;
mod future;
mod grpc;
mod layer;
mod make_body;
mod method_set;
mod parse;
mod policy;
mod refusal;
mod refused_request;
mod registry;
mod retry_after;
mod service;
mod settings;
mod tokens;
mod unsupported;

pub use body::ResponseBody;
pub use cache_control::CacheControl;
pub use future::ResponseFuture;
pub use layer::NotImplementedLayer;
pub use make_body::{MakeResponseBody, WrapBody};
pub use method_set::MethodSet;
pub use parse::ParseMethodSetError;
pub use retry_after::RetryAfter;
pub use service::NotImplemented;
pub use unsupported::UnsupportedMethod;
