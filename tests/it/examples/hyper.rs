//! The hyper example.

use super::{assert_answers, assert_refuses, assert_status, half_an_upload, GET, REFUSED};
use crate::support::{
    example::Example,
    refusals::{http2_answer, http2_request, http2_to},
};
use http::HeaderMap;
use std::time::{Duration, SystemTime};

#[tokio::test]
async fn hyper_answers_supported_methods_on_every_path() {
    let example = Example::start("hyper").await;
    for method in ["GET", "POST", "OPTIONS", "PURGE"] {
        for path in ["/", "/pot", "/pot/lid?open=no"] {
            let answer = example.answer(&format!("{method} {path}")).await;
            assert_status(path, &answer, 200);
            assert!(answer.ends_with("\r\n\r\nhello\n"), "{answer}");
        }
    }
    assert_answers(&example, &[("HEAD /pot", 200)]).await;
    example.stop().await;
}

/// The example's settings: a date a day from now, and a minute in caches.
#[track_caller]
fn assert_settings(fields: &HeaderMap, asked: SystemTime) {
    assert_eq!(fields["cache-control"], "max-age=60");
    let date = fields["retry-after"].to_str().unwrap();
    let parsed = httpdate::parse_http_date(date).unwrap();
    assert_eq!(httpdate::fmt_http_date(parsed), date); // the preferred format
    let hour = Duration::from_secs(60 * 60);
    assert!(parsed > asked + 23 * hour, "{date}");
    assert!(parsed < asked + 25 * hour, "{date}");
}

#[tokio::test]
async fn hyper_refuses_with_its_settings_over_http1() {
    let example = Example::start("hyper").await;
    assert_refuses(&example, &["BREW", "PUT", "purge"], &["/", "/pot"]).await;

    let answer = example.answer("BREW /pot").await;
    let (head, content) = answer.split_once("\r\n\r\n").unwrap();
    let fields = head.lines().skip(1).map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.parse().unwrap(), value.parse().unwrap())
    });
    assert_settings(&fields.collect(), SystemTime::now());
    assert!(content.contains("temporary"), "{content}");
    example.stop().await;
}

#[tokio::test]
async fn hyper_refuses_with_its_settings_over_http2() {
    let example = Example::start("hyper").await;
    let client = http2_to(example.address).await;
    let uri = format!("http://{}/pot", example.address);
    for (method, status) in [("BREW", 501), ("PUT", 501), ("GET", 200), ("PURGE", 200)] {
        let answer = http2_answer(&client, http2_request(method, &uri)).await;
        assert_eq!(answer.status, status, "{method}");
        if status == 501 {
            assert_settings(&answer.fields, SystemTime::now());
        }
    }
    example.stop().await;
}

#[tokio::test]
async fn hyper_reads_the_content_of_a_refused_request() {
    let example = Example::start("hyper").await;
    let mut connection = example.connect().await;
    let head = "BREW /pot HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1048576\r\n\r\n";
    connection.send(head).await;
    connection.send(vec![b'x'; 1024 * 1024]).await;
    let answer = connection.response().await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    connection.send(GET).await;
    assert_status("GET /", &connection.response().await, 200);
    example.stop().await;
}

#[tokio::test]
async fn hyper_refuses_an_upload_that_stalls() {
    let example = Example::start("hyper").await;
    let answer = example.exchange(half_an_upload("BREW /")).await;
    assert!(answer.starts_with(REFUSED), "{answer}");
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
    example.stop().await;
}

#[tokio::test]
async fn hyper_answers_an_upload_that_stalls_while_it_shuts_down() {
    let example = Example::start("hyper").await;
    let mut connection = example.connect().await;
    connection.send(half_an_upload("BREW /")).await;
    connection.assert_unanswered().await;
    let (_, answer) = tokio::join!(example.stop(), connection.response());
    assert!(answer.starts_with(REFUSED), "{answer}");
}
