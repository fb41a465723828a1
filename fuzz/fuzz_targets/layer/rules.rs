//! What must hold of every case.

use super::{
    body::{self, TestBody},
    config::Expected,
    inner::{self, Inner},
    refusal::Refusal,
    request::Mark,
    waker, Case,
};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use std::{
    future::Future,
    pin::{pin, Pin},
    sync::Arc,
    task::Poll,
    time::SystemTime,
};
use tower_not_implemented::{DryRun, MakeResponseBody, NotImplemented, UnsupportedMethod};
use tower_service::Service;

impl Case<'_> {
    pub(super) fn check<F>(&self, mut service: NotImplemented<Inner<'_>, F>, expected: &Expected)
    where
        F: MakeResponseBody<TestBody> + Clone,
        F::ResponseBody: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        if self.clones {
            service = service.clone();
        }
        let mut ready = || waker::poll(|cx| service.poll_ready(cx)).0;
        for _ in 0..self.inner.busy() {
            assert_eq!(ready(), Poll::Pending);
        }
        let readiness = self.inner.readiness();
        assert_eq!(ready(), Poll::Ready(readiness));
        if readiness.is_err() {
            return;
        }
        let mark = Arc::new(());
        let request = self.request.request(Mark(mark.clone()));
        let supported = expected.forwards(&request);
        assert!(supported || !matches!(*request.method(), Method::GET | Method::HEAD));
        let refusal = Refusal::new(&request, expected);
        let marked = Some(request.method().clone()).filter(|_| !supported);
        let future = pin!(service.call(request));
        let calls = service.get_ref().calls.borrow();
        if supported || expected.dry_run {
            assert_eq!(calls.len(), 1);
            self.check_request(&calls[0], &mark);
            self.check_forwarded(future, marked.as_ref());
        } else {
            assert_eq!(Arc::strong_count(&mark), 1, "extensions wait too");
            check_refused(future, &refusal);
            assert!(calls.is_empty(), "a refused request got through");
        }
    }

    /// The inner service got the request as it was.
    fn check_request(&self, request: &Request<TestBody>, mark: &Arc<()>) {
        let sent = self.request.request(Mark(mark.clone()));
        assert_eq!(request.method(), sent.method());
        assert_eq!(request.uri(), sent.uri());
        assert_eq!(request.version(), sent.version());
        assert_eq!(request.headers(), sent.headers());
        let Some(Mark(kept)) = request.extensions().get() else {
            panic!("an extension is gone");
        };
        assert!(Arc::ptr_eq(kept, mark));
        assert_eq!(request.body().log.get().polls, 0);
    }

    /// The response is the inner service's as it was, but for the mark of a dry run.
    fn check_forwarded<Fut, B>(&self, mut future: Pin<&mut Fut>, marked: Option<&Method>)
    where
        Fut: Future<Output = Result<Response<B>, inner::Error>>,
        B: Body<Data = Bytes, Error = body::Error> + Unpin,
    {
        let mut poll = || waker::poll(|cx| future.as_mut().poll(cx)).0;
        for _ in 0..self.inner.delay() {
            assert!(poll().is_pending());
        }
        let Poll::Ready(response) = poll() else {
            panic!("the answer is late");
        };
        assert!(poll().is_pending(), "the inner future's matter");
        let (mut response, mut expected) = match (response, self.inner.answer()) {
            (Ok(response), Ok(expected)) => (response, expected),
            (Err(error), Err(expected)) => return assert_eq!(error, expected),
            _ => panic!("errors are the inner service's"),
        };
        assert_eq!(response.status(), expected.status());
        assert_eq!(response.version(), expected.version());
        assert_eq!(response.headers(), expected.headers());
        assert_eq!(response.extensions().get(), Some(&inner::Mark));
        assert!(response.extensions().get::<UnsupportedMethod>().is_none());
        let mark = response.extensions().get::<DryRun>();
        assert_eq!(mark.map(DryRun::method), marked);
        for _ in 0..self.inner.body.len() + 3 {
            let (body, expected) = (response.body_mut(), expected.body_mut());
            assert_eq!(body.is_end_stream(), expected.is_end_stream());
            assert_same_hint(body, expected);
            let (frame, woken) = body::next(body);
            let (expected, wakes) = body::next(expected);
            assert_same_frame(frame, expected);
            assert_eq!(woken, wakes);
        }
    }
}

fn check_refused<Fut, B>(mut future: Pin<&mut Fut>, refusal: &Refusal<'_>)
where
    Fut: Future<Output = Result<Response<B>, inner::Error>>,
    B: Body<Data = Bytes, Error = body::Error> + Unpin,
{
    let discarding = &refusal.discarding;
    loop {
        let earliest = SystemTime::now();
        let polled = discarding.poll(|cx| future.as_mut().poll(cx));
        if let Poll::Ready(response) = polled {
            let made = earliest..=SystemTime::now();
            discarding.check_read();
            refusal.check(response.expect("no refusal is an error"), &made);
            break;
        }
        if discarding.hangs() {
            return;
        }
    }
    for _ in 0..2 {
        let (polled, wakes) = waker::poll(|cx| future.as_mut().poll(cx));
        assert!(polled.is_pending() && wakes == 0, "polled after its end");
        discarding.check_read();
    }
}

fn assert_same_hint(one: &impl Body, other: &impl Body) {
    let (one, other) = (one.size_hint(), other.size_hint());
    assert_eq!((one.lower(), one.upper()), (other.lower(), other.upper()));
}

fn assert_same_frame(frame: body::Next, expected: body::Next) {
    match (frame, expected) {
        (Poll::Ready(Some(Ok(frame))), Poll::Ready(Some(Ok(expected)))) => {
            assert_eq!(frame.trailers_ref(), expected.trailers_ref());
            // Not just the same bytes: the same memory.
            let place = |data: &Bytes| (data.as_ptr(), data.len());
            let expected = expected.data_ref().map(place);
            assert_eq!(frame.data_ref().map(place), expected);
        }
        (Poll::Ready(Some(Err(error))), Poll::Ready(Some(Err(expected)))) => {
            assert_eq!(error, expected);
        }
        (Poll::Ready(None), Poll::Ready(None)) | (Poll::Pending, Poll::Pending) => {}
        (frame, expected) => panic!("{frame:?}, not {expected:?}"),
    }
}
