//! The client's end of an HTTP/3 connection.

use crate::support::{within, Answer, Bound};
use bytes::{Buf, BufMut, Bytes, BytesMut};
use futures_util::future::poll_fn;
use h3::client::{RequestStream, SendRequest};
use h3_quinn::{BidiStream, OpenStreams, RecvStream, SendStream};
use http::Request;
use tokio::task::JoinHandle;

/// A connection to a server.
pub(crate) struct Client {
    requests: SendRequest<OpenStreams, Bytes>,
    driver: JoinHandle<()>,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Client {
    pub(super) async fn over(connection: h3_quinn::Connection) -> Self {
        let (mut driver, requests) = within(h3::client::new(connection)).await.unwrap();
        let driver = tokio::spawn(async move {
            poll_fn(|cx| driver.poll_close(cx)).await;
        });
        Self { requests, driver }
    }

    /// Sends the head of a request.
    pub(crate) async fn open(&self, head: Request<()>) -> Exchange {
        let mut requests = self.requests.clone();
        let stream = within(requests.send_request(head)).await.unwrap();
        Exchange::new(stream)
    }

    /// The answer to a request without content.
    pub(crate) async fn ask(&self, head: Request<()>) -> Answer {
        let Exchange {
            mut sending,
            mut answer,
        } = self.open(head).await;
        // A server that answers at once may have stopped the stream.
        let _ = within(sending.finish()).await;
        answer.whole().await
    }
}

/// A request that is still being sent, and its answer.
pub(crate) struct Exchange {
    pub(crate) sending: RequestStream<SendStream<Bytes>, Bytes>,
    pub(crate) answer: Receiving,
}

impl Exchange {
    fn new(stream: RequestStream<BidiStream<Bytes>, Bytes>) -> Self {
        let (sending, receiving) = stream.split();
        Self {
            sending,
            answer: Receiving(receiving),
        }
    }
}

pub(crate) struct Receiving(pub(crate) RequestStream<RecvStream, Bytes>);

impl Receiving {
    pub(crate) async fn whole(&mut self) -> Answer {
        let head = within(self.0.recv_response()).await.unwrap();
        let (parts, ()) = head.into_parts();
        let (mut content, mut bound) = (BytesMut::new(), Bound::default());
        while let Some(data) = within(self.0.recv_data()).await.unwrap() {
            bound.count(data.remaining());
            content.put(data);
        }
        Answer {
            status: parts.status,
            fields: parts.headers,
            content: content.freeze(),
            trailers: within(self.0.recv_trailers()).await.unwrap(),
        }
    }
}
