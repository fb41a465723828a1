//! Retry-After with a date (`docs/production.md`).

use super::{ask, request, routes};
use std::time::{Duration, SystemTime};
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn a_date_is_sent_until_it_has_passed() {
    let release = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000); // in 2030
    let layer = NotImplementedLayer::default().retry_after(release);
    let answer = ask(&routes().layer(layer), request("FOO", "/")).await;
    let date = answer.fields.get("retry-after");
    if SystemTime::now() < release {
        assert_eq!(date.unwrap(), "Tue, 01 Jan 2030 00:00:00 GMT");
    } else {
        assert_eq!(date, None);
    }
}

#[tokio::test]
async fn by_default_there_is_nothing_that_makes_a_client_sleep() {
    let app = routes().layer(NotImplementedLayer::default());
    let answer = ask(&app, request("FOO", "/")).await;
    assert!(!answer.fields.contains_key("retry-after"));
}
