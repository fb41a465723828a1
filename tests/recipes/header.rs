// What docs/observing.md says of one more header.

mod checks {
    use super::layered;
    use axum::{http::StatusCode, routing::get};

    include!("ask.rs");

    async fn only_refusals_have_the_header() {
        let later = get(|| async { StatusCode::NOT_IMPLEMENTED });
        let app = layered(routes().route("/later", later));
        for (method, target, refused) in [
            ("FOO", "/", true),
            ("FOO", "/nowhere", true),
            ("GET", "/", false),
            ("GET", "/later", false),
        ] {
            let (parts, _) = ask(&app, request(method, target)).await;
            let link = parts.headers.get("link");
            let expected = refused.then_some("</methods>; rel=\"help\"");
            assert_eq!(
                link.map(|link| link.to_str().unwrap()),
                expected,
                "{method} {target}"
            );
        }
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        only_refusals_have_the_header().await;
    }
}
