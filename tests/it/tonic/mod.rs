//! A tonic server behind the layer, and tonic's client: a call is POST, and a refusal of one is
//! UNIMPLEMENTED to the client, whatever the kind of call.

mod calls;
mod client;
mod methods;
mod places;
mod web;

use crate::support::within;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{future::Future, net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    transport::{server::TcpIncoming, Channel, Endpoint, Server, Uri},
    Code, Status,
};
use tonic_health::{
    pb::{
        health_check_response::ServingStatus as PbStatus,
        health_client::HealthClient,
        health_server::{Health, HealthServer},
        HealthCheckRequest,
    },
    server::health_reporter,
};
use tonic_reflection::pb::v1::{
    server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest,
    server_reflection_response::MessageResponse,
    server_reflection_server::{ServerReflection, ServerReflectionServer},
    ServerReflectionRequest,
};
use tower_not_implemented::{MethodSet, NotImplementedLayer, WrapBody};

const PERMANENT: &str =
    "This server does not support the request method for any resource. This is permanent.";

const LONG: Duration = Duration::from_secs(20);

const CHECK: &str = "/grpc.health.v1.Health/Check";

const REFLECT: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// A layer that lets calls pass.
fn calls() -> NotImplementedLayer<WrapBody> {
    NotImplementedLayer::new([Method::POST]).wrap_body()
}

/// A layer that refuses calls.
fn no_calls() -> NotImplementedLayer<WrapBody> {
    NotImplementedLayer::new(MethodSet::GET_HEAD).wrap_body()
}

fn health() -> HealthServer<impl Health> {
    health_reporter().1
}

fn reflection() -> ServerReflectionServer<impl ServerReflection> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .unwrap()
}

/// A server on a free port of loopback, stopped when dropped.
struct Running {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Running {
    async fn start<Serve, Served, E>(serve: Serve) -> Self
    where
        Serve: FnOnce(TcpIncoming) -> Served,
        Served: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Debug,
    {
        let nodelay = |listener| TcpIncoming::from(listener).with_nodelay(Some(true));
        Self::listen(|listener| serve(nodelay(listener))).await
    }

    async fn listen<Serve, Served, E>(serve: Serve) -> Self
    where
        Serve: FnOnce(TcpListener) -> Served,
        Served: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Debug,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = serve(listener);
        let task = tokio::spawn(async move { served.await.unwrap() });
        Self { address, task }
    }

    /// Health and reflection behind `layer`, over HTTP/2 and HTTP/1.1.
    async fn behind(layer: NotImplementedLayer<WrapBody>) -> Self {
        let mut server = Server::builder().accept_http1(true).layer(layer);
        let routes = server.add_service(health()).add_service(reflection());
        Self::start(|incoming| routes.serve_with_incoming(incoming)).await
    }

    fn endpoint(&self) -> Endpoint {
        Channel::builder(self.uri("")).timeout(LONG)
    }

    async fn channel(&self) -> Channel {
        within(self.endpoint().connect()).await.unwrap()
    }

    fn uri(&self, path: &str) -> Uri {
        format!("http://{}{path}", self.address).parse().unwrap()
    }

    /// The response to a request that is not made by a gRPC client.
    async fn ask(&self, http2: bool, request: http::Request<Full<Bytes>>) -> Answer {
        let client = Client::builder(TokioExecutor::new())
            .http2_only(http2)
            .build_http();
        let response = within(client.request(request)).await.unwrap();
        let (head, body) = response.into_parts();
        let collected = within(body.collect()).await.unwrap();
        Answer {
            status: head.status,
            trailers: collected.trailers().cloned(),
            fields: head.headers,
            content: collected.to_bytes(),
        }
    }

    async fn ask_by(&self, http2: bool, method: &str, path: &str) -> Answer {
        let request = http::Request::builder().method(method).uri(self.uri(path));
        self.ask(http2, request.body(Full::default()).unwrap())
            .await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    fields: HeaderMap,
    content: Bytes,
    trailers: Option<HeaderMap>,
}

impl Answer {
    #[track_caller]
    fn assert_refused(&self) {
        assert_eq!(self.status, StatusCode::NOT_IMPLEMENTED);
        assert!(self.content.starts_with(b"501 Not Implemented: "));
        assert_eq!(self.fields["content-type"], "text/plain; charset=utf-8");
        assert!(!self.fields.contains_key("grpc-status"));
    }

    /// Tonic's own answer: it does not look at the method.
    #[track_caller]
    fn assert_forwarded(&self) {
        assert_eq!(self.status, StatusCode::OK);
        assert_eq!(self.fields["content-type"], "application/grpc");
    }
}

fn any_service() -> HealthCheckRequest {
    HealthCheckRequest::default()
}

fn list_services() -> ServerReflectionRequest {
    ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    }
}

async fn check(channel: Channel) -> Result<PbStatus, Status> {
    let mut client = HealthClient::new(channel);
    let response = within(client.check(any_service())).await?;
    Ok(response.into_inner().status())
}

async fn watch(channel: Channel) -> Result<PbStatus, Status> {
    let mut client = HealthClient::new(channel);
    let mut statuses = within(client.watch(any_service())).await?.into_inner();
    Ok(within(statuses.message()).await?.unwrap().status())
}

/// Asks twice, the second time when the first answer is there.
async fn converse(channel: Channel) -> Result<Vec<String>, Status> {
    let (questions, asked) = mpsc::channel(1);
    let mut client = ServerReflectionClient::new(channel);
    let answers = client.server_reflection_info(ReceiverStream::new(asked));
    let mut answers = within(answers).await?.into_inner();
    let mut services = Vec::new();
    for _ in 0..2 {
        questions.send(list_services()).await.unwrap();
        let answer = within(answers.message()).await?.unwrap();
        if let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response {
            services.extend(list.service.into_iter().map(|service| service.name));
        }
    }
    drop(questions);
    assert!(within(answers.message()).await?.is_none());
    Ok(services)
}

async fn assert_works(server: &Running) {
    let channel = server.channel().await;
    assert_eq!(check(channel.clone()).await.unwrap(), PbStatus::Serving);
    assert_eq!(watch(channel.clone()).await.unwrap(), PbStatus::Serving);
    let services = converse(channel).await.unwrap();
    let health = services
        .iter()
        .filter(|name| *name == "grpc.health.v1.Health");
    assert_eq!(health.count(), 2, "{services:?}");
}

#[track_caller]
fn assert_unimplemented<T>(result: Result<T, Status>, message: &str) {
    let status = result.err().expect("the call was not refused");
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unimplemented, message)
    );
}

/// Every kind of call is refused, and those that are open are not waited for.
async fn assert_refuses_calls(server: &Running, message: &str) {
    let channel = server.channel().await;
    assert_unimplemented(check(channel.clone()).await, message);
    assert_unimplemented(watch(channel.clone()).await, message);
    let mut client = ServerReflectionClient::new(channel.clone());
    let open = stream::pending();
    let refused = within(client.server_reflection_info(open)).await;
    assert_unimplemented(refused, message);
    assert_unimplemented(check(channel).await, message);
}

#[track_caller]
fn assert_grpc_refusal(answer: &Answer, content_type: &str) {
    assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(answer.fields["content-type"], content_type);
    assert_eq!(answer.fields["grpc-status"], "12");
    assert_eq!(answer.fields["grpc-message"], PERMANENT);
    assert_eq!(answer.content, "");
    assert_eq!(answer.trailers, None);
}

/// The server sheds what is more than one call at a time on a connection.
async fn limited(layer: NotImplementedLayer<WrapBody>) -> Running {
    let mut server = Server::builder()
        .concurrency_limit_per_connection(1)
        .load_shed(true)
        .timeout(LONG)
        .layer(layer);
    let routes = server.add_service(health()).add_service(reflection());
    Running::start(|incoming| routes.serve_with_incoming(incoming)).await
}
