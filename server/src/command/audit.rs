//! `waymark audit`: whether the log is what was written, and the log as lines. Beside a running portal, or without one.

use std::{io::Write as _, process::ExitCode};

use anyhow::{Context as _, bail};
use identity::audit::{self, AuditKey, AuditQuery, Log, Order, Seen, Verdict};
use model::Timestamp;
use secrecy::ExposeSecret as _;
use store::{Store, StoreConfig};

use crate::config::{AuditArgs, AuditCommand, AuditExportArgs, AuditFormat, Config, ServeArgs};

/// The file that keeps the end of the log outside of the database.
pub(crate) const SEEN_FILE: &str = "audit.seen";
/// Rows that are read at once.
const PAGE: u32 = 1_000;

/// Where the command line says that the log is.
pub(super) fn flags(command: &AuditCommand) -> ServeArgs {
    let args = match command {
        AuditCommand::Verify(args) | AuditCommand::Rekey(args) => args,
        AuditCommand::Export(args) => &args.audit,
    };
    let AuditArgs { config, data_dir, database_url } = args.clone();
    ServeArgs { config, data_dir, database_url, without_secrets: true, ..ServeArgs::default() }
}

/// `waymark audit …`
///
/// # Errors
/// When the database or the key cannot be read.
pub(super) async fn run(command: &AuditCommand, config: &Config) -> anyhow::Result<ExitCode> {
    let store = open(config).await?;
    let done = match command {
        AuditCommand::Verify(_) => verify(&store, config).await,
        AuditCommand::Export(args) => export(&store, args).await.map(|()| ExitCode::SUCCESS),
        AuditCommand::Rekey(_) => rekey(&store, config).await,
    };
    store.close().await;
    done
}

/// The key of the configuration or of the data directory. Where there is none and the log has not begun, one is made.
///
/// # Errors
/// When the file cannot be read or made, or the log has begun under a key that is not here.
pub(crate) async fn key(store: &Store, config: &Config) -> anyhow::Result<AuditKey> {
    if let Some(key) = &config.audit.key {
        return Ok(key.clone());
    }
    let directory = config.data_dir();
    if let Some(key) = AuditKey::in_directory(&directory)? {
        return Ok(key);
    }
    if Log::signed_with(store).await?.is_some() {
        bail!(
            "the audit log of this database is signed with a key that is not here. Give this process the same key as the other processes: set audit.key \
             (WAYMARK_AUDIT_KEY) to it, or copy the file audit.key into {} from the data directory in which it was made. If that key is lost, \
             set another one and run waymark audit rekey",
            directory.display()
        );
    }
    Ok(AuditKey::make_in(&directory)?)
}

/// The database, as the program that runs over it left it.
///
/// # Errors
/// When it is not there, or has the tables of another version.
pub(super) async fn open(config: &Config) -> anyhow::Result<Store> {
    let url = match &config.data.database_url {
        Some(url) => url.expose_secret().to_owned(),
        None => {
            let file = config.data_dir().join("waymark.db");
            anyhow::ensure!(file.is_file(), "there is no {}; name the data directory with --data-dir", file.display());
            format!("sqlite:{}", file.display())
        }
    };
    let store = Store::open(&StoreConfig { url, max_readers: 2 }).await?;
    anyhow::ensure!(store.migrated().await?, "the database has the tables of another version; run waymark migrate");
    Ok(store)
}

async fn verify(store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let Some(key) = here(config)? else {
        writeln!(
            out,
            "Cannot tell: the key is not here. Set audit.key (WAYMARK_AUDIT_KEY), or name the data directory that has the file audit.key with --data-dir."
        )?;
        return Ok(ExitCode::from(2));
    };
    let verdict = audit::verify(store, &key, seen(config, &key).as_ref()).await?;
    let extent = verdict.extent();
    let code = match &verdict {
        Verdict::Intact(_) if extent.last == 0 => {
            writeln!(out, "Intact: the log has no rows yet.")?;
            ExitCode::SUCCESS
        }
        Verdict::Intact(_) => {
            writeln!(out, "Intact: {} rows, up to row {}{}.", extent.rows, extent.last, written(extent.at))?;
            writeln!(out, "Its hash: {}", extent.hash)?;
            ExitCode::SUCCESS
        }
        Verdict::Broken(fault, _) => {
            writeln!(out, "NOT INTACT: {fault}.")?;
            match extent.last {
                0 => writeln!(out, "No row before that could be confirmed.")?,
                last => writeln!(out, "Up to row {last}{} every row fits the one before.", written(extent.at))?,
            }
            ExitCode::from(1)
        }
        Verdict::Unknown(why, _) => {
            writeln!(out, "Cannot tell: {why}.")?;
            ExitCode::from(2)
        }
    };
    if extent.removed > 0 {
        writeln!(out, "Retention removed the rows up to {}.", extent.removed)?;
    }
    Ok(code)
}

fn written(at: Option<Timestamp>) -> String {
    at.map(|at| format!(" ({})", at.rfc3339())).unwrap_or_default()
}

/// The key, if it is here; none is made.
fn here(config: &Config) -> anyhow::Result<Option<AuditKey>> {
    match &config.audit.key {
        Some(key) => Ok(Some(key.clone())),
        None => Ok(AuditKey::in_directory(&config.data_dir())?),
    }
}

/// The end of the log that a portal with this data directory saw last.
fn seen(config: &Config, key: &AuditKey) -> Option<Seen> {
    let line = std::fs::read_to_string(config.data_dir().join(SEEN_FILE)).ok()?;
    Seen::from_line(&line, key)
}

async fn export(store: &Store, args: &AuditExportArgs) -> anyhow::Result<()> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let time = |flag: &str, text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => Timestamp::parse(text)
            .map(Some)
            .with_context(|| format!("{flag}: expected a time such as 2026-11-22T09:30:00Z, found \"{text}\"")),
    };
    let mut query = AuditQuery {
        actor: text(&args.actor),
        resource: text(&args.resource),
        action: text(&args.action),
        from: time("--from", &args.from)?,
        until: time("--until", &args.until)?,
        after: args.after,
        ..AuditQuery::default()
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if args.format == AuditFormat::Csv {
        out.write_all(audit::CSV_HEADER.as_bytes())?;
    }
    loop {
        let rows = audit::search(store, &query, Order::OldestFirst, PAGE).await?;
        for row in &rows {
            query.after = Some(row.seq);
            let line = match args.format {
                AuditFormat::Csv => audit::csv_line(row),
                AuditFormat::Jsonl => audit::json_line(row),
            };
            out.write_all(line.as_bytes())?;
        }
        if rows.len() < PAGE as usize {
            return Ok(out.flush()?);
        }
    }
}

async fn rekey(store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let key = match here(config)? {
        Some(key) => key,
        None => AuditKey::make_in(&config.data_dir())?,
    };
    if Log::signed_with(store).await?.as_deref() == Some(key.id()) {
        writeln!(out, "The log is signed with this key already ({}).", key.id())?;
        return Ok(ExitCode::SUCCESS);
    }
    let code = match audit::verify(store, &key, None).await? {
        Verdict::Broken(fault, _) => {
            writeln!(out, "NOT INTACT: {fault}. A new signature does not make that good: `waymark audit verify` goes on to show it.")?;
            ExitCode::from(1)
        }
        Verdict::Intact(_) | Verdict::Unknown(..) => {
            writeln!(out, "Every row fits the one before.")?;
            ExitCode::SUCCESS
        }
    };
    let log = Log::rekey(store, key, "system:command-line").await?;
    writeln!(
        out,
        "The log is signed with the key {} from now on; row {} says so. Start the portal again with that key.",
        log.key().id(),
        log.seen().seq
    )?;
    Ok(code)
}
