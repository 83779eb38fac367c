//! A small HTTP/1.1 client: one kept connection, whole answers, and nothing between the clock and the socket.

use anyhow::{Context as _, Result, bail};
use std::{
    io::{BufReader, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// The longest that any one answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A connection to the server under test.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    token: String,
    connection: Option<BufReader<TcpStream>>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Client {
    /// A client that sends `token` as its bearer token. Connects when it is first used.
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self { address, token: token.to_owned(), connection: None }
    }

    /// Sends a GET.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, None)
    }

    /// Sends a request and reads the whole answer; connects again once when a kept connection turns out closed.
    pub fn send(&mut self, method: &str, path: &str, body: Option<&str>) -> Result<Answer> {
        self.send_with(method, path, "", body)
    }

    /// As [`Self::send`], with further header lines, each ended by CR LF.
    pub fn send_with(&mut self, method: &str, path: &str, headers: &str, body: Option<&str>) -> Result<Answer> {
        let kept = self.connection.is_some();
        match self.try_send(method, path, headers, body) {
            Ok(answer) => Ok(answer),
            Err(_) if kept => {
                self.connection = None;
                self.try_send(method, path, headers, body)
            }
            Err(error) => Err(error),
        }
    }

    /// The value of a facet that most entities have, of those that begin with `prefix`, without it; and how many have it.
    pub fn largest(&mut self, facet: &str, prefix: &str) -> Result<(String, u64)> {
        let answer = self.json(&format!("/api/catalog/entity-facets?facet={facet}"))?;
        let counts = answer["facets"][facet].as_array().cloned().unwrap_or_default();
        let named =
            counts.iter().filter_map(|item| Some((item["value"].as_str()?.strip_prefix(prefix)?.to_owned(), item["count"].as_u64()?)));
        named.max_by_key(|(_, count)| *count).with_context(|| format!("no value of {facet} begins with {prefix}"))
    }

    /// Sends a GET that must bring 200 and JSON.
    pub fn json(&mut self, path: &str) -> Result<serde_json::Value> {
        let answer = self.get(path)?;
        if answer.status != 200 {
            bail!("GET {path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)]));
        }
        serde_json::from_slice(&answer.body).with_context(|| format!("GET {path}: not JSON"))
    }

    fn try_send(&mut self, method: &str, path: &str, headers: &str, body: Option<&str>) -> Result<Answer> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect(self.address).context("connecting")?;
                stream.set_nodelay(true).context("connecting")?;
                stream.set_read_timeout(Some(PATIENCE)).context("connecting")?;
                BufReader::new(stream)
            }
        };
        let request = request(method, path, self.address, &self.token, headers, body);
        connection.get_mut().write_all(request.as_bytes()).context("sending a request")?;
        let (answer, keep) = read(&mut connection)?;
        if keep {
            self.connection = Some(connection);
        }
        Ok(answer)
    }
}

/// The bytes of a request.
pub fn request(method: &str, path: &str, host: SocketAddr, token: &str, headers: &str, body: Option<&str>) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n{headers}");
    if let Some(body) = body {
        text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    text
}

/// Reads one answer; the second value says whether the connection may be used again.
fn read(from: &mut impl std::io::BufRead) -> Result<(Answer, bool)> {
    let line = head_line(from)?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok()).with_context(|| format!("not an answer: {line:?}"))?;
    let (mut length, mut chunked, mut keep) = (None, false, true);
    loop {
        let line = head_line(from)?;
        let Some((name, value)) = line.split_once(':') else { break };
        match (name.to_ascii_lowercase().as_str(), value.trim()) {
            ("content-length", value) => length = Some(value.parse::<usize>().context("reading a length")?),
            ("transfer-encoding", _) => chunked = true,
            ("connection", value) => keep = !value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            let size = usize::from_str_radix(head_line(from)?.trim(), 16).context("reading a chunk's length")?;
            let start = body.len();
            body.resize(start + size, 0);
            from.read_exact(&mut body[start..]).context("reading an answer")?;
            head_line(from)?;
            if size == 0 {
                break;
            }
        }
    } else {
        body.resize(length.unwrap_or(0), 0);
        from.read_exact(&mut body).context("reading an answer")?;
    }
    Ok((Answer { status, body }, keep))
}

fn head_line(from: &mut impl std::io::BufRead) -> Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line).context("reading an answer")? == 0 {
        bail!("the connection was closed");
    }
    Ok(line.trim_end().to_owned())
}

/// A text as part of a query.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte.into());
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole() {
        for (text, status, body, keep) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP", 200, "abc", true),
            ("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", 404, "", false),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "abc", true),
        ] {
            let (answer, kept) = read(&mut text.as_bytes()).unwrap();
            assert_eq!((answer.status, answer.body.as_slice(), kept), (status, body.as_bytes(), keep));
        }
        assert!(read(&mut "".as_bytes()).is_err());
    }

    #[test]
    fn paths_are_encoded_for_a_query() {
        assert_eq!(encoded("/a?b=c,d"), "%2Fa%3Fb%3Dc%2Cd");
    }
}
