// What docs/production.md says of its counter and its switch.

mod checks {
    use super::{count, enforce, roll_out, Counts};
    use axum::{http::StatusCode, response::Response, routing::any};
    use std::ffi::OsString;
    use tower_not_implemented::{MethodSet, NotImplementedLayer};

    include!("ask.rs");

    fn rows(counts: &Counts) -> Vec<(&'static str, u16, u64)> {
        let counts = counts.lock().unwrap();
        let rows = counts.iter();
        rows.map(|((label, status), count)| (*label, *status, *count))
            .collect()
    }

    async fn a_dry_run_counts_what_would_be_refused_with_the_status_that_it_gets() {
        let counts = Counts::default();
        let dav = any(|| async { StatusCode::MULTI_STATUS });
        let layer = NotImplementedLayer::default().dry_run(true);
        let app = roll_out(routes().route("/dav", dav), counts.clone(), layer);
        let long = "M".repeat(400_000);
        let asked = [
            ("FOO", "/", 405),
            ("get", "/any", 200),
            (&long, "/any", 200),
            ("PROPFIND", "/nowhere", 404),
            ("PROPFIND", "/dav", 207),
            ("CONNECT", "localhost:443", 404),
            ("GET", "/", 200),
            ("DELETE", "/", 405),
        ];
        assert_statuses(&app, &asked).await;
        let expected = [
            ("CONNECT", 404, 1),
            ("PROPFIND", 207, 1),
            ("PROPFIND", 404, 1),
            ("_OTHER", 200, 2),
            ("_OTHER", 405, 1),
        ];
        assert_eq!(rows(&counts), expected);
    }

    async fn the_same_requests_are_counted_before_and_after_the_switch() {
        for method in MethodSet::REGISTERED.with("FOO".parse().unwrap()).iter() {
            for target in ["/any", "localhost:443"] {
                let name = method.as_str();
                let [before, after] = [true, false].map(|dry_run| async move {
                    let counts = Counts::default();
                    let layer = NotImplementedLayer::default().dry_run(dry_run);
                    let app = roll_out(routes(), counts.clone(), layer);
                    let (parts, _) = ask(&app, request(name, target)).await;
                    (rows(&counts), parts.status)
                });
                let ((before, _), (after, status)) = (before.await, after.await);
                let labels = |rows: &[(&'static str, u16, u64)]| {
                    rows.iter().map(|row| row.0).collect::<Vec<_>>()
                };
                assert_eq!(labels(&before), labels(&after), "{method} {target}");
                assert_eq!(after.len(), usize::from(status == 501), "{method} {target}");
            }
        }
    }

    /// The counter adds when an answer is there, and not before.
    async fn a_request_whose_client_leaves_is_not_counted() {
        let counts = Counts::default();
        let layer = NotImplementedLayer::default().dry_run(true);
        let router = axum::Router::new().fallback(std::future::pending::<()>);
        let app = roll_out(router, counts.clone(), layer);
        let request = request("FOO", "/").body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(app, request);
        assert!(futures_util::FutureExt::now_or_never(answer).is_none());
        assert_eq!(rows(&counts), []);
    }

    fn a_plain_501_is_not_counted() {
        let counts = Counts::default();
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_IMPLEMENTED;
        count(&counts, response);
        assert_eq!(rows(&counts), []);
    }

    fn the_variable_is_unset_or_one_of_two_words() {
        assert_eq!(enforce(None), Ok(false));
        assert_eq!(enforce(Some("false".into())), Ok(false));
        assert_eq!(enforce(Some("true".into())), Ok(true));
        for wrong in ["", " true", "True", "1", "enforce"] {
            let error = enforce(Some(wrong.into())).unwrap_err().to_string();
            assert!(
                error.contains("`true` or `false`") || wrong.is_empty(),
                "{error}"
            );
        }
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStringExt;
            let not_unicode = OsString::from_vec(b"true\xff".to_vec());
            assert!(enforce(Some(not_unicode)).is_err());
        }
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        a_dry_run_counts_what_would_be_refused_with_the_status_that_it_gets().await;
        the_same_requests_are_counted_before_and_after_the_switch().await;
        a_request_whose_client_leaves_is_not_counted().await;
        a_plain_501_is_not_counted();
        the_variable_is_unset_or_one_of_two_words();
    }
}
