//! curl as the client of refusals.

use super::upload::{server, Losses, Seen, Upload, IN_A_ROW, REFUSAL, SIZES, TRIES};
use crate::support::external::{program, Folder};
use crate::support::within;
use std::{fs, path::Path, sync::atomic::Ordering};
use tokio::process::Command;

/// How curl is told the version of HTTP: for the first request of a connection, and for the next.
struct Version {
    name: &'static str,
    first: &'static str,
    next: &'static str,
    /// The field that takes the length off.
    without_length: &'static str,
}

const HTTP1: Version = Version {
    name: "1.1",
    first: "--http1.1",
    next: "--http1.1",
    without_length: "transfer-encoding: chunked",
};

const HTTP2: Version = Version {
    name: "2",
    first: "--http2-prior-knowledge",
    // curl 7.88 fails when it is told so again: https://github.com/curl/curl/issues/10634
    next: "--http2",
    without_length: "content-length:",
};

/// After each answer: the status, how many connections were made for it, and the version of HTTP.
const WRITE_OUT: &str = "|%{http_code} %{num_connects} %{http_version}|";

/// One run of curl: uploads of the file `content`, each followed by a GET.
fn command(folder: &Path, url: &str, version: &Version, chunked: bool) -> Command {
    let mut curl = program("curl");
    curl.current_dir(folder).arg("--disable"); // no configuration of the user
    for place in 0..IN_A_ROW {
        let option = match place {
            0 => version.first,
            _ => version.next,
        };
        curl.args(["--request", "BREW", "--data-binary", "@content"]);
        // Above 1 MiB curl asks for 100 Continue, and then its connection ends with the refusal.
        curl.args(["--header", "expect:"]);
        if chunked {
            curl.args(["--header", version.without_length]);
        }
        request(&mut curl, url, option).arg("--next");
        request(&mut curl, url, version.next);
        if place + 1 < IN_A_ROW {
            curl.arg("--next");
        }
    }
    curl
}

fn request<'a>(curl: &'a mut Command, url: &str, version: &str) -> &'a mut Command {
    curl.args([version, "--silent", "--show-error", "--noproxy", "*"]);
    curl.args(["--write-out", WRITE_OUT, url])
}

/// Counts what one run of curl, all over one connection, saw in its output.
fn count(output: &str, version: &Version, seen: &Seen) {
    let parts: Vec<_> = output.split('|').collect();
    for (place, answer) in parts.chunks_exact(2).enumerate() {
        let (content, facts) = (answer[0], answer[1]);
        let connects = usize::from(place == 0);
        if place % 2 == 0 {
            let refused = content.starts_with(REFUSAL);
            if refused && facts == format!("501 {connects} {}", version.name) {
                seen.refusals.fetch_add(1, Ordering::SeqCst);
            }
        } else if content == "GET /" && facts == format!("200 0 {}", version.name) {
            seen.next.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// What curl sees of [`TRIES`] uploads, and what it has to say.
async fn seen(folder: &Path, url: &str, version: &Version, upload: Upload) -> (Seen, String) {
    fs::write(folder.join("content"), vec![b'x'; upload.size]).unwrap();
    let (seen, mut errors) = (Seen::default(), String::new());
    for _ in 0..TRIES / IN_A_ROW {
        let mut curl = command(folder, url, version, upload.chunked);
        let output = within(curl.output()).await.unwrap();
        count(&String::from_utf8_lossy(&output.stdout), version, &seen);
        errors += &String::from_utf8_lossy(&output.stderr);
    }
    (seen, errors)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl: apt-get install curl"]
async fn curl_sees_every_refusal_and_keeps_its_connection() {
    let folder = Folder::new("curl");
    let (mut losses, mut log) = (Losses::default(), String::new());
    let server = server().await;
    let url = format!("http://{}/", server.address);
    for version in [HTTP1, HTTP2] {
        for upload in Upload::of(SIZES) {
            let (seen, errors) = seen(folder.path(), &url, &version, upload).await;
            losses.count(&format!("curl, HTTP/{}, {upload}", version.name), &seen);
            log += &errors;
        }
    }
    losses.assert_none(&log);
}
