//! The pages of the audit log.

use identity::{
    Action,
    audit::{self, AuditQuery, Row, Verdict},
};
use model::{
    Caller, PortalError, Timestamp,
    view::{AuditFilter, AuditRow, AuditRowView, AuditView, ChainState, ChainView, audit_entity},
};
use serde_json::Value;

use super::{AuditUseCases, Checked};
use crate::{catalog::changes::actor_of, failure, summary::Links};

/// Rows on one page.
const PAGE: u32 = 50;
/// A day, in microseconds.
const DAY: i64 = 86_400 * 1_000_000;

impl AuditUseCases<'_> {
    /// The list, as the URL asks for it.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn page(&self, caller: &Caller, filter: AuditFilter) -> Result<AuditView, PortalError> {
        let (rows, more) = self.rows(caller, &query(&filter), PAGE).await?;
        let actions = audit::action_names(&self.portal.inner.store).await.map_err(|error| failure::of_store(&error, caller))?;
        let chain = self.checked(caller).await?;
        let scoped = self.portal.catalog().scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let next = rows.last().filter(|_| more).map(|row| row.seq);
        Ok(AuditView { filter, rows: rows.into_iter().map(|row| listed(&links, row)).collect(), next, actions, chain, now: crate::now() })
    }

    /// One row with everything that is kept of it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Unavailable`.
    pub async fn row_page(&self, caller: &Caller, seq: i64) -> Result<AuditRowView, PortalError> {
        let row = self.one(caller, seq).await?;
        let store = &self.portal.inner.store;
        let there = async |seq: Option<i64>| match seq {
            Some(seq) => audit::one(store, seq).await.map(|row| row.is_some()).map_err(|error| failure::of_store(&error, caller)),
            None => Ok(false),
        };
        let (previous, following) = (there(seq.checked_sub(1)).await?, there(seq.checked_add(1)).await?);
        let scoped = self.portal.catalog().scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let detail = match serde_json::from_str(&row.detail) {
            Ok(Value::Object(detail)) => detail.into_iter().map(|(name, value)| (name, shown(value))).collect(),
            _ if row.detail.is_empty() => Vec::new(),
            _ => vec![(String::new(), row.detail.clone())],
        };
        Ok(AuditRowView {
            via: row.via.clone(),
            before_digest: row.before_digest.clone(),
            after_digest: row.after_digest.clone(),
            request_id: row.request_id.clone(),
            address: row.address.clone(),
            detail,
            hash: row.hash.clone(),
            previous,
            following,
            now: crate::now(),
            row: listed(&links, row),
        })
    }
}

/// The filters of the URL as the log is asked.
pub fn query(filter: &AuditFilter) -> AuditQuery {
    // A bare name is a person's: that is what people type.
    let actor = match filter.who.as_str() {
        "" | "anonymous" => filter.who.clone(),
        who if who.contains(':') => who.to_owned(),
        who => format!("user:default/{who}"),
    };
    AuditQuery {
        actor: actor.to_lowercase(),
        resource: filter.resource.clone(),
        action: filter.action.clone(),
        decision: filter.decision.clone(),
        from: time(&filter.from),
        until: day(&filter.until).map(|day| Timestamp(day.0 + DAY)).or_else(|| time(&filter.until)),
        text: filter.text.clone(),
        after: None,
        before: filter.before,
    }
}

/// A day's first moment, or a time.
fn time(text: &str) -> Option<Timestamp> {
    day(text).or_else(|| Timestamp::parse(text))
}

fn day(text: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{text}T00:00:00Z"))
}

fn listed(links: &Links<'_>, row: Row) -> AuditRow {
    let entity = audit_entity(&row.resource).map(|name| links.target(&name)).filter(|link| link.exists);
    AuditRow {
        seq: row.seq,
        at: row.at(),
        actor: actor_of(links, &row.actor),
        actor_name: row.actor,
        about: row.action.parse::<Action>().ok().map(Action::about),
        action: row.action,
        resource: row.resource,
        entity,
        refused: row.decision == "deny",
    }
}

fn shown(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Array(items) if items.iter().all(Value::is_string) => items.into_iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// What a check found, for people.
pub(super) fn chain(checked: &Checked) -> ChainView {
    let (state, message) = match &checked.verdict {
        Verdict::Intact(_) => (ChainState::Intact, String::new()),
        Verdict::Broken(fault, _) => (ChainState::Broken, fault.to_string()),
        Verdict::Unknown(why, _) => (ChainState::Unknown, why.clone()),
    };
    let extent = checked.verdict.extent();
    ChainView { state, message, last: extent.last, removed: extent.removed, at: checked.at }
}

/// A filter in words, for the row that an export leaves.
pub(super) fn described(query: &AuditQuery) -> String {
    let time = |at: Option<Timestamp>| at.map(Timestamp::rfc3339).unwrap_or_default();
    let parts = [
        ("who", query.actor.clone()),
        ("resource", query.resource.clone()),
        ("action", query.action.clone()),
        ("decision", query.decision.clone()),
        ("from", time(query.from)),
        ("until", time(query.until)),
        ("text", query.text.clone()),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}")).collect();
    if parts.is_empty() { "everything".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_become_questions() {
        let check = |filter: &str, expected: &str| assert_eq!(described(&query(&AuditFilter::parse(filter))), expected);
        check("", "everything");
        check("who=Ada", "who=user:default/ada");
        check("who=service:*&decision=deny", "who=service:*, decision=deny");
        check("from=2026-11-21&until=2026-11-22", "from=2026-11-21T00:00:00Z, until=2026-11-23T00:00:00Z");
        check("from=yesterday&until=2026-11-22T10:00:00Z", "until=2026-11-22T10:00:00Z");
    }
}
