//! Whether a log is what was written.

use model::Timestamp;
use store::{Args, ReadTx, Store, StoreError};

use super::{
    AuditKey, Fault, Row, Seen,
    chain::{self, BEGINNING, FORGED},
    log::Head,
    sql,
};

/// Rows that one statement reads. What is held is one row.
const PAGE: i64 = 2_000;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every row is what was written, and none is missing.
    Intact(Extent),
    /// It was changed. The first thing that shows it, and what was looked at until then.
    Broken(Fault, Extent),
    /// It cannot be told, because of this.
    Unknown(String, Extent),
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Rows that were checked.
    pub rows: u64,
    /// The last row that retention removed; 0 without any.
    pub removed: i64,
    /// The last row that was checked; 0 without any.
    pub last: i64,
    /// Its hash.
    pub hash: String,
    /// When it was written.
    pub at: Option<Timestamp>,
}

impl Verdict {
    /// What was looked at.
    pub const fn extent(&self) -> &Extent {
        match self {
            Self::Intact(extent) | Self::Broken(_, extent) | Self::Unknown(_, extent) => extent,
        }
    }
}

/// A checkpoint of retention.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Checkpoint {
    pub(super) seq: i64,
    pub(super) hash: String,
    pub(super) removed: i64,
    pub(super) created_at: i64,
    pub(super) mac: String,
}

impl Checkpoint {
    pub(super) fn is_signed(&self, key: &AuditKey) -> bool {
        chain::same(&self.mac, &chain::checkpoint_mac(key, self.seq, &self.hash, self.removed, self.created_at))
    }
}

/// Follows a chain row by row.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) seq: i64,
    pub(super) hash: String,
    removed: i64,
}

impl Walk {
    /// Begins after the last checkpoint, or with the first row.
    pub(super) fn after(checkpoint: Option<&Checkpoint>) -> Self {
        let (seq, hash) = checkpoint.map_or((0, BEGINNING.to_owned()), |checkpoint| (checkpoint.seq, checkpoint.hash.clone()));
        Self { seq, hash, removed: seq }
    }

    /// Takes the next row.
    pub(super) fn step(&mut self, row: &Row) -> Result<(), Fault> {
        if row.seq <= self.seq {
            return Err(Fault::Before { seq: row.seq, removed: self.removed });
        }
        if row.seq > self.seq.saturating_add(1) && row.hash != chain::row_hash(FORGED, row) {
            return Err(Fault::Missing { from: self.seq + 1, to: row.seq - 1 });
        }
        if row.hash != chain::row_hash(&self.hash, row) {
            let noticed = row.hash == chain::row_hash(FORGED, row);
            return Err(if noticed { Fault::Noticed { seq: row.seq } } else { Fault::Altered { seq: row.seq } });
        }
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
        Ok(())
    }
}

/// Checks the whole log, as it is at one moment, with what this program has `seen` of it before. Rows may be appended meanwhile.
///
/// # Errors
/// Any failure of the store.
pub async fn verify(store: &Store, key: &AuditKey, seen: Option<&Seen>) -> Result<Verdict, StoreError> {
    let mut tx = store.snapshot().await?;
    let verdict = check(&mut tx, key, seen).await;
    tx.end().await?;
    verdict
}

async fn check(tx: &mut ReadTx, key: &AuditKey, seen: Option<&Seen>) -> Result<Verdict, StoreError> {
    let mut extent = Extent::default();
    let Some(head) = tx.fetch_optional::<Head>(&sql::HEAD, Args::new()).await? else {
        return Ok(Verdict::Broken(Fault::NoHead, extent));
    };
    let own = head.key_id == key.id();
    let checkpoints: Vec<Checkpoint> = tx.fetch_all(&sql::CHECKPOINTS, Args::new()).await?;
    if let Some(forged) = checkpoints.iter().find(|checkpoint| own && !checkpoint.is_signed(key)) {
        return Ok(Verdict::Broken(Fault::Checkpoint { seq: forged.seq }, extent));
    }
    let mut walk = Walk::after(checkpoints.last());
    extent.removed = walk.seq;
    let mut forgotten = seen.filter(|seen| seen.seq > walk.seq);
    let mut found: Option<Fault> = None;
    let mut from = i64::MIN;
    while found.is_none() {
        let mut count = 0;
        tx.fetch_each(&sql::WALK, Args::new().int(from).int(PAGE), |row: Row| {
            count += 1;
            from = row.seq;
            if found.is_some() {
                return;
            }
            if head.seq < row.seq && own && head.is_signed(key) {
                found = Some(Fault::Behind { seq: row.seq, head: head.seq });
                return;
            }
            match walk.step(&row) {
                Ok(()) => extent.at = Some(row.at()),
                Err(fault) => found = Some(fault),
            }
            extent.rows += u64::from(found.is_none());
            if forgotten.is_some_and(|seen| seen.seq == row.seq && seen.hash == row.hash) {
                forgotten = None;
            }
        })
        .await?;
        if count < PAGE {
            break;
        }
        // Hashing thousands of rows takes a moment: others may go first.
        tokio::task::yield_now().await;
    }
    extent.last = walk.seq;
    extent.hash.clone_from(&walk.hash);
    if found.is_none() && !head.key_id.is_empty() {
        found = ending(&head, &walk, own.then_some(key));
    }
    // Also when everything was taken away, the head with it.
    let found = found.or_else(|| forgotten.map(|seen| Fault::Forgotten { seq: seen.seq, last: walk.seq }));
    Ok(match found {
        Some(fault) => Verdict::Broken(fault, extent),
        None if head.key_id.is_empty() => {
            Verdict::Unknown("the log has not begun: no portal has opened this database yet".to_owned(), extent)
        }
        None if !own => {
            let why = format!(
                "the head is signed with the key {}, and the key given here is {}. The hashes of all rows fit; whether rows are missing at the end, \
                 or all were written anew, only the right key can tell. If nobody gave the portal another key, the head was rewritten",
                head.key_id,
                key.id()
            );
            Verdict::Unknown(why, extent)
        }
        None => Verdict::Intact(extent),
    })
}

/// Whether the log ends where its head says.
fn ending(head: &Head, walk: &Walk, key: Option<&AuditKey>) -> Option<Fault> {
    if key.is_some_and(|key| !head.is_signed(key)) {
        return Some(Fault::Head { seq: head.seq });
    }
    if walk.seq < head.seq {
        return Some(Fault::Cut { last: walk.seq, head: head.seq });
    }
    if walk.seq > head.seq {
        return Some(Fault::Behind { seq: head.seq + 1, head: head.seq });
    }
    (walk.hash != head.hash).then_some(Fault::Replaced { seq: walk.seq })
}
