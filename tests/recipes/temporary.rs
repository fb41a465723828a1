// What docs/caching.md says of a method that is to come.

mod checks {
    use super::until;
    use std::time::{Duration, SystemTime};

    include!("ask.rs");

    /// The Retry-After of the 501 to each method, and whether its text says that this is temporary.
    async fn answers(date: SystemTime) -> Vec<(Option<String>, bool)> {
        let app = until(date, routes());
        let mut answers = Vec::new();
        for method in ["PATCH", "FOO"] {
            let (parts, text) = ask(&app, request(method, "/any")).await;
            assert_eq!(parts.status, 501, "{method}");
            let field = parts.headers.get("retry-after");
            let field = field.map(|value| value.to_str().unwrap().to_string());
            answers.push((field, text.contains("This is temporary")));
        }
        assert_statuses(&app, &[("GET", "/any", 200), ("PUT", "/any", 200)]).await;
        answers
    }

    async fn only_the_method_that_is_to_come_is_temporary_and_only_until_then() {
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
        let coming = Some("Tue, 02 Oct 2096 07:06:40 GMT".to_string());
        let expected = [(coming, true), (None, false)];
        assert_eq!(answers(date).await, expected);
        let past = SystemTime::now() - Duration::from_secs(1);
        assert_eq!(answers(past).await, [(None, false), (None, false)]);
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        only_the_method_that_is_to_come_is_temporary_and_only_until_then().await;
    }
}
