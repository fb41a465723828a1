//! The layer around a client: a request whose method its user does not support never leaves.

use crate::support::{method, within, Answer};
use axum::Router;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{
    fmt::Debug,
    future::ready,
    net::SocketAddr,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use tokio::{net::TcpListener, task::JoinSet};
use tower::{service_fn, BoxError, Layer, Service, ServiceBuilder, ServiceExt};
use tower_not_implemented::{NotImplementedLayer, UnsupportedMethod};

const BEYOND_THE_LIMIT: usize = 3_000_000;

/// A server that counts the requests it gets, and answers with the method of each.
struct Server {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    _task: JoinSet<()>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        let app = Router::new().fallback(move |request: Request<axum::body::Body>| {
            counter.fetch_add(1, Ordering::SeqCst);
            async move { request.method().to_string() }
        });
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            address,
            requests,
            _task: task,
        }
    }

    fn request<B: From<Vec<u8>>>(&self, method: Method, length: usize) -> Request<B> {
        let uri = format!("http://{}/", self.address);
        let request = Request::builder().method(method).uri(uri);
        request.body(vec![b'x'; length].into()).unwrap()
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// reqwest's client is a service of reqwest's requests; this is one of http's.
async fn send(
    client: reqwest::Client,
    request: Request<reqwest::Body>,
) -> Result<Response<reqwest::Body>, reqwest::Error> {
    let request = reqwest::Request::try_from(request)?;
    client.execute(request).await.map(Response::from)
}

/// Refuses FOO without a request, whatever its content, and sends GET and POST.
async fn assert_refuses_here<C, Q, B>(client: C)
where
    C: Service<Request<Q>, Response = Response<B>> + Clone,
    C::Error: Debug,
    Q: From<Vec<u8>>,
    B: Body,
    B::Error: Debug,
{
    let server = Server::start().await;
    let send = |method, length| {
        let sending = client.clone().oneshot(server.request(method, length));
        async { within(sending).await.unwrap() }
    };
    for length in [0, 10, 100_000] {
        let response = send(method("FOO"), length).await;
        let mark = response.extensions().get::<UnsupportedMethod>();
        assert!(mark.is_some(), "{length}");
        Answer::of(response).await.assert_refused();
    }
    // Nothing would be read of so much: over HTTP/1.1 that ends a connection.
    let answer = Answer::of(send(method("FOO"), BEYOND_THE_LIMIT).await).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.fields["connection"]),
        (501, &"close".parse().unwrap())
    );
    assert_eq!(server.requests(), 0);

    Answer::of(send(Method::GET, 0).await)
        .await
        .assert_ok("GET");
    Answer::of(send(Method::POST, 100_000).await)
        .await
        .assert_ok("POST");
    assert_eq!(server.requests(), 2);
}

/// Makes an error of a refusal, and of nothing else.
async fn assert_becomes_an_error<C, Q, B>(client: C)
where
    C: Service<Request<Q>, Response = Response<B>> + Clone,
    C::Error: Into<BoxError>,
    Q: From<Vec<u8>>,
    B: Body,
    B::Error: Debug,
{
    let server = Server::start().await;
    let client = ServiceBuilder::new()
        .and_then(|response: Response<B>| {
            let refused = response.extensions().get::<UnsupportedMethod>().is_some();
            ready(if refused {
                Err(BoxError::from("unsupported method"))
            } else {
                Ok(response)
            })
        })
        .map_err(Into::<BoxError>::into)
        .service(client);
    let refused = client.clone().oneshot(server.request(method("FOO"), 10));
    let Err(error) = within(refused).await else {
        panic!("no error")
    };
    assert_eq!(error.to_string(), "unsupported method");
    assert_eq!(server.requests(), 0);

    let sent = within(client.oneshot(server.request(Method::GET, 0))).await;
    Answer::of(sent.unwrap()).await.assert_ok("GET");
}

#[tokio::test]
async fn foo_never_leaves_through_hyper_utils_client() {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    assert_refuses_here(NotImplementedLayer::default().wrap_body().layer(client)).await;
}

#[tokio::test]
async fn foo_never_leaves_through_reqwest() {
    let client = reqwest::Client::new();
    let client = service_fn(move |request| send(client.clone(), request));
    assert_refuses_here(NotImplementedLayer::default().layer(client)).await;
}

#[tokio::test]
async fn a_refusal_becomes_an_error_of_hyper_utils_client() {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    assert_becomes_an_error(NotImplementedLayer::default().wrap_body().layer(client)).await;
}

#[tokio::test]
async fn a_refusal_becomes_an_error_of_reqwest() {
    let client = reqwest::Client::new();
    let client = service_fn(move |request| send(client.clone(), request));
    assert_becomes_an_error(NotImplementedLayer::default().layer(client)).await;
}
