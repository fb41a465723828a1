//! nginx in front of refusals.

use super::{
    proxy::{Program, Proxy},
    upload::{assert_every_refusal_arrives, assert_none_lost},
};
use crate::support::example::Example;

/// Where nginx forwards uploads: collected first or as they come, over connections that it keeps,
/// and as it does unless told otherwise, collected first and over HTTP/1.0 connections.
pub(super) const PATHS: [&str; 3] = ["/", "/streamed", "/default"];

pub(super) const NGINX: Program = Program {
    name: "nginx",
    arguments: &["-e", "stderr", "-p", ".", "-c", "configuration"],
    // The cache's key has no method in it, as nginx's default.
    configuration: "
    daemon off; master_process off; pid nginx.pid; error_log stderr notice;
    events {}
    http {
        access_log off;
        client_max_body_size 50m;
        client_body_temp_path body; proxy_temp_path proxy;
        fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        proxy_cache_path cache keys_zone=answers:1m use_temp_path=off;
        upstream server { server UPSTREAM SETTING; keepalive 4; }
        proxy_next_upstream error timeout http_503;
        proxy_http_version 1.1;
        proxy_set_header Connection '';
        add_header X-Proxy NAME;
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
            location /limited {
                client_max_body_size 1m;
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
    }",
    setting: "",
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx: apt-get install nginx"]
async fn a_client_behind_nginx_sees_every_refusal_and_keeps_its_connection() {
    assert_every_refusal_arrives(&NGINX, &PATHS).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx: apt-get install nginx"]
async fn a_client_behind_nginx_sees_every_refusal_of_as_much_as_the_example_reads() {
    let example = Example::start("hyper").await;
    let nginx = Proxy::start(&NGINX, "nginx-example", example.address).await;
    let size = 1024 * 1024;
    assert_none_lost("nginx, example", &nginx, &PATHS, &[size]).await;
    nginx.stop().await;
    example.stop().await;
}

/// Of two lines for the one server: where there is but one, nginx does not count its failures.
pub(super) const MAX_FAILS: Program = Program {
    setting: "max_fails=1 fail_timeout=60s; server UPSTREAM max_fails=1 fail_timeout=60s",
    ..NGINX
};
