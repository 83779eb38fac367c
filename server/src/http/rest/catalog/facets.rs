//! `GET` and `POST /entity-facets`

use std::io::Write as _;

use axum::{body::Body, extract::State, http::Uri, response::Response};
use catalog::index::{Filter, Visibility};
use model::Caller;
use serde::Deserialize;
use serde_json::Value;

use super::{answer, body, params::Params};
use crate::http::{access::Signed, failure::HttpFailure, state::AppState};

/// The body of `POST /entity-facets`.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    facets: Vec<String>,
    query: Option<Value>,
}

/// Counts asked for by parameters.
pub(super) async fn get(State(state): State<AppState>, Signed(caller): Signed, uri: Uri) -> Result<Response, HttpFailure> {
    let params = Params::parse(uri.query())?;
    let names = params.all("facet").map(str::to_owned).collect();
    count(&state, &caller, names, Filter::parse(&params.list("filter"))?).await
}

/// Counts asked for by a body.
pub(super) async fn post(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let asked: Asked = body::read(body).await?;
    let filter = asked.query.map_or_else(|| Ok(Filter::default()), Filter::from_json)?;
    count(&state, &caller, asked.facets, filter).await
}

async fn count(state: &AppState, caller: &Caller, mut names: Vec<String>, filter: Filter) -> Result<Response, HttpFailure> {
    if names.is_empty() {
        return Err(HttpFailure::invalid("Missing facet parameter"));
    }
    // An object has each key once.
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let scoped = state.portal.catalog().scoped(caller).await?;
    let facets = scoped.snapshot.facets(&names, &filter.predicate, &Visibility::All);
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(b"{\"facets\":{");
    for (at, facet) in facets.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        answer::write_text(&facet.name, &mut out);
        out.extend_from_slice(b":[");
        for (at, (value, count)) in facet.values.iter().enumerate() {
            out.extend_from_slice(if at == 0 { b"{\"value\":" } else { b",{\"value\":" });
            answer::write_text(value, &mut out);
            _ = write!(out, ",\"count\":{count}}}");
        }
        out.push(b']');
    }
    out.extend_from_slice(b"}}");
    Ok(answer::json(out))
}
