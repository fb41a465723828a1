//! Uploads that are larger than the layer reads, through proxies, to a server whose connections linger.

use super::{
    caddy::CADDY,
    haproxy::HAPROXY,
    nginx::{NGINX, PATHS},
    proxy::{Program, Proxy},
    upload::{is_lost, lost, Reading, Upload, TRIES},
};
use crate::support::example::Example;

/// A proxy, the paths that it forwards, each in its way, and the client in front of it.
struct Front(&'static Program, &'static [&'static str], Reading);

const BEHIND_NGINX: Front = Front(&NGINX, &PATHS, Reading::Last);

const BEHIND_HAPROXY: Front = Front(&HAPROXY, &["/"], Reading::Last);

/// Caddy's own connections do not linger: it leaves a client that is still sending after half a second.
const BEHIND_CADDY: Front = Front(&CADDY, &["/"], Reading::Meanwhile);

async fn assert_none_lost(Front(program, paths, reading): &Front) {
    let name = format!("{}-lingering", program.name);
    let server = Example::start("lingering").await;
    let proxy = Proxy::start(program, &name, server.address).await;
    let (mut sum, mut lines) = (0, Vec::new());
    for path in *paths {
        for upload in Upload::of(&[1_000_000, 10_000_000]) {
            let lost = lost(proxy.address, path, upload, *reading).await;
            sum += lost;
            lines.push(format!("{name} {path}, {upload}: lost {lost} of {TRIES}"));
        }
    }
    println!("{lines:#?}");
    assert_eq!(sum, 0, "{lines:#?}");
    proxy.stop().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx: apt-get install nginx"]
async fn a_client_behind_nginx_sees_every_refusal_of_a_server_that_lingers() {
    assert_none_lost(&BEHIND_NGINX).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_client_behind_haproxy_sees_every_refusal_of_a_server_that_lingers() {
    assert_none_lost(&BEHIND_HAPROXY).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy: apt-get install caddy"]
async fn a_client_behind_caddy_sees_every_refusal_of_a_server_that_lingers() {
    assert_none_lost(&BEHIND_CADDY).await;
}

/// Without a loss here the others would show nothing.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs haproxy: apt-get install haproxy"]
async fn a_client_behind_haproxy_loses_refusals_of_a_server_that_does_not_linger() {
    let server = Example::start("axum").await;
    let proxy = Proxy::start(&HAPROXY, "haproxy-axum", server.address).await;
    let mut lost = false;
    for upload in Upload::of(&[10_000_000; TRIES]) {
        lost = lost || is_lost(proxy.address, "/", upload, Reading::Last).await;
    }
    assert!(lost);
    proxy.stop().await;
    server.stop().await;
}
