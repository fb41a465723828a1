//! A tonic server behind the layer, and tonic's client: a call is POST, and a refusal of one is
//! UNIMPLEMENTED to the client, whatever the kind of call.

use crate::support::within;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::{
    future::Future,
    io,
    net::SocketAddr,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    body::Body,
    client::GrpcService,
    service::{interceptor::InterceptedService, InterceptorLayer, LayerExt, Routes},
    transport::{server::TcpIncoming, Channel, Endpoint, Server, Uri},
    Code, Request, Status,
};
use tonic_health::{
    pb::{
        health_check_response::ServingStatus as PbStatus,
        health_client::HealthClient,
        health_server::{Health, HealthServer},
        HealthCheckRequest,
    },
    server::health_reporter,
    ServingStatus,
};
use tonic_reflection::pb::v1::{
    server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest,
    server_reflection_response::MessageResponse,
    server_reflection_server::{ServerReflection, ServerReflectionServer},
    ServerReflectionRequest,
};
use tonic_web::GrpcWebLayer;
use tower::{service_fn, Layer};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

const PERMANENT: &str = "this server does not support the HTTP request method; this is permanent";
const TEMPORARY: &str = "this server does not support the HTTP request method; this is temporary";
const LONG: Duration = Duration::from_secs(20);

const CHECK: &str = "/grpc.health.v1.Health/Check";
const REFLECT: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// A layer that lets calls pass.
fn calls() -> NotImplementedLayer {
    NotImplementedLayer::new(Method::POST)
}

/// A layer that refuses calls.
fn no_calls() -> NotImplementedLayer {
    NotImplementedLayer::new(MethodSet::new())
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

fn tonic_body(content: Bytes) -> Body {
    Body::new(Full::from(content))
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
    async fn behind(layer: NotImplementedLayer) -> Self {
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

// ---- Calls --------------------------------------------------------------------------------------

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

#[tokio::test]
async fn calls_of_every_kind_work_when_post_is_supported() {
    for layer in [calls(), calls().discard_request_body(u64::MAX)] {
        assert_works(&Running::behind(layer).await).await;
    }
}

#[tokio::test]
async fn a_stream_of_the_server_goes_on_behind_the_layer() {
    let (reporter, health) = health_reporter();
    let service = "watched";
    let serving = reporter.set_service_status(service, ServingStatus::Serving);
    serving.await;
    let routes = Server::builder().layer(calls()).add_service(health);
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    let mut client = HealthClient::new(server.channel().await);
    let service_name = service.to_owned();
    let watch = client.watch(HealthCheckRequest {
        service: service_name,
    });
    let mut statuses = within(watch).await.unwrap().into_inner();
    let first = within(statuses.message()).await.unwrap().unwrap();
    assert_eq!(first.status(), PbStatus::Serving);
    let not_serving = reporter.set_service_status(service, ServingStatus::NotServing);
    not_serving.await;
    let second = within(statuses.message()).await.unwrap().unwrap();
    assert_eq!(second.status(), PbStatus::NotServing);
}

#[tokio::test]
async fn a_refused_call_is_unimplemented_to_the_client() {
    assert_refuses_calls(&Running::behind(no_calls()).await, PERMANENT).await;
}

#[tokio::test]
async fn a_refused_call_says_that_the_condition_is_temporary() {
    let layer = no_calls().retry_after(LONG);
    assert_refuses_calls(&Running::behind(layer).await, TEMPORARY).await;
}

#[tokio::test]
async fn a_refused_call_is_answered_at_once_even_when_content_is_discarded() {
    let layer = no_calls().discard_request_body(u64::MAX);
    assert_refuses_calls(&Running::behind(layer).await, PERMANENT).await;
}

#[tokio::test]
async fn the_refusal_of_a_call_is_the_same_whatever_explains_other_refusals() {
    let text = http::HeaderValue::from_static("text/plain");
    for layer in [
        no_calls().problem_details(),
        no_calls().body(text, "Not here"),
        no_calls().allow_header(true),
    ] {
        assert_refuses_calls(&Running::behind(layer).await, PERMANENT).await;
    }
}

#[tokio::test]
async fn a_refused_call_is_unimplemented_when_tonics_body_is_kept() {
    let layer = no_calls().response_body(tonic_body);
    let mut server = Server::builder().layer(layer);
    let routes = server.add_service(health()).add_service(reflection());
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    assert_refuses_calls(&server, PERMANENT).await;
}

#[tokio::test]
async fn calls_work_when_tonics_body_is_kept() {
    let layer = calls().response_body(|content| Body::new(Full::from(content)));
    let mut server = Server::builder().accept_http1(true).layer(layer);
    let routes = server.add_service(health()).add_service(reflection());
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    assert_works(&server).await;
    server.ask_by(false, "FOO", CHECK).await.assert_refused();
}

// ---- Other methods ------------------------------------------------------------------------------

#[tokio::test]
async fn other_methods_are_refused_on_every_path_but_get_and_head() {
    let server = Running::behind(calls()).await;
    for http2 in [true, false] {
        for path in [CHECK, REFLECT, "/", "/unknown"] {
            for method in ["FOO", "PUT", "OPTIONS", "post"] {
                let answer = server.ask_by(http2, method, path).await;
                answer.assert_refused();
            }
            for method in ["GET", "HEAD"] {
                let answer = server.ask_by(http2, method, path).await;
                answer.assert_forwarded();
            }
        }
    }
}

#[tokio::test]
async fn tonic_itself_does_not_look_at_the_method() {
    let mut server = Server::builder().accept_http1(true);
    let routes = server.add_service(health());
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    for http2 in [true, false] {
        for method in ["GET", "FOO", "PUT", "OPTIONS"] {
            let answer = server.ask_by(http2, method, CHECK).await;
            answer.assert_forwarded();
        }
    }
}

#[tokio::test]
async fn a_refusal_with_a_grpc_content_type_has_grpc_fields_whatever_the_method() {
    let server = Running::behind(calls()).await;
    for http2 in [true, false] {
        let request = http::Request::put(server.uri(CHECK))
            .header("content-type", "application/grpc+proto")
            .body(Full::default());
        let answer = server.ask(http2, request.unwrap()).await;
        assert_grpc_refusal(&answer, "application/grpc");
    }
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

// ---- Where the layer can stand ------------------------------------------------------------------

#[tokio::test]
async fn a_named_layer_refuses_only_under_the_path_of_its_service() {
    let mut server = Server::builder().accept_http1(true);
    let routes = server
        .add_service(no_calls().named_layer(health()))
        .add_service(reflection());
    let server = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    let channel = server.channel().await;
    assert_unimplemented(check(channel.clone()).await, PERMANENT);
    assert!(!converse(channel).await.unwrap().is_empty());
    for http2 in [true, false] {
        for path in [CHECK, "/grpc.health.v1.Health/Unknown"] {
            server.ask_by(http2, "FOO", path).await.assert_refused();
        }
        for path in [REFLECT, "/unknown"] {
            server.ask_by(http2, "FOO", path).await.assert_forwarded();
        }
    }
}

#[tokio::test]
async fn an_axum_router_of_tonic_routes_takes_the_layer() {
    let services = Routes::new(health()).add_service(reflection());
    for (layer, works) in [(calls(), true), (no_calls(), false)] {
        let router = services.clone().into_axum_router().layer(layer);
        let serve = |listener| async { axum::serve(listener, router).await };
        let server = Running::listen(serve).await;
        if works {
            assert_works(&server).await;
        } else {
            assert_refuses_calls(&server, PERMANENT).await;
        }
        for http2 in [true, false] {
            let answer = server.ask_by(http2, "FOO", "/unknown").await;
            answer.assert_refused();
        }
    }
}

fn with_token(request: Request<()>) -> Result<Request<()>, Status> {
    match request.metadata().get("token") {
        Some(_) => Ok(request),
        None => Err(Status::unauthenticated("no token")),
    }
}

async fn assert_asks_for_the_token(server: &Running) {
    let channel = server.channel().await;
    let refused = check(channel.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    let mut request = Request::new(any_service());
    let token = "any".parse().unwrap();
    request.metadata_mut().insert("token", token);
    let mut client = HealthClient::new(channel);
    let response = within(client.check(request)).await.unwrap();
    assert_eq!(response.into_inner().status(), PbStatus::Serving);
    server.ask_by(true, "FOO", CHECK).await.assert_refused();
}

#[tokio::test]
async fn an_interceptor_under_the_layer_is_only_asked_about_calls() {
    let mut server = Server::builder()
        .layer(calls())
        .layer(InterceptorLayer::new(with_token));
    let routes = server.add_service(health());
    let around = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    assert_asks_for_the_token(&around).await;

    let intercepted = InterceptedService::new(health(), with_token);
    let routes = Server::builder().add_service(calls().named_layer(intercepted));
    let named = Running::start(|incoming| routes.serve_with_incoming(incoming)).await;
    assert_asks_for_the_token(&named).await;
}

/// The server sheds what is more than one call at a time on a connection.
async fn limited(layer: NotImplementedLayer) -> Running {
    let mut server = Server::builder()
        .concurrency_limit_per_connection(1)
        .load_shed(true)
        .timeout(LONG)
        .layer(layer);
    let routes = server.add_service(health()).add_service(reflection());
    Running::start(|incoming| routes.serve_with_incoming(incoming)).await
}

#[tokio::test]
async fn the_layer_works_under_the_limits_of_the_server() {
    assert_works(&limited(calls()).await).await;
    let server = limited(no_calls()).await;
    assert_refuses_calls(&server, PERMANENT).await;
    let channel = server.channel().await;
    for _ in 0..10 {
        assert_unimplemented(check(channel.clone()).await, PERMANENT);
    }
}

// ---- gRPC-Web -----------------------------------------------------------------------------------

/// A message without bytes, in its frame.
const NO_MESSAGE: &[u8] = &[0; 5];
/// In its frame: `status: SERVING`.
const SERVING: &[u8] = &[0, 0, 0, 0, 2, 8, 1];

async fn behind_grpc_web(layer: NotImplementedLayer) -> Running {
    let mut server = Server::builder()
        .accept_http1(true)
        .layer(layer)
        .layer(GrpcWebLayer::new());
    let routes = server.add_service(health());
    Running::start(|incoming| routes.serve_with_incoming(incoming)).await
}

async fn web_call(server: &Running, method: &str, content_type: &str) -> Answer {
    let request = http::Request::builder()
        .method(method)
        .uri(server.uri(CHECK))
        .header("content-type", content_type)
        .header("accept", content_type)
        .body(Full::from(NO_MESSAGE));
    server.ask(false, request.unwrap()).await
}

#[tokio::test]
async fn a_grpc_web_call_works_over_http1() {
    let server = behind_grpc_web(calls()).await;
    let answer = web_call(&server, "POST", "application/grpc-web+proto").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.fields["content-type"], "application/grpc-web+proto");
    let trailers = answer.content.strip_prefix(SERVING).unwrap();
    assert_eq!(trailers[0], 0x80);
    assert!(trailers[5..].starts_with(b"grpc-status:0"));
}

#[tokio::test]
async fn a_refused_grpc_web_call_is_answered_in_its_own_type() {
    let server = behind_grpc_web(no_calls()).await;
    for (asked, answered) in [
        ("application/grpc-web", "application/grpc-web"),
        ("application/grpc-web+proto", "application/grpc-web"),
        ("application/grpc-web-text", "application/grpc-web-text"),
        (
            "application/grpc-web-text+proto",
            "application/grpc-web-text",
        ),
    ] {
        let answer = web_call(&server, "POST", asked).await;
        assert_grpc_refusal(&answer, answered);
    }
}

#[tokio::test]
async fn other_methods_are_refused_before_grpc_web_sees_them() {
    let server = behind_grpc_web(calls()).await;
    for http2 in [true, false] {
        for method in ["FOO", "OPTIONS"] {
            let answer = server.ask_by(http2, method, CHECK).await;
            answer.assert_refused();
        }
    }
    let answer = web_call(&server, "PUT", "application/grpc-web+proto").await;
    assert_grpc_refusal(&answer, "application/grpc-web");
}

#[tokio::test]
async fn calls_of_grpc_clients_work_beside_grpc_web() {
    let server = behind_grpc_web(calls()).await;
    let channel = server.channel().await;
    assert_eq!(check(channel.clone()).await.unwrap(), PbStatus::Serving);
    assert_eq!(watch(channel).await.unwrap(), PbStatus::Serving);
}

// ---- Around a client ----------------------------------------------------------------------------

/// A channel to nowhere, and how often it has tried to connect.
fn unconnected() -> (Channel, Arc<AtomicUsize>) {
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = attempts.clone();
    let connector = service_fn(move |_: Uri| {
        counter.fetch_add(1, Ordering::SeqCst);
        async {
            Err::<hyper_util::rt::TokioIo<tokio::net::TcpStream>, _>(io::Error::from(
                io::ErrorKind::NotConnected,
            ))
        }
    });
    let endpoint = Endpoint::from_static("http://nowhere.invalid");
    (endpoint.connect_with_connector_lazy(connector), attempts)
}

async fn check_through<S>(service: S) -> Result<PbStatus, Status>
where
    S: GrpcService<Body>,
    S::ResponseBody: http_body::Body<Data = Bytes> + Send + 'static,
    <S::ResponseBody as http_body::Body>::Error:
        Into<Box<dyn std::error::Error + Send + Sync>> + Send,
{
    let mut client = HealthClient::new(service);
    let response = within(client.check(any_service())).await?;
    Ok(response.into_inner().status())
}

#[tokio::test]
async fn around_a_channel_the_layer_refuses_without_a_connection() {
    let (channel, attempts) = unconnected();
    let refused = check_through(no_calls().layer(channel.clone())).await;
    assert_unimplemented(refused, PERMANENT);
    let kept = no_calls().response_body(tonic_body).layer(channel.clone());
    assert_unimplemented(check_through(kept).await, PERMANENT);
    assert_eq!(attempts.load(Ordering::SeqCst), 0);

    let failed = check_through(calls().layer(channel)).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable);
    assert_ne!(attempts.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn around_a_channel_the_layer_forwards_calls() {
    let server = Running::behind(calls()).await;
    let channel = calls().layer(server.channel().await);
    assert_eq!(check_through(channel).await.unwrap(), PbStatus::Serving);
}
