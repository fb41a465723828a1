//! Uploads that are larger than the layer reads, through proxies, to a server whose connections linger.

use super::{
    caddy::CADDY,
    haproxy::HAPROXY,
    nginx::{NGINX, PATHS},
    proxy::{Program, Proxy},
    upload::{lost, Reading, Upload, TRIES},
};
use crate::support::example::Example;

/// A proxy, the paths that it forwards, each in its way, and the client in front of it.
struct Front(&'static Program, &'static [&'static str], Reading);

const BEHIND_NGINX: Front = Front(&NGINX, &PATHS, Reading::Last);

const BEHIND_HAPROXY: Front = Front(&HAPROXY, &["/"], Reading::Last);

/// Caddy's own connections do not linger: it leaves a client that is still sending after half a second.
const BEHIND_CADDY: Front = Front(&CADDY, &["/"], Reading::Meanwhile);

/// What is lost of a server, the example of this name: the number, and a line for each sort of upload.
async fn losses(example: &str, front: &Front, sizes: &[usize]) -> (usize, Vec<String>) {
    let Front(program, paths, reading) = front;
    let name = format!("{}-{example}", program.name);
    let server = Example::start(example).await;
    let proxy = Proxy::start(program, &name, server.address).await;
    let (mut sum, mut lines) = (0, Vec::new());
    for path in *paths {
        for upload in Upload::of(sizes) {
            let lost = lost(proxy.address, path, upload, *reading).await;
            sum += lost;
            lines.push(format!("{name} {path}, {upload}: lost {lost} of {TRIES}"));
        }
    }
    println!("{lines:#?}");
    proxy.stop().await;
    server.stop().await;
    (sum, lines)
}

async fn assert_none_lost(front: &Front) {
    let (sum, lines) = losses("lingering", front, &[1_000_000, 10_000_000]).await;
    assert_eq!(sum, 0, "{lines:#?}");
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

/// Without which the others would show nothing.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx, haproxy and caddy: apt-get install nginx haproxy caddy"]
async fn clients_behind_proxies_lose_refusals_of_a_server_that_does_not_linger() {
    for front in [BEHIND_NGINX, BEHIND_HAPROXY, BEHIND_CADDY] {
        let (sum, lines) = losses("axum", &front, &[10_000_000]).await;
        assert_ne!(sum, 0, "{lines:#?}");
    }
}
