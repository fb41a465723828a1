//! A reverse proxy with a cache in front of refusals: nginx.

use crate::support::example::Example;
use crate::support::external::{program, Folder};
use crate::support::{counting, within, Connection, Server};
use std::{fs, net::SocketAddr, path::Path, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    net::TcpListener,
    process::{Child, ChildStderr},
};
use tower::Layer;
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

/// As many bytes as the example waits for.
const UPLOAD: usize = 1024 * 1024;

/// Where nginx forwards uploads: collected first or as they come, over connections that it keeps,
/// and as it does unless told otherwise, collected first and over HTTP/1.0 connections.
const UPLOADS: [&str; 3] = ["/", "/streamed", "/default"];

/// One process, so that nothing outlives it. The key has no method in it, as nginx's default.
const CONFIGURATION: &str = "
    daemon off; master_process off; pid nginx.pid; error_log stderr notice;
    events {}
    http {
        access_log off;
        client_max_body_size 2m;
        client_body_temp_path body; proxy_temp_path proxy;
        fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        proxy_cache_path cache keys_zone=answers:1m use_temp_path=off;
        upstream server { server UPSTREAM; keepalive 4; }
        proxy_http_version 1.1;
        proxy_set_header Connection '';
        server {
            listen ADDRESS;
            location / { proxy_pass http://server; }
            location /streamed {
                proxy_request_buffering off;
                proxy_pass http://server;
            }
            location /default {
                proxy_http_version 1.0;
                proxy_set_header Connection close;
                proxy_pass http://server;
            }
            location /cached {
                proxy_cache answers;
                proxy_cache_key $request_uri;
                proxy_cache_methods GET HEAD POST;
                proxy_cache_valid any 10m;
                add_header X-Cache $upstream_cache_status always;
                proxy_pass http://server;
            }
        }
    }";

/// nginx on a free port of loopback, killed when dropped.
struct Nginx {
    address: SocketAddr,
    child: Child,
    folder: Folder,
}

impl Nginx {
    async fn start(name: &str, upstream: SocketAddr) -> Self {
        // Between the choice of a free port and its use another program may take it.
        for _ in 0..20 {
            if let Some(nginx) = Self::try_start(name, upstream).await {
                return nginx;
            }
        }
        panic!("every port was taken");
    }

    async fn try_start(name: &str, upstream: SocketAddr) -> Option<Self> {
        let folder = Folder::new(name);
        let address = free_address().await;
        let configuration = folder.path().join("nginx.conf");
        fs::write(&configuration, configured(address, upstream)).unwrap();
        let mut nginx = program("nginx");
        nginx.args(["-e", "stderr", "-p"]).arg(folder.path());
        let mut child = nginx.arg("-c").arg(configuration).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let listening = within(is_listening(&mut log)).await;
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        listening.then(|| Self {
            address,
            child,
            folder,
        })
    }

    async fn stop(mut self) {
        within(self.child.kill()).await.unwrap();
    }

    async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// The status of an answer and what the cache had to do with it.
    async fn answer(&self, line: &str) -> (u16, Option<String>) {
        let mut connection = self.connect().await;
        let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        connection.send(head).await;
        let answer = connection.rest().await;
        let mut cache = answer.lines().map(|line| line.strip_prefix("X-Cache: "));
        let cache = cache.find_map(|value| value.map(str::to_owned));
        (status(&answer), cache)
    }

    fn stored(&self) -> usize {
        files(&self.folder.path().join("cache"))
    }
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

fn configured(address: SocketAddr, upstream: SocketAddr) -> String {
    CONFIGURATION
        .replace("ADDRESS", &address.to_string())
        .replace("UPSTREAM", &upstream.to_string())
}

/// Whether nginx got its address: it logs its version once it listens.
async fn is_listening(log: &mut Lines<BufReader<ChildStderr>>) -> bool {
    let mut lines = Vec::new();
    while let Some(line) = log.next_line().await.unwrap() {
        if line.contains("Address already in use") {
            return false;
        }
        if line.contains(": nginx/") {
            return true;
        }
        lines.push(line);
    }
    panic!("nginx does not start: {lines:#?}");
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    status.parse().unwrap_or_else(|_| panic!("{answer}"))
}

/// How many of 100 uploads to `path`, each on a connection of its own, are answered 501, and how
/// many 502.
async fn uploads(nginx: &Nginx, path: &str) -> [usize; 2] {
    let content = vec![b'x'; UPLOAD];
    let mut answers = [0, 0];
    for _ in 0..100 {
        let mut connection = nginx.connect().await;
        let head = format!(
            "BREW {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
            content-length: {UPLOAD}\r\n\r\n"
        );
        connection.send(head).await;
        connection.send(&content).await;
        match status(&connection.rest().await) {
            501 => answers[0] += 1,
            502 => answers[1] += 1,
            other => panic!("{path}: {other}"),
        }
    }
    answers
}

#[tokio::test]
#[ignore = "needs nginx: apt-get install nginx"]
async fn a_client_behind_nginx_sees_every_refusal_of_an_upload() {
    let example = Example::start("hyper").await;
    let nginx = Nginx::start("nginx-uploads", example.address).await;
    for path in UPLOADS {
        assert_eq!(uploads(&nginx, path).await, [100, 0], "{path}");
    }
    nginx.stop().await;
    example.stop().await;
}

/// [`uploads`] to each of [`UPLOADS`] behind `layer`.
async fn uploads_behind(layer: NotImplementedLayer, name: &str) -> [[usize; 2]; UPLOADS.len()] {
    let (inner, _) = counting();
    let server = Server::start(layer.layer(inner)).await;
    let nginx = Nginx::start(name, server.address).await;
    let mut answers = [[0; 2]; UPLOADS.len()];
    for (answers, path) in answers.iter_mut().zip(UPLOADS) {
        *answers = uploads(&nginx, path).await;
    }
    nginx.stop().await;
    answers
}

/// Prints the README's figures: `cargo test --test proxy -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx: apt-get install nginx"]
async fn nginx_loses_no_refusal_of_an_upload_whose_content_is_discarded() {
    let layer = NotImplementedLayer::default();
    let without = uploads_behind(layer.clone(), "nginx-left").await;
    let discard = layer.discard_request_body(UPLOAD as u64);
    let with = uploads_behind(discard, "nginx-discarded").await;
    for (path, ([_, without], [_, with])) in UPLOADS.iter().zip(without.iter().zip(with)) {
        println!("{path}: of 100 uploads {with} became a 502, {without} without discarding");
    }
    assert_eq!(with, [[100, 0]; UPLOADS.len()]);
}

/// With a freshness lifetime in the refusal and a key without the method, nginx has every reason
/// to store it but one: it does not know the method.
#[tokio::test]
#[ignore = "needs nginx: apt-get install nginx"]
async fn nginx_does_not_store_the_refusal_of_an_unknown_method() {
    let example = Example::start("hyper").await;
    let nginx = Nginx::start("nginx-unknown", example.address).await;
    for (place, method) in ["BREW", "PROPFIND", "PUT", "DELETE"].iter().enumerate() {
        let refused = format!("{method} /cached/{method}");
        let get = format!("GET /cached/{method}");
        assert_eq!(nginx.answer(&refused).await, (501, None));
        assert_eq!(nginx.stored(), place);
        assert_eq!(nginx.answer(&get).await, (200, Some("MISS".into())));
        assert_eq!(nginx.answer(&get).await, (200, Some("HIT".into())));
        assert_eq!(nginx.stored(), place + 1);
        assert_eq!(nginx.answer(&refused).await, (501, None));
    }
    nginx.stop().await;
    example.stop().await;
}

/// POST and then GET of one URL, through nginx from a server that refuses POST.
async fn post_then_get(name: &str, policy: CacheControl) -> [(u16, Option<String>); 2] {
    let (inner, _) = counting();
    let layer = NotImplementedLayer::new(MethodSet::new()).cache_control(policy);
    let server = Server::start(layer.layer(inner)).await;
    let nginx = Nginx::start(name, server.address).await;
    let post = nginx.answer("POST /cached/form").await;
    let get = nginx.answer("GET /cached/form").await;
    nginx.stop().await;
    [post, get]
}

#[tokio::test]
#[ignore = "needs nginx: apt-get install nginx"]
async fn nginx_serves_the_stored_refusal_of_a_post_to_get_unless_told_no_store() {
    let ten_minutes = CacheControl::max_age(Duration::from_secs(600));
    let [post, get] = post_then_get("nginx-max-age", ten_minutes).await;
    assert_eq!(post, (501, Some("MISS".into())));
    assert_eq!(get, (501, Some("HIT".into())));

    let [post, get] = post_then_get("nginx-no-store", CacheControl::no_store()).await;
    assert_eq!(post, (501, Some("MISS".into())));
    assert_eq!(get, (200, Some("MISS".into())));
}
