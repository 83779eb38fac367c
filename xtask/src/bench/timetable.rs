//! A load with a timetable: so many requests a second, each counted from when it should have gone.
//!
//! One thread drives all connections without blocking, since a thread for each would spend more of the machine than the
//! server under test. It looks at the sockets every 50 µs, which is the error of each latency.

use super::http;
use anyhow::{Context as _, Result, bail};
use std::{
    collections::VecDeque,
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

const LOOK: Duration = Duration::from_micros(50);

/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends GETs for `paths` in turn over `connections` at `rate` a second (infinite: as fast as answers come) for `time`, and
/// returns the latencies, sorted.
pub fn run(address: SocketAddr, token: &str, paths: &[String], connections: usize, rate: f64, time: Duration) -> Result<Vec<Duration>> {
    let requests: Vec<String> = paths.iter().map(|path| http::request("GET", path, address, token, "", None)).collect();
    let mut free = VecDeque::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).context("connecting")?;
        stream.set_nodelay(true).context("connecting")?;
        stream.set_nonblocking(true).context("connecting")?;
        free.push_back(Connection { stream, answer: Vec::with_capacity(1 << 16), due: Instant::now() });
    }
    let mut busy: Vec<Connection> = Vec::new();
    let mut latencies = Vec::new();
    let start = Instant::now();
    let mut turn = 0_usize;
    loop {
        let now = Instant::now();
        let due = |turn: usize| if rate.is_finite() { start + Duration::from_secs_f64(turn as f64 / rate) } else { now };
        let mut idle = true;
        while due(turn) <= now && due(turn).saturating_duration_since(start) < time {
            let Some(mut connection) = free.pop_front() else { break };
            connection.send(&requests[turn % requests.len()], due(turn))?;
            busy.push(connection);
            turn += 1;
            idle = false;
        }
        let mut at = 0;
        while at < busy.len() {
            if busy[at].is_answered()? {
                latencies.push(busy[at].due.elapsed());
                free.push_back(busy.swap_remove(at));
                idle = false;
            } else {
                at += 1;
            }
        }
        if busy.is_empty() && due(turn).saturating_duration_since(start) >= time {
            break;
        }
        if start.elapsed() > time + PATIENCE {
            bail!("{} requests of the load were not answered within {} s", busy.len(), PATIENCE.as_secs());
        }
        if idle {
            thread::sleep(LOOK);
        }
    }
    latencies.sort();
    Ok(latencies)
}

/// The latency that this share of the requests kept to.
pub fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let at = (sorted.len() as f64 * share) as usize;
    sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
    /// When its request should have gone.
    due: Instant,
}

impl Connection {
    fn send(&mut self, request: &str, due: Instant) -> Result<()> {
        self.answer.clear();
        self.due = due;
        // A request fits any socket's buffer.
        self.stream.write_all(request.as_bytes()).context("sending a request of the load")
    }

    fn is_answered(&mut self) -> Result<bool> {
        let mut part = [0; 1 << 16];
        loop {
            match self.stream.read(&mut part) {
                Ok(0) => bail!("the server closed a connection under load"),
                Ok(count) => self.answer.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("reading an answer of the load"),
            }
        }
        is_whole(&self.answer)
    }
}

/// Whether an answer is all there; an error when it is not 200.
fn is_whole(answer: &[u8]) -> Result<bool> {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(false) };
    let text = String::from_utf8_lossy(&answer[..head]).to_ascii_lowercase();
    let mut lines = text.split("\r\n");
    let status = lines.next().unwrap_or_default();
    if !status.starts_with("http/1.1 200") {
        bail!("under load: {status}");
    }
    let length = lines.find_map(|line| line.strip_prefix("content-length:")).and_then(|value| value.trim().parse::<usize>().ok());
    Ok(match length {
        Some(length) => answer.len() >= head + 4 + length,
        None => answer.ends_with(b"\r\n0\r\n\r\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{BufRead as _, BufReader},
        net::TcpListener,
    };

    #[test]
    fn answers_are_whole_at_their_end() {
        for (answer, whole) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", false),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", true),
        ] {
            assert_eq!(is_whole(answer.as_bytes()).unwrap(), whole, "{answer:?}");
        }
        assert!(is_whole(b"HTTP/1.1 500 Oops\r\n\r\n").is_err());
    }

    #[test]
    fn every_request_of_the_timetable_is_answered() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
                    while lines.by_ref().any(|line| line.is_empty()) {
                        (&stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
                    }
                });
            }
        });
        let latencies = run(address, "t", &["/a".to_owned()], 4, 500.0, Duration::from_millis(200)).unwrap();
        assert_eq!(latencies.len(), 100);
    }

    #[test]
    fn the_percentile_of_a_sorted_list() {
        let sorted: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 0.99), Duration::from_millis(199));
        assert_eq!(percentile(&[], 0.99), Duration::ZERO);
    }
}
