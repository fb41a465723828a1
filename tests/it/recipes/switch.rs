//! Changing the set while the server runs (`docs/production.md`), under load.

use super::{assert_statuses, routes};
use crate::support::{
    refusals::{ask, request_to},
    within, Server,
};
use axum::{extract::Request, Router};
use http::Method;
use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, RwLock,
    },
    time::Duration,
};
use tokio::task::JoinSet;
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

fn app(current: Arc<RwLock<NotImplementedLayer>>, router: Router) -> Router {
    Router::new().fallback_service(service_fn(move |request: Request| {
        let service = current.read().unwrap().layer(router.clone());
        service.oneshot(request) // the lock is open again
    }))
}

/// With every other setting, for the start and for each reload.
fn layer(set: MethodSet) -> NotImplementedLayer {
    NotImplementedLayer::new(set)
        .send_allow(true)
        .discard_timeout(|| tokio::time::sleep(Duration::from_secs(10)))
}

/// An error begins with the name of the file.
fn read(file: &str) -> Result<MethodSet, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let set = text.trim().parse::<MethodSet>();
    set.map_err(|error| format!("{file}: {error}"))
}

fn reload(current: &RwLock<NotImplementedLayer>, file: &str) -> Result<(), String> {
    let set = read(file)?;
    *current.write().unwrap() = layer(set.clone());
    println!("supported methods: {set}");
    Ok(())
}

#[tokio::test]
async fn the_next_request_gets_the_new_set() {
    let current = Arc::new(RwLock::new(NotImplementedLayer::default()));
    let app = app(current.clone(), routes());
    for _ in 0..3 {
        assert_statuses(&app, &[("PROPFIND", "/any", 501)]).await;
        *current.write().unwrap() = NotImplementedLayer::new(MethodSet::WEBDAV);
        let wider = [("PROPFIND", "/any", 200), ("FOO", "/any", 501)];
        assert_statuses(&app, &wider).await;
        *current.write().unwrap() = NotImplementedLayer::default();
    }
}

#[tokio::test]
async fn a_bad_or_empty_set_leaves_the_old_one() {
    let current = Arc::new(RwLock::new(NotImplementedLayer::default()));
    let app = app(current.clone(), routes());
    let file = format!("{}/methods.txt", env!("CARGO_TARGET_TMPDIR"));
    let set = |text| {
        std::fs::write(&file, text).unwrap();
        reload(&current, &file)
    };
    set("POST, PURGE\n").unwrap();
    assert!(reload(&current, "no/such/file").is_err());
    for text in ["", " \n", ",", "purge, post", "GET, post", "PO ST"] {
        let error = set(text).unwrap_err();
        assert_eq!(error.matches("methods.txt: ").count(), 1, "{error}");
        assert_statuses(&app, &[("PURGE", "/any", 200), ("PUT", "/any", 501)]).await;
        // The other settings stay.
        let answer = ask(app.clone(), request_to("FOO", "/any")).await;
        assert_eq!(answer.field("allow"), Some("GET, HEAD, POST, PURGE"));
    }
}

#[tokio::test]
async fn an_open_connection_gets_the_new_set() {
    let current = Arc::new(RwLock::new(NotImplementedLayer::default()));
    let app = app(current.clone(), routes());
    let server = Server::of(|listener| axum::serve(listener, app)).await;
    let mut connection = server.connect().await;
    let answer = connection.ask("PROPFIND /any").await;
    assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
    *current.write().unwrap() = NotImplementedLayer::new(MethodSet::WEBDAV);
    let answer = connection.ask("PROPFIND /any").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// POST and PUT are each in one of two sets, and BREW is in none. An answer is of one of the sets.
async fn assert_of_one_set(app: &Router) {
    let (of_post, of_put) = ("GET, HEAD, POST", "GET, HEAD, PUT");
    for (method, refusing) in [
        ("POST", &[of_put][..]),
        ("PUT", &[of_post]),
        ("BREW", &[of_post, of_put]),
    ] {
        let answer = ask(app.clone(), request_to(method, "/any")).await;
        if let Some(allow) = answer.field("allow") {
            answer.assert_refused();
            assert!(refusing.contains(&allow), "{method}: {allow}");
        } else {
            answer.assert_forwarded("any");
            assert_ne!(method, "BREW");
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
    let current = Arc::new(RwLock::new(layer([Method::POST].into())));
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
                *write.write().unwrap() = layer([method].into());
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
