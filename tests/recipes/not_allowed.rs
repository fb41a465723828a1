// What docs/production.md says of its 405.

mod checks {
    use super::{layered, method_not_allowed};
    use axum::http::StatusCode;
    use tower::Layer;
    use tower_not_implemented::{MethodSet, NotImplementedLayer};

    include!("ask.rs");

    const TEXT: &str = "405: this server supports the methods in Allow\n";

    async fn a_refusal_becomes_405_with_allow_and_a_text_of_its_own() {
        let app = layered(routes());
        // Around a finished Router, whose answers have a length by then.
        let layer = NotImplementedLayer::default().send_allow(true);
        let around = tower::ServiceBuilder::new().map_response(method_not_allowed);
        let around = axum::Router::new().fallback_service(around.service(layer.layer(routes())));
        for app in [app, around] {
            for (method, target) in [("FOO", "/"), ("FOO", "/any"), ("PROPFIND", "/nowhere")] {
                let (parts, text) = ask(&app, request(method, target)).await;
                assert_eq!((parts.status.as_u16(), text.as_str()), (405, TEXT));
                assert_eq!(parts.headers["content-type"], "text/plain; charset=utf-8");
                assert_eq!(parts.headers["allow"], MethodSet::STANDARD.to_string());
                // Not that of the old body.
                let length = parts.headers.get("content-length");
                assert!(length.map_or(true, |length| *length == TEXT.len().to_string()));
            }
        }
    }

    async fn all_other_answers_stay_what_they_are() {
        let later = axum::routing::get(|| async { (StatusCode::NOT_IMPLEMENTED, "later") });
        let app = layered(routes().route("/later", later));
        let asked = [
            ("GET", "/", 200),
            ("GET", "/nowhere", 404),
            ("GET", "/later", 501),
        ];
        assert_statuses(&app, &asked).await;
        let (parts, _) = ask(&app, request("DELETE", "/")).await;
        assert_eq!(parts.headers["allow"], "GET,HEAD");
        assert_grpc_keeps_its_answer(&app).await;
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        a_refusal_becomes_405_with_allow_and_a_text_of_its_own().await;
        all_other_answers_stay_what_they_are().await;
    }
}
