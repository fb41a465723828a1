//! `axum::serve`.

use super::{layer, routes};
use crate::support::within;
use axum::Router;
use std::{future::Future, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// An application served on a free port of loopback until dropped.
struct Served {
    address: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Runs `serve`, which hands the listener to `axum::serve`.
    async fn start<F>(serve: impl FnOnce(TcpListener) -> F) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(serve(listener));
        Self { address, task }
    }

    /// The whole answer on a separate connection, in lower case.
    async fn answer(&self, line: &str) -> String {
        let mut stream = within(TcpStream::connect(self.address)).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        within(stream.write_all(request.as_bytes())).await.unwrap();
        let mut answer = String::new();
        within(stream.read_to_string(&mut answer)).await.unwrap();
        answer.to_ascii_lowercase()
    }

    async fn assert_refuses_everywhere(&self) {
        for line in ["FOO /get", "FOO /any", "FOO /unknown", "FOO *"] {
            let answer = self.answer(line).await;
            assert!(answer.starts_with("http/1.1 501 "), "{line}: {answer}");
            assert!(answer.contains("content-length: "), "{line}: {answer}");
            let (_, content) = answer.split_once("\r\n\r\n").unwrap();
            assert!(content.starts_with("501 not implemented: "), "{line}");
        }
        for (line, status) in [("DELETE /get", 405), ("DELETE /unknown", 404)] {
            let answer = self.answer(line).await;
            assert!(answer.starts_with(&format!("http/1.1 {status} ")));
        }
        let answer = self.answer("GET /get").await;
        assert!(answer.starts_with("http/1.1 200 "), "{answer}");
        assert!(answer.ends_with("\r\n\r\nhello"), "{answer}");
    }

    async fn assert_allow(&self, expected: bool) {
        let answer = self.answer("FOO /get").await;
        assert_eq!(answer.contains("allow: get,head\r\n"), expected, "{answer}");
        assert_eq!(answer.contains("\r\nallow: "), expected, "{answer}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn axum_serves_router_layer() {
    let app = routes().layer(layer());
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
    served.assert_allow(true).await;
}

#[tokio::test]
async fn axum_serves_a_layered_fallback_router() {
    let app = Router::new().fallback_service(routes()).layer(layer());
    let served = Served::start(|listener| async { axum::serve(listener, app).await }).await;
    served.assert_refuses_everywhere().await;
    served.assert_allow(false).await;
}
