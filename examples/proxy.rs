//! A forwarding HTTP/1.1 proxy that knows the registered methods, and so refuses the mandatory
//! requests of RFC 2774 (`M-GET`), which it must not forward as if it understood them.
//!
//! ```console
//! $ cargo run --example proxy [ADDRESS]
//! $ curl -i -x http://127.0.0.1:3000 http://example.org/
//! $ curl -i -X M-GET -H 'C-Man: "http://www.example.org/"' -H 'Connection: C-Man' \
//!     http://127.0.0.1:3000/document
//! ```

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{header, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use hyper_util::{
    client::legacy::{connect::HttpConnector, Client},
    rt::{TokioExecutor, TokioIo},
};
use std::{convert::Infallible, env, io};
use tokio::{io::copy_bidirectional, net::TcpListener, net::TcpStream, signal};
use tower::{make::Shared, service_fn, Layer};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

async fn forward(client: Client<HttpConnector, Body>, mut request: Request) -> Response {
    if request.method() == Method::CONNECT {
        return tunnel(request).await;
    }
    remove_hop_by_hop(request.headers_mut());
    match client.request(request).await {
        Ok(mut response) => {
            remove_hop_by_hop(response.headers_mut());
            response.map(Body::new)
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn tunnel(request: Request) -> Response {
    let Ok(mut upstream) = TcpStream::connect(request.uri().to_string()).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    tokio::spawn(async move {
        if let Ok(client) = hyper::upgrade::on(request).await {
            _ = copy_bidirectional(&mut TokioIo::new(client), &mut upstream).await;
        }
    });
    Response::default()
}

/// RFC 9110 section 7.6.1: the fields of this connection alone, and those that Connection names.
fn remove_hop_by_hop(fields: &mut HeaderMap) {
    let named: Vec<HeaderName> = fields
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let fixed = [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "transfer-encoding",
        "upgrade",
    ];
    for name in named.into_iter().chain(fixed.map(HeaderName::from_static)) {
        fields.remove(name);
    }
    fields.append(header::VIA, HeaderValue::from_static("1.1 proxy"));
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let proxy = service_fn(move |request| {
        let client = client.clone();
        async move { Ok::<_, Infallible>(forward(client, request).await) }
    });
    let proxy = NotImplementedLayer::new(MethodSet::REGISTERED)
        .response_body(Body::from)
        .layer(proxy);

    let address = env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, Shared::new(proxy))
        .with_graceful_shutdown(async { _ = signal::ctrl_c().await })
        .await
}
