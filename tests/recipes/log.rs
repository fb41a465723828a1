// What docs/observing.md says of its log.

mod checks {
    use super::layered;
    use axum::{http::StatusCode, routing::get};
    use std::sync::{Arc, Mutex};

    include!("ask.rs");

    /// What is written.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    async fn a_refusal_is_no_error_and_a_501_of_a_handler_is() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let later = get(|| async { StatusCode::NOT_IMPLEMENTED });
        let app = layered(routes().route("/later", later));
        let asked = [("FOO", "/", 501), ("GET", "/later", 501), ("GET", "/", 200)];
        assert_statuses(&app, &asked).await;
        let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let levels: Vec<_> = written
            .lines()
            .map(|line| line.contains(" ERROR "))
            .collect();
        assert_eq!(levels, [false, true, false], "{written}");
        let labels: Vec<_> = written
            .lines()
            .map(|line| line.contains("refused=\"_OTHER\""))
            .collect();
        assert_eq!(labels, [true, false, false], "{written}");
    }

    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn run() {
        a_refusal_is_no_error_and_a_501_of_a_handler_is().await;
    }
}
