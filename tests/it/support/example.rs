//! An example as a user runs it: a separate process.

use crate::support::within;
use std::{
    env,
    ffi::OsStr,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Once,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader},
    process::{Child, Command},
    task::JoinHandle,
};

/// A running example on a free port of loopback, killed when dropped.
pub(crate) struct Example {
    pub(crate) address: SocketAddr,
    child: Child,
    output: JoinHandle<String>,
    errors: JoinHandle<String>,
}

impl Example {
    pub(crate) async fn start(name: &str) -> Self {
        let mut command = command(name, "127.0.0.1:0");
        Self::of(name, command.env("ENFORCE_METHODS", "true")).await
    }

    pub(crate) async fn of(name: &str, command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let errors = tokio::spawn(everything(child.stderr.take().unwrap()));
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        within(output.read_line(&mut line)).await.unwrap();
        let address = line
            .strip_prefix("listening on http://")
            .and_then(|rest| rest.strip_suffix('\n'));
        let address = address.and_then(|address| address.parse().ok());
        Self {
            address: address.unwrap_or_else(|| panic!("{name} began with {line:?}")),
            child,
            output: tokio::spawn(everything(output)),
            errors,
        }
    }

    /// Presses Ctrl-C, asserts a clean end, and gives what the example wrote after its first line.
    pub(crate) async fn stop(mut self) -> String {
        let id = self.child.id().unwrap().to_string();
        // The shell has `kill` also where there is no such program.
        let mut interrupt = Command::new("sh");
        let sent = within(interrupt.args(["-c", "kill -INT $0", &id]).status()).await;
        assert!(sent.unwrap().success());
        let status = within(self.child.wait()).await.unwrap();
        let written = within(self.output).await.unwrap() + &within(self.errors).await.unwrap();
        assert!(status.success(), "{status}: {written}");
        written
    }
}

/// An example at `address`, killed when dropped.
pub(crate) fn command(name: &str, address: &str) -> Command {
    let profile = profile_folder();
    build(&profile);
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let mut command = Command::new(profile.join("examples").join(file));
    command
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Where the profile of this test has its files: this test is in `deps` there.
fn profile_folder() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().to_owned()
}

/// `cargo test --test …` builds no examples, and those of an earlier build may be out of date.
fn build(profile: &Path) {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--examples", "--manifest-path"]);
        cargo.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        match profile.file_name() {
            Some(name) if name != "debug" => cargo.arg("--profile").arg(name),
            _ => &mut cargo,
        };
        // `cargo test --target …` has a folder of that name around the profile's.
        let mut target = profile.parent().unwrap();
        if let Some(name) = target.file_name().filter(|name| is_target(name)) {
            cargo.arg("--target").arg(name);
            target = target.parent().unwrap();
        }
        cargo.arg("--target-dir").arg(target);
        // Some crates are built again where these differ from those of the build that went before.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&name);
            }
        }
        assert!(cargo.status().unwrap().success());
    });
}

fn is_target(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with(env::consts::ARCH) && name.contains('-')
}

async fn everything(stream: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    let read = stream.take(1 << 24).read_to_end(&mut bytes).await;
    assert!(read.unwrap() < 1 << 24, "no end of it");
    String::from_utf8_lossy(&bytes).into_owned()
}
