//! What the requests of one client do to all others behind a balancer, if the server closes early and if it
//! lingers. `docs/production.md` says the same.

use super::{
    balancer::server_of_405,
    caddy::{CADDY, NAMED_5XX},
    envoy::GATEWAY_FAILURES,
    haproxy::{HAPROXY, OBSERVING},
    nginx::MAX_FAILS,
    proxy::{status, Program, Proxy},
};
use crate::support::{
    example::Example,
    external::{program, Folder},
    within, Server,
};
use axum::{routing::get, Router};
use lingering_close::Lingering;
use std::{fs, net::SocketAddr};
use tower_not_implemented::NotImplementedLayer;

/// Caddy that answers itself what the server would refuse.
const REFUSING: Program = Program {
    setting: "fail_duration 30s
            unhealthy_status 500 502 503 504
        }
        @unknown not method GET HEAD POST PUT PATCH DELETE OPTIONS CONNECT TRACE
        handle @unknown {
            respond 501",
    ..CADDY
};

/// Caddy with a limit of its own, which it applies while it forwards.
const LIMITING: Program = Program {
    setting: "fail_duration 30s
            unhealthy_status 500 502 503 504
        }
        request_body {
            max_size 2MB",
    ..CADDY
};

/// What the client sends, again and again.
#[derive(Clone, Copy, Debug)]
enum Load {
    Plain,
    /// So many bytes, at once.
    Upload(usize),
    /// An upload behind `Expect: 100-continue`.
    Expecting,
}

use Load::{Expecting, Plain, Upload};

const TEN: Load = Upload(10_000_000);
const FORTY: Load = Upload(40_000_000);

/// A client of a balancer.
struct Client<'a> {
    proxy: &'a Proxy,
    method: &'a str,
    path: &'a str,
    load: Load,
    folder: Folder,
}

impl<'a> Client<'a> {
    fn new(proxy: &'a Proxy, (method, path): (&'a str, &'a str), load: Load) -> Self {
        let folder = Folder::new(&format!("pool-{}", proxy.address.port()));
        let size = match load {
            Plain => 0,
            Upload(size) => size,
            Expecting => 100_000,
        };
        fs::write(folder.path().join("content"), vec![b'x'; size]).unwrap();
        Self {
            proxy,
            method,
            path,
            load,
            folder,
        }
    }

    /// The status that curl got; 0 for none.
    async fn send(&self) -> u16 {
        let expect = match self.load {
            Expecting => "expect: 100-continue",
            _ => "expect:",
        };
        let mut curl = program("curl");
        curl.args([
            "--disable",
            "--silent",
            "--output",
            "/dev/null",
            "--max-time",
            "15",
        ])
        .args(["--write-out", "%{http_code}", "--request", self.method])
        .args(["--header", expect, "--data-binary", "@content"])
        .arg(format!("http://{}{}", self.proxy.address, self.path))
        .current_dir(self.folder.path());
        let output = within(curl.output()).await.unwrap();
        String::from_utf8(output.stdout).unwrap().parse().unwrap()
    }

    async fn others(&self) -> u16 {
        status(&self.proxy.answer("GET /").await)
    }

    /// Twenty requests of others get this.
    async fn assert_others(&self, expected: u16) {
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(self.others().await);
        }
        let log = self.proxy.log();
        assert_eq!(statuses, [expected; 20], "{:?}: {log}", self.load);
    }
}

/// The proxy, in a folder of its own: the tests run at the same time.
async fn start(program: &Program, to: SocketAddr) -> Proxy {
    let name = format!("{}-{}", program.name, to.port());
    Proxy::start(program, &name, to).await
}

/// The client gets `refused`, where it is known, and others are served.
async fn assert_stays(
    program: &Program,
    to: SocketAddr,
    line: (&str, &str),
    load: Load,
    refused: Option<u16>,
) {
    let proxy = start(program, to).await;
    let client = Client::new(&proxy, line, load);
    for _ in 0..if matches!(load, Upload(_)) { 8 } else { 40 } {
        let status = client.send().await;
        assert_eq!(
            status,
            refused.unwrap_or(status),
            "{load:?}: {}",
            proxy.log()
        );
    }
    client.assert_others(200).await;
    proxy.stop().await;
}

/// Sooner or later others get `instead`, which the balancer says itself.
async fn assert_empties(
    program: &Program,
    to: SocketAddr,
    line: (&str, &str),
    load: Load,
    instead: u16,
) {
    let proxy = start(program, to).await;
    let client = Client::new(&proxy, line, load);
    let mut sent = 0;
    // Eight in a row, because an answer in between can begin the count again.
    while client.others().await != instead {
        assert!(sent < 400, "{load:?}: {}", proxy.log());
        for _ in 0..8 {
            client.send().await;
        }
        sent += 8;
    }
    println!("{}, {load:?}: {instead} after {sent}", program.name);
    client.assert_others(instead).await;
    proxy.stop().await;
}

const FOO: (&str, &str) = ("FOO", "/");

/// Envoy forwards it.
const PROPFIND: (&str, &str) = ("PROPFIND", "/");

const BALANCERS: [(&Program, (&str, &str)); 4] = [
    (&NAMED_5XX, FOO),
    (&MAX_FAILS, FOO),
    (&GATEWAY_FAILURES, PROPFIND),
    (&OBSERVING, FOO),
];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy, curl, envoy, haproxy and nginx: .ci/run installs them"]
async fn with_a_lingering_close_no_refusal_takes_the_server_from_others() {
    let server = Example::start("lingering").await;
    for (program, line) in BALANCERS {
        for load in [Plain, TEN, FORTY, Expecting] {
            assert_stays(program, server.address, line, load, Some(501)).await;
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy, curl, envoy, haproxy and nginx: .ci/run installs them"]
async fn without_it_plain_refusals_leave_the_server_to_others_and_large_uploads_do_not() {
    let server = Example::start("axum").await;
    let address = server.address;
    for (program, line) in BALANCERS.into_iter().chain([(&HAPROXY, FOO)]) {
        assert_stays(program, address, line, Plain, Some(501)).await;
    }
    for load in [TEN, FORTY] {
        assert_empties(&NAMED_5XX, address, FOO, load, 503).await;
        assert_empties(&MAX_FAILS, address, FOO, load, 502).await;
        assert_empties(&GATEWAY_FAILURES, address, PROPFIND, load, 503).await;
        assert_stays(&OBSERVING, address, FOO, load, None).await;
        assert_stays(&HAPROXY, address, FOO, load, None).await;
    }
    // A matter of chance behind Caddy.
    assert_empties(&NAMED_5XX, address, FOO, Expecting, 503).await;
    assert_stays(&MAX_FAILS, address, FOO, Expecting, None).await;
    assert_stays(&GATEWAY_FAILURES, address, PROPFIND, Expecting, None).await;
    assert_stays(&OBSERVING, address, FOO, Expecting, None).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy, curl and nginx: .ci/run installs them"]
async fn a_balancer_that_refuses_itself_keeps_the_server() {
    let server = Example::start("axum").await;
    for load in [Plain, TEN, FORTY, Expecting] {
        assert_stays(&REFUSING, server.address, FOO, load, None).await;
    }
    // nginx with the limit that it has by default.
    assert_stays(
        &MAX_FAILS,
        server.address,
        ("FOO", "/limited"),
        TEN,
        Some(413),
    )
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy, curl and nginx: .ci/run installs them"]
async fn a_limit_of_caddy_or_a_bound_below_what_nginx_sends_takes_the_server_away_all_the_same() {
    let lingering = Example::start("lingering").await;
    assert_empties(&LIMITING, lingering.address, FOO, TEN, 503).await;
    lingering.stop().await;
    let app = Router::new().route("/", get(|| async { "hello" }));
    let bounded = Server::of(|listener| {
        let listener = Lingering::new(listener).max_bytes(16 * 1024 * 1024);
        axum::serve(listener, app.layer(NotImplementedLayer::default()))
    });
    let bounded = bounded.await;
    assert_stays(&MAX_FAILS, bounded.address, FOO, TEN, Some(501)).await;
    assert_empties(&MAX_FAILS, bounded.address, FOO, FORTY, 502).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs caddy and curl: .ci/run installs them"]
async fn a_405_takes_the_server_away_too_where_an_upload_ends_early() {
    let of_405 = server_of_405().await;
    assert_empties(&NAMED_5XX, of_405.address, FOO, TEN, 503).await;
    // axum's own, without the layer.
    let app = Router::new().route("/", get(|| async { "hello" }));
    let plain = Server::of(|listener| axum::serve(listener, app)).await;
    assert_empties(&NAMED_5XX, plain.address, ("POST", "/"), TEN, 503).await;
}
