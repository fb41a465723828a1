//! `axum::serve`.

use crate::support::{duplex, within, HOUR};
use axum::{
    extract::{connect_info::Connected, ConnectInfo, Request},
    http::StatusCode,
    middleware::map_request,
    routing::{any, get, post},
    serve::{IncomingStream, Listener},
    Router,
};
use hyper_util::{rt::TokioIo, server::conn::auto::upgrade::downcast};
use lingering_close::Lingering;
use std::{
    future::{pending, Future},
    io,
    net::SocketAddr,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::{sleep, Instant},
};

const UPLOAD: usize = 10_000_000;

fn app() -> Router {
    Router::new()
        .route("/401", any(|| async { StatusCode::UNAUTHORIZED }))
        .route("/405", get(|| async {}))
        .route("/413", post(|_: axum::body::Bytes| async {}))
        .route("/501", any(|| async { StatusCode::NOT_IMPLEMENTED }))
}

/// Serves until the set is dropped.
async fn start<L>(wrap: impl FnOnce(TcpListener) -> L) -> (SocketAddr, JoinSet<io::Result<()>>)
where
    L: Listener,
    L::Addr: std::fmt::Debug,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = axum::serve(wrap(listener), app());
    let mut set = JoinSet::new();
    set.spawn(async move { serve.await });
    (address, set)
}

fn head(path: &str, length: usize) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n\r\n").into_bytes()
}

/// The first line that a client receives that sends all of its upload before it reads.
async fn upload(address: SocketAddr, path: &str) -> io::Result<String> {
    upload_over(within(TcpStream::connect(address)).await?, path).await
}

async fn upload_over(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    path: &str,
) -> io::Result<String> {
    let mut answer = String::new();
    within(client.write_all(&head(path, UPLOAD))).await?;
    within(client.write_all(&vec![b'x'; UPLOAD])).await?;
    within(client.read_to_string(&mut answer)).await?;
    Ok(answer[..12].to_owned())
}

const EARLY: [&str; 4] = ["401", "405", "413", "501"];

#[tokio::test]
async fn every_early_answer_arrives_and_without_lingering_none() {
    let (plain, _set) = start(|listener| listener).await;
    let (lingering, _set) = start(Lingering::new).await;
    for status in EARLY {
        let path = format!("/{status}");
        assert!(upload(plain, &path).await.is_err(), "the control, {status}");
        let line = upload(lingering, &path).await.unwrap();
        assert_eq!(line, format!("HTTP/1.1 {status}"));
    }
}

#[tokio::test]
async fn an_early_answer_arrives_over_a_unix_socket_and_without_lingering_not() {
    let folder = std::env::temp_dir().join(format!("lingering-close-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let [plain, lingering] = ["plain", "lingering"].map(|name| folder.join(name));
    let listeners = [&plain, &lingering].map(|path| UnixListener::bind(path).unwrap());
    let connect = |path| async { within(UnixStream::connect(path)).await.unwrap() };
    let clients = [connect(plain).await, connect(lingering).await];
    std::fs::remove_dir_all(folder).unwrap();

    let ([plain, lingering], mut set) = (listeners, JoinSet::new());
    set.spawn(async { axum::serve(plain, app()).await });
    set.spawn(async { axum::serve(Lingering::new(lingering), app()).await });
    let [plain, lingering] = clients;
    assert!(upload_over(plain, "/501").await.is_err(), "the control");
    let line = upload_over(lingering, "/501").await.unwrap();
    assert_eq!(line, "HTTP/1.1 501");
}

#[tokio::test]
async fn an_answer_is_lost_where_the_bound_in_bytes_is_below_the_upload() {
    let (address, _set) = start(|listener| Lingering::new(listener).max_bytes(100_000)).await;
    for status in EARLY {
        assert!(upload(address, &format!("/{status}")).await.is_err());
    }
}

/// A listener without a system: the other ends come from a channel.
struct Channel(mpsc::Receiver<DuplexStream>);

impl Listener for Channel {
    type Io = DuplexStream;
    type Addr = &'static str;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(io) => (io, "peer"),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Err(io::ErrorKind::AddrNotAvailable.into())
    }
}

/// A listener with one connection waiting, and the other end of that.
fn channel() -> (Channel, DuplexStream) {
    let (sender, receiver) = mpsc::channel(1);
    let (io, peer) = duplex(1024);
    sender.try_send(io).unwrap();
    (Channel(receiver), peer)
}

#[tokio::test]
async fn the_address_passes_and_so_does_its_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let listener = Lingering::new(listener);
    assert_eq!(Listener::local_addr(&listener).unwrap(), address);

    let error = Lingering::new(channel().0).local_addr().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrNotAvailable);
}

#[tokio::test(start_paused = true)]
async fn every_accepted_connection_has_the_bounds_of_the_listener() {
    let seconds = Duration::from_secs;
    let (listener, _peer) = channel();
    let (mut io, address) = Lingering::new(listener).max_idle(seconds(2)).accept().await;
    assert_eq!(address, "peer");
    let start = Instant::now();
    within(io.shutdown()).await.unwrap();
    assert_eq!(start.elapsed(), seconds(2));

    let (listener, _peer) = channel();
    let (mut io, _) = Lingering::new(listener).max_time(seconds(3)).accept().await;
    let start = Instant::now();
    within(io.shutdown()).await.unwrap();
    assert_eq!(start.elapsed(), seconds(3));

    let (listener, mut peer) = channel();
    let (mut io, _) = Lingering::new(listener).max_bytes(4).accept().await;
    peer.write_all(b"12345").await.unwrap();
    within(io.shutdown()).await.unwrap();
    assert_eq!(within(io.read_u8()).await.unwrap(), b'5');
}

/// How long a graceful shutdown takes while a connection lingers whose peer does this.
async fn shutdown_with<F: Future<Output = ()> + Send + 'static>(
    peer_does: impl FnOnce(DuplexStream) -> F,
) -> Duration {
    let (listener, mut peer) = channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let serve = axum::serve(Lingering::new(listener), app());
    let serve = serve.with_graceful_shutdown(async { stopped.await.unwrap() });
    let server = tokio::spawn(async move { serve.await });
    peer.write_all(&head("/401", UPLOAD)).await.unwrap();
    let mut answer = Vec::new();
    within(peer.read_to_end(&mut answer)).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 401 "));
    let start = Instant::now();
    stop.send(()).unwrap();
    let _peer = tokio::spawn(peer_does(peer));
    within(server).await.unwrap().unwrap();
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_holds_a_graceful_shutdown_for_max_idle_and_a_sending_one_for_max_time() {
    let silent = shutdown_with(|peer| async move {
        sleep(HOUR).await;
        drop(peer);
    });
    assert_eq!(silent.await, Duration::from_secs(5));
    let sending = shutdown_with(|mut peer| async move {
        while peer.write_all(b"x").await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    assert_eq!(sending.await, Duration::from_secs(30));
    let closing = shutdown_with(|peer| async move { drop(peer) });
    assert_eq!(closing.await, Duration::ZERO);
}

#[derive(Clone)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, Lingering<TcpListener>>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Lingering<TcpListener>>) -> Self {
        let inner: &TcpStream = stream.io().get_ref();
        assert_eq!(inner.peer_addr().unwrap(), *stream.remote_addr());
        Self(*stream.remote_addr())
    }
}

#[tokio::test]
async fn handlers_know_the_address_of_the_peer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let insert = |ConnectInfo(Peer(address)): ConnectInfo<Peer>, mut request: Request| async move {
        request.extensions_mut().insert(ConnectInfo(address));
        request
    };
    let hello = |ConnectInfo(address): ConnectInfo<SocketAddr>| async move { address.to_string() };
    let app = Router::new().route("/", get(hello));
    let app = app.layer(map_request(insert));
    let app = app.into_make_service_with_connect_info::<Peer>();
    let mut set = JoinSet::new();
    set.spawn(async move { axum::serve(Lingering::new(listener), app).await });
    let mut client = within(TcpStream::connect(address)).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    client.write_all(request).await.unwrap();
    let mut answer = String::new();
    within(client.read_to_string(&mut answer)).await.unwrap();
    let address = client.local_addr().unwrap().to_string();
    assert!(answer.ends_with(&address), "{answer}");
}

#[tokio::test]
async fn an_upgraded_connection_can_be_taken_out() {
    let (out, mut taken) = mpsc::channel(1);
    let switch = move |mut request: Request| async move {
        let upgrade = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let parts = downcast::<TokioIo<Lingering<TcpStream>>>(upgrade.await.unwrap());
            let connection = parts.unwrap().io.into_inner().into_inner();
            out.send(connection).await.unwrap();
        });
        (StatusCode::SWITCHING_PROTOCOLS, [("upgrade", "a")])
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(switch));
    let mut set = JoinSet::new();
    set.spawn(async move { axum::serve(Lingering::new(listener), app).await });
    let mut client = within(TcpStream::connect(address)).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n";
    client.write_all(request).await.unwrap();
    let connection: TcpStream = within(taken.recv()).await.unwrap();
    assert_eq!(
        connection.peer_addr().unwrap(),
        client.local_addr().unwrap()
    );
}
