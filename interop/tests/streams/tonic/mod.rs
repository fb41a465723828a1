//! A tonic server behind the layer, and tonic's client: a call is POST, and a refusal of one is
//! UNIMPLEMENTED to the client, whatever the kind of call.

mod calls;
mod client;
mod methods;
mod places;
mod web;

use crate::support::{
    refusals::{request_to, Answer, Content},
    within, Server,
};
use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request, Response, StatusCode};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    body::Body,
    client::GrpcService,
    service::Routes,
    transport::{self, server::TcpIncoming, Channel},
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
use tower::{BoxError, Layer, Service};
use tower_not_implemented::{MethodSet, NotImplementedLayer, WrapBody};

const PERMANENT: &str =
    "This server does not support the request method for any resource. This is permanent.";

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

/// Both services.
fn services() -> Routes {
    Routes::new(health()).add_service(reflection())
}

/// A tonic server of `services` behind the layers that `server` has.
async fn serve<L, B>(mut server: transport::Server<L>, services: Routes) -> Server
where
    L: Layer<Routes> + Clone + Send + 'static,
    L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    <L::Service as Service<Request<Body>>>::Future: Send,
    <L::Service as Service<Request<Body>>>::Error: Into<BoxError> + Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    let routes = server.add_routes(services);
    Server::of(|listener| {
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        routes.serve_with_incoming(incoming)
    })
    .await
}

/// Both services behind `layer`, over HTTP/2 and HTTP/1.1.
async fn behind(layer: NotImplementedLayer<WrapBody>) -> Server {
    let server = transport::Server::builder().accept_http1(true);
    serve(server.layer(layer), services()).await
}

impl Server {
    async fn channel(&self) -> Channel {
        let uri = format!("http://{}", self.address).parse().unwrap();
        within(Channel::builder(uri).connect()).await.unwrap()
    }

    fn request(&self, method: &str, path: &str) -> Request<Content> {
        request_to(method, &format!("http://{}{path}", self.address))
    }
}

/// The response to a request that is not made by a gRPC client.
async fn ask(http2: bool, request: Request<Content>) -> Answer {
    println!("HTTP/2: {http2}, {request:?}"); // the last where it fails
    let client = Client::builder(TokioExecutor::new())
        .http2_only(http2)
        .build_http();
    Answer::of(within(client.request(request)).await.unwrap()).await
}

async fn assert_refused(server: &Server, http2: bool, method: &str, path: &str) {
    let answer = ask(http2, server.request(method, path)).await;
    answer.assert_explained();
    assert_eq!(answer.field("grpc-status"), None, "{method} {path}");
}

/// Tonic's own answer: it does not look at the method.
async fn assert_forwarded(server: &Server, http2: bool, method: &str, path: &str) {
    let answer = ask(http2, server.request(method, path)).await;
    assert_eq!(answer.status, StatusCode::OK, "{method} {path}");
    assert_eq!(answer.field("content-type"), Some("application/grpc"));
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

async fn check<S>(service: S) -> Result<PbStatus, Status>
where
    S: GrpcService<Body>,
    S::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as http_body::Body>::Error: Into<BoxError> + Send,
{
    let mut client = HealthClient::new(service);
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
        within(questions.send(list_services())).await.unwrap();
        let answer = within(answers.message()).await?.unwrap();
        if let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response {
            services.extend(list.service.into_iter().map(|service| service.name));
        }
    }
    drop(questions);
    assert!(within(answers.message()).await?.is_none());
    Ok(services)
}

async fn assert_works(server: &Server) {
    let channel = server.channel().await;
    assert_eq!(check(channel.clone()).await.unwrap(), PbStatus::Serving);
    assert_eq!(watch(channel.clone()).await.unwrap(), PbStatus::Serving);
    let services = converse(channel).await.unwrap();
    let health = |name: &&String| *name == "grpc.health.v1.Health";
    assert_eq!(services.iter().filter(health).count(), 2, "{services:?}");
}

#[track_caller]
fn assert_unimplemented<T>(result: Result<T, Status>, message: &str) {
    let status = result.err().expect("the call was not refused");
    assert_eq!(status.code(), Code::Unimplemented);
    assert_eq!(status.message(), message);
}

/// Every kind of call is refused, and those that are open are not waited for.
async fn assert_refuses_calls(server: &Server, message: &str) {
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
