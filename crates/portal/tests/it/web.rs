//! Files at addresses of this machine, for locations of the type `url`.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

#[derive(Default)]
struct State {
    files: Mutex<HashMap<String, String>>,
    /// Whether it answers nothing but that it wants to be left alone.
    limited: AtomicBool,
    asked: AtomicUsize,
}

/// A server of files; it ends when it is dropped.
pub(crate) struct Web {
    address: String,
    state: Arc<State>,
    _task: JoinSet<()>,
}

impl Web {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::<State>::default();
        let mut task = JoinSet::new();
        let served = Arc::clone(&state);
        task.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(answer(stream, Arc::clone(&served)));
            }
        });
        Self { address, state, _task: task }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// What is at a path from now on.
    pub(crate) fn put(&self, path: &str, text: &str) {
        self.state.files.lock().expect("nobody panicked").insert(path.to_owned(), text.to_owned());
    }

    /// From now on there is nothing at a path.
    pub(crate) fn remove(&self, path: &str) {
        self.state.files.lock().expect("nobody panicked").remove(path);
    }

    /// From now on it wants to be left alone for an hour.
    pub(crate) fn limit(&self) {
        self.state.limited.store(true, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }
}

async fn answer(stream: TcpStream, state: Arc<State>) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let path = head.split(' ').nth(1).unwrap_or_default();
    state.asked.fetch_add(1, Ordering::SeqCst);
    let found = state.files.lock().expect("nobody panicked").get(path).cloned();
    let (status, body) = match found {
        _ if state.limited.load(Ordering::SeqCst) => ("429 Too Many Requests\r\nretry-after: 3600", String::new()),
        Some(text) => ("200 OK", text),
        None => ("404 Not Found", String::new()),
    };
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    // Whoever asked may be gone.
    let _ = stream.write_all(answer.as_bytes()).await;
}
