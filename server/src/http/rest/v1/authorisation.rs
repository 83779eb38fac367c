//! `/api/v1/authorisation/explain`: why somebody may or may not do something.

use axum::{extract::State, http::Uri, response::Response};
use identity::policy::PolicyRef;
use model::EntityRef;
use portal::Action;
use serde::Serialize;
use utoipa::ToSchema;

use super::{entities::json, shapes::ProblemDetails};
use crate::http::{access::Signed, failure::HttpFailure, rest::params::Params, state::AppState};

/// Whether somebody may do something, and why.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Explanation {
    /// Whom it is about: `user:default/ada`, `service:ci`.
    who: String,
    /// What they would do: `entity:change`.
    action: String,
    /// To which entity; missing for the portal as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    allowed: bool,
    /// It all in a sentence or two.
    summary: String,
    /// The scope that the token of the request lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope_missing: Option<String>,
    /// The policies that allow it.
    allowed_by: Vec<String>,
    /// The policies that forbid it, whatever allows it.
    forbidden_by: Vec<String>,
    /// What would allow it.
    would_allow: Vec<Hint>,
    /// Who owns the entity.
    owners: Vec<String>,
    /// People and groups who can give roles.
    can_grant: Vec<String>,
}

/// A policy or role that would allow it, and why it does not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hint {
    policy: String,
    /// The role that it belongs to; missing for a policy of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    why: String,
}

/// Why somebody may or may not do something: the caller, or with `policy:read` anybody else.
#[utoipa::path(
    get, path = "/api/v1/authorisation/explain", tag = "access", operation_id = "explainAuthorisation",
    params(
        ("action" = String, Query, description = "`entity:change`, `catalog:read`, …"),
        ("resource" = Option<String>, Query, description = "The entity, for what is done to entities: `component:default/checkout`."),
        ("person" = Option<String>, Query, description = "`user:default/ada`; the caller without it."),
    ),
    responses((status = 200, body = Explanation), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json"), (status = 404, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn explain(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let action = params.one("action")?.ok_or_else(|| HttpFailure::invalid("action is missing, as in action=entity:change"))?;
    let action: Action = action.parse().map_err(HttpFailure::invalid)?;
    let named = |name: &str| -> Result<Option<EntityRef>, HttpFailure> {
        let given = params.one(name)?.filter(|given| !given.is_empty());
        given.map(|given| given.parse().map_err(|error| HttpFailure::invalid(format!("{name}: {error}")))).transpose()
    };
    let (person, resource) = (named("person")?, named("resource")?);
    let explained = state.portal.explain(&caller, person.as_ref(), action, resource.as_ref()).await?;
    let ids = |policies: &[PolicyRef]| policies.iter().map(|policy| policy.id.clone()).collect();
    let names = |names: &[EntityRef]| names.iter().map(ToString::to_string).collect();
    let found = &explained.explanation;
    json(&Explanation {
        allowed: explained.is_allowed(),
        who: explained.who.clone(),
        action: explained.action.to_string(),
        resource: explained.resource.as_ref().map(ToString::to_string),
        summary: found.summary.clone(),
        scope_missing: explained.scope_missing.clone(),
        allowed_by: ids(&found.by),
        forbidden_by: ids(&found.forbidden_by),
        would_allow: found
            .would_allow
            .iter()
            .map(|hint| Hint { policy: hint.policy.id.clone(), role: hint.policy.role.clone(), why: hint.why.clone() })
            .collect(),
        owners: names(&explained.owners),
        can_grant: names(&explained.can_grant),
    })
}
