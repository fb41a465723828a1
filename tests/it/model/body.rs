//! A body that does what its case says, well-behaved or not.

use super::names::SECRET;
use arbitrary::Arbitrary;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use std::{
    cell::Cell,
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
    fn next(self) -> Next {
        let frame = match self {
            Self::Data(length) => Ok(data(length.into())),
            Self::LittleData(length) => Ok(data(length.into())),
            Self::Trailers => Ok(trailers()),
            Self::Error(error) => Err(Error(error)),
            Self::Pending { .. } => return Poll::Pending,
        };
        Poll::Ready(Some(frame))
    }
}

impl Tail {
    /// The frame in `place` of the tail.
    fn next(self, place: usize) -> Next {
        let (frames, length) = self.frames();
        match self {
            _ if place < frames => Poll::Ready(Some(Ok(data(length)))),
            Self::Trailers if place == frames => Poll::Ready(Some(Ok(trailers()))),
            tail if tail.ends() => Poll::Ready(None),
            _ => Poll::Pending,
        }
    }

    /// How many frames there are, and how long each is.
    fn frames(self) -> (usize, usize) {
        let Self::Frames { length, .. } = self else {
            return (0, 0);
        };
        match length {
            Length::Zero => (1_500, 0),
            Length::One => (1_500, 1),
            Length::Page => (70, 4_096),
            Length::Limit => (64, 4_096),
        }
    }

    fn ends(self) -> bool {
        !matches!(self, Self::Pending | Self::Frames { ends: false, .. })
    }
}

impl Case {
    pub(super) fn body(&self) -> TestBody {
        TestBody {
            case: self.clone(),
            place: 0,
            content: None,
            log: Rc::default(),
        }
    }

    /// How often it is polled until nothing new comes.
    pub(super) fn len(&self) -> usize {
        self.steps.len() + self.tail.frames().0 + 1
    }

    /// The bytes of all data.
    pub(super) fn bytes(&self) -> u64 {
        self.body().left()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Error(u8);

/// What was read of a body.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) polls: Cell<usize>,
    pub(super) pendings: Cell<usize>,
    pub(super) wakes: Cell<usize>,
    /// In all frames but trailers; a frame without bytes counts as one.
    pub(super) bytes: Cell<u64>,
    last: Cell<u64>,
    pub(super) ended: Cell<bool>,
    pub(super) failed: Cell<bool>,
    pub(super) polls_after_end: Cell<usize>,
    /// Nothing new will ever come, nor an end.
    pub(super) hangs: Cell<bool>,
}

impl Log {
    /// What was read before the last frame.
    pub(super) fn before_last(&self) -> u64 {
        self.bytes.get() - self.last.get()
    }

    fn note(&self, next: &Next, wakes: bool) {
        let over = self.ended.get() || self.failed.get();
        let add = |count: &Cell<usize>, more: bool| count.set(count.get() + usize::from(more));
        add(&self.polls, true);
        add(&self.polls_after_end, over);
        add(&self.pendings, next.is_pending());
        add(&self.wakes, wakes);
        match next {
            Poll::Pending => {}
            Poll::Ready(None) => self.ended.set(true),
            Poll::Ready(Some(Err(_))) => self.failed.set(true),
            Poll::Ready(Some(Ok(frame))) => match frame.data_ref() {
                None => self.ended.set(true),
                Some(data) => {
                    let length = data.len().max(1) as u64;
                    self.bytes.set(self.bytes.get() + length);
                    self.last.set(length);
                }
            },
        }
    }
}

#[derive(Debug)]
pub(super) struct TestBody {
    case: Case,
    place: usize,
    /// What it gives instead, if it is not made from a case.
    content: Option<Bytes>,
    pub(super) log: Rc<Log>,
}

/// A body of just this content.
impl From<Bytes> for TestBody {
    fn from(content: Bytes) -> Self {
        let case = Case {
            steps: Vec::new(),
            tail: Tail::End,
            hint: Hint::Honest,
            end: End::Honest,
        };
        Self {
            content: Some(content).filter(|content| !content.is_empty()),
            ..case.body()
        }
    }
}

impl TestBody {
    fn next(&mut self) -> Next {
        if let Some(content) = self.content.take() {
            return Poll::Ready(Some(Ok(Frame::data(content))));
        }
        let place = self.place;
        self.place += 1;
        match self.case.steps.get(place) {
            Some(step) => step.next(),
            None => self.case.tail.next(place - self.case.steps.len()),
        }
    }

    /// How many bytes are still to come.
    fn left(&self) -> u64 {
        let steps = self.case.steps.iter().map(|step| match step {
            Step::Data(length) => usize::from(*length),
            Step::LittleData(length) => usize::from(*length),
            _ => 0,
        });
        let (frames, length) = self.case.tail.frames();
        let given = self.place.saturating_sub(self.case.steps.len());
        let content = self.content.as_ref().map_or(0, Bytes::len);
        (content + steps.skip(self.place).sum::<usize>() + frames.saturating_sub(given) * length)
            as u64
    }
}

fn trailers() -> Frame<Bytes> {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-trailer", HeaderValue::from_static("jqzjqz"));
    Frame::trailers(trailers)
}

/// Nothing but the bytes by which a request is recognised.
fn data(length: usize) -> Frame<Bytes> {
    static DATA: [u8; 65_536] = {
        let mut data = [0; 65_536];
        let mut place = 0;
        while place < data.len() {
            data[place] = SECRET[place % SECRET.len()];
            place += 1;
        }
        data
    };
    Frame::data(Bytes::from_static(&DATA[..length]))
}

impl Body for TestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Next {
        let step = self.case.steps.get(self.place);
        let wakes = matches!(step, Some(Step::Pending { wakes: true }));
        let next = self.next();
        self.log.note(&next, wakes);
        let all = self.place >= self.case.len();
        self.log.hangs.set(all && next.is_pending());
        if wakes {
            cx.waker().wake_by_ref();
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        match self.case.end {
            End::Honest => {
                let all = self.place + 1 >= self.case.len();
                all && self.content.is_none() && matches!(self.case.tail, Tail::End)
            }
            End::Never => false,
            End::Always => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        match self.case.hint {
            Hint::Honest if self.case.tail.ends() => hint.set_exact(self.left()),
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
