//! Retry-After with a date (`docs/production.md`).

use super::routes;
use crate::support::refusals::{ask, request};
use std::time::{Duration, SystemTime};
use tower_not_implemented::NotImplementedLayer;

#[tokio::test]
async fn a_date_is_sent_until_it_has_passed() {
    let release = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_456_000); // in 2030
    let layer = NotImplementedLayer::default().retry_after(release);
    let answer = ask(routes().layer(layer), request("FOO")).await;
    let date = "Tue, 01 Jan 2030 00:00:00 GMT";
    let expected = (SystemTime::now() < release).then_some(date);
    assert_eq!(answer.field("retry-after"), expected);
}
