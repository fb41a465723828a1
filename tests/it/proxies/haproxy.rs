//! `HAProxy` in front of refusals.

use super::{
    balancer::{assert_keeps_the_server, server, server_of, service, Balancer},
    proxy::Program,
    upload::assert_every_refusal_arrives,
};
use crate::support::{within, Server};
use http::{Method, Request};
use hyper::body::Incoming;
use tokio::sync::watch;
use tower::ServiceBuilder;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

pub(super) const HAPROXY: Program = Program {
    name: "haproxy",
    arguments: &["-db", "-f", "configuration"],
    configuration: "
    defaults
        mode http
        timeout connect 20s
        timeout client 20s
        timeout server 20s
    listen front
        bind ADDRESS
        http-after-response set-header X-Proxy NAME
        server one UPSTREAM SETTING
",
    setting: "",
};

const TO_HTTP2: Program = Program {
    setting: "proto h2",
    ..HAPROXY
};

/// The first answer that is the server's fault takes it out, until a check passes.
pub(super) const OBSERVING: Program = Program {
    setting: "check inter 60s observe layer7 error-limit 1 on-error mark-down",
    ..HAPROXY
};

pub(super) const ASKING_FOR_OPTIONS: Program = Program {
    setting: "check inter 100ms
        option httpchk OPTIONS /",
    ..HAPROXY
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_client_behind_haproxy_sees_every_refusal_and_keeps_its_connection() {
    for program in [HAPROXY, TO_HTTP2] {
        assert_every_refusal_arrives(&program, &["/"]).await;
    }
}

#[tokio::test]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn no_refusal_takes_the_server_from_others_behind_haproxy() {
    let (name, server) = ("haproxy-observe", server().await);
    assert_keeps_the_server(&OBSERVING, name, server, ("FOO /", 501), 1).await;
}

#[tokio::test]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_check_with_options_passes_where_options_is_in_the_set() {
    let (sender, mut checks) = watch::channel(0);
    let counted = ServiceBuilder::new()
        .map_request(move |request: Request<Incoming>| {
            sender.send_modify(|checks| *checks += i32::from(request.method() == Method::OPTIONS));
            request
        })
        .layer(NotImplementedLayer::new(MethodSet::STANDARD))
        .service(service());
    let server = Server::start(counted).await;
    let haproxy = Balancer::start(&ASKING_FOR_OPTIONS, "haproxy-options", server).await;
    // The first one that fails would do.
    within(checks.wait_for(|checks| *checks > 3)).await.unwrap();
    haproxy.assert_serves_others().await;
    haproxy.stop().await;
}

#[tokio::test]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_check_with_options_fails_where_options_is_not_in_the_set() {
    let server = server_of(NotImplementedLayer::new([Method::POST])).await;
    let haproxy = Balancer::start(&ASKING_FOR_OPTIONS, "haproxy-no-options", server).await;
    haproxy.assert_takes_the_server_away(503).await;
    haproxy.stop().await;
}
