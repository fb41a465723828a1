//! The service behind the layer.

use super::{
    body::{self, TestBody},
    few::Few,
    names::{map, SECRET},
};
use arbitrary::Arbitrary;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Version};
use std::{
    cell::RefCell,
    future::{poll_fn, Future},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};
use tower_service::Service;

const FIELDS: [&str; 8] = [
    "retry-after",
    "cache-control",
    "allow",
    "connection",
    "content-length",
    "content-type",
    "date",
    "x-inner",
];

#[derive(Arbitrary, Debug)]
pub(super) struct Case<'a> {
    /// How often it is not ready.
    busy: u8,
    unready: u8,
    /// How often its answer is not.
    delay: u8,
    fails: Option<u8>,
    status: u16,
    version: bool,
    fields: Vec<(u8, Few<'a>)>,
    pub(super) body: body::Case,
}

impl Case<'_> {
    pub(super) fn busy(&self) -> u8 {
        self.busy % 4
    }

    pub(super) fn delay(&self) -> u8 {
        self.delay % 4
    }

    pub(super) fn readiness(&self) -> Result<(), Error> {
        match self.unready {
            error @ 0..=15 => Err(Error(error)),
            _ => Ok(()),
        }
    }

    pub(super) fn answer(&self) -> Result<Response<TestBody>, Error> {
        if let Some(error) = self.fails {
            return Err(Error(error));
        }
        let mut response = Response::new(self.body.body());
        let status = StatusCode::from_u16(self.status % 900 + 100);
        *response.status_mut() = status.expect("three digits");
        *response.version_mut() = if self.version {
            Version::HTTP_2
        } else {
            Version::HTTP_11
        };
        for (index, value) in &self.fields {
            let name = FIELDS[usize::from(*index) % FIELDS.len()];
            let value = HeaderValue::from_bytes(&map(value, SECRET)).expect("a value");
            let name = HeaderName::from_static(name);
            response.headers_mut().append(name, value);
        }
        response.extensions_mut().insert(Mark);
        Ok(response)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Error(u8);

/// Known only to its responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark;

#[derive(Clone)]
pub(super) struct Inner<'a> {
    case: &'a Case<'a>,
    busy: u8,
    /// The requests it got.
    pub(super) calls: Rc<RefCell<Vec<Request<TestBody>>>>,
}

impl<'a> Inner<'a> {
    pub(super) fn new(case: &'a Case<'a>) -> Self {
        Self {
            case,
            busy: case.busy(),
            calls: Rc::default(),
        }
    }
}

impl<'a> Service<Request<TestBody>> for Inner<'a> {
    type Response = Response<TestBody>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<TestBody>, Error>> + 'a>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.busy > 0 {
            self.busy -= 1;
            return Poll::Pending;
        }
        Poll::Ready(self.case.readiness())
    }

    fn call(&mut self, request: Request<TestBody>) -> Self::Future {
        self.calls.borrow_mut().push(request);
        let (case, mut polls) = (self.case, 0);
        Box::pin(poll_fn(move |_| {
            polls += 1;
            if polls == case.delay() + 1 {
                Poll::Ready(case.answer())
            } else {
                Poll::Pending
            }
        }))
    }
}
