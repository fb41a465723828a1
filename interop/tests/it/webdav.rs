//! litmus, the WebDAV compliance suite, against a server in memory behind the layer.

use crate::support::example::{command, Example};
use crate::support::external::{program, Folder};
use crate::support::{connection::Connection, within, Server};
use dav_server::{body::Body, memfs::MemFs, memls::MemLs, DavHandler};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use std::{convert::Infallible, net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, time::timeout};
use tower::{service_fn, util::BoxCloneSyncService, Layer};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

type Files = BoxCloneSyncService<Request<Incoming>, Response<Body>, Infallible>;

/// The longest that all suites may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Every suite of litmus 0.13 and how many tests it has: 104 together.
const SUITES: [(&str, u32); 5] = [
    ("basic", 16),
    ("copymove", 13),
    ("props", 30),
    ("locks", 41),
    ("http", 4),
];

fn files() -> Files {
    let handler = DavHandler::builder()
        .filesystem(MemFs::new())
        .locksystem(MemLs::new())
        .build_handler();
    BoxCloneSyncService::new(service_fn(move |request: Request<Incoming>| {
        let handler = handler.clone();
        async move { Ok(handler.handle(request).await) }
    }))
}

/// What litmus reports of the server, its address left out.
async fn report(server: SocketAddr, name: &str) -> String {
    let folder = Folder::new(name);
    let mut litmus = program("litmus");
    litmus
        .arg("-k") // on to the next suite after a failure
        .arg(format!("http://{server}/"))
        .current_dir(folder.path());
    let output = timeout(PATIENCE, litmus.output()).await;
    let output = output.expect("an end of litmus").unwrap();
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    report.replace(&server.to_string(), "ADDRESS")
}

/// Name, tests run, passed and failed of each suite. The exit code of `litmus -k` says nothing.
fn summaries(report: &str) -> Vec<(&str, [u32; 3])> {
    let lines = report.lines();
    lines
        .filter_map(|line| line.strip_prefix("<- summary for `")?.split_once("': "))
        .map(|(suite, counts)| {
            let numbers: Vec<_> = counts
                .split([' ', ','])
                .filter_map(|word| word.parse().ok())
                .collect();
            (suite, numbers.try_into().unwrap())
        })
        .collect()
}

#[track_caller]
fn assert_all_passed(report: &str) {
    let expected = SUITES.map(|(suite, tests)| (suite, [tests, tests, 0]));
    assert_eq!(summaries(report), expected, "{report}");
}

#[tokio::test]
async fn the_example_refuses_what_webdav_has_not() {
    let example = Example::start("webdav").await;
    let mut client = Connection::open(example.address).await;
    for target in ["/", "/unknown"] {
        client.ask("FOO", target).await.assert_refused();
        client.ask("SEARCH", target).await.assert_refused();
    }
    let answer = client.ask("MKCOL", "/folder").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    // While the connection is kept alive.
    example.stop().await;
    client.assert_nothing_follows().await;
}

#[tokio::test]
async fn the_example_stops_during_an_upload() {
    let example = Example::start("webdav").await;
    let mut client = Connection::open(example.address).await;
    client.ask("OPTIONS", "/").await.assert_ok("");
    let head = "PUT /file HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n";
    client.send([head, "12345"].concat()).await;
    example.stop().await;
}

#[tokio::test]
async fn the_example_tells_its_address_where_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = within(command("webdav", &address).output()).await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{errors}");
    assert!(errors.contains(&address), "{errors}");
    assert!(errors.contains("in use"), "{errors}");
}

#[tokio::test]
#[ignore = "needs litmus: apt-get install litmus"]
async fn litmus_finds_no_difference_behind_the_webdav_methods() {
    let server = Server::start(files()).await;
    let bare = report(server.address, "litmus-bare").await;
    assert_all_passed(&bare);

    let layered = NotImplementedLayer::new(MethodSet::WEBDAV).layer(files());
    let server = Server::start(layered).await;
    let layered = report(server.address, "litmus-webdav").await;
    assert_all_passed(&layered);
    assert_eq!(layered, bare);
}

#[tokio::test]
#[ignore = "needs litmus: apt-get install litmus"]
async fn litmus_finds_no_fault_in_the_example() {
    let example = Example::start("webdav").await;
    assert_all_passed(&report(example.address, "litmus-example").await);
    example.stop().await;
}

#[tokio::test]
#[ignore = "needs litmus: apt-get install litmus"]
async fn litmus_cannot_begin_behind_the_standard_methods() {
    let layered = NotImplementedLayer::new(MethodSet::STANDARD).layer(files());
    let server = Server::start(layered).await;
    let report = report(server.address, "litmus-standard").await;
    let refused = "Could not create new collection `/litmus/' for tests: 501 Not Implemented";
    assert_eq!(report.matches(refused).count(), SUITES.len(), "{report}");
    for (suite, [_, _, failed]) in summaries(&report) {
        assert_ne!(failed, 0, "{suite}: {report}");
    }
}
