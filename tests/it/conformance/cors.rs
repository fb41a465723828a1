//! R68: requests of scripts on other sites. R66 and R67: `compose/cors.rs`.

use crate::support::refusals::{answer, refusal, request, with, Content};
use http::{Method, Request};
use tower_not_implemented::NotImplementedLayer;

fn preflight(name: &str) -> Request<Content> {
    let options = with(request("OPTIONS"), "origin", "https://other");
    with(options, "access-control-request-method", name)
}

#[tokio::test]
async fn r68_the_method_a_preflight_asks_for_changes_nothing() {
    let listed = NotImplementedLayer::new([Method::OPTIONS]);
    for name in ["BOGUS", "GET", "*"] {
        let forwarded = answer(&listed, preflight(name)).await;
        forwarded.assert_forwarded("OPTIONS / ");
        refusal(preflight(name)).await.assert_refused();
    }
}
