//! A running `waymark serve`, and just enough HTTP to talk to it.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub(crate) const TOKEN: &str = "token-of-the-process-tests-0123456789";

/// A server process; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

/// An answer: its status, its `Waymark-Seq` header, and its body.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) seq: Option<String>,
    pub(crate) body: serde_json::Value,
}

/// The program.
pub(crate) fn waymark() -> Command {
    Command::new(std::env::var("WAYMARK_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_waymark").to_owned()))
}

impl Server {
    /// Starts over a database and a catalog, and waits for the line that says where it is.
    pub(crate) fn start(data: &Path, database: Option<&str>, catalog: &Path, environment: &[(&str, &str)]) -> Self {
        let mut command = waymark();
        command
            .arg("serve")
            .args(["--listen", "127.0.0.1:0"])
            .arg("--data-dir")
            .arg(data)
            .arg("--catalog")
            .arg(catalog)
            // Replicas have data directories of their own, and one key.
            .env("WAYMARK_AUDIT_KEY", "ab".repeat(32))
            .envs(environment.iter().copied());
        if let Some(url) = database {
            command.args(["--database-url", url]);
        }
        command.current_dir(data);
        Self::launch(command)
    }

    /// Starts a command line of `serve` and waits for the line that says where it is.
    pub(crate) fn launch(mut command: Command) -> Self {
        command.env("WAYMARK_ADMIN_TOKEN", TOKEN).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Waymark is ready at http://").map(str::to_owned))
            .expect("the server says where it is");
        Self { child, address }
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub(crate) fn get(&self, path: &str, seq: Option<&str>) -> Answer {
        self.call("GET", path, seq, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.call("POST", path, None, body)
    }

    fn call(&self, method: &str, path: &str, seq: Option<&str>, body: &str) -> Answer {
        let seq = seq.map(|seq| format!("Waymark-Seq: {seq}\r\n")).unwrap_or_default();
        send(&self.address, method, path, &seq, body).expect("it answers")
    }

    /// How many entities of a kind there are.
    pub(crate) fn count(&self, kind: &str) -> usize {
        let answer = self.get(&format!("/api/catalog/entities/by-query?limit=0&filter=kind={kind}"), None);
        answer.body["totalItems"].as_u64().unwrap_or_default() as usize
    }

    /// Asks until `done`, for two minutes at most.
    pub(crate) fn wait(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            assert!(start.elapsed() < Duration::from_secs(120), "not within two minutes: {what}");
            std::thread::yield_now();
        }
    }
}

/// Sends one request, with further header lines; an error when the server goes away meanwhile.
pub(crate) fn send(address: &str, method: &str, path: &str, headers: &str, body: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {TOKEN}\r\n{headers}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text)?;
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer is cut off");
    let at = text.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&text[..at]).into_owned();
    let header = |name: &str| head.lines().find_map(|line| line.to_lowercase().strip_prefix(name).map(|value| value.trim().to_owned()));
    let body = if header("transfer-encoding:").is_some() { unchunk(&text[at + 4..]) } else { text[at + 4..].to_vec() };
    Ok(Answer {
        status: head.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(cut)?,
        seq: header("waymark-seq:"),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(at) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&body[..at]), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        out.extend_from_slice(&body[at + 2..at + 2 + size]);
        body = &body[at + 4 + size..];
    }
    out
}
