//! What the specifications ask of a server that refuses methods, and what this crate adds: one
//! test per rule, in the order of the rules, which are numbered R1 to R70.
//!
//! Rules without a test, because the layer does nothing that they are about:
//!
//! - R27, `Allow` is mandatory in a 405: the layer has no list of forbidden methods and answers
//!   nothing but 501.
//! - R47, `must-understand` goes with `no-store`: the layer writes only `no-store` and `max-age`
//!   itself; any other policy is the user's, sent as it is.
//!
//! Some rules are about fields that the layer never sends, and hold because it does not; the test
//! looks for the field in every answer there is: `Expires` (R48), `Vary` (R49), the cache controls
//! of content delivery networks (R50, R51) and `Link` (R58). HEAD is in every set, so what the
//! rules ask of the answer to HEAD (R23, R24) is what the inner service answers.

use crate::support::refusals;
use crate::support::refusals::{
    answer, configurations, every_refusal, full, http2, http2_answer, http2_over, http2_request,
    http2_response, is_tchar, late, least, over, reflect, refusal, registered_names, request,
    serve, tokens, with, Answer, HOUR,
};
use crate::support::{within, Connection, Server};
use bytes::Bytes;
use futures_util::{future::poll_fn, FutureExt};
use http::{
    header::{HeaderMap, HeaderValue},
    Method, Request, Response, StatusCode, Version,
};
use http_body::Body;
use http_body_util::{BodyExt, Empty, Full};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tonic_health::pb::{health_client::HealthClient, HealthCheckRequest};
use tower::{service_fn, Layer, ServiceBuilder, ServiceExt};
use tower_http::cors::{Any, CorsLayer};
use tower_not_implemented::{
    CacheControl, MethodSet, NotImplemented, NotImplementedLayer, RetryAfter,
};

const VERSIONS: [Version; 4] = [
    Version::HTTP_10,
    Version::HTTP_11,
    Version::HTTP_2,
    Version::HTTP_3,
];

fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap()
}

// ---- 501 or not -------------------------------------------------------------------------------

#[tokio::test]
async fn r01_a_method_outside_the_set_is_refused_without_a_call() {
    let calls = AtomicUsize::new(0);
    let service = least().layer(service_fn(|request| {
        calls.fetch_add(1, Ordering::SeqCst);
        reflect(request)
    }));
    let names = registered_names();
    assert_eq!(names.len(), 41);
    let names = names.into_iter().map(String::from).chain(tokens(500));
    for name in names.filter(|name| name != "GET" && name != "HEAD") {
        let response = service.clone().oneshot(request(&name)).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "{name}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn r02_what_the_inner_service_answers_is_passed_on() {
    for (status, allow) in [(200, "GET"), (404, ""), (405, "GET, put"), (501, "GET")] {
        let inner = service_fn(|_: Request<_>| async move {
            let response = Response::builder().status(status).version(Version::HTTP_10);
            let response = response.header("allow", allow).header("x-own", "a");
            let response = response.header("x-own", "b").extension(7_u8);
            response.body(full("inner"))
        });
        for supported in &MethodSet::STANDARD {
            let service = NotImplementedLayer::default().layer(inner);
            let request = request(supported.as_str());
            let response = service.oneshot(request).await.unwrap();
            assert_eq!(response.version(), Version::HTTP_10);
            assert_eq!(response.extensions().get(), Some(&7_u8));
            let answer = Answer::of(response).await;
            assert_eq!((answer.status.as_u16(), answer.text()), (status, "inner"));
            assert_eq!(answer.fields.len(), 3, "{:?}", answer.fields);
            assert_eq!(answer.field("allow"), Some(allow));
            assert!(answer.fields.get_all("x-own").iter().eq(["a", "b"]));
            assert!(answer.mark.is_none());
        }
    }
}

#[tokio::test]
async fn r03_get_and_head_are_never_refused() {
    let sets = [
        MethodSet::from([Method::POST]),
        MethodSet::from(Method::POST),
        MethodSet::from([]),
        MethodSet::from_iter(Some(Method::PUT)),
        "POST".parse().unwrap(),
        MethodSet::default(),
    ];
    for set in sets {
        let layer = NotImplementedLayer::new(set);
        let get = answer(&layer, request("GET")).await;
        get.assert_forwarded("GET / ");
        let head = answer(&layer, request("HEAD")).await;
        head.assert_forwarded("HEAD / ");
    }
}

#[tokio::test]
async fn r04_methods_are_compared_byte_for_byte() {
    let supported = ["POST", "PATCH", "PROPFIND", "purge"];
    let layer = NotImplementedLayer::new(supported.map(method));
    for name in [
        "get", "Get", "Patch", "pOST", "POSTS", "POS", "PURGE", "propfind",
    ] {
        answer(&layer, request(name)).await.assert_refused();
    }
    for name in supported {
        let forwarded = answer(&layer, request(name)).await;
        forwarded.assert_forwarded(&format!("{name} / "));
    }
}

#[tokio::test]
async fn r05_any_token_can_be_supported_and_nothing_else() {
    for octet in 0..=u8::MAX {
        let name = [b'x', octet];
        assert_eq!(Method::from_bytes(&name).is_ok(), is_tchar(octet));
        let element = format!("x{}", char::from(octet));
        // Spaces and tabs around an element belong to the list.
        if is_tchar(octet) {
            let layer = NotImplementedLayer::new(element.parse::<MethodSet>().unwrap());
            let forwarded = answer(&layer, request(&element)).await;
            forwarded.assert_forwarded(&format!("{element} / "));
            refusal(request(&element)).await.assert_refused();
        } else if !b" \t".contains(&octet) {
            assert!(element.parse::<MethodSet>().is_err(), "{element:?}");
        }
    }
    for value in ["", " ", "A B", "A/B", "A,,B", "A,", "<A>", "É"] {
        assert!(value.parse::<MethodSet>().is_err(), "{value:?}");
    }
}

#[tokio::test]
async fn r06_long_methods_are_refused_in_few_words() {
    let (server, calls) = serve(MethodSet::REGISTERED).await;
    let mut connection = server.connect().await;
    for length in [16, 1_024, 8_000] {
        let name = "X".repeat(length);
        let head = format!("{name} / HTTP/1.1\r\nhost: a\r\n\r\n");
        connection.send(head).await;
        let response = connection.response().await;
        assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
        assert!(response.len() < 500 && !response.contains("XXXX"));
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r07_an_asterisk_is_no_wildcard() {
    let mut set = MethodSet::REGISTERED;
    assert!(!set.insert(method("*")));
    assert_eq!(MethodSet::from([method("*")]), MethodSet::new());
    assert!("*".parse::<MethodSet>().is_err());
    assert!("GET, *".parse::<MethodSet>().is_err());

    let layer = NotImplementedLayer::new(set);
    answer(&layer, request("*")).await.assert_refused();
    let starred = NotImplementedLayer::new([method("*")]);
    answer(&starred, request("*")).await.assert_refused();
    answer(&starred, request("BREW")).await.assert_refused();
}

#[tokio::test]
async fn r08_the_method_alone_decides() {
    let layer = NotImplementedLayer::new([Method::POST]);
    let plain = answer(&layer, request("BREW")).await;
    let absolute = "http://u@other:8080/a%20b?c";
    for target in ["*", "/", "/a/b?c=GET", absolute, "other:443", "/GET"] {
        let to = |name| with_target(name, target);
        let refused = answer(&layer, to("BREW")).await;
        refused.assert_refused();
        assert_eq!(refused.message(), plain.message());
        let forwarded = answer(&layer, to("POST")).await;
        forwarded.assert_forwarded(&format!("POST {target} "));
    }
}

fn with_target(name: &str, target: &str) -> Request<refusals::Content> {
    let mut request = request(name);
    *request.uri_mut() = target.parse().unwrap();
    request
}

#[tokio::test]
async fn r09_pri_is_nobodys_method() {
    let pri = method("PRI");
    for preset in [
        MethodSet::STANDARD,
        MethodSet::WEBDAV,
        MethodSet::REGISTERED,
    ] {
        assert!(!preset.contains(&pri));
    }
    let (server, calls) = serve(MethodSet::REGISTERED).await;
    let response = server.exchange("PRI / HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r10_options_is_supported_where_it_is_listed() {
    for set in [MethodSet::STANDARD, MethodSet::new()] {
        let listed = set.contains(&Method::OPTIONS);
        let (server, calls) = serve(set).await;
        let mut connection = server.connect().await;
        let client = http2(&server).await;
        for target in ["*", "/path"] {
            let line = format!("OPTIONS {target}");
            let head = format!("{line} HTTP/1.1\r\nhost: a\r\n\r\n");
            connection.send(head).await;
            let response = connection.response().await;
            assert_eq!(response.ends_with(&line), listed, "{response}");

            let options = http2_request("OPTIONS", target);
            let answer = http2_answer(&client, options).await;
            assert_eq!(answer.text() == line, listed, "{}", answer.text());
        }
        assert_eq!(calls.count(), if listed { 4 } else { 0 });
    }
}

#[tokio::test]
async fn r11_a_refused_connect_opens_no_tunnel() {
    let (server, calls) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    connection.send(CONNECT).await;
    let response = connection.response().await;
    assert!(response.starts_with("HTTP/1.1 501 Not Implemented\r\n"));
    assert!(connection.is_closed().await);

    let client = http2(&server).await;
    let connect = http2_request("CONNECT", "other:443");
    let answer = http2_answer(&client, connect).await;
    assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED);
    assert!(!answer.content.is_empty());
    assert_eq!(calls.count(), 0);
}

const CONNECT: &str = "CONNECT other:443 HTTP/1.1\r\nhost: other:443\r\n\r\n";

#[tokio::test]
async fn r12_nothing_behind_a_refused_connect_is_served() {
    let (server, calls) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    let tunnelled = "GET /tunnelled HTTP/1.1\r\nhost: a\r\n\r\n";
    connection.send([CONNECT, tunnelled].concat()).await;
    assert_ending(&connection.response().await);
    assert_eq!(connection.rest().await, "");
    assert_eq!(calls.count(), 0);
}

/// A refusal that announces the end of the connection.
#[track_caller]
fn assert_ending(response: &str) {
    let status_line = "HTTP/1.1 501 Not Implemented\r\n";
    assert!(response.starts_with(status_line), "{response}");
    assert!(response.contains("\r\nconnection: close\r\n"), "{response}");
}

#[tokio::test]
async fn r13_a_mandatory_request_is_an_unknown_method() {
    let (server, calls) = serve(MethodSet::REGISTERED).await;
    let mandatory = "M-GET /document HTTP/1.1\r\nhost: a\r\n\
                     c-man: \"https://example.com/extension\"\r\nconnection: C-Man\r\n\r\n";
    let response = server.exchange(mandatory).await;
    let status_line = "HTTP/1.1 501 Not Implemented\r\n";
    assert!(response.starts_with(status_line), "{response}");
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r14_an_extended_connect_is_a_connect() {
    for protocol in ["websocket", "bogus"] {
        let forwarded = extended_connect(MethodSet::STANDARD, protocol).await;
        assert_eq!(forwarded.status(), StatusCode::OK);
        assert_eq!(forwarded.headers()["x-protocol"], protocol);
        let refused = extended_connect(MethodSet::new(), protocol).await;
        assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED);
    }
}

/// The answer of a server that has announced RFC 8441.
async fn extended_connect(set: MethodSet, protocol: &str) -> Response<h2::RecvStream> {
    let inner = service_fn(|request: Request<hyper::body::Incoming>| async move {
        let response = Response::builder();
        let protocol = request.extensions().get::<hyper::ext::Protocol>();
        let protocol = protocol.map_or("none", hyper::ext::Protocol::as_str);
        let response = response.header("x-protocol", protocol);
        response.body(Empty::<Bytes>::new())
    });
    let service = TowerToHyperService::new(NotImplemented::new(inner, set));
    let (near, far) = tokio::io::duplex(1 << 16);
    let mut server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    server.enable_connect_protocol();
    tokio::spawn(server.serve_connection(TokioIo::new(far), service));

    let client = http2_over(near).await;
    // The answer to a first request comes after the server's settings.
    let _ = http2_answer(&client, http2_request("GET", "http://a/")).await;
    assert!(client.is_extended_connect_protocol_enabled());
    let mut connect = http2_request("CONNECT", "http://a/chat");
    let protocol = h2::ext::Protocol::from(protocol);
    connect.extensions_mut().insert(protocol);
    http2_response(&client, connect).await
}

#[tokio::test]
async fn r15_nothing_of_a_request_is_reflected() {
    let (server, _) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    let trace = "TRACE /hidden-path?hidden-query HTTP/1.1\r\nhost: hidden-host\r\n\
                 authorization: Basic hidden\r\ncookie: hidden\r\nx-hidden: hidden\r\n\
                 content-length: 14\r\n\r\nhidden-content";
    connection.send(trace).await;
    let response = connection.response().await;
    assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
    for part in ["hidden", "TRACE", "Basic", "cookie", "authorization"] {
        assert!(!response.contains(part), "{part} in {response}");
    }
}

#[tokio::test]
async fn r16_query_is_a_method_like_any_other() {
    let query = || request("QUERY").map(|_| full("select"));
    let listed = NotImplementedLayer::new([method("QUERY")]);
    let forwarded = answer(&listed, query()).await;
    forwarded.assert_forwarded("QUERY / select");
    answer(&listed, request("SEARCH")).await.assert_refused();

    let unlisted = NotImplementedLayer::new([method("SEARCH")]);
    answer(&unlisted, query()).await.assert_refused();
    answer(&NotImplementedLayer::default(), query())
        .await
        .assert_refused();
}

#[tokio::test]
async fn r17_method_override_fields_change_nothing() {
    let layer = NotImplementedLayer::new([Method::POST]);
    for field in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let post = answer(&layer, with(request("POST"), field, "DELETE")).await;
        post.assert_forwarded("POST / ");
        let get = answer(&layer, with(request("GET"), field, "BOGUS")).await;
        get.assert_forwarded("GET / ");
        let brew = answer(&layer, with(request("BREW"), field, "GET")).await;
        brew.assert_refused();
    }
}

#[tokio::test]
async fn r18_preconditions_and_ranges_change_nothing() {
    assert_unmoved(&[
        ("if-none-match", "*"),
        ("if-match", "\"x\""),
        ("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("range", "bytes=0-0"),
        ("if-range", "\"x\""),
    ])
    .await;
}

/// A refusal is the same whichever of the request fields is there.
async fn assert_unmoved(fields: &[(&str, &str)]) {
    for layer in configurations() {
        let plain = answer(&layer, request("BREW")).await;
        for (name, value) in fields {
            let refused = answer(&layer, with(request("BREW"), name, value)).await;
            refused.assert_refused();
            assert_eq!(refused.message(), plain.message(), "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn r19_an_unsatisfiable_accept_changes_nothing() {
    assert_unmoved(&[
        ("accept", "image/png"),
        ("accept", "*/*;q=0"),
        ("accept-language", "tlh"),
        ("accept-charset", "ebcdic"),
        ("accept-encoding", "identity;q=0"),
    ])
    .await;
}

// ---- the message ------------------------------------------------------------------------------

#[tokio::test]
async fn r20_the_status_is_501_not_implemented() {
    let (server, _) = serve(MethodSet::STANDARD).await;
    for version in ["HTTP/1.0", "HTTP/1.1"] {
        let head = format!("BREW / {version}\r\nhost: a\r\n\r\n");
        let response = server.exchange(head).await;
        let status_line = format!("{version} 501 Not Implemented\r\n");
        assert!(response.starts_with(&status_line), "{response}");
    }
    for answer in every_refusal().await {
        answer.assert_refused();
    }
}

#[tokio::test]
async fn r21_a_refusal_explains_itself() {
    let refused = refusal(request("BREW")).await;
    let content_type = refused.field("content-type");
    assert_eq!(content_type, Some("text/plain; charset=utf-8"));
    assert!(refused
        .text()
        .contains("does not support the request method"));
}

#[tokio::test]
async fn r22_the_explanation_says_temporary_or_permanent() {
    let date = SystemTime::now() + HOUR;
    for layer in [least(), least().problem_details()] {
        for (layer, temporary) in [
            (layer.clone(), false),
            (layer.clone().retry_after(HOUR), true),
            (layer.clone().retry_after(date), true),
            (layer.clone().retry_after(UNIX_EPOCH), false),
        ] {
            let refused = answer(&layer, request("BREW")).await;
            assert_eq!(refused.field("retry-after").is_some(), temporary);
            assert_eq!(refused.text().contains("temporary"), temporary);
            assert_eq!(refused.text().contains("permanent"), !temporary);
        }
    }
}

#[tokio::test]
async fn r23_head_is_forwarded_and_has_no_content() {
    let server = head_server().await;
    let head = "HEAD /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let response = server.exchange(head).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(response.ends_with("\r\n\r\n"), "{response}");

    let client = http2(&server).await;
    let response = http2_response(&client, http2_request("HEAD", "http://a/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.body().is_end_stream(), "no DATA frame");
}

/// A server that supports POST, GET and HEAD, whose content would be 1,234 bytes for GET.
async fn head_server() -> Server {
    let inner = service_fn(|_: Request<hyper::body::Incoming>| async {
        let response = Response::builder().header("content-length", "1234");
        response.body(Empty::<Bytes>::new())
    });
    Server::start(NotImplemented::new(inner, [Method::POST])).await
}

#[tokio::test]
async fn r24_the_length_that_head_names_is_the_inner_services() {
    let server = head_server().await;
    let head = "HEAD /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let response = server.exchange(head).await;
    assert_eq!(response.matches("content-length: ").count(), 1);
    assert!(response.contains("content-length: 1234\r\n"), "{response}");

    let client = http2(&server).await;
    let answer = http2_answer(&client, http2_request("HEAD", "http://a/a")).await;
    assert_eq!(answer.field("content-length"), Some("1234"));
}

#[tokio::test]
async fn r25_the_length_is_exact() {
    for layer in configurations() {
        let response = layer.layer(service_fn(reflect)).oneshot(request("BREW"));
        let response = response.await.unwrap();
        let announced = response.body().size_hint().exact();
        let content = Answer::of(response).await.content;
        assert_eq!(announced, Some(content.len() as u64));

        let inner = service_fn(|_: Request<hyper::body::Incoming>| async {
            Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
        });
        let server = Server::start(layer.layer(inner)).await;
        let response = server.exchange(BREW).await;
        let (head, rest) = response.split_once("\r\n\r\n").unwrap();
        let length = format!("content-length: {}", content.len());
        assert!(head.contains(&length), "{response}");
        assert_eq!(rest.as_bytes(), content);
    }
}

const BREW: &str = "BREW / HTTP/1.1\r\nhost: a\r\n\r\n";

#[tokio::test]
async fn r26_no_transfer_coding_and_no_trailers() {
    let (server, _) = serve(MethodSet::STANDARD).await;
    for version in ["HTTP/1.0", "HTTP/1.1"] {
        let head = format!("BREW / {version}\r\nhost: a\r\nte: trailers\r\n\r\n");
        let response = server.exchange(head).await;
        assert!(response.contains(" 501 "), "{response}");
        assert!(!response.contains("transfer-encoding"), "{response}");
        assert!(!response.contains("trailer"), "{response}");
    }
    for answer in every_refusal().await {
        assert_eq!(answer.trailers, None);
        assert_eq!(answer.field("transfer-encoding"), None);
        assert_eq!(answer.field("trailer"), None);
    }
}

#[tokio::test]
async fn r28_allow_lists_the_set_when_asked() {
    let names = ["brew", "PUT", "QUERY", "PUT", "brew", "ACL"];
    let layer = NotImplementedLayer::new(names.map(method).as_slice());
    let without = answer(&layer, request("BREW")).await;
    assert_eq!(without.field("allow"), None);

    let layer = layer.allow_header(true);
    for _ in 0..2 {
        let refused = answer(&layer, request("BREW")).await;
        let expected = "GET, HEAD, PUT, ACL, QUERY, brew";
        assert_eq!(refused.field("allow"), Some(expected));
    }
    let layer = layer.allow_header(false);
    let without = answer(&layer, request("BREW")).await;
    assert_eq!(without.field("allow"), None);
}

#[tokio::test]
async fn r29_one_date_at_most() {
    let (server, _) = serve(MethodSet::STANDARD).await;
    let response = server.exchange(BREW).await;
    assert_eq!(response.matches("\r\ndate: ").count(), 1, "{response}");
    for answer in every_refusal().await {
        assert_eq!(answer.field("date"), None);
    }
}

#[tokio::test]
async fn r30_no_byte_of_the_method_is_in_the_answer() {
    let long = "X".repeat(8_000);
    for layer in configurations() {
        let plain = answer(&layer, request("BREW")).await;
        for name in ["A&B'C", "`|~", "%0d%0a", &long] {
            let refused = answer(&layer, request(name)).await;
            refused.assert_refused();
            assert_eq!(refused.message(), plain.message(), "{name}");
        }
    }
}

#[tokio::test]
async fn r31_a_refusal_has_no_other_fields() {
    let allowed = BTreeSet::from([
        "allow",
        "cache-control",
        "connection",
        "content-type",
        "grpc-message",
        "grpc-status",
        "retry-after",
    ]);
    let answers = every_refusal().await;
    let sent: BTreeSet<_> = answers.iter().flat_map(Answer::names).collect();
    assert_eq!(sent, allowed);
}

#[tokio::test]
async fn r32_the_fields_of_a_forwarded_response_are_its_own() {
    let own = [
        ("allow", "GET"),
        ("retry-after", "7"),
        ("cache-control", "max-age=7"),
    ];
    for own in [&own[..], &[]] {
        let inner = service_fn(|_: Request<_>| async move {
            let mut response = Response::builder();
            for (name, value) in own {
                response = response.header(*name, *value);
            }
            response.body(full(""))
        });
        for layer in configurations() {
            let response = layer.layer(inner).oneshot(request("GET")).await.unwrap();
            let fields = response.headers().iter();
            let fields = fields.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
            assert_eq!(fields.collect::<Vec<_>>(), own);
        }
    }
}

// ---- Retry-After ------------------------------------------------------------------------------

#[tokio::test]
async fn r33_retry_after_is_sent_once_and_only_when_asked() {
    let without = refusal(request("BREW")).await;
    assert_eq!(without.field("retry-after"), None);
    let minute = Duration::from_secs(60);
    assert_eq!(retry_after(minute).await.as_deref(), Some("60"));

    let layer = least().retry_after(HOUR).retry_after(minute);
    let refused = answer(&layer, request("BREW")).await;
    assert_eq!(refused.field("retry-after"), Some("60"));
}

/// What goes out as `Retry-After`.
async fn retry_after(value: impl Into<RetryAfter>) -> Option<String> {
    let refused = answer(&least().retry_after(value), request("BREW")).await;
    refused.field("retry-after").map(String::from)
}

#[tokio::test]
async fn r34_a_delay_is_digits() {
    for (delay, expected) in [
        (Duration::ZERO, "0"),
        (Duration::from_millis(1), "1"),
        (Duration::from_millis(1_500), "2"),
        (Duration::from_secs(u64::MAX), "18446744073709551615"),
        (Duration::MAX, "18446744073709551615"),
    ] {
        assert_eq!(retry_after(delay).await.as_deref(), Some(expected));
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[tokio::test]
async fn r35_a_date_is_an_imf_fixdate() {
    for (seconds, expected) in [
        (3_981_312_000, "Wed, 29 Feb 2096 00:00:00 GMT"),
        (4_107_571_747, "Mon, 01 Mar 2100 08:09:07 GMT"),
        (13_574_649_599, "Tue, 29 Feb 2400 23:59:59 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ] {
        assert_eq!(retry_after(at(seconds)).await.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn r36_every_date_has_a_meaning() {
    let last = Some("Fri, 31 Dec 9999 23:59:59 GMT");
    for seconds in [253_402_300_800, 1 << 40] {
        assert_eq!(retry_after(at(seconds)).await.as_deref(), last);
    }
    let first = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(retry_after(first).await, None);
}

#[tokio::test]
async fn r37_a_date_that_has_passed_is_left_out() {
    let now = SystemTime::now();
    for passed in [UNIX_EPOCH, at(1), now - HOUR, now - Duration::from_secs(1)] {
        assert_eq!(retry_after(passed).await, None);
    }
    assert!(retry_after(now + HOUR).await.unwrap().ends_with(" GMT"));
}

#[tokio::test]
async fn r38_freshness_never_outlives_retry_after() {
    let minute = Duration::from_secs(60);
    let kept = least().cache_control(CacheControl::max_age(HOUR));
    assert_eq!(max_age(&kept.clone().retry_after(minute)).await, 60);
    assert_eq!(max_age(&kept.clone().retry_after(2 * HOUR)).await, 3_600);
    assert_eq!(max_age(&kept.clone().retry_after(UNIX_EPOCH)).await, 3_600);
    let counted = max_age(&kept.retry_after(SystemTime::now() + minute)).await;
    assert!((1..=60).contains(&counted), "{counted}");
}

async fn max_age(layer: &NotImplementedLayer) -> u64 {
    let refused = answer(layer, request("BREW")).await;
    let value = refused.field("cache-control").unwrap();
    value.strip_prefix("max-age=").unwrap().parse().unwrap()
}

// ---- content and connections ------------------------------------------------------------------

#[tokio::test]
async fn r39_unread_content_is_never_a_request() {
    let (server, calls) = serve([Method::POST]).await;
    let fake = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    let length = fake.len();
    for framed in [
        format!("content-length: {length}\r\n\r\n{fake}"),
        format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{fake}\r\n0\r\n\r\n"),
        // One byte of the content is still to come.
        format!("content-length: {}\r\n\r\n{fake}", length + 1),
        format!("transfer-encoding: chunked\r\n\r\n{length:x}\r\n{fake}\r\n"),
        format!("transfer-encoding: chunked\r\n\r\nffff\r\n{fake}"),
    ] {
        let mut connection = server.connect().await;
        let head = "DELETE /a HTTP/1.1\r\nhost: a\r\n";
        connection.send([head, &framed].concat()).await;
        let response = connection.response().await;
        assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
        connection.finish().await;
        assert_eq!(connection.rest().await, "", "{framed}");
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r40_unread_content_ends_the_connection_as_announced() {
    let (server, calls) = serve([Method::POST]).await;
    let part = "x".repeat(4_096);
    for framed in [
        "content-length: 5\r\n\r\n".to_owned(),
        "content-length: 5\r\n\r\nhell".to_owned(),
        "transfer-encoding: chunked\r\n\r\n".to_owned(),
        "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_owned(),
        "content-length: 10000000\r\n\r\n".to_owned(),
        format!("content-length: 10000000\r\n\r\n{part}"),
        format!("transfer-encoding: chunked\r\n\r\n1000\r\n{part}\r\n"),
    ] {
        let mut connection = server.connect().await;
        let head = "PUT /a HTTP/1.1\r\nhost: a\r\n";
        connection.send([head, &framed].concat()).await;
        assert_ending(&connection.response().await);
        assert!(connection.is_closed().await);
    }
    assert_eq!(calls.count(), 0);

    for version in [Version::HTTP_10, Version::HTTP_11] {
        let upload = over(version, request("PUT")).map(|_| late());
        let refused = refusal(upload).await;
        assert_eq!(refused.field("connection"), Some("close"));
    }
}

#[tokio::test]
async fn r41_no_100_comes_before_the_501() {
    let (server, calls) = serve([Method::POST]).await;
    for framing in [
        "content-length: 5",
        "content-length: 10000000",
        "transfer-encoding: chunked",
    ] {
        let mut connection = server.connect().await;
        let head = "PUT /a HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n";
        connection.send(format!("{head}{framing}\r\n\r\n")).await;
        assert_ending(&connection.response().await);
        assert_eq!(connection.rest().await, "");
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r42_later_versions_have_no_connection_fields() {
    for version in [Version::HTTP_2, Version::HTTP_3] {
        for layer in configurations() {
            for name in ["BREW", "CONNECT"] {
                let upload = over(version, request(name)).map(|_| late());
                let refused = answer(&layer, upload).await;
                refused.assert_refused();
                for field in ["connection", "keep-alive", "upgrade", "te"] {
                    assert_eq!(refused.field(field), None);
                }
                assert_eq!(refused.field("transfer-encoding"), None);
            }
        }
    }
}

#[tokio::test]
async fn r43_a_request_without_content_keeps_the_connection() {
    let (server, calls) = serve([Method::POST]).await;
    let mut connection = server.connect().await;
    for fields in ["", "content-length: 0\r\n", ""] {
        let head = format!("BREW / HTTP/1.1\r\nhost: a\r\n{fields}\r\n");
        connection.send(head).await;
        let response = connection.response().await;
        assert!(response.starts_with("HTTP/1.1 501 "), "{response}");
        assert!(!response.contains("connection: "), "{response}");
    }
    assert_served(&mut connection).await;
    assert_eq!(calls.count(), 1);
}

async fn assert_served(connection: &mut Connection) {
    connection
        .send("GET /next HTTP/1.1\r\nhost: a\r\n\r\n")
        .await;
    let response = connection.response().await;
    assert!(response.ends_with("\r\n\r\nGET /next"), "{response}");
}

#[tokio::test]
async fn r44_an_open_http2_stream_is_answered_in_full() {
    let (server, calls) = serve([Method::POST]).await;
    let client = http2(&server).await;
    for length in [None, Some("10000000")] {
        let mut upload = http2_request("PUT", "http://a/a");
        if let Some(length) = length {
            let length = HeaderValue::from_static(length);
            upload.headers_mut().insert("content-length", length);
        }
        let mut ready = within(client.clone().ready()).await.unwrap();
        let (response, mut content) = ready.send_request(upload, false).unwrap();
        let refused = Answer::of_http2(within(response).await.unwrap()).await;
        assert_eq!(refused.status, StatusCode::NOT_IMPLEMENTED);
        assert!(refused.text().contains("does not support"));
        let reset = within(poll_fn(|cx| content.poll_reset(cx))).await;
        assert_eq!(reset.unwrap(), h2::Reason::NO_ERROR);

        let get = http2_answer(&client, http2_request("GET", "http://a/next")).await;
        assert_eq!(get.text(), "GET /next");
    }
    assert_eq!(calls.count(), 2);
}

// ---- caching ----------------------------------------------------------------------------------

#[tokio::test]
async fn r45_nothing_is_said_to_caches_by_default() {
    let refused = refusal(request("BREW")).await;
    let mut expected = HeaderMap::new();
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    expected.insert("content-type", text);
    assert_eq!(refused.fields, expected);
}

#[tokio::test]
async fn r46_a_policy_is_one_valid_field() {
    let own = "private=\"x\", no-cache, x=\"y, z\"";
    for (policy, expected) in [
        (CacheControl::no_store(), "no-store"),
        (CacheControl::max_age(HOUR), "max-age=3600"),
        (CacheControl::max_age(Duration::ZERO), "max-age=0"),
        (CacheControl::max_age(Duration::MAX), "max-age=2147483648"),
        (HeaderValue::from_static(own).into(), own),
    ] {
        let first = CacheControl::max_age(Duration::from_secs(1));
        let layer = least().cache_control(first).cache_control(policy);
        let refused = answer(&layer, request("BREW")).await;
        assert_eq!(refused.field("cache-control"), Some(expected));
    }
}

#[tokio::test]
async fn r48_expires_is_never_sent() {
    assert_never_sent(&every_refusal().await, "expires");
}

#[track_caller]
fn assert_never_sent(answers: &[Answer], name: &str) {
    assert!(!answers.is_empty());
    for answer in answers {
        assert_eq!(answer.field(name), None);
    }
}

#[tokio::test]
async fn r49_no_content_is_negotiated_and_vary_never_sent() {
    let mut answers = every_refusal().await;
    for accept in ["application/json", "text/html", "text/plain"] {
        answers.push(refusal(with(request("BREW"), "accept", accept)).await);
    }
    assert_never_sent(&answers, "vary");
}

#[tokio::test]
async fn r50_no_cache_is_addressed_apart() {
    let answers = every_refusal().await;
    for name in [
        "cdn-cache-control",
        "surrogate-control",
        "cloudflare-cdn-cache-control",
    ] {
        assert_never_sent(&answers, name);
    }
}

#[tokio::test]
async fn r51_no_store_stands_alone() {
    let layer = least().retry_after(HOUR).allow_header(true);
    let layer = layer.cache_control(CacheControl::no_store());
    let refused = answer(&layer, request("BREW")).await;
    assert_eq!(refused.field("cache-control"), Some("no-store"));
    let expected = ["allow", "cache-control", "content-type", "retry-after"];
    assert_eq!(refused.names(), BTreeSet::from(expected));
}

#[tokio::test]
async fn r52_staleness_is_never_spoken_of() {
    for answer in every_refusal().await {
        let policy = answer.field("cache-control").unwrap_or_default();
        assert!(!policy.contains("stale"), "{policy}");
        assert!(["", "no-store", "max-age=3600"].contains(&policy));
    }
}

#[tokio::test]
async fn r53_every_user_gets_the_same_answer() {
    let public = HeaderValue::from_static("public, s-maxage=60");
    let mut layers = configurations();
    layers.push(least().cache_control(public));
    for layer in layers {
        let plain = answer(&layer, request("BREW")).await;
        for (name, value) in [("authorization", "Basic YTpi"), ("cookie", "user=a")] {
            let refused = answer(&layer, with(request("BREW"), name, value)).await;
            refused.assert_refused();
            assert_eq!(refused.message(), plain.message());
        }
    }
}

// ---- problem details --------------------------------------------------------------------------

/// The problem of a permanent and of a temporary refusal.
async fn problems(name: &str) -> [Answer; 2] {
    let layer = least().problem_details();
    let permanent = answer(&layer, request(name)).await;
    let temporary = answer(&layer.retry_after(HOUR), request(name)).await;
    [permanent, temporary]
}

#[tokio::test]
async fn r54_problem_details_are_json_whatever_the_method() {
    let long = "X".repeat(8_000);
    for name in ["BREW", "A&B'C", "`|~", "%22", &long] {
        for refused in problems(name).await {
            let content_type = refused.field("content-type");
            assert_eq!(content_type, Some("application/problem+json"));
            assert!(refused.json().is_object());
        }
    }
}

#[tokio::test]
async fn r55_the_status_in_the_problem_is_that_of_the_response() {
    for refused in problems("BREW").await {
        let status = refused.json()["status"].as_u64();
        assert_eq!(status, Some(u64::from(refused.status.as_u16())));
    }
}

#[tokio::test]
async fn r56_the_title_of_the_problem_is_the_status_phrase() {
    for refused in problems("BREW").await {
        let phrase = refused.status.canonical_reason().unwrap();
        assert_eq!(refused.json()["type"], "about:blank");
        assert_eq!(refused.json()["title"], phrase);
    }
}

#[tokio::test]
async fn r57_the_problem_tells_nothing_of_the_server() {
    let cause = "This server does not support the request method for any resource.";
    let conditions = [
        "This is permanent.",
        "This is temporary: try again after the time in Retry-After.",
    ];
    for (refused, condition) in problems("BREW").await.into_iter().zip(conditions) {
        let expected = json!({
            "type": "about:blank",
            "title": "Not Implemented",
            "status": 501,
            "detail": format!("{cause} {condition}"),
        });
        assert_eq!(refused.json(), expected);
    }
}

#[tokio::test]
async fn r58_link_is_never_sent() {
    assert_never_sent(&every_refusal().await, "link");
}

// ---- gRPC -------------------------------------------------------------------------------------

const GRPC: [&str; 3] = [
    "application/grpc",
    "application/grpc-web",
    "application/grpc-web-text",
];

fn grpc_request(content_type: &str) -> Request<refusals::Content> {
    let post = over(Version::HTTP_2, request("POST"));
    with(post, "content-type", content_type)
}

#[tokio::test]
async fn r59_grpc_is_known_by_its_content_type() {
    for (content_types, grpc) in [
        (&["application/grpc"][..], true),
        (&["application/grpc+proto"], true),
        (&["application/grpc;v=1"], true),
        (&["application/grpc ; v=1"], true),
        (&["Application/GRPC+json"], true),
        (&["application/grpc-web"], true),
        (&["application/grpc-web-text+proto"], true),
        (&["APPLICATION/gRPC-Web;v=1"], true),
        (&["application/grpcfoo"], false),
        (&["application/grpc-foo"], false),
        (&["application/grpc-web-textual"], false),
        (&["application/grp"], false),
        (&["application/json"], false),
        (&["text/plain; application/grpc"], false),
        (&[""], false),
        (&["application/grpc", "application/grpc"], false),
        (&["application/grpc", "application/json"], false),
        (&[], false),
    ] {
        let post = over(Version::HTTP_2, request("POST"));
        let refused = refusal(
            content_types
                .iter()
                .fold(post, |request, value| with(request, "content-type", value)),
        )
        .await;
        refused.assert_refused();
        let status = refused.field("grpc-status");
        assert_eq!(status, grpc.then_some("12"), "{content_types:?}");
    }
}

#[tokio::test]
async fn r60_a_grpc_client_sees_unimplemented() {
    assert_eq!(health(MethodSet::new()).await, tonic::Code::Unimplemented);
    assert_eq!(health(Method::POST.into()).await, tonic::Code::Ok);
}

/// What a gRPC client is told by a health service behind the layer.
async fn health(supported: MethodSet) -> tonic::Code {
    let (_reporter, inner) = tonic_health::server::health_reporter();
    let server = Server::start(NotImplemented::new(inner, supported)).await;
    let endpoint = format!("http://{}", server.address);
    let endpoint = tonic::transport::Endpoint::from_shared(endpoint).unwrap();
    let channel = within(endpoint.connect()).await.unwrap();
    let mut client = HealthClient::new(channel);
    let checked = within(client.check(HealthCheckRequest::default())).await;
    checked.map_or_else(|status| status.code(), |_| tonic::Code::Ok)
}

#[tokio::test]
async fn r61_a_grpc_refusal_is_one_headers_frame() {
    let (server, _) = serve(MethodSet::new()).await;
    let client = http2(&server).await;
    let mut call = http2_request("POST", "http://a/a");
    let response = http2_response(&client, call.clone()).await;
    assert!(!response.body().is_end_stream(), "not gRPC: text follows");

    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert("content-type", grpc.clone());
    let response = http2_response(&client, call).await;
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert_eq!(response.headers()["content-type"], grpc);
    assert_eq!(response.headers()["grpc-status"], "12");
    assert!(response.body().is_end_stream());
}

#[tokio::test]
async fn r61_a_grpc_refusal_has_ended_in_every_kind_of_body() {
    let service = least().layer(service_fn(reflect));
    let refuse = || service.clone().oneshot(grpc_request(GRPC[0]));
    assert_ended(&refuse().await.unwrap().map(BodyExt::boxed));
    assert_ended(&refuse().await.unwrap().map(axum::body::Body::new));
    assert_ended(&refuse().await.unwrap().map(tonic::body::Body::new));

    let axum = least().response_body(axum::body::Body::from);
    let axum = axum.layer(axum::Router::new());
    let call = grpc_request(GRPC[0]).map(axum::body::Body::new);
    assert_ended(&axum.oneshot(call).await.unwrap());

    let tonic = |content: Bytes| tonic::body::Body::new(Full::from(content));
    let routes = tonic::service::Routes::default().prepare();
    let routes = least().response_body(tonic).layer(routes);
    let call = grpc_request(GRPC[0]).map(tonic::body::Body::new);
    assert_ended(&routes.oneshot(call).await.unwrap());
}

#[track_caller]
fn assert_ended<B: Body>(response: &Response<B>) {
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(response.body().is_end_stream());
    assert_eq!(response.body().size_hint().exact(), Some(0));
}

#[tokio::test]
async fn r62_grpc_message_is_percent_encoded() {
    for layer in [least(), least().retry_after(HOUR)] {
        for name in ["POST", "%0A", "A%B"] {
            let call = with(request(name), "content-type", GRPC[0]);
            let refused = answer(&layer, call).await;
            let message = refused.field("grpc-message").unwrap();
            assert!(message.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            assert!(!message.contains('%'), "{message}");
            let status = tonic::Status::from_header_map(&refused.fields).unwrap();
            assert_eq!(status.message(), message);
        }
    }
}

#[tokio::test]
async fn r63_a_grpc_refusal_carries_no_other_fields() {
    let expected = BTreeSet::from(["content-type", "grpc-message", "grpc-status"]);
    for layer in configurations() {
        for content_type in GRPC {
            let refused = answer(&layer, grpc_request(content_type)).await;
            assert_eq!(refused.names(), expected);
        }
    }
}

#[tokio::test]
async fn r64_a_grpc_web_refusal_names_its_own_type() {
    for (content_type, own) in [
        ("application/grpc-web+proto", "application/grpc-web"),
        ("application/grpc-web-text", "application/grpc-web-text"),
    ] {
        let call = with(request("POST"), "content-type", content_type);
        let refused = refusal(call).await;
        refused.assert_refused();
        assert_eq!(refused.field("content-type"), Some(own));
        assert_eq!(refused.field("grpc-status"), Some("12"));
        assert!(refused.content.is_empty());
    }
}

#[tokio::test]
async fn r64_a_grpc_web_client_sees_unimplemented() {
    let (server, calls) = serve(MethodSet::new()).await;
    let http1 = hyper_util::client::legacy::Client::builder(TokioExecutor::new());
    let web = tonic_web::GrpcWebClientLayer::new().layer(http1.build_http());
    let origin = format!("http://{}", server.address).parse().unwrap();
    let mut client = HealthClient::with_origin(web, origin);
    let checked = within(client.check(HealthCheckRequest::default())).await;
    assert_eq!(checked.unwrap_err().code(), tonic::Code::Unimplemented);
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn r65_a_grpc_refusal_is_a_501_on_every_version() {
    for version in VERSIONS {
        for content_type in GRPC {
            let call = over(version, grpc_request(content_type));
            let refused = refusal(call).await;
            refused.assert_refused();
            assert_eq!(refused.field("grpc-status"), Some("12"));
        }
    }
}

// ---- CORS -------------------------------------------------------------------------------------

fn preflight(name: &str) -> Request<refusals::Content> {
    let options = with(request("OPTIONS"), "origin", "https://other");
    with(options, "access-control-request-method", name)
}

/// The answer with CORS around the layer.
async fn with_cors(request: Request<refusals::Content>) -> Answer {
    let cors = CorsLayer::new().allow_origin(Any);
    let service = ServiceBuilder::new()
        .layer(cors.allow_methods([Method::PATCH]))
        .layer(NotImplementedLayer::new([Method::PATCH]))
        .service_fn(reflect);
    Answer::of(service.oneshot(request).await.unwrap()).await
}

#[tokio::test]
async fn r66_a_preflight_is_answered_by_cors_outside() {
    let answered = with_cors(preflight("PATCH")).await;
    assert_eq!(answered.status, StatusCode::OK);
    let methods = answered.field("access-control-allow-methods");
    assert_eq!(methods, Some("PATCH"));

    refusal(preflight("PATCH")).await.assert_refused();
    let listed = NotImplementedLayer::new([Method::OPTIONS]);
    let forwarded = answer(&listed, preflight("PATCH")).await;
    forwarded.assert_forwarded("OPTIONS / ");
}

#[tokio::test]
async fn r67_a_refusal_keeps_the_fields_of_cors_outside() {
    let brew = || with(request("BREW"), "origin", "https://other");
    let refused = with_cors(brew()).await;
    refused.assert_refused();
    let origin = refused.field("access-control-allow-origin");
    assert_eq!(origin, Some("*"));
    assert_eq!(refused.content, refusal(brew()).await.content);
}

#[tokio::test]
async fn r68_the_method_a_preflight_asks_for_changes_nothing() {
    let listed = NotImplementedLayer::new([Method::OPTIONS]);
    for name in ["BOGUS", "GET", "*"] {
        let forwarded = answer(&listed, preflight(name)).await;
        forwarded.assert_forwarded("OPTIONS / ");
        refusal(preflight(name)).await.assert_refused();
    }
}

// ---- the service ------------------------------------------------------------------------------

#[tokio::test]
async fn r69_the_mark_alone_carries_the_method() {
    let expected = refusal(request("BREW")).await;
    let mut seen = BTreeSet::new();
    for name in tokens(10_000) {
        let refused = refusal(request(&name)).await;
        refused.assert_refused();
        assert_eq!(refused.message(), expected.message());
        assert_eq!(refused.mark.unwrap().method(), name.as_str());
        seen.insert(name);
    }
    assert!(seen.len() > 9_000, "{}", seen.len());
}

#[tokio::test]
async fn r70_a_refusal_waits_for_no_inner_work() {
    let failing = service_fn(|_| async { Err::<Response<Full<Bytes>>, _>("broken") });
    let service = least().layer(failing);
    let refused = service.clone().oneshot(request("BREW")).await.unwrap();
    assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED);
    let forwarded = service.oneshot(request("GET")).await;
    assert_eq!(forwarded.unwrap_err(), "broken");

    let stuck = service_fn(|_| std::future::pending::<Result<Response<Full<Bytes>>, ()>>());
    let refused = within(least().layer(stuck).oneshot(request("BREW"))).await;
    assert_eq!(refused.unwrap().status(), StatusCode::NOT_IMPLEMENTED);
}

/// Readiness is the inner service's, for no request is known yet.
#[tokio::test]
async fn r70_readiness_is_forwarded() {
    type Inner = tower_test::mock::Mock<Request<refusals::Content>, Response<Full<Bytes>>>;
    let wrap = |inner: Inner| least().layer(inner);
    let (mut service, mut inner) = tower_test::mock::spawn_with(wrap);
    inner.allow(0);
    assert!(service.poll_ready().is_pending());

    inner.allow(1);
    assert!(service.poll_ready().is_ready());
    let refused = service.call(request("BREW")).await.unwrap();
    assert_eq!(refused.status(), StatusCode::NOT_IMPLEMENTED);
    assert!(inner.next_request().now_or_never().is_none());

    inner.send_error("broken");
    let ready = service.poll_ready().map(|ready| ready.is_err());
    assert!(matches!(ready, std::task::Poll::Ready(true)));
}
