//! Two sets on one server, two listeners, and sets that a preset does not have.

use super::{assert_statuses, routes};
use crate::support::Connection;
use axum::{
    extract::Request,
    http::{method::InvalidMethod, Method},
    routing::{any, post},
    Router, ServiceExt,
};
use std::{future::IntoFuture, io};
use tokio::net::TcpListener;
use tower::Layer;
use tower_not_implemented::{MethodSet, NotImplementedLayer};

fn dav() -> Router {
    Router::new().fallback(any(|| async { "dav" }))
}

fn two_sets(dav: Router, rest: Router) -> Router {
    let wide = NotImplementedLayer::new(MethodSet::WEBDAV);
    let narrow = NotImplementedLayer::default();
    Router::new()
        .nest_service("/dav", wide.layer(dav))
        .fallback_service(narrow.layer(rest))
}

#[tokio::test]
async fn each_part_of_the_server_has_its_set() {
    let app = two_sets(dav(), routes());
    let expected = [
        ("PROPFIND", "/dav", 200),
        ("PROPFIND", "/dav/", 200),
        ("PROPFIND", "/dav/a/b", 200),
        ("FOO", "/dav", 501),
        ("FOO", "/dav/a/b", 501),
        ("PROPFIND", "/", 501),
        ("PROPFIND", "/any", 501),
        ("PROPFIND", "/nowhere", 501),
        ("PROPFIND", "/davy", 501),
        ("FOO", "/nowhere", 501),
        ("DELETE", "/", 405),
        ("GET", "/", 200),
        ("GET", "/nowhere", 404),
    ];
    assert_statuses(&app, &expected).await;
}

#[tokio::test]
async fn a_wider_set_inside_a_narrow_one_has_no_effect() {
    let wide = NotImplementedLayer::new(MethodSet::WEBDAV);
    let app = routes()
        .nest_service("/dav", wide.layer(dav()))
        .layer(NotImplementedLayer::default());
    assert_statuses(&app, &[("PROPFIND", "/dav/a", 501)]).await;
}

async fn serve(public: TcpListener, admin: TcpListener, router: Router) -> io::Result<()> {
    let narrow = NotImplementedLayer::new(MethodSet::GET_HEAD).layer(router.clone());
    let wide = NotImplementedLayer::default().layer(router);
    let narrow = ServiceExt::<Request>::into_make_service(narrow);
    let wide = ServiceExt::<Request>::into_make_service(wide);
    tokio::try_join!(
        axum::serve(public, narrow).into_future(),
        axum::serve(admin, wide).into_future(),
    )?;
    Ok(())
}

#[tokio::test]
async fn each_listener_has_its_set() {
    let public = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [&public, &admin].map(|it| it.local_addr().unwrap());
    let routes = routes().route("/form", post(|| async { "form" }));
    let server = tokio::spawn(serve(public, admin, routes));
    for (address, expected) in addresses.into_iter().zip([501, 200]) {
        let mut connection = Connection::open(address).await;
        // axum's own 405 knows the router, and not the set.
        let answer = connection.ask("GET /form").await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
        assert!(answer.contains("\r\nallow: POST\r\n"), "{answer}");
        let answer = connection.ask("POST /form").await;
        let line = format!("HTTP/1.1 {expected} ");
        assert!(answer.starts_with(&line), "{answer}");
        let answer = connection.ask("DELETE /any").await;
        let line = format!("HTTP/1.1 {expected} ");
        assert!(answer.starts_with(&line), "{answer}");
        let answer = connection.ask("GET /").await;
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    }
    server.abort();
}

/// `docs/configuration.md`.
fn caldav() -> Result<MethodSet, InvalidMethod> {
    let caldav = MethodSet::WEBDAV
        .with(Method::from_bytes(b"REPORT")?)
        .with(Method::from_bytes(b"MKCALENDAR")?)
        .with(Method::from_bytes(b"ACL")?)
        .with(Method::from_bytes(b"SEARCH")?);
    Ok(caldav)
}

#[tokio::test]
async fn a_caldav_server_adds_what_webdav_does_not_have() {
    let webdav = routes().layer(NotImplementedLayer::new(MethodSet::WEBDAV));
    let caldav = routes().layer(NotImplementedLayer::new(caldav().unwrap()));
    for method in ["REPORT", "MKCALENDAR", "ACL", "SEARCH"] {
        assert_statuses(&webdav, &[(method, "/any", 501)]).await;
        assert_statuses(&caldav, &[(method, "/any", 200)]).await;
    }
    let others = [("PROPFIND", "/any", 200), ("FOO", "/any", 501)];
    assert_statuses(&caldav, &others).await;
}

#[tokio::test]
async fn trace_reaches_any_routes_unless_it_is_taken_out() {
    let with = routes().layer(NotImplementedLayer::default());
    assert_statuses(&with, &[("TRACE", "/any", 200)]).await;
    let without = MethodSet::STANDARD.without(&Method::TRACE);
    let without = routes().layer(NotImplementedLayer::new(without));
    let refused = [("TRACE", "/any", 501), ("TRACE", "/", 501)];
    assert_statuses(&without, &refused).await;
}
