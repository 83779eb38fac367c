//! Changes of policies: one transaction each, refused when they would lock everybody out.

use identity::policy::{Grant, GrantOrigin, MOST_POLICIES, Origin, PolicyText, Role};
use model::{Caller, FieldError, PortalError, Seq, view::PolicyForm};
use store::{Args, StoreError, Tx};

use super::{PolicySaved, PolicyUseCases, digest, unknown};
use crate::{Action, Portal, failure, record::Done, sql::authority::GRANTS, sql::policy as sql};

/// Characters of a name.
const NAME: usize = 63;
/// Characters of a comment.
const COMMENT: usize = 200;

/// What a policy becomes.
enum Becomes<'a> {
    Text { text: &'a str, enabled: bool },
    Gone,
}

/// A change that somebody wants to make.
struct Change<'a> {
    name: &'a str,
    /// The version that it starts from; 0 when the policy is not there.
    version: i64,
    becomes: Becomes<'a>,
    comment: &'a str,
    /// For the audit log: `created`, `changed`, …
    what: &'static str,
}

impl PolicyUseCases<'_> {
    /// Saves a policy whose change was reviewed. What cannot be saved comes back as the page.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Unavailable`.
    pub async fn save(&self, caller: &Caller, form: PolicyForm, is_new: bool) -> Result<PolicySaved, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        if form.reviewed != digest(&form.text) {
            // Nobody has seen what this would change.
            return self.review(caller, form, is_new).await.map(|view| PolicySaved::Again(Box::new(view), false));
        }
        let mut view = self.review(caller, form, is_new).await?;
        let comment = one_line(&view.form.comment);
        if view.conflict.is_some() {
            return Ok(PolicySaved::Again(Box::new(view), true));
        }
        let Some(lines) = view.review.clone() else { return Ok(PolicySaved::Again(Box::new(view), false)) };
        if lines.is_empty() {
            return Ok(PolicySaved::Again(Box::new(view), false));
        }
        let becomes = Becomes::Text { text: &view.form.text, enabled: view.enabled };
        let what = if is_new { "created" } else { "changed" };
        let version = if is_new { 0 } else { view.form.version };
        let change = Change { name: &view.form.name, version, becomes, comment: &comment, what };
        match self.apply(caller, change).await {
            Ok(seq) => Ok(PolicySaved::Done(view.form.name, seq)),
            Err(PortalError::Conflict { message }) => {
                view.message = Some(message);
                Ok(PolicySaved::Again(Box::new(view), true))
            }
            Err(PortalError::Invalid { message, .. }) => {
                view.message = Some(message);
                Ok(PolicySaved::Again(Box::new(view), false))
            }
            Err(other) => Err(other),
        }
    }

    /// Switches a policy on or off. `version` is the one that the caller saw.
    ///
    /// # Errors
    /// `Conflict` when it changed meanwhile; `Invalid` when it has mistakes or would lock everybody out; `Forbidden`, `NotFound`,
    /// `Unavailable`.
    pub async fn enable(&self, caller: &Caller, name: &str, version: i64, enabled: bool) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        let row = self.stored(caller, name).await?.ok_or_else(|| unknown(name))?;
        let what = if enabled { "switched on" } else { "switched off" };
        let comment = if enabled { "Switched on" } else { "Switched off" };
        let becomes = Becomes::Text { text: &row.text, enabled };
        self.apply(caller, Change { name, version, becomes, comment, what }).await
    }

    /// Deletes a policy. `version` is the one that the caller saw.
    ///
    /// # Errors
    /// As [`Self::enable`].
    pub async fn delete(&self, caller: &Caller, name: &str, version: i64) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        self.stored(caller, name).await?.ok_or_else(|| unknown(name))?;
        self.apply(caller, Change { name, version, becomes: Becomes::Gone, comment: "", what: "deleted" }).await
    }

    /// Brings back what a policy was in version `to`; also one that was deleted. `latest` is the newest version that the caller saw.
    ///
    /// # Errors
    /// As [`Self::enable`].
    pub async fn rollback(&self, caller: &Caller, name: &str, to: i64, latest: i64) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        let failed = |error: StoreError| failure::of_store(&error, caller);
        let store = &self.portal.inner.store;
        let versions: Vec<sql::VersionRow> =
            store.fetch_all(&sql::VERSIONS, Args::new().text(name).int(super::VERSIONS)).await.map_err(failed)?;
        let newest = versions.first().ok_or_else(|| unknown(name))?;
        if newest.version != latest {
            return Err(changed_meanwhile(name));
        }
        let wanted = versions.iter().find(|row| row.version == to && !row.text.is_empty());
        let wanted = wanted.ok_or_else(|| PortalError::not_found(format!("{name} has no version {to} that could be brought back.")))?;
        let comment = format!("Back to version {to}");
        let becomes = Becomes::Text { text: &wanted.text, enabled: wanted.enabled != 0 };
        let version = if newest.text.is_empty() { 0 } else { newest.version };
        self.apply(caller, Change { name, version, becomes, comment: &comment, what: "rolled back" }).await
    }

    /// What is wrong with the name of a new policy.
    pub(super) fn name_errors(&self, name: &str) -> Vec<FieldError> {
        let wrong = |message: String| vec![FieldError { field: "name".to_owned(), message }];
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > NAME || !name.chars().all(plain) || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return wrong(format!(
                "A name has lower-case letters, digits and hyphens, begins with a letter, and has at most {NAME} characters."
            ));
        }
        if name == "new" || self.portal.inner.authority.texts().iter().any(|text| text.id == name) {
            return wrong(format!("There is a policy named {name} already. Choose another name, or change that one."));
        }
        Vec::new()
    }

    async fn apply(&self, caller: &Caller, change: Change<'_>) -> Result<Seq, PortalError> {
        let failed = |error: StoreError| failure::of_store(&error, caller);
        self.portal.seen(caller).await?;
        let people = self.portal.who_can_sign_in(caller).await?;
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        tx.execute(&sql::TURN, Args::new()).await.map_err(failed)?;
        let rows: Vec<sql::PolicyRow> = tx.fetch_all(&sql::POLICIES, Args::new()).await.map_err(failed)?;
        let before = rows.iter().find(|row| row.name == change.name);
        match before {
            None if change.version == 0 => {}
            Some(row) if row.version == change.version => {}
            None => return Err(unknown(change.name)),
            Some(_) => return Err(changed_meanwhile(change.name)),
        }
        if before.is_none() && rows.len() >= MOST_POLICIES {
            return Err(PortalError::invalid(format!(
                "There are {MOST_POLICIES} policies, which is as many as there can be. Delete one first."
            )));
        }
        let grants = grants(self.portal, &mut tx).await.map_err(failed)?;
        if let Some(why) = self.portal.would_lock_out(caller, self.would_hold(&rows, &change), grants, people).await? {
            return Err(PortalError::invalid(format!("This is not saved, since it would lock people out. {why}")));
        }
        let version = write(&mut tx, caller, before, &change).await.map_err(failed)?;
        let Some(version) = version else { return Err(changed_meanwhile(change.name)) };
        tx.feed("policy", change.name);
        let mut done =
            Done::new(Action::PolicyWrite, format!("policy:{}", change.name)).with("change", change.what).with("version", version);
        if let Some(row) = before {
            done = done.before(row.text.as_bytes());
        }
        if let Becomes::Text { text, .. } = change.becomes {
            done = done.after(text.as_bytes());
        }
        if !change.comment.is_empty() {
            done = done.with("comment", change.comment);
        }
        self.portal.commit(tx, caller, done).await.map_err(failed)
    }

    /// Every text of the database that would be in force.
    fn would_hold(&self, rows: &[sql::PolicyRow], change: &Change<'_>) -> Vec<PolicyText> {
        let mut texts = in_force(self.portal, rows.iter().filter(|row| row.name != change.name));
        if let Becomes::Text { text: draft, enabled: true } = change.becomes {
            texts.push(PolicyText {
                id: change.name.to_owned(),
                text: draft.to_owned(),
                origin: Origin::Database { version: change.version + 1 },
            });
        }
        texts
    }
}

/// The texts of those rows that are in force. Texts that cannot be used now are left out, or one could not be mended after the other.
pub(crate) fn in_force<'r>(portal: &Portal, rows: impl Iterator<Item = &'r sql::PolicyRow>) -> Vec<PolicyText> {
    let broken = portal.inner.authority.problems();
    let usable = rows.filter(|row| row.enabled != 0 && !broken.iter().any(|problem| problem.policy == row.name));
    let text = |row: &sql::PolicyRow| PolicyText {
        id: row.name.clone(),
        text: row.text.clone(),
        origin: Origin::Database { version: row.version },
    };
    usable.map(text).collect()
}

/// Writes the change and its version; nothing when somebody was faster.
async fn write(tx: &mut Tx, caller: &Caller, before: Option<&sql::PolicyRow>, change: &Change<'_>) -> Result<Option<i64>, StoreError> {
    let now = tx.now().await?;
    let who = caller.principal.recorded();
    let latest: Option<(i64,)> = tx.fetch_optional(&sql::LATEST, Args::new().text(change.name)).await?;
    let version = latest.map_or(0, |(latest,)| latest) + 1;
    let (text, enabled) = match change.becomes {
        Becomes::Text { text, enabled } => (text, enabled),
        Becomes::Gone => ("", before.is_some_and(|row| row.enabled != 0)),
    };
    let name = || Args::new().text(change.name);
    let written = match (before, &change.becomes) {
        (None, _) => tx.execute(&sql::ADD, name().int(version).text(text).bool(enabled).text(&who).ts(now)).await?,
        (Some(row), Becomes::Gone) => tx.execute(&sql::REMOVE, name().int(row.version)).await?,
        (Some(row), Becomes::Text { .. }) => {
            tx.execute(&sql::CHANGE, name().int(row.version).text(text).bool(enabled).text(&who).ts(now)).await?
        }
    };
    if written == 0 {
        return Ok(None);
    }
    tx.execute(&sql::VERSION_ADD, name().int(version).text(text).bool(enabled).text(change.comment).text(&who).ts(now)).await?;
    Ok(Some(version))
}

/// Every grant of the database that can be used, as the transaction sees it.
pub(crate) async fn grants(portal: &Portal, tx: &mut Tx) -> Result<Vec<Grant>, StoreError> {
    let rows: Vec<(String, String)> = tx.fetch_all(&GRANTS, Args::new()).await?;
    let known = rows.into_iter().filter(|(role, _)| Role::named(role).is_some());
    let grants = known.filter_map(|(role, to)| Some(Grant { role, to: to.parse().ok()?, origin: GrantOrigin::Database }));
    Ok(portal.inner.authority.usable(grants))
}

fn changed_meanwhile(name: &str) -> PortalError {
    PortalError::Conflict { message: format!("Somebody changed {name} at the same moment. Load the page again and repeat.") }
}

/// A comment as it is kept: one line.
fn one_line(comment: &str) -> String {
    comment.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(COMMENT).collect()
}
