//! What the tests that run a program of the system share.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{self, Stdio},
};
use tokio::process::Command;

/// A separate folder for one test, removed when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let unique = format!("{name}-{}", process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Where `.ci/run` puts Envoy, for which Debian has no package.
const ENVOY: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../envoy/envoy/_bin");

/// A program from `PATH`, `/usr/sbin`, where servers are, or [`ENVOY`], killed when dropped.
pub(crate) fn program(name: &str) -> Command {
    let paths = env::var_os("PATH").unwrap_or_default();
    let paths = env::split_paths(&paths).chain(["/usr/sbin", ENVOY].map(PathBuf::from));
    let found = paths
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    let found = found.unwrap_or_else(|| panic!("there is no {name}: .ci/run installs it"));
    let mut command = Command::new(found);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}
