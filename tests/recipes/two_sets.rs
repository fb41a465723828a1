// What docs/production.md says of two sets on one server.

mod checks {
    use super::two_sets;
    use axum::extract::OriginalUri;

    include!("ask.rs");

    async fn each_part_of_the_server_has_its_set() {
        let dav =
            |uri: axum::http::Uri, all: OriginalUri| async move { format!("{uri} {}", all.0) };
        let app = two_sets(axum::Router::new().fallback(dav), routes());
        let asked = [
            ("PROPFIND", "/dav", 200),
            ("PROPFIND", "/dav/", 200),
            ("FOO", "/dav", 501),
            ("FOO", "/dav/a/b", 501),
            ("PROPFIND", "/", 501),
            ("PROPFIND", "/any", 501),
            ("PROPFIND", "/nowhere", 501),
            ("PROPFIND", "/davy", 501),
            ("DELETE", "/", 405),
            ("GET", "/", 200),
            ("GET", "/nowhere", 404),
        ];
        assert_statuses(&app, &asked).await;
        let (_, text) = ask(&app, request("PROPFIND", "/dav/a/b")).await;
        assert_eq!(text, "/a/b /dav/a/b");
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        each_part_of_the_server_has_its_set().await;
    }
}
