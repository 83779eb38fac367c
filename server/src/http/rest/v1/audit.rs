//! `/api/v1/audit`: the audit log for programs.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};
use model::Timestamp;
use portal::{AuditQuery, AuditRow, ExportFormat};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{entities::json, paging, shapes::ProblemDetails};
use crate::http::{access::Signed, failure::HttpFailure, pages::audit_download, rest::params::Params, state::AppState};

/// A row of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditEntry {
    /// Its number. Numbers have no gaps.
    #[schema(example = 12345)]
    seq: i64,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
    /// Who: `user:default/jane`, `service:ci`, `system:admin-token`, `system:worker`, `anonymous`.
    #[schema(example = "user:default/jane")]
    actor: String,
    /// By what: `session:ID`, `token:ID`, `admin-token`, `worker`.
    via: String,
    /// What was done.
    #[schema(example = "entity:change")]
    action: String,
    /// What it was done to.
    #[schema(example = "component:default/shop")]
    resource: String,
    /// `allow` or `deny`.
    decision: String,
    /// SHA-256 of what it was before; empty where there was nothing.
    before_digest: String,
    /// SHA-256 of what it was after.
    after_digest: String,
    /// The id under which the request was logged.
    request_id: String,
    /// Where the request came from.
    address: String,
    /// What else is kept: an object, or null.
    detail: Value,
    /// The row's hash in the chain.
    hash: String,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at().rfc3339(),
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            actor: row.actor,
            via: row.via,
            action: row.action,
            resource: row.resource,
            decision: row.decision,
            before_digest: row.before_digest,
            after_digest: row.after_digest,
            request_id: row.request_id,
            address: row.address,
            hash: row.hash,
        }
    }
}

/// Rows of the audit log, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditPage {
    /// The rows.
    items: Vec<AuditEntry>,
    /// Gives the next page, as `cursor`; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What a check of the audit log found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditVerdict {
    /// `intact`, `broken`, `unknown`, or `checking` when it takes longer than a request may.
    #[schema(example = "intact")]
    state: &'static str,
    /// What is wrong, or why it cannot be told; empty if it is intact.
    message: String,
    /// The last row that was checked.
    last: i64,
    /// The last row that retention removed; 0 without any.
    removed: i64,
}

/// What was done, the newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "audit", operation_id = "listAudit",
    params(
        ("actor" = Option<String>, Query, description = "Who: `user:default/jane`; `service:*` for all that begin so."),
        ("resource" = Option<String>, Query, description = "What it was done to: `component:default/shop`, `location:*`."),
        ("action" = Option<String>, Query, description = "What was done: `entity:change`, `session:*`."),
        ("decision" = Option<String>, Query, description = "`allow` or `deny`."),
        ("since" = Option<String>, Query, description = "RFC 3339.", format = DateTime),
        ("until" = Option<String>, Query, description = "RFC 3339.", format = DateTime),
        ("text" = Option<String>, Query, description = "A text in the detail, the names, the request's id or the address."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = AuditPage), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn list(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let before = match params.one("cursor")? {
        None => None,
        Some(cursor) => Some(cursor.parse().map_err(|_| paging::malformed())?),
    };
    let limit = u32::try_from(paging::limit(&params)?).unwrap_or(u32::MAX);
    let query = AuditQuery { before, ..query(&params)? };
    let (rows, more) = state.portal.audit().rows(&caller, &query, limit).await?;
    let next_cursor = rows.last().filter(|_| more).map(|row| row.seq.to_string());
    json(&AuditPage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}

/// One row.
#[utoipa::path(
    get, path = "/api/v1/audit/{seq}", tag = "audit", operation_id = "getAuditEntry",
    params(("seq" = i64, Path)),
    responses((status = 200, body = AuditEntry), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn one(State(state): State<AppState>, Signed(caller): Signed, Path(seq): Path<String>) -> Result<Response, HttpFailure> {
    let seq = seq.parse().map_err(|_| HttpFailure::invalid("seq has to be a number"))?;
    json(&AuditEntry::from(state.portal.audit().one(&caller, seq).await?))
}

/// All rows that the filters let through, the oldest first, as JSON lines or CSV. The export is recorded.
#[utoipa::path(
    get, path = "/api/v1/audit/export", tag = "audit", operation_id = "exportAudit",
    params(
        ("format" = Option<String>, Query, description = "`jsonl` (the default) or `csv`."),
        ("actor" = Option<String>, Query), ("resource" = Option<String>, Query), ("action" = Option<String>, Query),
        ("decision" = Option<String>, Query),
        ("since" = Option<String>, Query, format = DateTime), ("until" = Option<String>, Query, format = DateTime),
        ("text" = Option<String>, Query),
        ("after" = Option<i64>, Query, description = "Only rows after this number: what came since the last export."),
    ),
    responses((status = 200, body = String, content_type = "application/jsonl"), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn export(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let format = match params.one("format")? {
        None | Some("jsonl") => ExportFormat::JsonLines,
        Some("csv") => ExportFormat::Csv,
        Some(_) => return Err(HttpFailure::invalid("format has to be jsonl or csv")),
    };
    let after = match params.one("after")? {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| HttpFailure::invalid("after has to be the number of a row"))?),
    };
    let query = AuditQuery { after, ..query(&params)? };
    let export = state.portal.audit().export(&caller, query, format).await?;
    Ok(audit_download(export, format))
}

/// Checks the whole log.
#[utoipa::path(
    get, path = "/api/v1/audit/verify", tag = "audit", operation_id = "verifyAudit",
    responses((status = 200, body = AuditVerdict), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn verify(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let Some(chain) = state.portal.audit().verify(&caller).await? else {
        return json(&AuditVerdict { state: "checking", message: String::new(), last: 0, removed: 0 });
    };
    json(&AuditVerdict { state: chain.state.id(), message: chain.message, last: chain.last, removed: chain.removed })
}

fn query(params: &Params<'_>) -> Result<AuditQuery, HttpFailure> {
    let text = |name: &str| Ok::<_, HttpFailure>(params.one(name)?.unwrap_or_default().to_owned());
    let time = |name: &str| match params.one(name)? {
        None => Ok(None),
        Some(text) => match Timestamp::parse(text) {
            Some(at) => Ok(Some(at)),
            None => Err(HttpFailure::invalid(format!("{name} has to be a time such as 2026-11-22T09:30:00Z"))),
        },
    };
    let decision = text("decision")?;
    if !matches!(decision.as_str(), "" | "allow" | "deny") {
        return Err(HttpFailure::invalid("decision has to be allow or deny"));
    }
    Ok(AuditQuery {
        actor: text("actor")?,
        resource: text("resource")?,
        action: text("action")?,
        decision,
        from: time("since")?,
        until: time("until")?,
        text: text("text")?,
        after: None,
        before: None,
    })
}
