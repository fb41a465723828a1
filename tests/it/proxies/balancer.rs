//! Proxies that judge a server by its answers, and what one client's refusals do to the others.

use super::{
    caddy::{ANY_5XX, NAMED_5XX},
    envoy::{ENVOY, GATEWAY_FAILURES},
    haproxy::{ASKING_FOR_OPTIONS, OBSERVING},
    nginx::MAX_FAILS,
    proxy::{status, Program, Proxy},
};
use crate::support::{within, Server};
use axum::{http::StatusCode, response::Response, routing::any, Router};
use std::time::Duration;
use tokio::time::sleep;
use tower::{Layer, ServiceBuilder};
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

/// How many requests the others send.
const OTHERS: usize = 20;

/// 503 on `/sick`, and 200 anywhere else.
pub(super) fn service() -> Router {
    Router::new()
        .route("/sick", any(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .fallback(|| async { "hello\n" })
}

/// A server of [`service`] that refuses what it does not support.
pub(super) async fn server() -> Server {
    server_of(NotImplementedLayer::default()).await
}

pub(super) async fn server_of(layer: NotImplementedLayer) -> Server {
    Server::start(layer.layer(service())).await
}

/// The same as [`server`], for balancers that take every 5xx for the server's fault: its refusals are 405.
pub(super) async fn server_of_405() -> Server {
    let refusing = NotImplementedLayer::default().layer(service());
    let to_405 = |mut response: Response| {
        if response.extensions().get::<UnsupportedMethod>().is_some() {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
        response
    };
    Server::start(ServiceBuilder::new().map_response(to_405).service(refusing)).await
}

/// Though the one server refuses the request `line` again and again, others are served, until it is sick.
pub(super) async fn assert_keeps_the_server(
    program: &Program,
    name: &'static str,
    server: Server,
    (line, refused): (&str, u16),
    sick: usize,
) {
    let balancer = Balancer::start(program, name, server).await;
    balancer.assert_answers(line, 40, refused).await;
    balancer.assert_serves_others().await;
    balancer.assert_answers("GET /sick", sick, 503).await;
    balancer.assert_takes_the_server_away(503).await;
    balancer.stop().await;
}

/// A proxy, and the one server that it has.
pub(super) struct Balancer {
    proxy: Proxy,
    name: &'static str,
    _server: Server,
}

impl Balancer {
    pub(super) async fn start(program: &Program, name: &'static str, server: Server) -> Self {
        Self {
            proxy: Proxy::start(program, name, server.address).await,
            name,
            _server: server,
        }
    }

    async fn statuses(&self, line: &str, times: usize) -> Vec<u16> {
        let mut statuses = Vec::new();
        for _ in 0..times {
            statuses.push(status(&self.proxy.answer(line).await));
        }
        statuses
    }

    pub(super) async fn assert_answers(&self, line: &str, times: usize, status: u16) {
        let statuses = self.statuses(line, times).await;
        let these = statuses.iter().filter(|other| **other == status).count();
        println!("{}: {line}: {these} of {times} {status}", self.name);
        assert_eq!(these, times, "{statuses:?}\n{}", self.proxy.log());
    }

    /// All that others ask for is answered by the server.
    pub(super) async fn assert_serves_others(&self) {
        self.assert_answers("GET /", OTHERS, 200).await;
    }

    /// Soon, nothing that others ask for is answered by the server, but all by the proxy, with `status`.
    pub(super) async fn assert_takes_the_server_away(&self, status: u16) {
        within(async {
            while self.statuses("GET /", 1).await != [status] {
                sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        self.assert_answers("GET /", OTHERS, status).await;
    }

    pub(super) async fn stop(self) {
        self.proxy.stop().await;
    }
}

#[test]
fn the_page_has_the_settings_that_are_tested() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = words(include_str!("../../../docs/production.md"));
    for balancer in [NAMED_5XX, GATEWAY_FAILURES] {
        let setting = words(&balancer.setting.replace(',', ""));
        assert!(page.contains(&setting), "{setting}");
    }
    for (balancer, named) in [
        (ANY_5XX, "fail_duration 30s"),
        (ANY_5XX, "unhealthy_status 5xx"),
        (ENVOY, "consecutive_5xx: 5"),
        (OBSERVING, "observe layer7"),
        (ASKING_FOR_OPTIONS, "option httpchk"),
        (MAX_FAILS, "max_fails=1"),
    ] {
        assert!(balancer.setting.contains(named), "{named} is not tested");
        assert!(page.contains(&format!("`{named}`")), "{named}");
    }
}
