//! A dry run: what would be refused is forwarded as if the layer were not there, and marked.

use super::{
    answer, assert_ready, at_once, content, next_frame, request, Frames, Incoming, Outgoing, Tag,
};
use crate::support::{
    refusals::{
        http2, http2_answer, http2_request, late, method, over, registered_names, request_to,
        tokens, with, Content,
    },
    Server,
};
use axum::{http::StatusCode, middleware::map_response, routing::any, Router};
use bytes::Bytes;
use futures_util::{future::poll_fn, FutureExt};
use http::{Method, Request, Response, Version};
use http_body::Frame;
use http_body_util::Full;
use std::{
    convert::Infallible,
    future::ready,
    task::{Context, Poll},
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{DryRun, MethodSet, NotImplementedLayer, UnsupportedMethod};
use tower_test::mock;

fn dry_run() -> NotImplementedLayer {
    NotImplementedLayer::default().dry_run(true)
}

/// The method that the mark names, where there is one.
fn marked<B>(response: &Response<B>) -> Option<String> {
    let mark = response.extensions().get::<DryRun>();
    mark.map(|mark| mark.method().to_string())
}

fn refused<B>(response: &Response<B>) -> bool {
    response.extensions().get::<UnsupportedMethod>().is_some()
}

#[test]
fn what_would_be_refused_reaches_the_inner_service_untouched_and_its_response_is_marked() {
    for status in [200, 204, 404, 501, 999] {
        let (mut service, mut handle) = mock::spawn_layer::<Incoming, Outgoing, _>(dry_run());
        assert_ready(&mut service);
        let mut sent = request("BREW");
        *sent.version_mut() = Version::HTTP_10;
        *sent.body_mut() = Full::from("content");
        for (name, value) in [("expect", "100-continue"), ("content-length", "7")] {
            sent.headers_mut().insert(name, value.parse().unwrap());
        }
        sent.extensions_mut().insert(Tag("request"));
        let fields = sent.headers().clone();
        let future = service.call(sent);

        let (reached, respond) = at_once(handle.next_request()).unwrap();
        assert_eq!(
            (reached.method().as_str(), reached.version()),
            ("BREW", Version::HTTP_10)
        );
        assert_eq!(
            (reached.uri().path(), reached.headers()),
            ("/path", &fields)
        );
        assert_eq!(reached.extensions().get(), Some(&Tag("request")));
        assert_eq!(reached.extensions().len(), 1);
        assert_eq!(content(reached.into_body()), "content");

        let response = Response::builder().status(status).header("x-own", "1");
        let response = response.extension(Tag("response")).body("inner".into());
        respond.send_response(response.unwrap());
        let response = at_once(future).unwrap();
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(marked(&response).as_deref(), Some("BREW"));
        assert!(!refused(&response));
        assert_eq!(response.extensions().get(), Some(&Tag("response")));
        assert_eq!(response.headers()["x-own"], "1");
        assert_eq!(response.headers().len(), 1);
        assert_eq!(content(response.into_body()), "inner");
    }
}

/// Whether `layer` refuses, and whether it marks.
fn judged(layer: &NotImplementedLayer, request: Request<Content>) -> (bool, bool) {
    let inner = service_fn(|_| ready(Ok::<_, Infallible>(Outgoing::default())));
    let response = at_once(layer.layer(inner).call(request)).unwrap();
    (refused(&response), marked(&response).is_some())
}

#[test]
fn exactly_what_would_be_refused_is_marked() {
    let sets = [
        MethodSet::GET_HEAD,
        MethodSet::STANDARD,
        MethodSet::from([method("brew")]),
    ];
    let names = registered_names().into_iter().map(String::from);
    for name in names.chain(["brew", "BREW", "get", "PRI", "*"].map(String::from)) {
        for (set, tunnels) in sets.iter().flat_map(|set| [(set, false), (set, true)]) {
            let layer = NotImplementedLayer::new(set.clone()).tunnels(tunnels);
            for target in ["/", "localhost:443"] {
                for version in [
                    Version::HTTP_10,
                    Version::HTTP_11,
                    Version::HTTP_2,
                    Version::HTTP_3,
                ] {
                    let request = || over(version, request_to(&name, target));
                    let (refuses, marks) = judged(&layer, request());
                    let dry = judged(&layer.clone().dry_run(true), request());
                    assert!(!marks);
                    assert_eq!(dry, (false, refuses), "{name} {target} {version:?} {set}");
                }
            }
        }
    }
}

#[test]
fn content_is_not_read_and_no_timer_is_made() {
    let layer = dry_run().discard_timeout(|| -> std::future::Pending<()> { panic!("a timer") });
    for version in [Version::HTTP_11, Version::HTTP_2] {
        for method in ["BREW", "CONNECT"] {
            let upload = request_to(method, "localhost:443").map(|_| late());
            let upload = with(over(version, upload), "content-length", "5");
            // The inner service, which does not read either, answers at once.
            assert_eq!(
                judged(&layer, upload),
                (false, true),
                "{method} {version:?}"
            );
        }
    }
}

#[test]
fn the_error_of_the_inner_service_passes_on_as_it_is() {
    let inner = service_fn(|_: Incoming| ready(Err::<Outgoing, _>("broken")));
    let answer = at_once(dry_run().layer(inner).call(request("BREW")));
    assert_eq!(answer.unwrap_err(), "broken");
}

#[test]
fn the_mark_arrives_however_often_the_inner_future_is_pending() {
    for pending in [0, 1, 2, 100] {
        let inner = service_fn(|_: Incoming| {
            let mut polls = 0;
            poll_fn(move |_| {
                polls += 1;
                if polls <= pending {
                    return Poll::Pending;
                }
                Poll::Ready(Ok::<_, Infallible>(Outgoing::default()))
            })
        });
        let mut future = Box::pin(dry_run().layer(inner).call(request("BREW")));
        for _ in 0..pending {
            assert!(future.as_mut().now_or_never().is_none());
        }
        assert_eq!(marked(&at_once(future).unwrap()).as_deref(), Some("BREW"));
    }
}

#[test]
fn beside_the_refusal_of_an_inner_layer_both_marks_are_there() {
    let refusing = NotImplementedLayer::new([]).layer(service_fn(answer));
    let mut service = NotImplementedLayer::new([Method::PUT])
        .dry_run(true)
        .layer(refusing);
    let both = at_once(service.call(request("POST"))).unwrap();
    assert_eq!(both.status(), StatusCode::NOT_IMPLEMENTED);
    assert_eq!(
        (marked(&both).as_deref(), refused(&both)),
        (Some("POST"), true)
    );
    let inner = at_once(service.call(request("PUT"))).unwrap();
    assert_eq!((marked(&inner), refused(&inner)), (None, true));
}

#[test]
fn readiness_is_the_inner_services_and_a_call_asks_for_none() {
    struct Counting(usize);
    impl Service<Incoming> for Counting {
        type Response = Outgoing;
        type Error = &'static str;
        type Future = std::future::Ready<Result<Outgoing, &'static str>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
            self.0 += 1;
            match self.0 {
                1 => Poll::Pending,
                2 => Poll::Ready(Ok(())),
                _ => Poll::Ready(Err("worn out")),
            }
        }

        fn call(&mut self, _: Incoming) -> Self::Future {
            ready(Ok(Outgoing::default()))
        }
    }
    for dry_run in [false, true] {
        let layer = NotImplementedLayer::default().dry_run(dry_run);
        let mut service = layer.layer(Counting(0));
        let poll = |service: &mut _| {
            let cx = &mut Context::from_waker(futures_util::task::noop_waker_ref());
            Service::<Incoming>::poll_ready(service, cx)
        };
        assert!(poll(&mut service).is_pending());
        assert_eq!(poll(&mut service), Poll::Ready(Ok(())));
        for method in ["GET", "BREW"] {
            at_once(service.call(request(method))).unwrap();
        }
        assert_eq!(service.get_ref().0, 2, "a call polled readiness");
        assert_eq!(poll(&mut service), Poll::Ready(Err("worn out")));
    }
}

#[test]
fn a_wrapped_body_passes_on_frame_by_frame() {
    let inner = service_fn(|_: Incoming| {
        let frames = Frames::new([Ok(Frame::data(Bytes::from("one"))), Err("torn")]);
        ready(Ok::<_, Infallible>(Response::new(frames)))
    });
    let mut response = at_once(dry_run().wrap_body().layer(inner).call(request("BREW"))).unwrap();
    assert_eq!(marked(&response).as_deref(), Some("BREW"));
    let body = response.body_mut();
    assert_eq!(
        next_frame(body).unwrap().unwrap().into_data().unwrap(),
        "one"
    );
    assert_eq!(next_frame(body).unwrap().unwrap_err(), "torn");
}

#[test]
fn a_label_is_a_registered_name_or_other() {
    fn label(name: &str, dry_run: bool) -> &'static str {
        // GET and HEAD are in every set.
        let layer = NotImplementedLayer::new([]).dry_run(dry_run);
        let mut service = layer.layer(service_fn(answer));
        let response = at_once(service.call(request(name))).unwrap();
        let refusal = response.extensions().get().map(UnsupportedMethod::label);
        let forwarded = response.extensions().get().map(DryRun::label);
        assert_eq!(
            (refusal.is_some(), forwarded.is_some()),
            (!dry_run, dry_run)
        );
        refusal.or(forwarded).unwrap()
    }
    for dry_run in [false, true] {
        for method in MethodSet::REGISTERED.iter().skip(2) {
            assert_eq!(label(method.as_str(), dry_run), method.as_str());
        }
        let others = tokens(1_000).chain(["get", "PRI", "*", "GETS", "_OTHER"].map(String::from));
        for name in others {
            assert_eq!(label(&name, dry_run), "_OTHER", "{name}");
        }
    }
}

/// Shows the mark to a client.
async fn show_mark(mut response: axum::response::Response) -> axum::response::Response {
    if let Some(mark) = marked(&response) {
        let mark = mark.parse().unwrap();
        response.headers_mut().insert("x-mark", mark);
    }
    response
}

#[tokio::test]
async fn over_http_1_1_and_http_2_axum_answers_as_without_the_layer() {
    let routes = || {
        let route = any(|method: Method| async move { method.to_string() });
        Router::new().route("/any", route)
    };
    let bare = Server::of(|listener| axum::serve(listener, routes())).await;
    let layered = routes().layer(dry_run()).layer(map_response(show_mark));
    let layered = Server::of(|listener| axum::serve(listener, layered)).await;
    for (method, target, mark) in [
        ("GET", "/any", None),
        ("BREW", "/any", Some("BREW")),
        ("PROPFIND", "/nowhere", Some("PROPFIND")),
        ("POST", "/nowhere", None),
    ] {
        let line = format!("{method} {target}");
        let mark_field = mark.map(|mark| format!("x-mark: {mark}\r\n"));
        let expected = bare.connect().await.ask(&line).await;
        let answer = layered.connect().await.ask(&line).await;
        let mark_field = mark_field.unwrap_or_default();
        assert!(answer.contains(&mark_field), "{answer}");
        let undated = |answer: &str| {
            let lines = answer.lines().filter(|line| !line.starts_with("date: "));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            undated(&answer.replace(&mark_field, "")),
            undated(&expected)
        );

        let uri = format!("http://localhost{target}");
        let ask = |client| async move { http2_answer(&client, http2_request(method, &uri)).await };
        let (expected, answer) = (
            ask.clone()(http2(&bare).await).await,
            ask(http2(&layered).await).await,
        );
        assert_eq!(
            (answer.status, &answer.content),
            (expected.status, &expected.content)
        );
        assert_eq!(answer.field("x-mark"), mark, "{line}");
    }
}
