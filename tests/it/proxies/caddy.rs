//! Caddy in front of refusals.

use super::{
    balancer::{assert_keeps_the_server, server, server_of_405, Balancer},
    proxy::Program,
    upload::assert_every_refusal_arrives,
};

pub(super) const CADDY: Program = Program {
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
        reverse_proxy UPSTREAM {
            SETTING
        }
    }",
    setting: "",
};

/// For thirty seconds after a 5xx, Caddy takes the server for a sick one.
pub(super) const ANY_5XX: Program = Program {
    setting: "fail_duration 30s
            unhealthy_status 5xx",
    ..CADDY
};

pub(super) const NAMED_5XX: Program = Program {
    setting: "fail_duration 30s
            unhealthy_status 500 502 503 504",
    ..CADDY
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy: apt-get install caddy"]
async fn a_client_behind_caddy_sees_every_refusal_and_keeps_its_connection() {
    assert_every_refusal_arrives(&CADDY, &["/"]).await;
}

#[tokio::test]
#[ignore = "needs caddy: apt-get install caddy"]
async fn one_refusal_takes_the_server_from_everybody_behind_caddy_that_counts_every_5xx() {
    let caddy = Balancer::start(&ANY_5XX, "caddy-5xx", server().await).await;
    caddy.assert_answers("FOO /", 1, 501).await;
    caddy.assert_takes_the_server_away(503).await;
    caddy.stop().await;
}

#[tokio::test]
#[ignore = "needs caddy: apt-get install caddy"]
async fn no_refusal_made_a_405_takes_the_server_from_others_behind_caddy() {
    let (name, server) = ("caddy-405", server_of_405().await);
    assert_keeps_the_server(&ANY_5XX, name, server, ("FOO /", 405), 1).await;
}
