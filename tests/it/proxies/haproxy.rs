//! `HAProxy` in front of refusals.

use super::{proxy::Program, upload::assert_every_refusal_arrives};

const HAPROXY: Program = Program {
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
        http-response set-header X-Proxy NAME
        server one UPSTREAM
",
};

const TO_HTTP2: Program = Program {
    configuration: "
    defaults
        mode http
        timeout connect 20s
        timeout client 20s
        timeout server 20s
    listen front
        bind ADDRESS
        http-response set-header X-Proxy NAME
        server one UPSTREAM proto h2
",
    ..HAPROXY
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_client_behind_haproxy_sees_every_refusal_and_keeps_its_connection() {
    assert_every_refusal_arrives(&HAPROXY, &["/"]).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_client_behind_haproxy_to_http2_sees_every_refusal_and_keeps_its_connection() {
    assert_every_refusal_arrives(&TO_HTTP2, &["/"]).await;
}
