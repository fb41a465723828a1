// What docs/observing.md says of a body for each request.

mod checks {
    use super::{explain, layered};
    use tower::Layer;

    include!("ask.rs");

    async fn a_refusal_has_a_page_in_the_clients_language() {
        // Around a finished Router, whose answers have a length by then.
        let problem = tower_not_implemented::NotImplementedLayer::default().problem_details();
        let refusing = problem.layer(routes());
        let around = axum::Router::new().fallback_service(refusing);
        let around = around.layer(axum::middleware::from_fn(explain));
        for app in [layered(routes()), around] {
            for (language, page) in [
                ("de-CH, en", "siehe /methoden\n"),
                ("en, de", "see /methods\n"),
                ("", "see /methods\n"),
            ] {
                let refused = request("FOO", "/").header("accept-language", language);
                let (parts, text) = ask(&app, refused).await;
                assert_eq!((parts.status.as_u16(), text.as_str()), (501, page));
                assert_eq!(parts.headers["vary"], "accept-language");
                assert_eq!(parts.headers["content-type"], "text/plain; charset=utf-8");
                let length = parts.headers.get("content-length");
                assert!(length.map_or(true, |length| *length == page.len().to_string()));
            }
        }
    }

    async fn what_is_no_refusal_and_what_is_grpc_keeps_its_answer() {
        let app = layered(routes());
        let (parts, text) = ask(&app, request("DELETE", "/")).await;
        assert_eq!((parts.status.as_u16(), text.as_str()), (405, ""));
        assert!(!parts.headers.contains_key("vary"));
        assert_grpc_keeps_its_answer(&app).await;
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        a_refusal_has_a_page_in_the_clients_language().await;
        what_is_no_refusal_and_what_is_grpc_keeps_its_answer().await;
    }
}
