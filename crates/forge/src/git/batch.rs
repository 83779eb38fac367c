//! Contents of objects, through one `cat-file --batch` that stays open: a process for each file would cost more than the
//! files.

use bytes::Bytes;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::git::command::{Failure, Group};

/// An open conversation.
#[derive(Debug)]
pub(super) struct Batch {
    // Kept for its end: the process goes with it.
    _child: Child,
    _group: Group,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// What an object is.
#[derive(Debug)]
pub(super) enum Object {
    Content(Bytes),
    Missing,
    TooLarge,
}

impl Batch {
    pub(super) fn new((mut child, group): (Child, Group)) -> Result<Self, Failure> {
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or_else(|| Failure::Said("git has no pipes".to_owned()))?;
        Ok(Self { _child: child, _group: group, stdin, stdout: BufReader::new(stdout) })
    }

    /// Reads one object. A conversation that failed, or was left in the middle, must not be used again; after
    /// `TooLarge` too, since its content is still to come.
    pub(super) async fn read(&mut self, object: &str, most: u64) -> std::io::Result<Object> {
        self.stdin.write_all(format!("{object}\n").as_bytes()).await?;
        self.stdin.flush().await?;
        let mut line = String::new();
        (&mut self.stdout).take(1_024).read_line(&mut line).await?;
        let mut words = line.split_ascii_whitespace();
        let (_, sort, size) = (words.next(), words.next(), words.next());
        let size = match (sort, size.and_then(|size| size.parse::<u64>().ok())) {
            (Some("missing"), _) => return Ok(Object::Missing),
            (Some(_), Some(size)) => size,
            _ => return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "git ended the conversation")),
        };
        if size > most {
            return Ok(Object::TooLarge);
        }
        // Followed by a line break.
        let mut content = vec![0; usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1)];
        self.stdout.read_exact(&mut content).await?;
        content.pop();
        Ok(Object::Content(content.into()))
    }
}
