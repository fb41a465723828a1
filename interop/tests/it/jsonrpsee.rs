//! jsonrpsee: the layer as its HTTP middleware. The set is POST, for calls; GET, by which a
//! `WebSocket` begins, is in every set.

use crate::support::{
    connection::{assert_refuses_hostile_methods, Connection},
    http2::assert_refuses_over_http2,
    within,
};
use http::Method;
use jsonrpsee::{
    core::client::{ClientT, Error},
    rpc_params,
    server::{Server, ServerHandle},
    RpcModule,
};
use jsonrpsee_http_client::HttpClientBuilder;
use jsonrpsee_ws_client::WsClientBuilder;
use std::net::SocketAddr;
use tower::ServiceBuilder;
use tower_not_implemented::{MethodSet, NotImplementedLayer, WrapBody};

const CALL: &str = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
    content-length: 42\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"hello\",\"id\":17}";
const ANSWER: &str = "{\"jsonrpc\":\"2.0\",\"id\":17,\"result\":\"hello\"}";

/// jsonrpsee takes POST only, and says so itself.
const NOT_POST: (u16, &str) = (405, "Used HTTP Method is not allowed. POST is required\n");

/// Serves the method `hello` until the handle is dropped.
async fn serve(layer: NotImplementedLayer<WrapBody>) -> (SocketAddr, ServerHandle) {
    let server = Server::builder()
        .set_http_middleware(ServiceBuilder::new().layer(layer))
        .build("127.0.0.1:0")
        .await
        .unwrap();
    let mut module = RpcModule::new(());
    let hello = module.register_method("hello", |_, (), _| "hello");
    hello.unwrap();
    (server.local_addr().unwrap(), server.start(module))
}

fn post() -> NotImplementedLayer<WrapBody> {
    NotImplementedLayer::new([Method::POST]).wrap_body()
}

async fn stop(handle: ServerHandle) {
    handle.stop().unwrap();
    within(handle.stopped()).await;
}

#[tokio::test]
async fn an_http_call_is_forwarded() {
    let (address, handle) = serve(post()).await;
    let client = HttpClientBuilder::default().build(format!("http://{address}"));
    let client = client.unwrap();
    let answer: String = within(client.request("hello", rpc_params![]))
        .await
        .unwrap();
    assert_eq!(answer, "hello");
    stop(handle).await;
}

#[tokio::test]
async fn a_websocket_call_goes_through_the_upgrade() {
    let (address, handle) = serve(post()).await;
    let client = WsClientBuilder::default().build(format!("ws://{address}"));
    let client = within(client).await.unwrap();
    for _ in 0..2 {
        let answer: String = within(client.request("hello", rpc_params![]))
            .await
            .unwrap();
        assert_eq!(answer, "hello");
    }
    drop(client);
    stop(handle).await;
}

#[tokio::test]
async fn every_path_refuses() {
    let (address, handle) = serve(post()).await;
    let client = Connection::open(address).await;
    assert_refuses_hostile_methods(client, &["/", "/unknown", "/a/b?c"]).await;
    stop(handle).await;
}

#[tokio::test]
async fn a_call_follows_refused_content_on_the_same_connection() {
    let (address, handle) = serve(post()).await;
    let mut client = Connection::open(address).await;
    for content in [vec![b'x'; 10], vec![b'x'; 100_000], CALL.into()] {
        client.upload("FOO", "/", &content).await.assert_refused();
        client.send(CALL).await;
        client.answer().await.assert_ok(ANSWER);
    }
    client.assert_nothing_follows().await;
    stop(handle).await;
}

#[tokio::test]
async fn get_is_answered_by_jsonrpsee() {
    let (address, handle) = serve(post()).await;
    let answer = Connection::open(address).await.ask("GET", "/").await;
    assert_eq!((answer.status.as_u16(), answer.text()), NOT_POST);
    stop(handle).await;
}

#[tokio::test]
async fn http2_refuses_too() {
    let (address, handle) = serve(post()).await;
    assert_refuses_over_http2(address, NOT_POST).await;
    stop(handle).await;
}

#[tokio::test]
async fn put_is_501_only_where_the_set_lacks_it() {
    let (address, handle) = serve(NotImplementedLayer::default().wrap_body()).await;
    let answer = Connection::open(address).await.ask("PUT", "/").await;
    assert_eq!(answer.status, 405);
    stop(handle).await;

    let (address, handle) = serve(post()).await;
    let answer = Connection::open(address).await.ask("PUT", "/").await;
    answer.assert_refused();
    stop(handle).await;
}

#[tokio::test]
async fn a_set_without_post_refuses_every_http_call() {
    let (address, handle) = serve(NotImplementedLayer::new(MethodSet::GET_HEAD).wrap_body()).await;
    let client = HttpClientBuilder::default().build(format!("http://{address}"));
    let client = client.unwrap();
    let answer = within(client.request::<String, _>("hello", rpc_params![])).await;
    let Err(Error::Transport(error)) = answer else {
        panic!("{answer:?}")
    };
    assert!(error.to_string().contains("501"), "{error}");
    stop(handle).await;
}
