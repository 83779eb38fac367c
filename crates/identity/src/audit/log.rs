//! Appending to the log.

use std::sync::{Arc, Mutex, PoisonError};

use model::Timestamp;
use store::{Args, Backend, Store, StoreError, Ts, Tx};

use super::{
    AuditKey, Decision, Entry, Row,
    chain::{self, FORGED},
    sql,
    verify::Checkpoint,
};

/// The end of the log as a process has seen it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The number of the last row.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl Seen {
    /// As a line of text, signed, to be kept outside of the database.
    pub fn to_line(&self, key: &AuditKey) -> String {
        format!("{} {} {}\n", self.seq, self.hash, chain::seen_mac(key, self.seq, &self.hash))
    }

    /// Reads the line, if it was written under this key.
    pub fn from_line(line: &str, key: &AuditKey) -> Option<Self> {
        let mut parts = line.trim_end().split(' ');
        let (seq, hash, mac) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        chain::same(mac, &chain::seen_mac(key, seq, hash)).then(|| Self { seq, hash: hash.to_owned() })
    }
}

/// The head as it stands in the database.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Head {
    pub(super) seq: i64,
    pub(super) hash: String,
    pub(super) mac: String,
    pub(super) key_id: String,
    /// The time by the database's clock when it was taken.
    at: Ts,
}

impl Head {
    pub(super) fn is_signed(&self, key: &AuditKey) -> bool {
        chain::same(&self.mac, &chain::head_mac(key, self.seq, &self.hash))
    }
}

/// The log, with the key to sign it. Clones are the same log.
#[derive(Clone, Debug)]
pub struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    key: AuditKey,
    seen: Mutex<Seen>,
}

impl Log {
    /// Opens the log of a database. The first to do so signs it with their key.
    ///
    /// # Errors
    /// [`StoreError::Configuration`], with what to do, when the log is signed with another key; any failure of the store.
    pub async fn open(store: &Store, key: AuditKey) -> Result<Self, StoreError> {
        let head: Head = store.fetch_optional(&sql::HEAD, Args::new()).await?.ok_or_else(no_head)?;
        let head = if head.key_id.is_empty() { begin(store, &key).await? } else { head };
        if head.key_id != key.id() {
            return Err(StoreError::Configuration(format!(
                "the audit log of this database is signed with the key {}, and this process has the key {}. Give it the same key as the other processes: \
                 set audit.key (WAYMARK_AUDIT_KEY) to it, or copy the file audit.key from the data directory in which it was made. \
                 If that key is lost, `waymark audit rekey` checks the log and signs it with this one",
                head.key_id,
                key.id()
            )));
        }
        Ok(Self { inner: Arc::new(Inner { key, seen: Mutex::new(Seen { seq: head.seq, hash: head.hash }) }) })
    }

    /// The fingerprint of the key that a database's log is signed with; `None` where it has not begun.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn signed_with(store: &Store) -> Result<Option<String>, StoreError> {
        let head: Option<Head> = store.fetch_optional(&sql::HEAD, Args::new()).await?;
        Ok(head.map(|head| head.key_id).filter(|id| !id.is_empty()))
    }

    /// The key.
    pub fn key(&self) -> &AuditKey {
        &self.inner.key
    }

    /// The end of the log, as far as this process has seen it.
    pub fn seen(&self) -> Seen {
        self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Appends a row, after the transaction's changes were written to the feed: nothing can be noted for the feed after it. From here to the
    /// end of the transaction nobody else appends, so commit at once.
    ///
    /// # Errors
    /// Any failure of the store; the transaction has to be given up then, so that nothing changes without a row.
    pub async fn append(&self, tx: &mut Tx, entry: Entry) -> Result<Row, StoreError> {
        tx.seal().await?;
        let head = take(tx).await?;
        let at = head.at.0;
        if head.key_id != self.inner.key.id() {
            return Err(StoreError::Configuration(format!(
                "the audit log is signed with the key {} by now, and this process has the key {}: start it again with that key",
                head.key_id,
                self.inner.key.id()
            )));
        }
        let seen = self.seen();
        let kept = head.seq > seen.seq || (head.seq == seen.seq && head.hash == seen.hash);
        let entry = entry.bounded();
        let mut row = Row::new(head.seq.saturating_add(1), at, entry.clone());
        row.hash = chain::row_hash(&head.hash, &row);
        // A row that has this number already was put behind the end by hand.
        if !(kept && head.is_signed(&self.inner.key) && add_signed(tx, &self.inner.key, &row).await?) {
            let noticed = notice(tx, &head, &seen, at).await?;
            row = Row::new(noticed.seq.saturating_add(1), at, entry);
            row.hash = chain::row_hash(&noticed.hash, &row);
            if !add_signed(tx, &self.inner.key, &row).await? {
                return Err(full());
            }
        }
        Ok(row)
    }

    /// Remembers a row whose transaction was committed.
    pub fn committed(&self, row: &Row) {
        let mut seen = self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if row.seq > seen.seq {
            *seen = Seen { seq: row.seq, hash: row.hash.clone() };
        }
    }
}

impl Log {
    /// Signs a log with another key, when the one before is lost or known to others: head, checkpoints, and a row that says so. What the old
    /// key could have shown about the rows up to now is lost with it, so check the log first.
    ///
    /// # Errors
    /// Any failure of the store.
    pub async fn rekey(store: &Store, key: AuditKey, actor: &str) -> Result<Self, StoreError> {
        let mut tx = store.begin().await?;
        let head = take(&mut tx).await?;
        let checkpoints: Vec<Checkpoint> = tx.fetch_all(&sql::CHECKPOINTS, Args::new()).await?;
        for checkpoint in checkpoints {
            let mac = chain::checkpoint_mac(&key, checkpoint.seq, &checkpoint.hash, checkpoint.removed, checkpoint.created_at);
            tx.execute(&sql::CHECKPOINT_SIGN, Args::new().int(checkpoint.seq).text(mac)).await?;
        }
        sign(&mut tx, &key, head.seq, &head.hash).await?;
        let log = Self { inner: Arc::new(Inner { key, seen: Mutex::new(Seen { seq: head.seq, hash: head.hash }) }) };
        let entry = Entry {
            actor: actor.to_owned(),
            via: String::new(),
            detail: format!("{{\"from\":\"{}\",\"to\":\"{}\"}}", head.key_id, log.key().id()),
            ..Entry::of_worker("audit:rekey", Decision::Allow)
        };
        let row = log.append(&mut tx, entry).await?;
        tx.commit().await?;
        log.committed(&row);
        Ok(log)
    }
}

/// Signs the log of a new database. Of several processes that do it at once the first one's key holds.
async fn begin(store: &Store, key: &AuditKey) -> Result<Head, StoreError> {
    let mut tx = store.begin().await?;
    let head = take(&mut tx).await?;
    if !head.key_id.is_empty() {
        tx.rollback().await?;
        return Ok(head);
    }
    let last: Option<(i64,)> = tx.fetch_optional(&sql::LAST_SEQ, Args::new()).await?;
    let fresh = head.seq == 0 && head.hash.is_empty() && last.unwrap_or_default().0 == 0;
    // A log with rows and without a signature is not new: its first row under this key shows it.
    let mac = if fresh { chain::head_mac(key, 0, chain::BEGINNING) } else { String::new() };
    tx.execute(&sql::HEAD_SET, Args::new().int(head.seq).text(&head.hash).text(&mac).text(key.id())).await?;
    tx.commit().await?;
    Ok(Head { mac, key_id: key.id().to_owned(), ..head })
}

/// Somebody without the key changed the head. Signing on top of it would make that good, and refusing every change from now on would
/// hand them the portal: so a row says what was found, and its place in the chain shows that nothing before it can be trusted.
async fn notice(tx: &mut Tx, head: &Head, seen: &Seen, at: Timestamp) -> Result<Row, StoreError> {
    let last: Option<(i64,)> = tx.fetch_optional(&sql::LAST_SEQ, Args::new()).await?;
    let last = last.unwrap_or_default().0;
    tracing::error!(
        head = head.seq,
        last_row = last,
        last_seen = seen.seq,
        "the head of the audit log was changed without its key; see `waymark audit verify`"
    );
    let entry = Entry {
        detail: format!(
            "{{\"found\":\"the head was changed without the key\",\"head\":{},\"last_row\":{last},\"last_seen\":{}}}",
            head.seq, seen.seq
        ),
        ..Entry::of_worker("audit:noticed", Decision::Deny)
    };
    let mut row = Row::new(last.max(seen.seq).saturating_add(1), at, entry);
    row.hash = chain::row_hash(FORGED, &row);
    if add(tx, &row).await? { Ok(row) } else { Err(full()) }
}

/// Takes the head until the transaction ends.
pub(super) async fn take(tx: &mut Tx) -> Result<Head, StoreError> {
    tx.fetch_optional(&sql::HEAD_TAKE, Args::new()).await?.ok_or_else(no_head)
}

/// Adds a row; whether its number was free.
async fn add(tx: &mut Tx, row: &Row) -> Result<bool, StoreError> {
    Ok(tx.execute(&sql::ADD, columns(row)).await? == 1)
}

/// Adds a row and signs the head that ends with it; whether its number was free.
async fn add_signed(tx: &mut Tx, key: &AuditKey, row: &Row) -> Result<bool, StoreError> {
    match tx.backend() {
        Backend::Postgres => {
            let args = columns(row).text(chain::head_mac(key, row.seq, &row.hash)).text(key.id());
            Ok(tx.execute(&sql::ADD_SIGNED, args).await? == 1)
        }
        Backend::Sqlite => {
            let added = tx.execute(&sql::ADD_SIGNED, columns(row)).await? == 1;
            if added {
                sign(tx, key, row.seq, &row.hash).await?;
            }
            Ok(added)
        }
    }
}

fn columns(row: &Row) -> Args {
    row.texts().into_iter().fold(Args::new().int(row.seq).ts(row.at()), Args::text).text(&row.hash)
}

async fn sign(tx: &mut Tx, key: &AuditKey, seq: i64, hash: &str) -> Result<(), StoreError> {
    let args = Args::new().int(seq).text(hash).text(chain::head_mac(key, seq, hash)).text(key.id());
    tx.execute(&sql::HEAD_SET, args).await.map(drop)
}

fn full() -> StoreError {
    StoreError::Configuration(
        "somebody put a row with the highest number into the audit log, so nothing can be recorded: delete that row".to_owned(),
    )
}

pub(super) fn no_head() -> StoreError {
    StoreError::Configuration("the row of audit_head is missing, without which nothing can be recorded: restore a backup".to_owned())
}
