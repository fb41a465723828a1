//! nginx with a cache in front of refusals.

use super::{
    nginx::NGINX,
    proxy::{status, Proxy},
};
use crate::support::example::Example;
use crate::support::{counting, Server};
use std::{fs, time::Duration};
use tower::Layer;
use tower_not_implemented::{CacheControl, MethodSet, NotImplementedLayer};

/// The status of an answer and what the cache had to do with it.
async fn answer(nginx: &Proxy, line: &str) -> (u16, Option<String>) {
    let answer = nginx.answer(line).await;
    let mut cache = answer.lines().map(|line| line.strip_prefix("X-Cache: "));
    let cache = cache.find_map(|value| value.map(str::to_owned));
    (status(&answer), cache)
}

fn stored(nginx: &Proxy) -> usize {
    fs::read_dir(nginx.folder().join("cache")).unwrap().count()
}

/// With a freshness lifetime in the refusal and a key without the method, nginx has every reason
/// to store it but one: it does not know the method.
#[tokio::test]
#[ignore = "needs nginx: apt-get install nginx"]
async fn nginx_does_not_store_the_refusal_of_an_unknown_method() {
    let example = Example::start("hyper").await;
    let nginx = Proxy::start(&NGINX, "nginx-unknown", example.address).await;
    for (place, method) in ["BREW", "PROPFIND", "PUT", "DELETE"].iter().enumerate() {
        let refused = format!("{method} /cached/{method}");
        let get = format!("GET /cached/{method}");
        assert_eq!(answer(&nginx, &refused).await, (501, None));
        assert_eq!(stored(&nginx), place);
        assert_eq!(answer(&nginx, &get).await, (200, Some("MISS".into())));
        assert_eq!(answer(&nginx, &get).await, (200, Some("HIT".into())));
        assert_eq!(stored(&nginx), place + 1);
        assert_eq!(answer(&nginx, &refused).await, (501, None));
    }
    nginx.stop().await;
    example.stop().await;
}

/// POST and then GET of one URL, through nginx from a server that refuses POST.
async fn post_then_get(name: &str, policy: CacheControl) -> [(u16, Option<String>); 2] {
    let (inner, _) = counting();
    let layer = NotImplementedLayer::new(MethodSet::GET_HEAD).cache_control(policy);
    let server = Server::start(layer.layer(inner)).await;
    let nginx = Proxy::start(&NGINX, name, server.address).await;
    let post = answer(&nginx, "POST /cached/form").await;
    let get = answer(&nginx, "GET /cached/form").await;
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
