//! The audit log: written by every change ([`Portal::commit`]), read, exported and checked here.

mod page;
mod stream;
#[cfg(test)]
mod tests;
mod upkeep;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use identity::{
    Action,
    audit::{self, AuditKey, AuditQuery, Log, Order, Row, Seen, Verdict},
    throttle::place,
};
use model::{Caller, PortalError, Timestamp, Via, view::ChainView};
use store::{Store, StoreError};

use crate::{AuditConfig, Portal, failure, record::Done};

use stream::Stream;
pub(crate) use upkeep::run;

pub use page::query as audit_query;

/// Rows of an export that are read at once.
const EXPORT: u32 = 500;
/// How long somebody waits for a check; it goes on behind them.
const PATIENCE: Duration = Duration::from_secs(20);
/// Refusals of one caller that are recorded within [`WINDOW`]: more say nothing new, and would let anybody fill the database.
const REFUSALS: u32 = 60;
const WINDOW: Duration = Duration::from_secs(60);
/// Callers whose refusals are counted at once.
const CALLERS: usize = 10_000;

/// The log as this process has it open.
#[derive(Debug)]
pub(crate) struct Audit {
    log: Log,
    stream: Option<Stream>,
    retention: Option<Duration>,
    seen_file: Option<PathBuf>,
    latest: Mutex<Option<Checked>>,
    refusals: Mutex<HashMap<String, (Instant, u32)>>,
}

/// What the last check of this process found.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// What it found.
    verdict: Verdict,
    /// When, by this machine's clock.
    at: Timestamp,
}

impl Audit {
    /// Opens the log.
    pub(crate) async fn open(store: &Store, config: AuditConfig) -> Result<Self, StoreError> {
        let key = config.key.unwrap_or_else(|| {
            tracing::warn!("no key was given for the audit log, so it is signed with one that everybody knows");
            AuditKey::known_to_everybody()
        });
        Ok(Self {
            log: Log::open(store, key).await?,
            stream: config.stream_stdout.then(Stream::start),
            retention: config.retention,
            seen_file: config.seen_file,
            latest: Mutex::default(),
            refusals: Mutex::default(),
        })
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    /// A row whose transaction was committed.
    pub(crate) fn committed(&self, row: &Row) {
        self.log.committed(row);
        if let Some(stream) = &self.stream {
            stream.write(row);
        }
    }

    /// Whether one more refusal of this caller is to be recorded.
    pub(crate) fn may_refuse(&self, caller: &Caller) -> bool {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        refusals.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        let who = match caller.via {
            // Nobody is known yet, so it is where they come from: one who floods must not hide the others.
            Via::Nothing => format!("anonymous {}", place(caller.address)),
            _ => caller.principal.recorded(),
        };
        if refusals.len() >= CALLERS && !refusals.contains_key(&who) {
            return false;
        }
        let (_, count) = refusals.entry(who).or_insert((now, 0));
        *count += 1;
        *count <= REFUSALS
    }

    fn latest(&self) -> Option<Checked> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Checks the whole log, and remembers what it found.
    async fn check(&self, store: &Store) -> Result<Checked, StoreError> {
        let before = self.seen();
        let verdict = audit::verify(store, self.log.key(), before.as_ref()).await?;
        if let Verdict::Broken(fault, _) = &verdict {
            tracing::error!("the audit log is not intact: {fault}");
        }
        metrics::gauge!("audit_intact").set(f64::from(u8::from(matches!(verdict, Verdict::Intact(_)))));
        if let Verdict::Intact(extent) = &verdict {
            self.keep(&Seen { seq: extent.last, hash: extent.hash.clone() });
        }
        let checked = Checked { verdict, at: crate::now() };
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(checked.clone());
        Ok(checked)
    }

    /// The end of the log that this program saw last, in this run or an earlier one.
    fn seen(&self) -> Option<Seen> {
        let line = self.seen_file.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
        let kept = line.and_then(|line| Seen::from_line(&line, self.log.key()));
        let own = self.log.seen();
        match kept {
            Some(kept) if kept.seq > own.seq => Some(kept),
            _ => Some(own),
        }
    }

    /// Notes the end of the log outside of the database.
    fn keep(&self, seen: &Seen) {
        let Some(path) = &self.seen_file else { return };
        if let Err(error) = std::fs::write(path, seen.to_line(self.log.key())) {
            tracing::info!(%error, "{} cannot be written", path.display());
        }
    }
}

/// Use cases of the audit log.
#[derive(Debug)]
pub struct AuditUseCases<'a> {
    portal: &'a Portal,
}

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180, with a header line.
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl<'a> AuditUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// Up to `limit` rows, the newest first, and whether there are more.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn rows(&self, caller: &Caller, query: &AuditQuery, limit: u32) -> Result<(Vec<Row>, bool), PortalError> {
        self.portal.allow(caller, Action::AuditRead).await?;
        let store = &self.portal.inner.store;
        let found = audit::search(store, query, Order::NewestFirst, limit.saturating_add(1).min(audit::MOST)).await;
        let mut rows = found.map_err(|error| failure::of_store(&error, caller))?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok((rows, more))
    }

    /// The row of this number.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Unavailable`.
    pub async fn one(&self, caller: &Caller, seq: i64) -> Result<Row, PortalError> {
        self.portal.allow(caller, Action::AuditRead).await?;
        let row = audit::one(&self.portal.inner.store, seq).await.map_err(|error| failure::of_store(&error, caller))?;
        row.ok_or_else(|| PortalError::not_found(format!("There is no row {seq} in the audit log. Retention may have removed it.")))
    }

    /// Begins an export, the oldest row first. It is recorded.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn export(&self, caller: &Caller, query: AuditQuery, format: ExportFormat) -> Result<Export, PortalError> {
        self.portal.allow(caller, Action::AuditRead).await?;
        let done = Done::named("audit:export", "audit").with("filter", page::described(&query)).with("format", format!("{format:?}"));
        self.portal.record(caller, done).await.map_err(|error| failure::of_store(&error, caller))?;
        // What is written while it runs is left out, so that it ends.
        let head = self.portal.inner.audit.log.seen().seq;
        let before = query.before.unwrap_or(i64::MAX).min(head.saturating_add(1));
        let query = AuditQuery { before: Some(before), ..query };
        Ok(Export { store: self.portal.inner.store.clone(), caller: caller.clone(), query, format, begun: false, ended: false })
    }

    /// Checks the whole log now. `None` when that takes longer than somebody waits; [`Self::checked`] has it then.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn verify(&self, caller: &Caller) -> Result<Option<ChainView>, PortalError> {
        self.portal.allow(caller, Action::AuditRead).await?;
        let portal = self.portal.clone();
        let check = tokio::spawn(async move { portal.inner.audit.check(&portal.inner.store).await });
        match tokio::time::timeout(PATIENCE, check).await {
            Ok(Ok(checked)) => checked.map(|checked| Some(page::chain(&checked))).map_err(|error| failure::of_store(&error, caller)),
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The portal is going down.
                Err(_) => Ok(None),
            },
            Err(_) => Ok(None),
        }
    }

    /// What the last check of this process found.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn checked(&self, caller: &Caller) -> Result<Option<ChainView>, PortalError> {
        self.portal.allow(caller, Action::AuditRead).await?;
        Ok(self.portal.inner.audit.latest().as_ref().map(page::chain))
    }
}

/// An export that is being read, piece by piece.
#[derive(Debug)]
pub struct Export {
    store: Store,
    caller: Caller,
    query: AuditQuery,
    format: ExportFormat,
    begun: bool,
    ended: bool,
}

impl Export {
    /// The next piece; `None` at its end.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn next(&mut self) -> Result<Option<String>, PortalError> {
        let mut piece = String::new();
        if !std::mem::replace(&mut self.begun, true) && self.format == ExportFormat::Csv {
            piece.push_str(audit::CSV_HEADER);
        }
        if !self.ended {
            let found = audit::search(&self.store, &self.query, Order::OldestFirst, EXPORT).await;
            let rows = found.map_err(|error| failure::of_store(&error, &self.caller))?;
            self.ended = rows.len() < EXPORT as usize;
            for row in &rows {
                self.query.after = Some(row.seq);
                piece.push_str(&match self.format {
                    ExportFormat::Csv => audit::csv_line(row),
                    ExportFormat::JsonLines => audit::json_line(row),
                });
            }
        }
        Ok((!piece.is_empty()).then_some(piece))
    }
}
