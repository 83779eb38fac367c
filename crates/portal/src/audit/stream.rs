//! Rows as they are written, as lines of JSON on standard output.

use std::{
    io::Write as _,
    sync::mpsc::{SyncSender, TrySendError, sync_channel},
};

use identity::audit::{self, Row};

/// Lines that may wait for whoever reads them.
const QUEUE: usize = 10_000;

/// Writes lines in a thread of its own: a reader that stops must not stop the portal.
#[derive(Debug)]
pub(super) struct Stream {
    sender: SyncSender<Piece>,
}

enum Piece {
    Line(String),
    /// Everything before it is to be written out.
    Flush(SyncSender<()>),
}

impl Stream {
    pub(super) fn start() -> Self {
        let (sender, receiver) = sync_channel(QUEUE);
        std::thread::spawn(move || {
            for piece in receiver {
                match piece {
                    Piece::Line(line) => {
                        let mut out = std::io::stdout().lock();
                        if let Err(error) = out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
                            metrics::counter!("audit_stream_lost_total").increment(1);
                            tracing::warn!(%error, "a row of the audit log could not be written to standard output; it is in the database");
                        }
                    }
                    // Whoever waited may be gone.
                    Piece::Flush(done) => _ = done.try_send(()),
                }
            }
        });
        Self { sender }
    }

    /// Writes a row, or says which is left out because nobody reads.
    pub(super) fn write(&self, row: &Row) {
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = self.sender.try_send(Piece::Line(audit::json_line(row))) {
            metrics::counter!("audit_stream_lost_total").increment(1);
            tracing::warn!(
                seq = row.seq,
                "standard output is not read fast enough: a row of the audit log was left out of the stream; export it"
            );
        }
    }

    /// Waits until what was handed in is written.
    pub(super) fn flush(&self) {
        let (done, waiting) = sync_channel(1);
        if self.sender.try_send(Piece::Flush(done)).is_ok() {
            _ = waiting.recv_timeout(std::time::Duration::from_secs(2));
        }
    }
}
