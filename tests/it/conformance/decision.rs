//! R1 to R13: whether a request is refused.

use crate::support::{
    refusals::{
        answer, configurations, http2, http2_answer, http2_request, is_tchar, least, method,
        reflect, refusal, registered_names, request, serve, tokens, Answer,
    },
    within,
};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Version};
use http_body_util::Full;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::{service_fn, Layer, ServiceExt};
use tower_not_implemented::{MethodSet, NotImplementedLayer};

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
        let response = within(service.clone().oneshot(request(&name))).await;
        let response = response.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED, "{name}");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn r02_r32_what_the_inner_service_answers_is_passed_on() {
    for (status, allow) in [(200, "GET"), (404, ""), (405, "GET, put"), (501, "GET")] {
        let own = [
            ("allow", allow),
            ("retry-after", "7"),
            ("x-own", "a"),
            ("x-own", "b"),
        ];
        let inner = service_fn(|_: Request<_>| async move {
            let response = Response::builder().status(status).version(Version::HTTP_10);
            let response = own
                .iter()
                .fold(response, |it, (name, value)| it.header(*name, *value));
            response.extension(7_u8).body(Full::<Bytes>::from("inner"))
        });
        for layer in configurations() {
            println!("{status}: {layer:?}");
            let response = within(layer.layer(inner).oneshot(request("GET"))).await;
            let response = response.unwrap();
            assert_eq!(response.version(), Version::HTTP_10);
            assert_eq!(response.extensions().get(), Some(&7_u8));
            let answer = Answer::of(response).await;
            assert_eq!((answer.status.as_u16(), answer.text()), (status, "inner"));
            let fields = answer.fields.iter();
            let fields = fields.map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
            assert_eq!(fields.collect::<Vec<_>>(), own);
            assert!(answer.mark.is_none());
        }
    }
}

#[tokio::test]
async fn r03_get_and_head_are_never_refused() {
    let sets = [
        MethodSet::from([Method::POST]),
        MethodSet::from([]),
        MethodSet::from_iter(Some(Method::PUT)),
        "POST".parse().unwrap(),
        MethodSet::default()
            .without(&Method::GET)
            .without(&Method::HEAD),
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
        if is_tchar(octet) {
            let layer = NotImplementedLayer::new([method(&element)]);
            let forwarded = answer(&layer, request(&element)).await;
            forwarded.assert_forwarded(&format!("{element} / "));
            refusal(request(&element)).await.assert_refused();
        }
        // White space around an element belongs to the list; a vertical bar is taken for one
        // between two methods.
        if !char::from(octet).is_whitespace() {
            let read = element.parse::<MethodSet>().is_ok();
            assert_eq!(read, is_tchar(octet) && octet != b'|', "{element:?}");
        }
    }
    for value in [
        "", " ", "A B", "A/B", "A|B", "A,,B", "A,", "<A>", "É", "get",
    ] {
        assert!(value.parse::<MethodSet>().is_err(), "{value:?}");
    }
}

#[tokio::test]
async fn r06_long_methods_are_refused_in_few_words() {
    let (server, calls) = serve(MethodSet::REGISTERED).await;
    let mut connection = server.connect().await;
    for length in [16, 1_024, 8_000, 400_000] {
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
    assert_eq!(MethodSet::from([method("*")]), MethodSet::GET_HEAD);
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
    let forms = "* / /GET /a/b?c=GET http://u@other:8080/a%20b?c other:443";
    let usual = "/.well-known/a /health /healthz /ready /metrics /favicon.ico /index.html";
    let long = format!("/{}", "a".repeat(4_000));
    for target in forms.split(' ').chain(usual.split(' ')).chain([&*long]) {
        let to = |name| {
            let mut request = request(name);
            *request.uri_mut() = target.parse().unwrap();
            request
        };
        let refused = answer(&layer, to("BREW")).await;
        refused.assert_refused();
        assert_eq!(refused.message(), plain.message());
        let forwarded = answer(&layer, to("POST")).await;
        forwarded.assert_forwarded(&format!("POST {target} "));
    }
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
    for set in [MethodSet::STANDARD, MethodSet::GET_HEAD] {
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
async fn r13_a_mandatory_request_is_an_unknown_method() {
    let (server, calls) = serve(MethodSet::REGISTERED).await;
    let mandatory = "M-GET /document HTTP/1.1\r\nhost: a\r\n\
                     c-man: \"https://example.com/extension\"\r\nconnection: C-Man\r\n\r\n";
    let response = server.exchange(mandatory).await;
    let status_line = "HTTP/1.1 501 Not Implemented\r\n";
    assert!(response.starts_with(status_line), "{response}");
    assert_eq!(calls.count(), 0);
}
