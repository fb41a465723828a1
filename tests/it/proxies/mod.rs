//! Real clients and reverse proxies: every refusal of an upload arrives, and the client's
//! connection serves its next request.

mod caddy;
mod curl;
mod haproxy;
mod nginx;
mod nginx_cache;
mod proxy;
mod upload;
