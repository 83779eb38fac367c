//! `/api/v1/tokens`, `/api/v1/service-accounts`, `/api/v1/role-grants` and `/api/v1/sessions`: who comes in and with what.

use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use identity::{service::ServiceAccountRow, session::SessionRow, token::TokenRow};
use model::{EntityRef, Timestamp};
use portal::{NewServiceAccount, NewToken, TokenOwner};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    entities::json,
    shapes::{ProblemDetails, at},
};
use crate::http::{
    access::Signed,
    failure::HttpFailure,
    rest::{answer, body, params::Params},
    state::AppState,
};

/// A token, without what makes it one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    id: String,
    /// Its first characters.
    hint: String,
    /// Whose it is: `user:default/ada` or `service:ci`.
    owner: String,
    name: String,
    /// What it is limited to: `catalog:read`.
    scopes: Vec<String>,
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When its time is over; missing: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// When it was last used, a minute late at most; missing: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    used_at: Option<String>,
    /// When it was revoked; missing: not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id,
            hint: row.hint,
            owner: if row.service.is_empty() { row.person } else { format!("service:{}", row.service) },
            name: row.name,
            scopes: row.scopes.0,
            created_by: row.created_by,
            created_at: Timestamp::from(row.created_at).rfc3339(),
            expires_at: at(row.expires_at.map(Into::into)),
            used_at: at(row.used_at.map(Into::into)),
            revoked_at: at(row.revoked_at.map(Into::into)),
        }
    }
}

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenList {
    items: Vec<Token>,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TokenRequest {
    /// `service:NAME` for a service account's; missing: the caller's own.
    owner: Option<String>,
    /// What it is for.
    name: String,
    /// What it is limited to: `*`, actions as in `entity:change`, or areas as in `catalog:read` and `catalog:write`.
    scopes: Vec<String>,
    /// After how many days it ends: 1 to 365 for one's own; missing: never, for service accounts.
    expires_in_days: Option<u32>,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenMade {
    id: String,
    /// The token. It is sent this once.
    token: String,
}

fn owner(text: &str) -> Result<TokenOwner, HttpFailure> {
    match text {
        "me" => Ok(TokenOwner::Me),
        "all" => Ok(TokenOwner::All),
        _ => match text.strip_prefix("service:") {
            Some(name) => Ok(TokenOwner::Service(name.to_owned())),
            None => Ok(TokenOwner::Person(person(text)?)),
        },
    }
}

fn person(text: &str) -> Result<EntityRef, HttpFailure> {
    let person = text.parse::<EntityRef>().ok().filter(|person| person.kind().eq_ignore_ascii_case("user"));
    person.ok_or_else(|| HttpFailure::invalid(format!("\"{text}\" is no person; write user:default/NAME")))
}

/// Tokens: the caller's own, those of `owner` (`user:…`, `service:…`), or `all`.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "access", operation_id = "listTokens", params(("owner" = Option<String>, Query)),
    responses((status = 200, body = TokenList), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn tokens(
    State(state): State<AppState>,
    Signed(caller): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, HttpFailure> {
    let owner = owner(Params::parse(query.as_deref())?.one("owner")?.unwrap_or("me"))?;
    let rows = state.portal.access().tokens(&caller, &owner).await?;
    json(&TokenList { items: rows.into_iter().map(Into::into).collect() })
}

/// Makes a token of the caller's own or of a service account.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "access", operation_id = "createToken", request_body = TokenRequest,
    responses((status = 201, body = TokenMade, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"), (status = 409, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn create_token(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let new = body::read::<TokenRequest>(body).await?;
    let created = match owner(new.owner.as_deref().unwrap_or("me"))? {
        TokenOwner::Me => state.portal.settings().create_token(&caller, new.name, new.scopes, new.expires_in_days).await?,
        owner => {
            let new = NewToken { owner, name: new.name, scopes: new.scopes, expires_days: new.expires_in_days };
            state.portal.access().create_token(&caller, &new).await?
        }
    };
    let mut response = answer::with_seq(json(&TokenMade { id: created.id, token: created.token })?, created.seq);
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Revokes a token: it stops working at once.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", tag = "access", operation_id = "revokeToken", params(("id" = String, Path)),
    responses((status = 204, headers(("Waymark-Seq" = String))), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn revoke_token(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, HttpFailure> {
    let seq = state.portal.access().revoke_token(&caller, &id).await?;
    Ok(answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq))
}

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceAccount {
    name: String,
    description: String,
    /// The User or Group that answers for it.
    owner: String,
    /// None of its tokens works.
    disabled: bool,
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// Its tokens that work.
    tokens: i64,
}

impl From<ServiceAccountRow> for ServiceAccount {
    fn from(row: ServiceAccountRow) -> Self {
        Self {
            name: row.name,
            description: row.description,
            owner: row.owner,
            disabled: row.disabled != 0,
            created_by: row.created_by,
            created_at: Timestamp::from(row.created_at).rfc3339(),
            tokens: row.tokens,
        }
    }
}

/// Service accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceAccountList {
    items: Vec<ServiceAccount>,
}

/// A service account to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceAccountRequest {
    name: String,
    #[serde(default)]
    description: String,
    /// The User or Group that answers for it: `group:default/platform`.
    owner: String,
}

/// What a service account becomes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceAccountChange {
    disabled: bool,
}

/// Every service account.
#[utoipa::path(
    get, path = "/api/v1/service-accounts", tag = "access", operation_id = "listServiceAccounts",
    responses((status = 200, body = ServiceAccountList), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn service_accounts(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let rows = state.portal.access().service_accounts(&caller).await?;
    json(&ServiceAccountList { items: rows.into_iter().map(Into::into).collect() })
}

/// Makes a service account.
#[utoipa::path(
    post, path = "/api/v1/service-accounts", tag = "access", operation_id = "createServiceAccount", request_body = ServiceAccountRequest,
    responses((status = 201, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 409, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn create_service_account(
    State(state): State<AppState>,
    Signed(caller): Signed,
    body: Body,
) -> Result<Response, HttpFailure> {
    let ServiceAccountRequest { name, description, owner } = body::read(body).await?;
    let seq = state.portal.access().create_service_account(&caller, &NewServiceAccount { name, description, owner }).await?;
    Ok(answer::with_seq(StatusCode::CREATED.into_response(), seq))
}

/// Switches a service account off, which stops its tokens, or on again.
#[utoipa::path(
    put, path = "/api/v1/service-accounts/{name}", tag = "access", operation_id = "changeServiceAccount", params(("name" = String, Path)),
    request_body = ServiceAccountChange,
    responses((status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn change_service_account(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(name): Path<String>,
    body: Body,
) -> Result<Response, HttpFailure> {
    let change = body::read::<ServiceAccountChange>(body).await?;
    let seq = state.portal.access().disable_service_account(&caller, &name, change.disabled).await?;
    Ok(answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq))
}

/// A role that is given to somebody.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleGrant {
    /// `developer`
    role: String,
    /// `user:default/ada`, `group:default/platform`, `service:ci` or `everyone`.
    to: String,
    /// The configuration gives it, so that it cannot be taken away here.
    #[serde(default, skip_deserializing)]
    configured: bool,
}

/// Roles that are given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleGrantList {
    items: Vec<RoleGrant>,
}

/// Every role that is given to somebody.
#[utoipa::path(
    get, path = "/api/v1/role-grants", tag = "access", operation_id = "listRoleGrants",
    responses((status = 200, body = RoleGrantList), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn role_grants(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let grants = state.portal.roles().list(&caller).await?;
    json(&RoleGrantList { items: grants.into_iter().map(|(role, to, configured)| RoleGrant { role, to, configured }).collect() })
}

/// Gives a role.
#[utoipa::path(
    post, path = "/api/v1/role-grants", tag = "access", operation_id = "grantRole", request_body = RoleGrant,
    responses((status = 201, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 409, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn grant_role(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let grant = body::read::<RoleGrant>(body).await?;
    let seq = state.portal.roles().grant(&caller, &grant.role, &grant.to).await?;
    Ok(answer::with_seq(StatusCode::CREATED.into_response(), seq))
}

/// Takes a role away. Refused when nobody could change policies and give roles any more.
#[utoipa::path(
    delete, path = "/api/v1/role-grants", tag = "access", operation_id = "takeRole", params(("role" = String, Query), ("to" = String, Query)),
    responses((status = 204, headers(("Waymark-Seq" = String))), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json"), (status = 409, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn take_role(
    State(state): State<AppState>,
    Signed(caller): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, HttpFailure> {
    let params = Params::parse(query.as_deref())?;
    let one = |name: &str| params.one(name)?.ok_or_else(|| HttpFailure::invalid(format!("say which {name}")));
    let (role, to) = (one("role")?, one("to")?);
    let seq = state.portal.roles().take(&caller, role, to).await?;
    Ok(answer::with_seq(StatusCode::NO_CONTENT.into_response(), seq))
}

/// A session in a browser.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    id: String,
    /// `user:default/ada`
    person: String,
    /// The way in: a provider's id, `password`, `demo`, `proxy`.
    provider: String,
    address: String,
    /// The browser, as it calls itself.
    agent: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// A minute late at most.
    #[schema(format = DateTime)]
    seen_at: String,
    #[schema(format = DateTime)]
    expires_at: String,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.public_id,
            person: row.person,
            provider: row.provider,
            address: row.address,
            agent: row.agent,
            created_at: Timestamp::from(row.created_at).rfc3339(),
            seen_at: Timestamp::from(row.seen_at).rfc3339(),
            expires_at: Timestamp::from(row.expires_at).rfc3339(),
        }
    }
}

/// Sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionList {
    items: Vec<Session>,
}

/// Open sessions, of everybody or of one `person`; of the caller with `person=me`.
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "access", operation_id = "listSessions", params(("person" = Option<String>, Query)),
    responses((status = 200, body = SessionList), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn sessions(
    State(state): State<AppState>,
    Signed(caller): Signed,
    RawQuery(query): RawQuery,
) -> Result<Response, HttpFailure> {
    let params = Params::parse(query.as_deref())?;
    let of = match params.one("person")? {
        None => None,
        Some("me") => Some(caller.person().cloned().ok_or_else(|| HttpFailure::invalid("only people have sessions"))?),
        Some(name) => Some(person(name)?),
    };
    let rows = state.portal.access().sessions(&caller, of.as_ref()).await?;
    json(&SessionList { items: rows.into_iter().map(Into::into).collect() })
}

/// Ends a session: that browser is signed out.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "access", operation_id = "endSession", params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 403, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn end_session(
    State(state): State<AppState>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, HttpFailure> {
    state.portal.access().revoke_session(&caller, &id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
