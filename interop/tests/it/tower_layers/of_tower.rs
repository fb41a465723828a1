//! The rows of tower.

use super::{refusing, row, stack, Content, Hello, Row};
use http::Request;
use std::{
    convert::Infallible,
    future::{ready, Ready},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Semaphore;
use tower::{
    balance::p2c::Balance,
    buffer::BufferLayer,
    discover::ServiceList,
    filter::{AsyncFilterLayer, FilterLayer},
    hedge::{self, Hedge},
    layer::{
        layer_fn,
        util::{Identity, Stack},
    },
    limit::{ConcurrencyLimitLayer, GlobalConcurrencyLimitLayer, RateLimitLayer},
    load::{CompleteOnResponse, Constant, PeakEwma, PendingRequests},
    load_shed::LoadShedLayer,
    make::Shared,
    reconnect::Reconnect,
    retry::{Policy, RetryLayer},
    spawn_ready::SpawnReadyLayer,
    steer::Steer,
    timeout::TimeoutLayer,
    util::{
        AndThenLayer, BoxCloneServiceLayer, BoxCloneSyncServiceLayer, BoxLayer, FutureService,
        MapErrLayer, MapFutureLayer, MapRequestLayer, MapResponseLayer, MapResultLayer, ThenLayer,
    },
    BoxError, Layer, ServiceBuilder,
};

const LONG: Duration = Duration::from_secs(20);

/// Retries nothing and hedges nothing, but keeps a copy of the request, which is what both need.
#[derive(Clone)]
struct Never;

impl<R, E> Policy<Request<Content>, R, E> for Never {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut Request<Content>, _: &mut Result<R, E>) -> Option<Ready<()>> {
        None
    }

    fn clone_request(&mut self, request: &Request<Content>) -> Option<Request<Content>> {
        Some(request.clone())
    }
}

impl hedge::Policy<Request<Content>> for Never {
    fn clone_request(&self, request: &Request<Content>) -> Option<Request<Content>> {
        Some(request.clone())
    }

    fn can_retry(&self, _: &Request<Content>) -> bool {
        false
    }
}

fn accept(request: Request<Content>) -> Result<Request<Content>, BoxError> {
    match request.uri().path() {
        "/path" => Ok(request),
        other => Err(other.into()),
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = limits();
    rows.extend(functions());
    rows.extend(boxes());
    rows.extend(many());
    rows
}

fn limits() -> Vec<Row> {
    vec![
        row!("Buffer", BufferLayer::new(4)),
        row!("ConcurrencyLimit", ConcurrencyLimitLayer::new(1)),
        row!(
            "GlobalConcurrencyLimit",
            GlobalConcurrencyLimitLayer::new(1)
        ),
        row!("GlobalConcurrencyLimit with a semaphore", {
            GlobalConcurrencyLimitLayer::with_semaphore(Arc::new(Semaphore::new(1)))
        }),
        row!("LoadShed", LoadShedLayer::new()),
        row!("RateLimit", RateLimitLayer::new(100, LONG)),
        row!("Timeout", TimeoutLayer::new(LONG)),
        row!("Retry", RetryLayer::new(Never)),
        row!("SpawnReady", SpawnReadyLayer::new()),
        row!(
            "Hedge",
            layer_fn(|inner| Hedge::new(inner, Never, 1, 0.9, LONG))
        ),
    ]
}

fn functions() -> Vec<Row> {
    vec![
        row!("Filter", FilterLayer::new(accept)),
        row!(
            "AsyncFilter",
            AsyncFilterLayer::new(|request| ready(accept(request)))
        ),
        row!(
            "MapRequest",
            MapRequestLayer::new(|request: Request<Content>| request)
        ),
        row!("MapResponse", MapResponseLayer::new(|response| response)),
        row!("MapErr", MapErrLayer::new(|error: Infallible| error)),
        row!(
            "MapResult",
            MapResultLayer::new(|result: Result<_, Infallible>| result)
        ),
        row!("MapFuture", MapFutureLayer::new(|future| future)),
        row!(
            "Then",
            ThenLayer::new(|result: Result<_, Infallible>| ready(result))
        ),
        row!(
            "AndThen",
            AndThenLayer::new(|response| ready(Ok::<_, Infallible>(response)))
        ),
    ]
}

fn boxes() -> Vec<Row> {
    vec![
        row!("Identity", Identity::new()),
        row!(
            "Stack",
            Stack::new(TimeoutLayer::new(LONG), LoadShedLayer::new())
        ),
        row!(
            "ServiceBuilder",
            ServiceBuilder::new().load_shed().timeout(LONG)
        ),
        row!("BoxLayer", BoxLayer::new(TimeoutLayer::new(LONG))),
        row!(
            "BoxCloneServiceLayer",
            BoxCloneServiceLayer::new(TimeoutLayer::new(LONG))
        ),
        row!("BoxCloneSyncServiceLayer", {
            BoxCloneSyncServiceLayer::new(TimeoutLayer::new(LONG))
        }),
        row!(
            "FutureService",
            layer_fn(|inner| { FutureService::new(ready(Ok::<_, Infallible>(inner))) })
        ),
        row!(
            "Reconnect",
            layer_fn(|inner| Reconnect::new(Shared::new(inner), ()))
        ),
    ]
}

fn many() -> Vec<Row> {
    vec![
        row!(
            "Steer",
            layer_fn(|inner| { Steer::new([inner], |_: &Request<Content>, _: &[_]| 0) })
        ),
        row!(
            "Balance",
            layer_fn(|inner| {
                let load = PendingRequests::new(inner, CompleteOnResponse::default());
                Balance::new(ServiceList::new::<Request<Content>>([load]))
            })
        ),
        row!(
            "PeakEwma",
            layer_fn(|inner| { PeakEwma::new(inner, LONG, 1e9, CompleteOnResponse::default()) })
        ),
        row!(
            "PendingRequests",
            layer_fn(|inner| { PendingRequests::new(inner, CompleteOnResponse::default()) })
        ),
        row!("Constant", layer_fn(|inner| Constant::new(inner, 1))),
    ]
}
