//! Files at addresses of this machine, for locations of the type `url`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

type Files = Arc<Mutex<HashMap<String, String>>>;

/// A server of files; it ends when it is dropped.
pub(crate) struct Web {
    address: String,
    files: Files,
    _task: JoinSet<()>,
}

impl Web {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let files = Files::default();
        let mut task = JoinSet::new();
        let served = Arc::clone(&files);
        task.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(answer(stream, Arc::clone(&served)));
            }
        });
        Self { address, files, _task: task }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// What is at a path from now on.
    pub(crate) fn put(&self, path: &str, text: &str) {
        self.files.lock().expect("nobody panicked").insert(path.to_owned(), text.to_owned());
    }
}

async fn answer(stream: TcpStream, files: Files) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let path = head.split(' ').nth(1).unwrap_or_default();
    let found = files.lock().expect("nobody panicked").get(path).cloned();
    let (status, body) = found.map_or(("404 Not Found", String::new()), |text| ("200 OK", text));
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    // Whoever asked may be gone.
    let _ = stream.write_all(answer.as_bytes()).await;
}
