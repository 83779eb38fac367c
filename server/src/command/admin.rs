//! `waymark admin`: links and tokens for whoever has the machine, beside a running portal or without one.

use std::{io::Write as _, process::ExitCode};

use anyhow::{Context as _, bail};
use identity::{
    Action,
    account::read_name,
    audit::{Decision, Entry, Log},
    policy::Role,
    setup,
    token::{self, Making},
};
use model::{EntityRef, Principal, RefContext, Timestamp};
use serde_json::{Value, json};
use store::{Store, Tx};

use super::audit;
use crate::config::{AdminCommand, AdminTokenArgs, AdminTokenCommand, AuditArgs, Config, ServeArgs, SetupLinkArgs};

/// Who did it, in rows and in the audit log: whoever may run this program over the database.
const ACTOR: &str = "system:command-line";

/// Where the command line says that the database is.
pub(super) fn flags(command: &AdminCommand) -> ServeArgs {
    let args = match command {
        AdminCommand::SetupLink(args) => &args.place,
        AdminCommand::Token(AdminTokenCommand::Create(args)) => &args.place,
    };
    let AuditArgs { config, data_dir, database_url } = args.clone();
    ServeArgs { config, data_dir, database_url, without_secrets: true, ..ServeArgs::default() }
}

/// `waymark admin …`
///
/// # Errors
/// When the database cannot be reached, or an argument is wrong.
pub(super) async fn run(command: &AdminCommand, config: &Config) -> anyhow::Result<ExitCode> {
    let store = audit::open(config).await?;
    let done = match command {
        AdminCommand::SetupLink(args) => setup_link(&store, config, args).await,
        AdminCommand::Token(AdminTokenCommand::Create(args)) => create_token(&store, config, args).await,
    };
    store.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn setup_link(store: &Store, config: &Config, args: &SetupLinkArgs) -> anyhow::Result<()> {
    let account = args.account.as_deref().map(read_name).transpose().map_err(anyhow::Error::msg).context("--account")?;
    let log = open_log(store, config).await?;
    let mut tx = store.begin().await?;
    let secret = setup::add(&mut tx, account.as_deref(), ACTOR).await?;
    let resource = account.as_ref().map_or_else(|| "account".to_owned(), |name| format!("account:{name}"));
    commit(&log, tx, vec![entry("account:setup-link", resource, &json!({}))]).await?;
    let base = config
        .http
        .public_url
        .as_ref()
        .map_or_else(|| format!("http://{}", config.http.listen), |url| url.as_str().trim_end_matches('/').to_owned());
    let purpose = account.map_or_else(
        || "Choose an administrator's name and password at:".to_owned(),
        |name| format!("Choose a password for \"{name}\" at:"),
    );
    let mut out = std::io::stdout().lock();
    writeln!(out, "{purpose}")?;
    writeln!(out, "  {base}/setup?token={secret}")?;
    writeln!(out, "The link works once, for 24 hours.")?;
    Ok(())
}

async fn create_token(store: &Store, config: &Config, args: &AdminTokenArgs) -> anyhow::Result<()> {
    let person = EntityRef::parse_in(&args.user, RefContext { kind: Some("user"), namespace: "default" }).context("--user")?;
    if !person.kind().eq_ignore_ascii_case("user") {
        bail!("--user: {person} is no User");
    }
    let scopes = if args.scope.is_empty() { vec!["*".to_owned()] } else { args.scope.clone() };
    token::check_scopes(&scopes).map_err(anyhow::Error::msg).context("--scope")?;
    if let Some(role) = &args.role
        && Role::named(role).is_none()
    {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.name).collect();
        bail!("--role: there is no role \"{role}\"; known are {}", known.join(", "));
    }
    let days = args.expires.as_deref().map(days).transpose().context("--expires")?;
    let log = open_log(store, config).await?;
    let mut tx = store.begin().await?;
    let now = tx.now().await?;
    let principal = Principal::Person(person.clone());
    let expires_at = days.map(|days| Timestamp(now.0 + i64::from(days) * 86_400_000_000));
    let making = Making { principal: &principal, name: &args.name, scopes: &scopes, created_by: ACTOR, expires_at };
    let (id, token) = token::add(&mut tx, &making).await?;
    tx.feed("token", &id);
    let mut entries = Vec::new();
    if let Some(role) = &args.role {
        setup::grant(&mut tx, role, &person.to_string(), ACTOR).await?;
        entries.push(entry(Action::RoleGrant.id(), person.to_string(), &json!({ "role": role })));
    }
    let detail = json!({ "owner": person.to_string(), "name": args.name, "scopes": scopes, "expires_days": days });
    entries.push(entry("token:create", format!("token:{id}"), &detail));
    commit(&log, tx, entries).await?;
    // Alone on standard output, so that a script can take it.
    writeln!(std::io::stdout(), "{token}")?;
    let end = expires_at.map_or_else(|| "it does not end by itself".to_owned(), |end| format!("it ends at {}", end.rfc3339()));
    writeln!(std::io::stderr(), "A token of {person}, limited to {}; {end}. It is not shown again.", scopes.join(", "))?;
    Ok(())
}

/// Days of a text such as `90d`.
fn days(text: &str) -> anyhow::Result<u32> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|days| (1..=3650).contains(days));
    days.with_context(|| format!("expected days such as 90d, from 1d to 3650d, found \"{text}\""))
}

fn entry(action: &str, resource: String, detail: &Value) -> Entry {
    let empty = detail.as_object().is_none_or(serde_json::Map::is_empty);
    Entry {
        actor: ACTOR.to_owned(),
        via: String::new(),
        action: action.to_owned(),
        resource,
        decision: Decision::Allow,
        before_digest: String::new(),
        after_digest: String::new(),
        request_id: String::new(),
        address: String::new(),
        detail: if empty { String::new() } else { detail.to_string() },
    }
}

/// The audit log. It is opened before a transaction begins: in a database that no portal has run on yet, opening it writes too, and SQLite
/// lets one write at a time.
async fn open_log(store: &Store, config: &Config) -> anyhow::Result<Log> {
    Ok(Log::open(store, audit::key(store, config).await?).await?)
}

/// Ends the transaction with its rows of the audit log.
async fn commit(log: &Log, mut tx: Tx, entries: Vec<Entry>) -> anyhow::Result<()> {
    for entry in entries {
        log.append(&mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(())
}
