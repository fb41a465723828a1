//! One service, and a clone of it for each request, as hyper-util and axum make them: by one
//! thread, and by two at the same time.

// Samples of 100,000 requests, so that the threads overlap.
#[divan::bench_group(threads = [1, 2], sample_count = 20, sample_size = 100)]
mod one_service {
    use crate::scenarios::{
        axum::{around, around_validate, ask, router},
        inner::Ready,
        peers, ROUNDS,
    };
    use axum::extract::Request;
    use divan::Bencher;
    use http::{Method, Response};
    use http_body::Body;
    use std::{convert::Infallible, hint::black_box};
    use tower::{Layer, Service};
    use tower_http::validate_request::ValidateRequestHeaderLayer;

    #[divan::bench]
    fn bare(bencher: Bencher<'_, '_>) {
        clones(bencher, "GET", &Ready);
    }

    #[divan::bench(args = ["GET", "FOO"])]
    fn layer(bencher: Bencher<'_, '_>, method: &str) {
        clones(bencher, method, &peers::custom().layer(Ready));
    }

    #[divan::bench(args = ["GET", "FOO"])]
    fn validate(bencher: Bencher<'_, '_>, method: &str) {
        let layer = ValidateRequestHeaderLayer::custom(peers::validate);
        clones(bencher, method, &layer.layer(Ready));
    }

    #[divan::bench(args = ["GET", "FOO"])]
    fn router_bare(bencher: Bencher<'_, '_>, method: &str) {
        clones(bencher, method, &router());
    }

    #[divan::bench(args = ["GET", "FOO"])]
    fn router_layer(bencher: Bencher<'_, '_>, method: &str) {
        clones(bencher, method, &around());
    }

    #[divan::bench(args = ["GET", "FOO"])]
    fn router_validate(bencher: Bencher<'_, '_>, method: &str) {
        clones(bencher, method, &around_validate());
    }

    fn clones<S, B>(bencher: Bencher<'_, '_>, method: &str, service: &S)
    where
        S: Service<Request, Response = Response<B>, Error = Infallible> + Clone + Sync,
        B: Body,
    {
        let method = Method::from_bytes(method.as_bytes()).expect("the name is a token");
        bencher.bench(|| {
            for _ in 0..ROUNDS {
                black_box(ask(&mut black_box(service).clone(), &method));
            }
        });
    }
}
