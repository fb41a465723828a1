//! The client's end of an HTTP/2 connection, written and read frame by frame (RFC 9113 section 4).

use crate::support::{within, Bound};
use std::{convert::TryFrom, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The server's fields are then not compressed by reference to earlier ones.
const NO_HEADER_TABLE: &[u8] = &[0, 1, 0, 0, 0, 0];

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const PROTOCOL_ERROR: u32 = 1;
pub(crate) const CANCEL: u32 = 8;

/// A frame from the server, other than what every connection has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Headers { status: u16, end: bool },
    Data { end: bool },
    Reset(u32),
    GoAway(u32),
    Pong,
}

/// The stream of a frame, and the frame.
pub(crate) type OnStream = (u32, Frame);

/// A response with content, on a stream the client has ended.
pub(crate) fn answered(status: u16, stream: u32) -> [OnStream; 2] {
    let end = false;
    [
        (stream, Frame::Headers { status, end }),
        (stream, Frame::Data { end: true }),
    ]
}

/// A refusal on a stream the client has not ended: the whole response, before the reset that
/// tells the client to stop (RFC 9113 section 8.1).
pub(crate) fn answered_early(stream: u32) -> [OnStream; 3] {
    let [head, content] = answered(501, stream);
    [head, content, (stream, Frame::Reset(NO_ERROR))]
}

pub(crate) struct Frames {
    stream: TcpStream,
    /// The bytes of content that the server takes on the whole connection.
    window: usize,
    bound: Bound,
}

impl Frames {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = within(TcpStream::connect(address)).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (window, bound) = (65_535, Bound::default());
        let mut frames = Self {
            stream,
            window,
            bound,
        };
        within(frames.stream.write_all(PREFACE)).await.unwrap();
        frames.send(SETTINGS, 0, 0, NO_HEADER_TABLE).await;
        frames
    }

    /// The head of a request on `stream`, with or without the end of the stream.
    pub(crate) async fn request(
        &mut self,
        stream: u32,
        method: &str,
        fields: &[(&str, &str)],
        end: bool,
    ) {
        let mut target = &[(":authority", "a"), (":scheme", "http"), (":path", "/")][..];
        if method == "CONNECT" {
            target = &target[..1]; // RFC 9113 section 8.5
        }
        let method = [(":method", method)];
        let block = block(method.iter().chain(target).chain(fields));
        self.send(HEADERS, END_HEADERS | u8::from(end), stream, &block)
            .await;
    }

    /// Trailers, the end of the stream.
    pub(crate) async fn trailers(&mut self, stream: u32, fields: &[(&str, &str)]) {
        let block = block(fields);
        self.send(HEADERS, END_HEADERS | END_STREAM, stream, &block)
            .await;
    }

    /// How many bytes of content the server still takes.
    pub(crate) fn window(&self) -> usize {
        self.window
    }

    /// Content, once the server takes so much.
    pub(crate) async fn data(&mut self, stream: u32, content: &[u8], end: bool) {
        within(async {
            while self.window < content.len() {
                assert_eq!(self.ping().await, []);
            }
        })
        .await;
        self.window -= content.len();
        self.send(DATA, u8::from(end), stream, content).await;
    }

    pub(crate) async fn reset(&mut self, stream: u32, code: u32) {
        self.send(RST_STREAM, 0, stream, &code.to_be_bytes()).await;
    }

    /// The next `count` frames.
    pub(crate) async fn take(&mut self, count: usize) -> Vec<OnStream> {
        let mut frames = Vec::new();
        while frames.len() < count {
            frames.push(self.next().await);
        }
        frames
    }

    /// What the server sends before it answers a PING.
    pub(crate) async fn ping(&mut self) -> Vec<OnStream> {
        self.send(PING, 0, 0, b"whatever").await;
        let mut frames = Vec::new();
        loop {
            match self.next().await {
                (_, Frame::Pong) => return frames,
                frame => frames.push(frame),
            }
        }
    }

    async fn next(&mut self) -> OnStream {
        loop {
            let (kind, flags, stream, payload) = within(self.read()).await;
            let end = flags & END_STREAM != 0;
            let frame = match kind {
                HEADERS => Frame::Headers {
                    status: status(&payload),
                    end,
                },
                DATA => Frame::Data { end },
                RST_STREAM => Frame::Reset(number(&payload)),
                GOAWAY => Frame::GoAway(number(&payload[4..])),
                PING if flags & ACK != 0 => Frame::Pong,
                _ => {
                    self.housekeeping(kind, flags, stream, &payload).await;
                    continue;
                }
            };
            return (stream, frame);
        }
    }

    async fn housekeeping(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        match kind {
            SETTINGS if flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[]).await,
            WINDOW_UPDATE if stream == 0 => {
                self.window += usize::try_from(number(payload)).unwrap();
            }
            _ => {}
        }
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        within(self.stream.write_all(&frame)).await.unwrap();
    }

    /// The type, the flags, the stream and the payload of the next frame.
    async fn read(&mut self) -> (u8, u8, u32, Vec<u8>) {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload).await.unwrap();
        self.bound.count(payload.len());
        (head[3], head[4], number(&head[5..]), payload)
    }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(<[u8; 4]>::try_from(&bytes[..4]).unwrap())
}

/// Literal fields without indexing, as they are (RFC 7541 section 6.2.2).
fn block<'a>(fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            assert!(text.len() < 127, "a length of more than one octet");
            block.push(u8::try_from(text.len()).unwrap());
            block.extend(text.as_bytes());
        }
    }
    block
}

/// The status of a response. 200 is entry 8 of HPACK's static table (RFC 7541 appendix A); 501 is
/// a literal value for the name of that entry, in Huffman code (appendix B).
fn status(block: &[u8]) -> u16 {
    // The table's size may be set first.
    let block = block.strip_prefix(&[0x20]).unwrap_or(block);
    match block {
        [0x88, ..] => 200,
        [0x08 | 0x48, 0x82, 0x6c, 0x01, ..] => 501,
        _ => panic!("neither 200 nor 501: {block:02x?}"),
    }
}
