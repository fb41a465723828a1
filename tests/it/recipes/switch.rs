//! Changing the set while the server runs (`docs/production.md`), under load.

use super::{ask, request, routes, status};
use crate::support::{within, Connection};
use axum::{extract::Request, Router};
use http::Method;
use std::sync::{
    atomic::{AtomicBool, Ordering},
    Arc, RwLock,
};
use tokio::{net::TcpListener, task::JoinSet};
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

fn app(current: Arc<RwLock<NotImplementedLayer>>, router: Router) -> Router {
    Router::new().fallback_service(service_fn(move |request: Request| {
        let service = current.read().unwrap().layer(router.clone());
        service.oneshot(request) // the lock is open again
    }))
}

/// For example after SIGHUP, with the text of the new set.
fn reload(current: &RwLock<NotImplementedLayer>, text: &str) {
    match text.parse::<MethodSet>() {
        Ok(set) => *current.write().unwrap() = NotImplementedLayer::new(set),
        Err(error) => eprintln!("{error}"), // the old set stays
    }
}

/// One that says in `Allow` which set refused.
fn layer(method: Method) -> NotImplementedLayer {
    NotImplementedLayer::new([method]).allow_header(true)
}

#[tokio::test]
async fn the_next_request_gets_the_new_set() {
    let current = Arc::new(RwLock::new(NotImplementedLayer::default()));
    let app = app(current.clone(), routes());
    for _ in 0..3 {
        assert_eq!(status(&app, "PROPFIND", "/any").await, 501);
        *current.write().unwrap() = NotImplementedLayer::new(MethodSet::WEBDAV);
        assert_eq!(status(&app, "PROPFIND", "/any").await, 200);
        assert_eq!(status(&app, "FOO", "/any").await, 501);
        *current.write().unwrap() = NotImplementedLayer::default();
    }
}

#[tokio::test]
async fn a_bad_or_empty_set_leaves_the_old_one() {
    let current = Arc::new(RwLock::new(NotImplementedLayer::default()));
    let app = app(current.clone(), routes());
    reload(&current, "POST, PURGE");
    for text in ["", " ", ",", "purge, post", "GET, post", "PO ST"] {
        reload(&current, text);
        assert_eq!(status(&app, "PURGE", "/any").await, 200, "{text:?}");
        assert_eq!(status(&app, "PUT", "/any").await, 501, "{text:?}");
    }
}

#[tokio::test]
async fn an_open_connection_gets_the_new_set() {
    let current = Arc::new(RwLock::new(NotImplementedLayer::default()));
    let app = app(current.clone(), routes());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async { axum::serve(listener, app).await });
    let mut connection = Connection::open(address).await;
    let answer = connection.ask("PROPFIND /any").await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
    *current.write().unwrap() = NotImplementedLayer::new(MethodSet::WEBDAV);
    let answer = connection.ask("PROPFIND /any").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    server.abort();
}

/// POST and PUT are each in one of two sets, and BREW is in none. An answer is of one of the sets.
async fn assert_of_one_set(app: &Router) {
    let post = ask(app, request("POST", "/any")).await;
    let put = ask(app, request("PUT", "/any")).await;
    let brew = ask(app, request("BREW", "/any")).await;
    let sets = ["GET, HEAD, POST", "GET, HEAD, PUT"];
    for (answer, refusing) in [(post, &sets[1..]), (put, &sets[..1]), (brew, &sets[..])] {
        let allow: Vec<_> = answer.fields.get_all("allow").iter().collect();
        if answer.status == 200 {
            assert!(refusing.len() == 1 && allow.is_empty());
            assert_eq!(answer.text, "any");
        } else {
            assert_eq!((answer.status.as_u16(), allow.len()), (501, 1));
            assert!(refusing.contains(&allow[0].to_str().unwrap()));
        }
    }
}

/// Ends the writer when the test ends, by a panic too.
struct Done(Arc<AtomicBool>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_load_each_answer_is_from_exactly_one_set() {
    let current = Arc::new(RwLock::new(layer(Method::POST)));
    let app = app(current.clone(), routes());
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        let app = app.clone();
        clients.spawn(async move {
            for _ in 0..1_000 {
                assert_of_one_set(&app).await;
                tokio::task::yield_now().await;
            }
        });
    }
    let done = Done(Arc::default());
    let (over, write) = (done.0.clone(), current.clone());
    let switching = std::thread::spawn(move || {
        let mut swaps = 0_u32;
        while !over.load(Ordering::Relaxed) {
            for method in [Method::PUT, Method::POST] {
                *write.write().unwrap() = layer(method);
                swaps += 1;
                std::thread::yield_now();
            }
        }
        swaps
    });
    while let Some(client) = within(clients.join_next()).await {
        client.unwrap();
    }
    drop(done);
    assert!(switching.join().unwrap() > 10);
}
