//! What a server has sent: a parser of answers that accepts nothing but the strict form.

#[derive(Debug)]
pub struct Answer<'a> {
    pub status: u16,
    pub http11: bool,
    pub fields: Vec<(&'a str, &'a str)>,
    pub content: &'a [u8],
    /// How many `100 Continue` came before it.
    pub continues: usize,
}

impl<'a> Answer<'a> {
    /// The one value of a field.
    pub fn field(&self, name: &str) -> Option<&'a str> {
        let mut values = self.fields.iter().filter(|field| field.0 == name);
        let value = values.next()?.1;
        assert!(values.next().is_none(), "two {name} in {self:?}");
        Some(value)
    }

    /// Whether it tells that the connection ends with it.
    pub fn closes(&self) -> bool {
        let mut options = self
            .field("connection")
            .into_iter()
            .flat_map(|v| v.split(", "));
        options.any(|option| option == "close")
    }
}

/// No answer, as long as none follows.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The answers in `output`, to requests with these `methods`.
pub fn parse<'a>(
    output: &'a [u8],
    mut methods: impl Iterator<Item = &'static str>,
) -> Vec<Answer<'a>> {
    let mut rest = output;
    let mut answers = Vec::new();
    while !rest.is_empty() && rest != CONTINUE {
        let method = methods.next().unwrap_or("GET");
        let answer = answer(&mut rest, method);
        answers.push(
            answer.unwrap_or_else(|| {
                panic!("malformed answers: {:?}", String::from_utf8_lossy(output))
            }),
        );
    }
    answers
}

fn answer<'a>(rest: &mut &'a [u8], method: &str) -> Option<Answer<'a>> {
    let mut answer = head(rest)?;
    let mut continues = 0;
    while answer.status == 100 {
        assert!(answer.fields.is_empty(), "{answer:?}");
        continues += 1;
        answer = head(rest)?;
    }
    answer.continues = continues;
    let bodiless = method == "HEAD" || method == "CONNECT" && answer.status == 200;
    if !bodiless {
        let length = answer.field("content-length")?.parse().ok()?;
        if length > rest.len() {
            return None;
        }
        let (content, next) = rest.split_at(length);
        answer.content = content;
        *rest = next;
    }
    Some(answer)
}

fn head<'a>(rest: &mut &'a [u8]) -> Option<Answer<'a>> {
    let status_line = line(rest)?;
    let http11 = status_line.starts_with("HTTP/1.1 ");
    if !http11 && !status_line.starts_with("HTTP/1.0 ") {
        return None;
    }
    let status = status_line.get(9..12)?.parse().ok()?;
    if !status_line[12..].starts_with(' ') {
        return None;
    }
    let mut fields = Vec::new();
    loop {
        match line(rest)? {
            "" => break,
            field => fields.push(field.split_once(": ")?),
        }
    }
    Some(Answer {
        status,
        http11,
        fields,
        content: b"",
        continues: 0,
    })
}

fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.iter().position(|byte| *byte == b'\r')?;
    let line = std::str::from_utf8(&rest[..end]).ok()?;
    *rest = rest[end..].strip_prefix(b"\r\n")?;
    (!line.contains('\n')).then_some(line)
}
