//! `/api/v1/problems`

use axum::{extract::State, http::Uri, response::Response};
use model::view::{ProblemOwner, ProblemSort, ProblemsQuery};

use super::{
    entities::json,
    paging,
    shapes::{ProblemDetails, ProblemPage},
};
use crate::http::{access::Signed, failure::HttpFailure, rest::params::Params, state::AppState};

/// Everything that is wrong in the catalog, whose it is and what to do; the worst first.
#[utoipa::path(
    get, path = "/api/v1/problems", tag = "problems", operation_id = "listProblems",
    params(
        ("sort" = Option<String>, Query, description = "`error`, `never`, `held`, `conflict`, `orphan`, `stale`, `host`, `owner` or `dangling`."),
        ("owner" = Option<String>, Query, description = "`group:default/payments-team`; `mine`; `none`: nobody's."),
        ("kind" = Option<String>, Query, description = "A kind of entity."),
        ("location" = Option<String>, Query, description = "A location's id."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses((status = 200, body = ProblemPage), (status = 400, body = ProblemDetails, content_type = "application/problem+json"), (status = 401, body = ProblemDetails, content_type = "application/problem+json")),
)]
pub(super) async fn list(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let sort = match params.one("sort")? {
        None => None,
        Some(value) => Some(ProblemSort::from_value(value).ok_or_else(|| {
            HttpFailure::invalid(format!("sort has to be one of {}", ProblemSort::ALL.map(ProblemSort::value).join(", ")))
        })?),
    };
    let owner = match params.one("owner")? {
        None => ProblemOwner::Anyone,
        Some("mine") => ProblemOwner::Mine,
        Some("none") => ProblemOwner::Nobody,
        Some(name) => ProblemOwner::One(name.parse().map_err(|error| HttpFailure::invalid(format!("owner: {error}")))?),
    };
    let query = ProblemsQuery {
        sort,
        owner,
        kind: params.one("kind")?.map(str::to_lowercase),
        location: params.one("location")?.map(str::to_owned),
        page: 1,
    };
    let (limit, offset) = (paging::limit(&params)?, paging::offset(&params)?);
    let (items, total_items) = state.portal.catalog().problem_list(&caller, &query, limit, offset).await?;
    let seen = offset + items.len();
    let next_cursor = (!items.is_empty() && (seen as u64) < total_items).then(|| seen.to_string());
    json(&ProblemPage { items: items.into_iter().map(Into::into).collect(), total_items, next_cursor })
}
