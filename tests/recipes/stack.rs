// What docs/placement.md says of the complete app.

mod checks {
    use super::app;

    include!("ask.rs");

    async fn a_stranger_sees_the_501_and_otherwise_401() {
        let asked = [
            ("FOO", "/", 501),
            ("FOO", "/nowhere", 501),
            ("GET", "/", 401),
        ];
        assert_statuses(&app(), &asked).await;
    }

    async fn who_is_known_gets_the_answers_of_the_router_and_the_limit() {
        for (method, target, status) in [("GET", "/", 200), ("DELETE", "/", 405), ("FOO", "/", 501)]
        {
            let known = request(method, target).header("authorization", "Basic eA==");
            let (parts, _) = ask(&app(), known).await;
            assert_eq!(parts.status, status, "{method} {target}");
        }
        let large = request("POST", "/").header("authorization", "Basic eA==");
        let (parts, _) = ask(&app(), large.header("content-length", "99000000")).await;
        assert_eq!(parts.status, 413);
    }

    async fn a_script_can_read_the_501_and_cors_answers_its_preflight() {
        let script = |method| request(method, "/").header("origin", "https://example.org");
        let (parts, _) = ask(&app(), script("FOO")).await;
        assert_eq!(parts.status, 501);
        assert_eq!(parts.headers["access-control-allow-origin"], "*");
        assert_eq!(
            parts.headers["access-control-expose-headers"],
            "retry-after"
        );
        let preflight = script("OPTIONS").header("access-control-request-method", "FOO");
        let (parts, _) = ask(&app(), preflight).await;
        assert_eq!(parts.status, 200);
        assert_eq!(parts.headers["access-control-allow-methods"], "FOO");
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        a_stranger_sees_the_501_and_otherwise_401().await;
        who_is_known_gets_the_answers_of_the_router_and_the_limit().await;
        a_script_can_read_the_501_and_cors_answers_its_preflight().await;
    }
}
