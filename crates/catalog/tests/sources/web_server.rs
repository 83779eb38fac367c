//! A web server on this machine, with entity tags.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What it serves, and what it was asked.
#[derive(Clone, Debug)]
pub(crate) struct WebServer {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, String>,
    asked: Vec<String>,
    broken: bool,
}

impl WebServer {
    pub(crate) async fn with(pages: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: format!("http://{}", listener.local_addr().unwrap()), state: Arc::default() };
        for (path, text) in pages {
            server.put(path, text);
        }
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().answer(stream));
            }
        });
        server
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub(crate) fn host(&self) -> &str {
        &self.address["http://".len()..]
    }

    pub(crate) fn put(&self, path: &str, text: &str) {
        self.state.lock().unwrap().pages.insert(path.to_owned(), text.to_owned());
    }

    /// From now on every answer is an error of the server.
    pub(crate) fn break_down(&self, broken: bool) {
        self.state.lock().unwrap().broken = broken;
    }

    /// What was asked since the last time, with the status of the answer, in order of the paths.
    pub(crate) fn asked(&self) -> String {
        let mut asked = std::mem::take(&mut self.state.lock().unwrap().asked);
        asked.sort();
        asked.join(" ")
    }

    async fn answer(self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let known = head
            .lines()
            .find_map(|line| line.to_lowercase().starts_with("if-none-match:").then(|| line.split_once(':').unwrap().1.trim().to_owned()));
        let (status, tag, body) = {
            let mut state = self.state.lock().unwrap();
            let page = state.pages.get(&path).cloned();
            let tag = page.as_ref().map(|page| format!("\"{}-{}\"", page.len(), page.bytes().map(u64::from).sum::<u64>()));
            let (status, body) = match page {
                _ if state.broken => ("500 Internal Server Error", "out of order".to_owned()),
                None => ("404 Not Found", "no such page".to_owned()),
                Some(_) if known.is_some() && known == tag => ("304 Not Modified", String::new()),
                Some(page) => ("200 OK", page),
            };
            state.asked.push(format!("{path}={}", &status[..3]));
            (status, tag.unwrap_or_default(), body)
        };
        let text = format!("HTTP/1.1 {status}\r\nETag: {tag}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        // A reader that goes away is no failure of the server.
        let _ = stream.write_all(text.as_bytes()).await;
    }
}
