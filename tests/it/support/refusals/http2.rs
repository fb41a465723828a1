//! A client over HTTP/2.

use super::Answer;
use crate::support::{within, Bound, Server};
use bytes::Bytes;
use h2::{client::SendRequest, RecvStream, SendStream};
use http::{Request, Response};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};

impl Answer {
    pub(crate) async fn of_http2(response: Response<RecvStream>) -> Self {
        let (parts, mut body) = response.into_parts();
        let (mut content, mut bound) = (Vec::new(), Bound::default());
        while let Some(data) = within(body.data()).await {
            let data = data.unwrap();
            bound.count(data.len());
            content.extend(data);
        }
        Self {
            status: parts.status,
            fields: parts.headers,
            mark: None,
            trailers: within(body.trailers()).await.unwrap(),
            content: content.into(),
        }
    }
}

/// The client's end of an HTTP/2 connection.
pub(crate) async fn http2(server: &Server) -> SendRequest<Bytes> {
    http2_to(server.address).await
}

pub(crate) async fn http2_to(address: SocketAddr) -> SendRequest<Bytes> {
    let stream = within(TcpStream::connect(address)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    http2_over(stream).await
}

async fn http2_over<T>(stream: T) -> SendRequest<Bytes>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (client, connection) = within(h2::client::handshake(stream)).await.unwrap();
    tokio::spawn(connection); // ends with the client
    client
}

/// Shown where a test fails.
fn show(request: &Request<()>) {
    println!(
        "HTTP/2: {:.80} {}",
        request.method().as_str(),
        request.uri()
    );
}

/// The response to a request without content, as soon as its fields are there.
pub(crate) async fn http2_response(
    client: &SendRequest<Bytes>,
    request: Request<()>,
) -> Response<RecvStream> {
    let mut client = within(client.clone().ready()).await.unwrap();
    show(&request);
    let (response, _) = client.send_request(request, true).unwrap();
    within(response).await.unwrap()
}

/// The response to a request whose content is still to come.
pub(crate) async fn http2_open(
    client: &SendRequest<Bytes>,
    request: Request<()>,
) -> (Response<RecvStream>, SendStream<Bytes>) {
    let mut client = within(client.clone().ready()).await.unwrap();
    show(&request);
    let (response, stream) = client.send_request(request, false).unwrap();
    (within(response).await.unwrap(), stream)
}

pub(crate) async fn http2_answer(client: &SendRequest<Bytes>, request: Request<()>) -> Answer {
    Answer::of_http2(http2_response(client, request).await).await
}

/// An HTTP/2 request without content, not sent yet.
pub(crate) fn http2_request(method: &str, uri: &str) -> Request<()> {
    let request = Request::builder().method(method).uri(uri);
    request.body(()).unwrap()
}
