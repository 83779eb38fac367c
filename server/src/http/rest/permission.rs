//! `/api/permission/authorize`: Backstage's question whether somebody may do something, so that its clients and plugins work unchanged.
//!
//! Answers are `ALLOW` or `DENY` and never conditional: who asks names what it is about, or asks in general.

use axum::{body::Body, extract::State, response::Response, routing::post};
use model::EntityRef;
use portal::Action;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{answer, body};
use crate::http::{access::Signed, failure::HttpFailure, routes::Routes, state::AppState};

/// Questions of one request.
const MOST: usize = 1_000;

/// Backstage's permissions and what they are here.
const PERMISSIONS: [(&str, Action); 11] = [
    ("catalog.entity.read", Action::CatalogRead),
    ("catalog.entity.create", Action::EntityCreate),
    ("catalog.entity.delete", Action::EntityChange),
    ("catalog.entity.refresh", Action::CatalogRefresh),
    ("catalog.entity.validate", Action::CatalogValidate),
    ("catalog.location.read", Action::LocationRead),
    ("catalog.location.create", Action::LocationWrite),
    ("catalog.location.delete", Action::LocationWrite),
    ("catalog.location.analyze", Action::LocationAnalyze),
    ("scaffolder.template.parameter.read", Action::TemplateRead),
    ("scaffolder.template.step.read", Action::TemplateRead),
];

#[derive(Debug, Deserialize)]
struct Asked {
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    permission: Permission,
    #[serde(default)]
    resource_ref: Option<Resource>,
}

#[derive(Debug, Deserialize)]
struct Permission {
    name: String,
}

/// One entity, or several, which get an answer each.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Resource {
    One(String),
    Several(Vec<String>),
}

/// The route.
pub(super) fn routes() -> Routes {
    Routes::default().add("/api/permission/authorize", post(authorize))
}

async fn authorize(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let asked: Asked = body::read(body).await?;
    let mut questions: Vec<(Action, Option<EntityRef>)> = Vec::new();
    // For each answer its question; what is no permission here, or names nothing that could be, is denied.
    let mut places: Vec<Vec<Option<usize>>> = Vec::new();
    for item in &asked.items {
        let action = PERMISSIONS.iter().find(|(name, _)| *name == item.permission.name).map(|(_, action)| *action);
        let entities: Vec<Option<&str>> = match &item.resource_ref {
            None => vec![None],
            Some(Resource::One(name)) => vec![Some(name)],
            Some(Resource::Several(names)) => names.iter().map(|name| Some(name.as_str())).collect(),
        };
        let place = |entity: Option<&str>| {
            let entity = entity.map(str::parse::<EntityRef>).transpose().ok()?;
            questions.push((action?, entity));
            Some(questions.len() - 1)
        };
        places.push(entities.into_iter().map(place).collect());
        if questions.len() > MOST {
            return Err(HttpFailure::invalid(format!("Malformed request: there are more than {MOST} questions")));
        }
    }
    let answers = state.portal.permitted(&caller, &questions).await?;
    let result = |place: &Option<usize>| if place.is_some_and(|at| answers[at]) { "ALLOW" } else { "DENY" };
    let items = asked.items.iter().zip(&places).map(|(item, places)| {
        let result = match item.resource_ref {
            Some(Resource::Several(_)) => Value::from(places.iter().map(result).collect::<Vec<_>>()),
            _ => Value::from(places.first().map_or("DENY", result)),
        };
        json!({ "id": item.id, "result": result })
    });
    Ok(answer::json(json!({ "items": items.collect::<Vec<_>>() }).to_string()))
}
