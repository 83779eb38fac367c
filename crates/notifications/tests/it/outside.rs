//! A web server of the test's own: it answers as it is told and remembers what it got.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How it answers a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// This status, these headers, this text.
    Say(u16, &'static str, &'static str),
    /// Nothing, for ever.
    Hang,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) path: String,
    /// Names in small letters.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// The server.
pub(crate) struct Outside {
    pub(crate) url: String,
    got: Arc<Mutex<Vec<Got>>>,
    count: watch::Receiver<usize>,
}

impl Outside {
    /// Answers in this order, then with 200.
    pub(crate) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/services/T0/topsecret", listener.local_addr().unwrap());
        let got = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(VecDeque::from(answers)));
        let (sender, count) = watch::channel(0);
        let sender = Arc::new(sender);
        tokio::spawn({
            let got = Arc::clone(&got);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&got), Arc::clone(&answers), Arc::clone(&sender)));
                }
            }
        });
        Self { url, got, count }
    }

    /// What came so far.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Waits until so many requests have come.
    pub(crate) async fn wait_for(&mut self, requests: usize) {
        self.count.wait_for(|count| *count >= requests).await.unwrap();
    }
}

async fn serve(
    stream: TcpStream,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    count: Arc<watch::Sender<usize>>,
) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let path = line.split(' ').nth(1)?.to_owned();
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
        stream.read_exact(&mut body).await.ok()?;
        let answer = answers.lock().unwrap().pop_front().unwrap_or(Answer::Say(200, "", "ok"));
        got.lock().unwrap().push(Got { path, headers, body: String::from_utf8_lossy(&body).into_owned() });
        count.send_modify(|count| *count += 1);
        match answer {
            Answer::Say(status, more, text) => {
                let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: {}\r\n{more}\r\n{text}", text.len());
                stream.get_mut().write_all(answer.as_bytes()).await.ok()?;
            }
            Answer::Hang => std::future::pending().await,
        }
    }
}
