//! A body that does what its case says, well-behaved or not.

use crate::names::SECRET;
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

#[derive(Arbitrary, Clone, Debug)]
pub struct Case {
    steps: Vec<Step>,
    tail: u8,
    hint: Hint,
    end: End,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Step {
    Data(u16),
    LittleData(u8),
    Trailers,
    Error(u8),
    /// Whether it wakes.
    Pending(bool),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Hint {
    /// What the steps will give.
    Honest,
    Unknown,
    Exact(u32),
    Lower(u32),
    Range(u16, u16),
}

/// What `is_end_stream` says.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum End {
    Honest,
    Never,
    Always,
}

/// What comes after the steps.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    End,
    Pending,
    /// More than is ever at hand, and then nothing more.
    Data,
    /// So many frames without bytes too; rare, for it takes long.
    Empty,
}

impl Tail {
    fn frames(self) -> usize {
        match self {
            Self::Data => 40,
            Self::Empty => 70_000,
            Self::End | Self::Pending => 0,
        }
    }
}

impl Case {
    pub fn body(&self) -> TestBody {
        TestBody {
            case: self.clone(),
            place: 0,
            content: None,
            log: Rc::default(),
        }
    }

    pub fn len(&self) -> usize {
        self.steps.len()
    }

    fn tail(&self) -> Tail {
        match self.tail {
            0..=179 => Tail::End,
            180..=219 => Tail::Pending,
            0xE5 => Tail::Empty,
            _ => Tail::Data,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(u8);

/// What was read of a body.
#[derive(Debug, Default)]
pub struct Log {
    pub polls: Cell<u64>,
    pub pendings: Cell<u64>,
    /// Those since the last frame.
    pub row: Cell<u64>,
    /// In all frames; a frame without bytes counts as one.
    pub bytes: Cell<u64>,
    last: Cell<u64>,
    pub ended: Cell<bool>,
    pub failed: Cell<bool>,
}

impl Log {
    /// What was read before the last frame.
    pub fn before_last(&self) -> u64 {
        self.bytes.get() - self.last.get()
    }

    fn note(&self, next: &Poll<Option<Result<Frame<Bytes>, Error>>>) {
        let add = |count: &Cell<u64>, more| count.set(count.get() + more);
        add(&self.polls, 1);
        match next {
            Poll::Pending => {
                add(&self.pendings, 1);
                add(&self.row, 1);
            }
            Poll::Ready(None) => self.ended.set(true),
            Poll::Ready(Some(frame)) => {
                self.failed.set(frame.is_err());
                let data = frame.as_ref().ok().and_then(Frame::data_ref);
                let length = data.map_or(0, Bytes::len).max(1) as u64;
                add(&self.bytes, length);
                self.last.set(length);
                self.row.set(0);
            }
        }
    }
}

pub struct TestBody {
    case: Case,
    place: usize,
    /// What it gives instead, if it is not made from a case.
    content: Option<Bytes>,
    pub log: Rc<Log>,
}

impl TestBody {
    /// A body of just this content.
    pub fn of(content: Bytes) -> Self {
        let case = Case {
            steps: Vec::new(),
            tail: 0,
            hint: Hint::Honest,
            end: End::Honest,
        };
        Self {
            content: Some(content).filter(|content| !content.is_empty()),
            ..case.body()
        }
    }

    fn next(&mut self) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(content) = self.content.take() {
            return Poll::Ready(Some(Ok(Frame::data(content))));
        }
        let step = self.case.steps.get(self.place).copied();
        let tail = self.case.tail();
        let last = self.place >= self.case.steps.len() + tail.frames();
        self.place += usize::from(!last);
        let frame = match (step, tail) {
            (Some(Step::Data(length)), _) => Frame::data(data(length.into())),
            (Some(Step::LittleData(length)), _) => Frame::data(data(length.into())),
            (Some(Step::Trailers), _) => {
                let mut trailers = HeaderMap::new();
                trailers.insert("x-trailer", HeaderValue::from_static("jqzjqz"));
                Frame::trailers(trailers)
            }
            (Some(Step::Error(error)), _) => return Poll::Ready(Some(Err(Error(error)))),
            (Some(Step::Pending(_)), _) => return Poll::Pending,
            (None, Tail::End) => return Poll::Ready(None),
            (None, _) if last => return Poll::Pending,
            (None, Tail::Empty) => Frame::data(Bytes::new()),
            (None, _) => Frame::data(data(4_096)),
        };
        Poll::Ready(Some(Ok(frame)))
    }

    /// How many bytes are still to come, if there is an end.
    fn left(&self) -> Option<u64> {
        let length = |step: &Step| match step {
            Step::Data(length) => u64::from(*length),
            Step::LittleData(length) => u64::from(*length),
            _ => 0,
        };
        let steps = self.case.steps.iter().skip(self.place);
        let content = self.content.as_ref().map_or(0, Bytes::len) as u64;
        (self.case.tail() == Tail::End).then(|| content + steps.map(length).sum::<u64>())
    }
}

/// Nothing but the bytes by which a request is recognised.
fn data(length: usize) -> Bytes {
    static DATA: [u8; 65_536] = {
        let mut data = [0; 65_536];
        let mut place = 0;
        while place < data.len() {
            data[place] = SECRET[place % SECRET.len()];
            place += 1;
        }
        data
    };
    Bytes::from_static(&DATA[..length])
}

impl Body for TestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let wakes = matches!(self.case.steps.get(self.place), Some(Step::Pending(true)));
        let next = self.next();
        self.log.note(&next);
        if wakes {
            cx.waker().wake_by_ref();
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        match self.case.end {
            End::Honest => {
                let steps_left = self.case.steps.len() > self.place;
                !steps_left && self.content.is_none() && self.case.tail() == Tail::End
            }
            End::Never => false,
            End::Always => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        match self.case.hint {
            Hint::Honest => return self.left().map_or(hint, SizeHint::with_exact),
            Hint::Unknown => {}
            Hint::Exact(length) => hint.set_exact(length.into()),
            Hint::Lower(lower) => hint.set_lower(lower.into()),
            Hint::Range(one, other) => {
                hint.set_lower(one.min(other).into());
                hint.set_upper(one.max(other).into());
            }
        }
        hint
    }
}
