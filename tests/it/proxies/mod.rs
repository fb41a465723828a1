//! Real clients and reverse proxies: every refusal of an upload arrives, and the client's
//! connection serves its next request.

mod balancer;
mod caddy;
mod curl;
mod envoy;
mod haproxy;
mod lingering;
mod nginx;
mod nginx_cache;
mod pool;
mod proxy;
pub(crate) mod upload;
