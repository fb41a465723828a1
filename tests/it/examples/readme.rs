//! The README's "Try it": the answer that it shows is the one that comes.

use crate::support::example::Example;

const README: &str = include_str!("../../../README.md");

const CURL: &str = "\n$ curl -i -X FOO http://127.0.0.1:3000/any\n";

/// Without the date.
fn comparable(answer: &str) -> Vec<&str> {
    let lines = answer.lines().filter(|line| !line.starts_with("date: "));
    lines.collect()
}

#[tokio::test]
async fn readme_shows_what_curl_prints() {
    let (_, shown) = README.split_once(CURL).unwrap();
    let (shown, _) = shown.split_once("\n```\n").unwrap();
    let example = Example::start("axum").await;
    let mut connection = example.connect().await;
    connection
        .send("FOO /any HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n")
        .await;
    let answer = connection.response().await.replace("\r\n", "\n");
    assert_eq!(comparable(&answer), comparable(shown));
    example.stop().await;
}
