//! HTTP/2 without TLS, on one connection.

use super::{hostile_methods, within, Answer};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use hyper::client::conn::http2::{handshake, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Every hostile method is refused on `/`, without content and with 10 bytes and 100 KB of it, and
/// `GET /` after it is answered with the status and the content of `hello`.
pub(crate) async fn assert_refuses_over_http2(address: SocketAddr, hello: (u16, &str)) {
    let stream = within(TcpStream::connect(address)).await.unwrap();
    let handshake = handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut client, connection) = within(handshake).await.unwrap();
    let connection = tokio::spawn(connection);
    for method in hostile_methods() {
        for length in [0, 10, 100_000] {
            let refused = ask(&mut client, method.clone(), length).await;
            refused.assert_refused();
            let answer = ask(&mut client, Method::GET, 0).await;
            assert_eq!((answer.status.as_u16(), answer.text()), hello);
        }
    }
    drop(client);
    within(connection).await.unwrap().unwrap();
}

async fn ask(client: &mut SendRequest<Full<Bytes>>, method: Method, length: usize) -> Answer {
    let request = Request::builder().method(method).uri("http://localhost/");
    let request = request.body(Full::from(vec![b'x'; length])).unwrap();
    within(client.ready()).await.unwrap();
    let response = within(client.send_request(request)).await.unwrap();
    Answer::of(response).await
}
