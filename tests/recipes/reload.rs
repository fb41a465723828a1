// What docs/production.md says of changing the layer while the server runs.

mod checks {
    use super::{app, read, reload};
    use axum::http::{Method, StatusCode};
    use std::sync::{Arc, RwLock};
    use tower_not_implemented::{DryRun, MethodSet, NotImplementedLayer, UnsupportedMethod};

    include!("ask.rs");

    async fn a_bad_or_empty_file_leaves_the_old_layer() {
        let name = format!("methods-{}.txt", std::process::id());
        let file = std::env::temp_dir().join(name);
        let file = file.to_str().unwrap();
        let set = |text| std::fs::write(file, text).unwrap();
        set("POST, PURGE\n");
        let current = Arc::new(RwLock::new(read(file).unwrap()));
        let app = app(current.clone(), routes());
        assert!(reload(&current, "no/such/file").is_err());
        for text in ["", " \n", ",", "purge, post", "GET, post", "PO ST"] {
            set(text);
            let error = reload(&current, file).unwrap_err();
            assert!(error.starts_with(&format!("{file}: ")), "{error}");
            assert_statuses(&app, &[("PURGE", "/any", 200), ("PUT", "/any", 501)]).await;
        }
        set("PUT");
        reload(&current, file).unwrap();
        std::fs::remove_file(file).unwrap();
        assert_statuses(&app, &[("PURGE", "/any", 501), ("PUT", "/any", 200)]).await;
        let (parts, _) = ask(&app, request("FOO", "/any")).await;
        assert_eq!(parts.headers["allow"], "GET, HEAD, PUT");
    }

    /// POST and PUT are each in one of two sets, and FOO in none; the second is a dry run.
    async fn assert_of_one_layer(app: &axum::Router) {
        for (method, in_the_first) in [("POST", true), ("PUT", false), ("FOO", false)] {
            let (parts, text) = ask(app, request(method, "/any")).await;
            let refused = parts.extensions.get::<UnsupportedMethod>().is_some();
            let marked = parts.extensions.get::<DryRun>().is_some();
            let expected = if refused {
                assert!(!in_the_first, "{method}");
                assert_eq!(parts.headers["allow"], "GET, HEAD, POST");
                (StatusCode::NOT_IMPLEMENTED, false)
            } else {
                assert_eq!(text, "any");
                assert!(!parts.headers.contains_key("allow"));
                // The first layer forwards POST without a mark, and the second one with it.
                assert!(method != "PUT" || !marked, "PUT");
                assert!(method != "FOO" || marked, "FOO");
                (StatusCode::OK, marked)
            };
            assert_eq!((parts.status, marked), expected, "{method}");
        }
    }

    async fn under_load_each_answer_is_of_exactly_one_layer() {
        let first = || NotImplementedLayer::new([Method::POST]).send_allow(true);
        let second = || NotImplementedLayer::new(MethodSet::from([Method::PUT])).dry_run(true);
        let current = Arc::new(RwLock::new(first()));
        let app = app(current.clone(), routes());
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        // Ends with the clients, after a panic too: then `stop` is dropped.
        let switching = std::thread::spawn(move || {
            let mut swaps = 0;
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                *current.write().unwrap() = if swaps % 2 == 0 { second() } else { first() };
                swaps += 1;
                std::thread::yield_now();
            }
            swaps
        });
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let app = app.clone();
            clients.spawn(async move {
                for _ in 0..500 {
                    assert_of_one_layer(&app).await;
                    tokio::task::yield_now().await;
                }
            });
        }
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        drop(stop);
        assert!(switching.join().unwrap() > 10);
    }

    #[tokio::main]
    pub(super) async fn run() {
        a_bad_or_empty_file_leaves_the_old_layer().await;
        under_load_each_answer_is_of_exactly_one_layer().await;
    }
}
