//! The body of a response: the inner service's, or the explanation.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// The body of every response by default: the inner service's, frame for frame, or a
    /// refusal's explanation, whose size is known.
    ///
    /// [`Default`] is an empty body, whatever `B` is.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProj]
    enum Kind<B> {
        Forwarded { #[pin] body: B },
        Explaining { rest: Bytes },
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn forwarded(body: B) -> Self {
        Self {
            kind: Kind::Forwarded { body },
        }
    }

    pub(crate) fn explaining(rest: Bytes) -> Self {
        Self {
            kind: Kind::Explaining { rest },
        }
    }
}

/// An empty body.
impl<B> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::explaining(Bytes::new())
    }
}

impl<B: Body<Data = Bytes>> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProj::Forwarded { body } => body.poll_frame(cx),
            KindProj::Explaining { rest } => {
                let content = mem::take(rest);
                Poll::Ready((!content.is_empty()).then(|| Ok(Frame::data(content))))
            }
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Forwarded { body } => body.is_end_stream(),
            Kind::Explaining { rest } => rest.is_empty(),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Forwarded { body } => body.size_hint(),
            Kind::Explaining { rest } => SizeHint::with_exact(rest.len() as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Arc, task::Wake};

    struct NoWake;

    impl Wake for NoWake {
        fn wake(self: Arc<Self>) {}
    }

    /// A body that no response has.
    enum Never {}

    impl Body for Never {
        type Data = Bytes;
        type Error = ();

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, ()>>> {
            match *self {}
        }
    }

    fn next(body: &mut ResponseBody<Never>) -> Option<Bytes> {
        let waker = Arc::new(NoWake).into();
        match Pin::new(body).poll_frame(&mut Context::from_waker(&waker)) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().ok(),
            _ => None,
        }
    }

    #[test]
    fn an_explanation_is_one_frame() {
        let mut body = ResponseBody::explaining(Bytes::from_static(b"no"));
        assert_eq!(body.size_hint().exact(), Some(2));
        assert!(!body.is_end_stream());
        assert_eq!(next(&mut body), Some(Bytes::from_static(b"no")));
        assert!(body.is_end_stream());
        assert_eq!(next(&mut body), None);
    }

    #[test]
    fn an_empty_explanation_has_ended() {
        let mut body = ResponseBody::default();
        assert!(body.is_end_stream());
        assert_eq!(next(&mut body), None);
    }
}
