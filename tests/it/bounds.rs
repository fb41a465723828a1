//! The layer asks no more of bodies, errors, services and closures than it needs: none is `Send`,
//! `Sync`, `Unpin`, `Clone`, `Debug` or `'static` here.

use bytes::Bytes;
use futures_util::{task::noop_waker_ref, FutureExt};
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use std::{
    borrow::Cow,
    cell::Cell,
    future::Future,
    io::Cursor,
    marker::{PhantomData, PhantomPinned},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};
use tower::{service_fn, Layer, Service};
use tower_not_implemented::{
    MakeResponseBody, NotImplemented, NotImplementedLayer, ResponseBody, ResponseFuture,
};

/// An error that nobody can show.
struct Opaque(Rc<Cell<usize>>);

/// Content that counts its polls outside, and fails at the third one.
struct Borrowing<'a> {
    polls: &'a Cell<usize>,
    error: Rc<Cell<usize>>,
    _pinned: PhantomPinned,
}

impl<'a> Borrowing<'a> {
    fn new(polls: &'a Cell<usize>) -> Self {
        Self {
            polls,
            error: Rc::default(),
            _pinned: PhantomPinned,
        }
    }
}

impl Body for Borrowing<'_> {
    type Data = Cursor<Rc<[u8]>>;
    type Error = Opaque;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Opaque>>> {
        self.polls.set(self.polls.get() + 1);
        Poll::Ready(Some(match self.polls.get() {
            3 => Err(Opaque(self.error.clone())),
            _ => Ok(Frame::data(Cursor::new(Rc::from(*b"part")))),
        }))
    }
}

/// An inner service whose answers are no body, and whose future borrows.
struct Local<'a>(&'a Cell<usize>);

impl<'a, B: 'a> Service<Request<B>> for Local<'a> {
    type Response = Response<Opaque>;
    type Error = Opaque;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Opaque>, Opaque>> + 'a>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Opaque>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.0.set(self.0.get() + 1);
        Box::pin(async move {
            match request.uri().path() {
                "/fails" => Err(Opaque(Rc::new(Cell::new(7)))),
                _ => Ok(Response::new(Opaque(Rc::default()))),
            }
        })
    }
}

fn request<B>(method: &str, path: &str, content: B) -> Request<B> {
    let request = Request::builder().method(method).uri(path);
    request.body(content).unwrap()
}

fn now<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("ready at once")
}

#[test]
fn a_local_service_answers_fails_and_refuses_borrowed_content_that_fails() {
    let (polls, calls) = (Cell::new(0), Cell::new(0));
    let mut service = NotImplementedLayer::default()
        .wrap_body()
        .layer(Local(&calls));
    let mut cx = Context::from_waker(noop_waker_ref());
    let ready = Service::<Request<Borrowing<'_>>>::poll_ready(&mut service, &mut cx);
    assert!(matches!(ready, Poll::Ready(Ok(()))));
    let mut call = |method, path| now(service.call(request(method, path, Borrowing::new(&polls))));
    assert!(matches!(call("GET", "/"), Ok(response) if response.status() == 200));
    assert!(matches!(call("GET", "/fails"), Err(Opaque(number)) if number.get() == 7));
    assert_eq!((polls.get(), calls.get()), (0, 2));

    let Ok(response) = call("BREW", "/") else {
        panic!("a refusal is no error")
    };
    assert_eq!(response.status(), StatusCode::NOT_IMPLEMENTED);
    assert_eq!(response.headers()["connection"], "close");
    assert_eq!((polls.get(), calls.get()), (3, 2));
}

/// Content of a response that is not Send and fails.
struct Failing(Rc<Cell<usize>>);

impl Body for Failing {
    type Data = Bytes;
    type Error = Opaque;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Opaque>>> {
        Poll::Ready(Some(Err(Opaque(self.0.clone()))))
    }
}

#[test]
fn a_wrapped_body_fails_as_it_does_alone() {
    let number = Rc::new(Cell::new(7));
    let inner = service_fn(|_: Request<String>| {
        let body = Failing(number.clone());
        async { Ok::<_, Opaque>(Response::new(body)) }
    });
    let mut service = NotImplementedLayer::default().wrap_body().layer(inner);
    let Ok(response) = now(service.call(request("GET", "/", String::new()))) else {
        panic!("an error")
    };
    let frame = now(response.into_body().frame());
    assert!(matches!(frame, Some(Err(Opaque(seven))) if seven.get() == 7));
}

/// A body that is made from the content of a refusal, and is nothing else: not Send, not a stream,
/// and it borrows.
struct Borrowed<'a>(Cow<'a, str>, PhantomData<Rc<()>>);

impl From<Bytes> for Borrowed<'_> {
    fn from(content: Bytes) -> Self {
        let content = String::from_utf8(content.to_vec()).unwrap();
        Self(Cow::Owned(content), PhantomData)
    }
}

#[test]
fn a_kept_body_may_borrow_and_need_not_be_send() {
    let answered = String::from("answered");
    let inner = service_fn(|_: Request<String>| async {
        let borrowed = Cow::Borrowed(answered.as_str());
        Ok::<_, Opaque>(Response::new(Borrowed(borrowed, PhantomData)))
    });
    let mut service = NotImplementedLayer::default().layer(inner);
    for (method, expected) in [("GET", "answered"), ("BREW", "501 ")] {
        let response = now(service.call(request(method, "/", String::new())));
        assert!(matches!(response, Ok(response) if response.body().0.starts_with(expected)));
    }
}

/// What the layer, the service, the future and the body ask of their parts, and no more.
fn apply<S, F: Clone>(layer: &NotImplementedLayer<F>, inner: S) -> NotImplemented<S, F> {
    layer.layer(inner)
}

fn unwrap<S, F>(mut service: NotImplemented<S, F>) -> S {
    service.get_ref();
    service.get_mut();
    service.into_inner()
}

fn is_service<S, F, ReqBody, ResBody>(
    service: NotImplemented<S, F>,
) -> impl Service<
    Request<ReqBody>,
    Response = Response<F::ResponseBody>,
    Error = S::Error,
    Future = ResponseFuture<S::Future, ReqBody, F>,
>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ReqBody: Body,
    F: MakeResponseBody<ResBody>,
{
    service
}

fn is_body<B: Body<Data = Bytes>>(
    body: ResponseBody<B>,
) -> impl Body<Data = Bytes, Error = B::Error> {
    body
}

#[test]
fn generic_code_needs_no_other_bounds() {
    let calls = Cell::new(0);
    let layer = NotImplementedLayer::default().wrap_body();
    assert!(std::ptr::eq(unwrap(apply(&layer, Local(&calls))).0, &calls));
    let mut service = is_service(apply(&layer, Local(&calls)));
    let response = now(service.call(request("GET", "/", String::new())));
    assert!(response.is_ok());
    assert_eq!(calls.get(), 1);

    let body = is_body(ResponseBody::<Failing>::default());
    assert!(body.is_end_stream());
}
