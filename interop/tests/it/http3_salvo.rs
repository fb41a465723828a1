//! HTTP/3 in salvo, which has its own h3: the layer is a hoop of the Service there too.

use crate::support::http3::{assert_refuses_over_http3, head, Server};
use http::{Method, StatusCode};
use salvo::{
    conn::quinn::QuinnAcceptor, handler, prelude::TowerLayerCompat, Request, Router, Service,
};
use tokio_util::sync::CancellationToken;
use tower_not_implemented::NotImplementedLayer;

#[handler]
async fn line(request: &mut Request) -> String {
    format!("{} {} 0", request.method(), request.uri().path())
}

fn router() -> Router {
    let next = Router::with_path("next").goal(line);
    Router::new().get(line).push(next)
}

fn serve(layer: NotImplementedLayer) -> Server {
    let service = Service::new(router()).hoop(TowerLayerCompat::compat(layer));
    Server::run(|endpoint| async {
        let address = endpoint.local_addr().unwrap();
        let acceptor = QuinnAcceptor::new(endpoint, address, CancellationToken::new());
        salvo::Server::new(acceptor).serve(service).await;
    })
}

#[tokio::test]
async fn every_path_refuses_and_content_is_read() {
    assert_refuses_over_http3(serve, &["/", "/next", "/unknown"]).await;
}

#[tokio::test]
async fn supported_methods_are_the_routers_affair() {
    let server = serve(NotImplementedLayer::default());
    let client = server.connect().await;
    let answer = client.ask(head(&Method::DELETE, "/next")).await;
    answer.assert_ok("DELETE /next 0");
    let answer = client.ask(head(&Method::DELETE, "/")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let answer = client.ask(head(&Method::GET, "/unknown")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
