// What README.md says of axum-server.

mod checks {
    use super::{io, serve, RustlsConfig, TcpListener};
    use axum::{http::StatusCode, routing::get, Router};
    use std::{sync::Arc, time::Duration};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::TlsConnector;

    mod tls {
        include!("../it/support/tls.rs");
    }

    const UPLOAD: usize = 10_000_000;

    fn app() -> Router {
        Router::new().route(
            "/",
            get(|| async {}).post(|| async { StatusCode::NOT_IMPLEMENTED }),
        )
    }

    /// What a client receives that sends all of its upload before it reads.
    async fn upload(lingering: bool) -> io::Result<String> {
        let (server, client) = tls::configurations();
        let tls = RustlsConfig::from_config(Arc::new(server));
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        tokio::spawn(async move {
            if lingering {
                return serve(listener, tls, app()).await;
            }
            let server = axum_server::from_tcp_rustls(listener, tls)?;
            server.serve(app().into_make_service()).await
        });

        let stream = tokio::net::TcpStream::connect(address).await?;
        let name = "localhost".try_into().unwrap();
        let mut client = TlsConnector::from(Arc::new(client))
            .connect(name, stream)
            .await?;
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {UPLOAD}\r\n\r\n");
        client.write_all(head.as_bytes()).await?;
        client.write_all(&vec![b'x'; UPLOAD]).await?;
        client.flush().await?;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::main]
    pub(super) async fn run() {
        let within = |future| tokio::time::timeout(Duration::from_secs(60), future);
        let answer = within(upload(true)).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        assert!(within(upload(false)).await.unwrap().is_err(), "the control");
    }
}
