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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_client_behind_haproxy_sees_every_refusal_and_keeps_its_connection() {
    assert_every_refusal_arrives(&HAPROXY, &["/"]).await;
}
