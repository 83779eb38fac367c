//! Server functions: the islands' way to the portal. Addresses are fixed, since the hashed ones differ between the
//! folders in which the two halves are built.

#![cfg_attr(feature = "ssr", expect(unreachable_pub, reason = "a server function expands to a public function that nothing else can name"))]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ServerFailure;

/// An entity that a text could mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaletteHit {
    /// What is shown: title, display name or name.
    pub title: String,
    /// The kind as people read it: `Component`, `API`.
    pub kind: String,
    /// `spec.type`, where it has one.
    pub spec_type: Option<String>,
    /// Its page.
    pub href: String,
    /// Its name, `kind:namespace/name`.
    pub entity_ref: String,
    /// Its owner's title.
    pub owner: Option<String>,
}

/// A mistake in YAML that was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct YamlMistake {
    /// Where it is, as people read it: `Line 3, column 5`.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What is wrong with the YAML of one entity; nothing when it could be saved. At most 1 MB is looked at.
///
/// # Errors
/// When nobody is signed in or the portal refuses.
#[server(prefix = "/fn", endpoint = "check")]
pub async fn check(
    /// The YAML.
    text: String,
) -> Result<Vec<YamlMistake>, ServerFailure> {
    let (ports, caller) = crate::ports::from_context()?;
    Ok(ports.check(caller, text).await?)
}

/// Stars an entity for the caller, or takes the star away; answers what holds now.
///
/// # Errors
/// When the name is not one of an entity, nobody is signed in, or the portal refuses.
#[server(prefix = "/fn", endpoint = "star")]
pub async fn star(
    /// The entity, `kind:namespace/name`.
    entity_ref: String,
    /// Whether it is to be starred.
    starred: bool,
) -> Result<bool, ServerFailure> {
    let (ports, caller) = crate::ports::from_context()?;
    let entity = entity_ref.parse::<model::EntityRef>().map_err(|error| model::PortalError::invalid(error.to_string()))?;
    ports.star(caller, entity, starred).await?;
    Ok(starred)
}

/// The entities that a text could mean, the best first. Only its first 100 characters count.
///
/// # Errors
/// When nobody is signed in or the portal refuses.
#[server(prefix = "/fn", endpoint = "complete")]
pub async fn complete(
    /// What was typed.
    text: String,
) -> Result<Vec<PaletteHit>, ServerFailure> {
    let (ports, caller) = crate::ports::from_context()?;
    let text = text.trim().chars().take(100).collect();
    Ok(ports.complete(caller, text).await?)
}
