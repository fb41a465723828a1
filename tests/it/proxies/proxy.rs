//! A reverse proxy of the system, in front of a server.

use crate::support::external::{program, Folder};
use crate::support::{answer, within};
use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::sleep,
};

/// How a proxy is started, in its own folder.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// Of one process, so that nothing outlives it. One names the file, `configuration` with any extension.
    pub(super) arguments: &'static [&'static str],
    /// `ADDRESS` is the proxy's own, `UPSTREAM` the server's, each also with `_PORT`. `SETTING` is the next
    /// field. Answers of the server have `NAME` in a field, so that no other program is taken for the proxy.
    pub(super) configuration: &'static str,
    /// What differs from test to test.
    pub(super) setting: &'static str,
}

impl Program {
    fn file(&self) -> &'static str {
        let file = |argument: &&&str| argument.starts_with("configuration");
        self.arguments.iter().find(file).unwrap()
    }

    fn configuration(&self, name: &str, own: SocketAddr, upstream: SocketAddr) -> String {
        let mut configuration = self.configuration.replace("SETTING", self.setting);
        for (word, address) in [("ADDRESS", own), ("UPSTREAM", upstream)] {
            let port = address.port().to_string();
            configuration = configuration.replace(&format!("{word}_PORT"), &port);
            configuration = configuration.replace(word, &address.to_string());
        }
        configuration.replace("NAME", name)
    }
}

/// A proxy on a free port of loopback, killed when dropped.
pub(super) struct Proxy {
    pub(super) address: SocketAddr,
    child: Child,
    folder: Folder,
}

impl Proxy {
    pub(super) async fn start(program: &Program, name: &str, upstream: SocketAddr) -> Self {
        let mut log = String::new();
        // Between the choice of a free port and its use another program may take it.
        for _ in 0..20 {
            match Self::try_start(program, name, upstream).await {
                Ok(proxy) => return proxy,
                Err(its) => log = its,
            }
        }
        panic!("{} does not start: {log}", program.name);
    }

    /// The proxy, or what it wrote before it ended.
    async fn try_start(kind: &Program, name: &str, upstream: SocketAddr) -> Result<Self, String> {
        let folder = Folder::new(name);
        let address = free_address().await;
        let configuration = kind.configuration(name, address, upstream);
        fs::write(folder.path().join(kind.file()), configuration).unwrap();
        let mut proxy = Self {
            address,
            child: command(kind, folder.path()).spawn().unwrap(),
            folder,
        };
        if within(proxy.is_serving(name)).await {
            Ok(proxy)
        } else {
            Err(proxy.log())
        }
    }

    /// Whether an answer of the server came through the proxy, rather than the proxy's end.
    async fn is_serving(&mut self, name: &str) -> bool {
        while self.child.try_wait().unwrap().is_none() {
            let connects = TcpStream::connect(self.address).await.is_ok();
            if connects && self.answer("GET /").await.contains(name) {
                return true;
            }
            sleep(Duration::from_millis(10)).await;
        }
        false
    }

    pub(super) async fn answer(&self, line: &str) -> String {
        answer(self.address, line).await
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the proxy wrote so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.folder().join("log")).unwrap()
    }

    pub(super) async fn stop(mut self) {
        within(self.child.kill()).await.unwrap();
    }
}

fn command(kind: &Program, folder: &Path) -> Command {
    let log = File::create(folder.join("log")).unwrap();
    let mut command = program(kind.name);
    command
        .args(kind.arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .stdout(Stdio::null())
        .stderr(log);
    command
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// The status of an answer; 0 where there is none.
pub(super) fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).unwrap_or_default();
    status.parse().unwrap_or_default()
}
