//! Caddy in front of refusals.

use super::{proxy::Program, upload::assert_every_refusal_arrives};

const CADDY: Program = Program {
    name: "caddy",
    arguments: &["run", "--config", "configuration", "--adapter", "caddyfile"],
    configuration: "
    {
        admin off
        auto_https off
        storage file_system storage
    }
    http://ADDRESS {
        bind 127.0.0.1
        header X-Proxy NAME
        reverse_proxy UPSTREAM
    }",
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy: apt-get install caddy"]
async fn a_client_behind_caddy_sees_every_refusal_and_keeps_its_connection() {
    assert_every_refusal_arrives(&CADDY, &["/"]).await;
}
