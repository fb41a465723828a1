//! A forwarding HTTP/1.1 proxy, without Max-Forwards and `OPTIONS *`. It knows the registered
//! methods, and so refuses RFC 2774's mandatory requests (`M-GET`), which it must not pass on.
//!
//! ```console
//! $ cargo run --example proxy [ADDRESS]
//! $ curl -i -x http://127.0.0.1:3000 http://example.org/
//! $ curl -i -X M-GET -H 'C-Man: "http://a/"' -H 'Connection: C-Man' http://127.0.0.1:3000/
//! ```

use axum::response::{IntoResponse, Response};
use axum::{body::Body, extract::Request, extract::State, handler::Handler};
use http::{header, HeaderMap, HeaderName, Method, StatusCode, Version};
use hyper_util::client::legacy::{connect::HttpConnector, Client};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{env, error::Error, mem, time::Duration};
use tokio::{io::copy_bidirectional, net::TcpListener, net::TcpStream, signal, time::sleep};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

type Origins = Client<HttpConnector, Body>;

async fn forward(State(client): State<Origins>, mut request: Request) -> Response {
    if request.method() == Method::CONNECT {
        return tunnel(request).await;
    }
    let version = mem::replace(request.version_mut(), Version::HTTP_11);
    pass_on(request.headers_mut(), version);
    let Ok(mut response) = client.request(request).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let version = mem::replace(response.version_mut(), Version::HTTP_11);
    pass_on(response.headers_mut(), version);
    response.map(Body::new)
}

async fn tunnel(request: Request) -> Response {
    let Ok(mut upstream) = TcpStream::connect(request.uri().to_string()).await else {
        // What follows may be meant for the tunnel: it is no request (RFC 9931 section 8).
        return (StatusCode::BAD_GATEWAY, [(header::CONNECTION, "close")]).into_response();
    };
    tokio::spawn(async move {
        let mut client = TokioIo::new(hyper::upgrade::on(request).await.ok()?);
        copy_bidirectional(&mut client, &mut upstream).await.ok()
    });
    Response::default()
}

/// RFC 9110 section 7.6: without the connection's fields and Host (the client sets it), with Via.
fn pass_on(fields: &mut HeaderMap, version: Version) {
    const OWN: &str = "connection,host,keep-alive,proxy-connection,te,transfer-encoding,upgrade";
    let values = fields.get_all(header::CONNECTION).iter();
    let lists = values.filter_map(|value| value.to_str().ok()).chain([OWN]);
    let names = lists.flat_map(|list| list.split(','));
    let names: Vec<HeaderName> = names.filter_map(|name| name.trim().parse().ok()).collect();
    for name in names {
        fields.remove(name);
    }
    let via = &format!("{version:?} proxy")["HTTP/".len()..];
    fields.append(header::VIA, via.parse().unwrap());
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let layer = NotImplementedLayer::new(MethodSet::REGISTERED).tunnels(true);
    let proxy = forward.layer(layer).with_state(client);

    let address = env::args().nth(1).unwrap_or("127.0.0.1:3000".into());
    let listener = TcpListener::bind(&address).await;
    let listener = listener.map_err(|error| format!("{address}: {error}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    let server = axum::serve(listener, proxy).with_graceful_shutdown(ctrl_c_and(0));
    tokio::select! { biased; () = ctrl_c_and(2) => Ok(()), result = server => Ok(result?) }
}

/// Ctrl-C, and so many seconds more, in which the requests that are being served may end.
async fn ctrl_c_and(seconds: u64) {
    _ = signal::ctrl_c().await;
    sleep(Duration::from_secs(seconds)).await;
}
