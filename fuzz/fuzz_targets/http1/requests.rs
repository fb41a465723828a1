//! What a client has sent: a parser of requests, strict as RFC 9112 is.
//!
//! It gives an upper bound of the answers. So it accepts whatever hyper accepts beyond the RFC's
//! grammar and within its allowances (empty lines before a request, a bare LF as the end of a line
//! of the head, several equal lengths), and stops where no other request may be served: at anything
//! malformed or unfinished, after the last request of a connection, and where what follows may be a
//! tunnel's (CONNECT) or content that was held back (a refused `Expect`).

/// How the content of a request ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    None,
    Whole(Vec<u8>),
    /// It is malformed, or not all there.
    Broken,
}

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub http11: bool,
    pub content: Content,
    /// Whether there are trailers, which are not looked at.
    pub trailers: bool,
    pub expects: bool,
    pub closes: bool,
    pub grpc: bool,
    pub supported: bool,
}

impl Request {
    /// Whether its answer is the last on the connection, whatever comes after the request.
    pub fn is_last(&self) -> bool {
        let held_back = self.expects && !self.supported && self.content != Content::None;
        let tunnel = self.method == "CONNECT";
        self.closes || self.content == Content::Broken || held_back || tunnel
    }
}

pub fn parse(input: &[u8], supports: impl Fn(&str) -> bool) -> Vec<Request> {
    let mut input = Input(input);
    let mut requests = Vec::new();
    while let Some(mut request) = input.request() {
        request.supported = supports(&request.method);
        let last = request.is_last();
        requests.push(request);
        if last {
            break;
        }
    }
    requests
}

/// The fields that matter to the framing of a message.
#[derive(Default)]
struct Head {
    lengths: Vec<String>,
    codings: Vec<String>,
    connection: Vec<String>,
    types: Vec<String>,
    expects: bool,
}

/// What is left of the input.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    /// The next request; none where it is malformed or its head unfinished.
    fn request(&mut self) -> Option<Request> {
        while matches!(self.0, [b'\n', ..] | [b'\r', b'\n', ..]) {
            self.line()?;
        }
        let (method, target, http11) = request_line(self.line()?)?;
        let mut head = Head::default();
        loop {
            match self.line()? {
                b"" => break,
                line => head.add(line)?,
            }
        }
        let chunked = head.chunked(http11)?;
        let length = if chunked { None } else { head.length()? };
        let mut trailers = false;
        let content = match length {
            _ if chunked => self
                .chunks(&mut trailers)
                .map_or(Content::Broken, Content::Whole),
            None | Some(0) => Content::None,
            Some(length) => self
                .take(length)
                .map_or(Content::Broken, |content| Content::Whole(content.to_vec())),
        };
        Some(Request {
            method,
            target,
            http11,
            content,
            trailers,
            expects: head.expects,
            closes: head.closes(http11),
            grpc: head.is_grpc(),
            supported: false,
        })
    }

    /// A line of the head, without its end: CRLF, or LF alone.
    fn line(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == b'\n')?;
        let line = &self.0[..end];
        self.0 = &self.0[end + 1..];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// A line that ends with CRLF; neither CR nor LF is in it.
    fn strict_line(&mut self) -> Option<&'a [u8]> {
        let line = self.crlf_line()?;
        (!line.contains(&b'\n')).then_some(line)
    }

    /// A line that ends with CRLF; no CR is in it.
    fn crlf_line(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == b'\r')?;
        let line = self.take(end as u64)?;
        (self.take(2)? == b"\r\n").then_some(line)
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let length = usize::try_from(length).ok()?;
        if length > self.0.len() {
            return None;
        }
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(taken)
    }

    /// Chunked content (RFC 9112 section 7.1); none where it is malformed or unfinished.
    fn chunks(&mut self, trailers: &mut bool) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        loop {
            let line = self.strict_line()?;
            let size = line.split(|byte| *byte == b';').next()?;
            let size = std::str::from_utf8(size)
                .ok()?
                .trim_end_matches([' ', '\t']);
            let is_hex = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_hexdigit());
            let size = u64::from_str_radix(size, 16).ok().filter(|_| is_hex)?;
            if size == 0 {
                break;
            }
            content.extend_from_slice(self.take(size)?);
            if self.take(2)? != b"\r\n" {
                return None;
            }
        }
        // hyper ends a trailer section at a line that is empty, and each line of it at CRLF only.
        while !self.crlf_line()?.is_empty() {
            *trailers = true;
        }
        Some(content)
    }
}

fn request_line(line: &[u8]) -> Option<(String, String, bool)> {
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_target = !target.is_empty() && target.bytes().all(|byte| byte > b' ' && byte != 0x7f);
    let http11 = match version {
        "HTTP/1.1" => true,
        "HTTP/1.0" => false,
        _ => return None,
    };
    let well_formed = words.next().is_none() && is_token(method) && is_target;
    well_formed.then(|| (method.to_owned(), target.to_owned(), http11))
}

fn is_token(name: &str) -> bool {
    let is_token_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token_byte)
}

impl Head {
    fn add(&mut self, line: &[u8]) -> Option<()> {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = std::str::from_utf8(&line[..colon]).ok()?;
        let value = &line[colon + 1..];
        let is_text = |byte: &u8| *byte == b'\t' || *byte >= b' ' && *byte != 0x7f;
        if !is_token(name) || !value.iter().all(is_text) {
            return None;
        }
        let value = String::from_utf8_lossy(value);
        let value = value.trim_matches([' ', '\t']).to_ascii_lowercase();
        match &name.to_ascii_lowercase()[..] {
            "content-length" => self.lengths.push(value),
            "transfer-encoding" => self.codings.push(value),
            "connection" => self.connection.push(value),
            "content-type" => self.types.push(value),
            "expect" => self.expects = true,
            _ => {}
        }
        Some(())
    }

    /// Whether content is chunked; none where that cannot be known.
    fn chunked(&self, http11: bool) -> Option<bool> {
        match self.codings.last() {
            None => Some(false),
            Some(codings) => {
                let last = codings.rsplit(',').next()?.trim();
                (http11 && last == "chunked").then_some(true)
            }
        }
    }

    /// The declared length, if there is one; none where it is malformed.
    fn length(&self) -> Option<Option<u64>> {
        let Some(first) = self.lengths.first() else {
            return Some(None);
        };
        let length = first.parse().ok()?;
        let same = |value: &String| {
            value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse() == Ok(length)
        };
        self.lengths.iter().all(same).then_some(Some(length))
    }

    fn closes(&self, http11: bool) -> bool {
        // A line beyond ASCII says nothing.
        let lines = || self.connection.iter().filter(|value| value.is_ascii());
        let has = |option: &str| {
            let mut options = lines().flat_map(|value| value.split(','));
            options.any(|value| value.trim() == option)
        };
        let ambiguous = !self.codings.is_empty() && !self.lengths.is_empty();
        has("close") || ambiguous || !http11 && !has("keep-alive")
    }

    fn is_grpc(&self) -> bool {
        let [value] = &self.types[..] else {
            return false;
        };
        let name = value.split(['+', ';']).next().unwrap_or_default();
        let known = [
            "application/grpc",
            "application/grpc-web",
            "application/grpc-web-text",
        ];
        value.is_ascii() && known.contains(&name.trim_end())
    }
}
