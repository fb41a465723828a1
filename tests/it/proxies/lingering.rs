//! Uploads that are larger than the layer reads, through proxies, to a server whose connections linger.

use super::{
    caddy::CADDY,
    envoy::GATEWAY_FAILURES,
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

/// Nor do Envoy's.
const BEHIND_ENVOY: Front = Front(&GATEWAY_FAILURES, &["/"], Reading::Meanwhile);

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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy, envoy, haproxy and nginx: .ci/run installs them"]
async fn clients_behind_proxies_see_every_refusal_of_a_server_that_lingers_and_of_no_other() {
    for front in [BEHIND_NGINX, BEHIND_HAPROXY, BEHIND_CADDY, BEHIND_ENVOY] {
        let (lost, lines) = losses("lingering", &front, &[1_000_000, 10_000_000]).await;
        assert_eq!(lost, 0, "{lines:#?}");
        // The control: where this one loses nothing, the above shows nothing.
        let (lost, lines) = losses("axum", &front, &[10_000_000]).await;
        assert_ne!(lost, 0, "{lines:#?}");
    }
}
