//! A body that does what its case says, well-behaved or not.

use super::{names::SECRET, waker};
use arbitrary::Arbitrary;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use std::{
    cell::Cell,
    collections::VecDeque,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

pub(super) type Next = Poll<Option<Result<Frame<Bytes>, Error>>>;

#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Case {
    steps: Vec<Step>,
    tail: Tail,
    hint: Hint,
    end: End,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Step {
    Data(u16),
    LittleData(u8),
    Trailers,
    Error(u8),
    Pending { wakes: bool },
}

/// What comes after the steps.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Tail {
    End,
    Trailers,
    Pending,
    /// Many frames of one length, and then the end or nothing more.
    Frames {
        length: Length,
        ends: bool,
    },
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Length {
    Zero,
    One,
    Page,
    /// Pages that are as long as the default limit together.
    Limit,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Hint {
    /// What the steps will give.
    Honest,
    Unknown,
    Exact(u8),
    Lower(u8),
    Range(u8, u16),
    Huge(u64),
}

/// What `is_end_stream` says.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum End {
    Honest,
    Never,
    Always,
}

impl Step {
    fn bytes(self) -> u16 {
        match self {
            Self::Data(length) => length,
            Self::LittleData(length) => length.into(),
            Self::Trailers | Self::Error(_) | Self::Pending { .. } => 0,
        }
    }
}

impl Case {
    pub(super) fn body(&self) -> TestBody {
        let steps = self.all_steps();
        TestBody {
            left: steps.iter().map(|step| u64::from(step.bytes())).sum(),
            steps,
            ends: !matches!(self.tail, Tail::Pending | Tail::Frames { ends: false, .. }),
            hint: self.hint,
            end: self.end,
            content: None,
            log: Rc::default(),
        }
    }

    fn all_steps(&self) -> VecDeque<Step> {
        let mut steps = VecDeque::from(self.steps.clone());
        match self.tail {
            Tail::End | Tail::Pending => {}
            Tail::Trailers => steps.push_back(Step::Trailers),
            Tail::Frames { length, .. } => {
                let (frames, length) = match length {
                    Length::Zero => (1_500, 0),
                    Length::One => (1_500, 1),
                    Length::Page => (70, 4_096),
                    Length::Limit => (64, 4_096),
                };
                steps.extend((0..frames).map(|_| Step::Data(length)));
            }
        }
        steps
    }

    /// How often it is polled until nothing new comes.
    pub(super) fn len(&self) -> usize {
        self.all_steps().len() + 1
    }

    /// The bytes of all data.
    pub(super) fn bytes(&self) -> u64 {
        self.body().left
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Error(u8);

/// What was read of a body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Log {
    pub(super) polls: usize,
    pub(super) pendings: usize,
    pub(super) wakes: usize,
    /// In all frames but trailers; a frame without bytes counts as one.
    pub(super) bytes: u64,
    /// The same without the last frame.
    pub(super) bytes_before: u64,
    pub(super) ended: bool,
    pub(super) failed: bool,
    pub(super) polls_after_end: usize,
    /// Nothing new will ever come, nor an end.
    pub(super) hangs: bool,
}

impl Log {
    fn note(&mut self, next: &Next) {
        self.polls_after_end += usize::from(self.ended || self.failed);
        self.polls += 1;
        match next {
            Poll::Pending => self.pendings += 1,
            Poll::Ready(Some(Err(_))) => self.failed = true,
            Poll::Ready(Some(Ok(frame))) if frame.is_data() => {
                self.bytes_before = self.bytes;
                self.bytes += frame.data_ref().map_or(0, Bytes::len).max(1) as u64;
            }
            Poll::Ready(_) => self.ended = true,
        }
    }
}

#[derive(Debug)]
pub(super) struct TestBody {
    /// What it gives first, if it is not made from a case.
    content: Option<Bytes>,
    steps: VecDeque<Step>,
    /// How many bytes are still to come.
    left: u64,
    ends: bool,
    hint: Hint,
    end: End,
    pub(super) log: Rc<Cell<Log>>,
}

/// A body of just this content.
impl From<Bytes> for TestBody {
    fn from(content: Bytes) -> Self {
        Self {
            left: content.len() as u64,
            content: Some(content).filter(|content| !content.is_empty()),
            steps: VecDeque::new(),
            ends: true,
            hint: Hint::Honest,
            end: End::Honest,
            log: Rc::default(),
        }
    }
}

impl TestBody {
    fn step(&mut self, cx: &mut Context<'_>) -> Next {
        let step = self.steps.pop_front();
        let frame = match step {
            Some(Step::Data(length)) => Some(Ok(data(length))),
            Some(Step::LittleData(length)) => Some(Ok(data(length.into()))),
            Some(Step::Trailers) => Some(Ok(trailers())),
            Some(Step::Error(error)) => Some(Err(Error(error))),
            Some(Step::Pending { .. }) | None => None,
        };
        let over = step.is_none();
        let next = match frame {
            None if !(over && self.ends) => Poll::Pending,
            frame => Poll::Ready(frame),
        };
        let mut log = self.log.get();
        log.note(&next);
        log.hangs = over && next.is_pending();
        if let Some(Step::Pending { wakes: true }) = step {
            log.wakes += 1;
            cx.waker().wake_by_ref();
        }
        self.log.set(log);
        next
    }
}

fn trailers() -> Frame<Bytes> {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-trailer", HeaderValue::from_static("jqzjqz"));
    Frame::trailers(trailers)
}

/// Nothing but the bytes by which a request is recognised.
fn data(length: u16) -> Frame<Bytes> {
    static DATA: [u8; 65_536] = {
        let mut data = [0; 65_536];
        let mut place = 0;
        while place < data.len() {
            data[place] = SECRET[place % SECRET.len()];
            place += 1;
        }
        data
    };
    Frame::data(Bytes::from_static(&DATA[..length.into()]))
}

/// The next frame, and how often the body asked to be called again.
pub(super) fn next<B>(body: &mut B) -> (Next, usize)
where
    B: Body<Data = Bytes, Error = Error> + Unpin,
{
    waker::poll(|cx| Pin::new(body).poll_frame(cx))
}

impl Body for TestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Next {
        let next = match self.content.take() {
            Some(content) => Poll::Ready(Some(Ok(Frame::data(content)))),
            None => self.step(cx),
        };
        if let Poll::Ready(Some(Ok(frame))) = &next {
            self.left -= frame.data_ref().map_or(0, Bytes::len) as u64;
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        match self.end {
            End::Honest => self.ends && self.steps.is_empty() && self.content.is_none(),
            End::Never => false,
            End::Always => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        match self.hint {
            Hint::Honest if self.ends => hint.set_exact(self.left),
            Hint::Honest | Hint::Unknown => {}
            Hint::Exact(length) => hint.set_exact(length.into()),
            Hint::Huge(length) => hint.set_exact(length),
            Hint::Lower(lower) => hint.set_lower(lower.into()),
            Hint::Range(lower, more) => {
                hint.set_lower(lower.into());
                hint.set_upper(u64::from(lower) + u64::from(more));
            }
        }
        hint
    }
}
