//! axum 0.7, in both forms.

use crate::support::assert_refuses_everywhere;
use axum_07::{
    extract::Request,
    routing::{any, get},
    serve::serve,
    Router, ServiceExt,
};
use tokio::{net::TcpListener, task::JoinSet};
use tower::Layer;
use tower_not_implemented::NotImplementedLayer;

const HELLO: &str = "hello";

fn router() -> Router {
    Router::new()
        .route("/", get(|| async { HELLO }))
        .route("/any", any(|| async { HELLO }))
}

#[tokio::test]
async fn every_path_refuses_in_both_forms() {
    let last = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let around = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = [&last, &around].map(|listener| listener.local_addr().unwrap());

    let mut servers = JoinSet::new();
    let layer = NotImplementedLayer::default();
    let app = router().layer(layer.clone());
    servers.spawn(async move { serve(last, app).await });
    let app = ServiceExt::<Request>::into_make_service(layer.layer(router()));
    servers.spawn(async move { serve(around, app).await });

    for address in addresses {
        assert_refuses_everywhere(address, &["/", "/any", "/unknown"], HELLO).await;
    }
}
