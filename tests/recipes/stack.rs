// What docs/placement.md says of the complete app.

mod checks {
    use super::app;
    use axum::{body::Bytes, response::Response};
    use std::{convert::Infallible, time::Duration};

    include!("ask.rs");

    /// The answer to the upload of someone known.
    async fn upload(method: &str, content: Body) -> Response {
        let known = request(method, "/").header("authorization", "Basic eA==");
        let known = known.header("accept-encoding", "gzip").body(content);
        tower::ServiceExt::oneshot(app(), known.unwrap())
            .await
            .unwrap()
    }

    async fn a_stranger_sees_the_501_and_otherwise_401() {
        let asked = [
            ("FOO", "/", 501),
            ("FOO", "/nowhere", 501),
            ("GET", "/", 401),
        ];
        assert_statuses(&app(), &asked).await;
    }

    async fn who_is_known_gets_the_answers_of_the_router() {
        for (method, target, status) in [("GET", "/", 200), ("DELETE", "/", 405), ("FOO", "/", 501)]
        {
            let known = request(method, target).header("authorization", "Basic eA==");
            let (parts, _) = ask(&app(), known).await;
            assert_eq!(parts.status, status, "{method} {target}");
        }
    }

    async fn compression_and_the_body_limit_are_there_for_whom_is_known() {
        let answer = upload("POST", "a".repeat(1_000).into()).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        for (length, status) in [(10 * 1024 * 1024, 200), (10 * 1024 * 1024 + 1, 413)] {
            let answer = upload("POST", "a".repeat(length).into()).await;
            assert_eq!(answer.status(), status);
        }
    }

    async fn an_upload_that_never_ends_gets_408_after_30_seconds_and_a_refused_one_501_after_10() {
        for (method, status, seconds) in [("POST", 408, 30), ("FOO", 501, 10)] {
            let endless = futures_util::stream::pending::<Result<Bytes, Infallible>>();
            let start = tokio::time::Instant::now();
            let answer = upload(method, Body::from_stream(endless));
            let answer = tokio::time::timeout(Duration::from_secs(60), answer);
            assert_eq!(answer.await.unwrap().status(), status);
            assert_eq!(start.elapsed().as_secs(), seconds, "{method}");
        }
    }

    async fn a_script_can_read_the_501_and_cors_answers_its_preflight() {
        let script = |method| request(method, "/").header("origin", "https://example.org");
        let (parts, _) = ask(&app(), script("FOO")).await;
        assert_eq!(parts.status, 501);
        assert_eq!(parts.headers["access-control-allow-origin"], "*");
        assert_eq!(
            parts.headers["access-control-expose-headers"],
            "retry-after,allow"
        );
        let preflight = script("OPTIONS").header("access-control-request-method", "FOO");
        let preflight = preflight.header("access-control-request-headers", "authorization");
        let (parts, _) = ask(&app(), preflight).await;
        assert_eq!(parts.status, 200);
        assert_eq!(parts.headers["access-control-allow-methods"], "FOO");
        assert_eq!(
            parts.headers["access-control-allow-headers"],
            "authorization"
        );
    }

    #[tokio::main(flavor = "current_thread", start_paused = true)] // time goes on as soon as all wait
    pub(super) async fn run() {
        a_stranger_sees_the_501_and_otherwise_401().await;
        who_is_known_gets_the_answers_of_the_router().await;
        compression_and_the_body_limit_are_there_for_whom_is_known().await;
        an_upload_that_never_ends_gets_408_after_30_seconds_and_a_refused_one_501_after_10().await;
        a_script_can_read_the_501_and_cors_answers_its_preflight().await;
    }
}
