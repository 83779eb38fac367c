//! `/api/catalog`: the whole of Backstage's catalog, so that its clients work unchanged.
//!
//! Paths, parameters, shapes and texts are those of catalog-backend 4.0. Answers are put together as bytes from the
//! snapshot: the entities in it are JSON already and are copied, not read and written again.

mod by_query;
mod entities;
mod facets;
mod locations;
mod lookup;
mod register;
mod write;

use axum::routing::{get, post};

use crate::http::routes::Routes;

use super::{answer, body, params};

/// The routes.
pub(super) fn routes() -> Routes {
    Routes::default()
        .add("/api/catalog/entities", get(entities::list))
        .add("/api/catalog/entities/by-query", get(by_query::get).post(by_query::post))
        .add("/api/catalog/entities/by-uid/{uid}", get(lookup::by_uid).delete(write::delete))
        .add("/api/catalog/entities/by-name/{kind}/{namespace}/{name}", get(lookup::by_name))
        .add("/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry", get(lookup::ancestry))
        .add("/api/catalog/entities/by-refs", post(lookup::by_refs))
        .add("/api/catalog/entity-facets", get(facets::get).post(facets::post))
        .add("/api/catalog/refresh", post(write::refresh))
        .add("/api/catalog/validate-entity", post(write::validate))
        .add("/api/catalog/locations", get(locations::all).post(register::add))
        .add("/api/catalog/locations/by-query", post(locations::by_query))
        .add("/api/catalog/locations/{id}", get(locations::one).put(register::update).delete(register::remove))
        .add("/api/catalog/locations/by-entity/{kind}/{namespace}/{name}", get(locations::by_entity))
        .add("/api/catalog/analyze-location", post(register::analyze))
}
