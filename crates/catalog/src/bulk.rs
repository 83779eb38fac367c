//! Whether very much is being written just now, as when a whole catalog comes in: whoever follows then does better to wait for its end.

use std::time::Duration;

use tokio::sync::watch;

/// Counts the bulk writes that are under way.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    under_way: watch::Sender<usize>,
}

/// One bulk write; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct BulkGuard {
    under_way: watch::Sender<usize>,
}

impl Default for Bulk {
    fn default() -> Self {
        Self { under_way: watch::Sender::new(0) }
    }
}

impl Bulk {
    /// Notes that a bulk write begins.
    pub(crate) fn begin(&self) -> BulkGuard {
        self.under_way.send_modify(|count| *count += 1);
        BulkGuard { under_way: self.under_way.clone() }
    }

    /// Waits until nothing is under way, or until `patience` is over.
    pub(crate) async fn over(&self, patience: Duration) {
        let mut under_way = self.under_way.subscribe();
        // Over time or not, whoever waits goes on.
        let _ = tokio::time::timeout(patience, under_way.wait_for(|count| *count == 0)).await;
    }
}

impl Drop for BulkGuard {
    fn drop(&mut self) {
        self.under_way.send_modify(|count| *count -= 1);
    }
}
