//! Overlays: what people put over an entity that a file owns, without waiting for its repository.
//!
//! An overlay is stored beside the entity and put over it when it is read into memory, so that the row stays what its source says and
//! every reading of the file leaves the overlay alone. It stays until somebody removes it, also while its entity is gone: an entity that
//! comes back comes back with it, and those without an entity can be listed. [`patch`] gives it as a change of the file.

mod edit;
mod lines;
mod patch;

use std::{collections::BTreeMap, fmt::Write as _};

use model::{EntityRef, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};
use store::{Args, Store, StoreError, Tx};

use crate::{
    PORTAL,
    conflict::{DirectError, Expected},
    descriptor::{self, Kinds, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN, ValidationError},
    history::{self, Action, NewChange},
    sql::{self, FullRow, OverlayRow},
};
pub use patch::patch;

/// Bytes that an overlay may have as JSON.
const LONGEST: usize = 64 * 1024;

/// What is put over an entity. What is `None` or empty stays as the file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Overlay {
    /// Labels by key; `None` removes one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Option<String>>,
    /// Annotations by key; `None` removes one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Option<String>>,
    /// All tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// All links.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Value>>,
    /// The owner, as `spec.owner` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An overlay as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOverlay {
    /// What it puts over the entity.
    pub overlay: Overlay,
    /// Names this state of it.
    pub etag: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

impl Overlay {
    /// Whether it puts nothing over anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts it over an entity.
    pub fn apply(&self, entity: &mut Value) {
        let Some(root) = entity.as_object_mut() else { return };
        if let Some(owner) = &self.owner
            && let Some(spec) = root.entry("spec").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
        {
            spec.insert("owner".to_owned(), Value::String(owner.clone()));
        }
        let Some(metadata) = root.get_mut("metadata").and_then(Value::as_object_mut) else { return };
        for (key, text) in [("title", &self.title), ("description", &self.description)] {
            if let Some(text) = text {
                metadata.insert(key.to_owned(), Value::String(text.clone()));
            }
        }
        for (key, changes) in [("labels", &self.labels), ("annotations", &self.annotations)] {
            put_entries(metadata, key, changes);
        }
        if let Some(tags) = &self.tags {
            put_list(metadata, "tags", tags.iter().cloned().map(Value::String).collect());
        }
        if let Some(links) = &self.links {
            put_list(metadata, "links", links.clone());
        }
    }

    /// Checks that the entity with the overlay is still an entity.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, entity: &Value, kinds: &Kinds) -> Result<(), ValidationError> {
        let invalid = |message: String, pointer: String| Err(ValidationError::plain("InputError", "overlay", message, pointer));
        let size = serde_json::to_string(self).map_or(usize::MAX, |text| text.len());
        if size > LONGEST {
            return invalid(format!("An overlay has at most {LONGEST} bytes, this one has {size}"), String::new());
        }
        for key in [MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN] {
            if self.annotations.contains_key(key) {
                let message = format!("The annotation {key} says where the entity comes from, an overlay cannot change it");
                return invalid(message, format!("/metadata/annotations/{}", key.replace('/', "~1")));
            }
        }
        let mut entity = entity.clone();
        self.apply(&mut entity);
        descriptor::validate_with(&mut entity, kinds)?;
        let relations = descriptor::relations_with(&entity, kinds)?;
        if self.owner.is_some() && !relations.iter().any(|relation| relation.kind == "ownedBy") {
            let kind = entity["kind"].as_str().unwrap_or_default();
            return invalid(format!("Entities of kind {kind} have no owner"), "/spec/owner".to_owned());
        }
        Ok(())
    }
}

fn put_entries(metadata: &mut Map<String, Value>, name: &str, changes: &BTreeMap<String, Option<String>>) {
    if changes.is_empty() {
        return;
    }
    let entries = metadata.entry(name).or_insert_with(|| Value::Object(Map::new()));
    let Some(entries) = entries.as_object_mut() else { return };
    for (key, value) in changes {
        match value {
            Some(value) => {
                entries.insert(key.clone(), Value::String(value.clone()));
            }
            None => {
                entries.shift_remove(key);
            }
        }
    }
    if entries.is_empty() {
        metadata.shift_remove(name);
    }
}

fn put_list(metadata: &mut Map<String, Value>, name: &str, items: Vec<Value>) {
    if items.is_empty() {
        metadata.shift_remove(name);
    } else {
        metadata.insert(name.to_owned(), Value::Array(items));
    }
}

/// Puts an overlay over an entity that a file owns, in place of what was there; an empty one removes it. Gives its etag.
///
/// `expected` is about the overlay and not about the entity.
///
/// # Errors
/// [`DirectError::NotFound`] without such an entity, [`DirectError::Invalid`] when the entity would not be one any more or belongs to the
/// portal, [`DirectError::Exists`] and [`DirectError::Stale`] when the overlay is not as expected.
pub async fn put(
    tx: &mut Tx,
    entity_ref: &EntityRef,
    overlay: &Overlay,
    expected: &Expected,
    actor: &str,
    kinds: &Kinds,
) -> Result<String, DirectError> {
    let name = [entity_ref.to_string()];
    let rows: Vec<FullRow> = tx.fetch_all(&sql::ENTITIES_FULL, Args::new().json(&name)).await?;
    let row = rows.into_iter().next().ok_or(DirectError::NotFound)?;
    let before = stored(tx, &row.entity_ref).await?;
    expected.check(before.as_ref().map(|before| before.etag.as_str()), entity_ref)?;
    if row.location_id == PORTAL {
        let message = format!("{entity_ref} belongs to the portal, there is nothing to put an overlay over");
        return Err(DirectError::Invalid(
            ValidationError::plain("InputError", "overlay", message, String::new()).help("Edit the entity itself."),
        ));
    }
    if overlay.is_empty() {
        remove(tx, entity_ref, actor).await?;
        return Ok(String::new());
    }
    let entity: Value = serde_json::from_str(&row.json).map_err(|_| DirectError::NotFound)?;
    overlay.check(&entity, kinds).map_err(DirectError::Invalid)?;
    let text = serde_json::to_string(overlay).unwrap_or_default();
    let etag = Sha1::digest(text.as_bytes()).iter().fold(String::with_capacity(40), |mut text, byte| {
        let _: std::fmt::Result = write!(text, "{byte:02x}");
        text
    });
    if before.as_ref().is_some_and(|before| before.etag == etag) {
        return Ok(etag);
    }
    let now = tx.now().await?;
    let args = Args::new().text(&row.entity_ref).text(&text).text(&etag).text(actor).ts(now);
    tx.execute(&sql::OVERLAY_PUT, args).await?;
    let was = with(&entity, before.map(|before| before.overlay).as_ref());
    noted(tx, &row, &was, &with(&entity, Some(overlay)), actor).await?;
    Ok(etag)
}

/// Takes an overlay away, also one whose entity is gone; whether there was one.
///
/// # Errors
/// Any failure of the store.
pub async fn remove(tx: &mut Tx, entity_ref: &EntityRef, actor: &str) -> Result<bool, StoreError> {
    let name = [entity_ref.to_string()];
    let rows: Vec<FullRow> = tx.fetch_all(&sql::ENTITIES_FULL, Args::new().json(&name)).await?;
    let Some(before) = stored(tx, &name[0]).await? else { return Ok(false) };
    tx.execute(&sql::OVERLAY_DELETE, Args::new().text(&name[0])).await?;
    match rows.into_iter().next() {
        Some(row) => {
            let entity: Value = serde_json::from_str(&row.json).unwrap_or_default();
            noted(tx, &row, &with(&entity, Some(&before.overlay)), &entity, actor).await?;
        }
        None => tx.feed("overlay", &name[0]),
    }
    Ok(true)
}

/// An entity as its source says it, without what is put over it; `None` if it is not there.
///
/// # Errors
/// Any failure of the store.
pub async fn original(store: &Store, entity_ref: &EntityRef) -> Result<Option<Value>, StoreError> {
    let row: Option<(String,)> = store.fetch_optional(&sql::OVERLAY_ORIGINAL, Args::new().text(entity_ref.to_string())).await?;
    Ok(row.and_then(|(json,)| serde_json::from_str(&json).ok()))
}

fn with(entity: &Value, overlay: Option<&Overlay>) -> Value {
    let mut entity = entity.clone();
    if let Some(overlay) = overlay {
        overlay.apply(&mut entity);
    }
    entity
}

async fn noted(tx: &mut Tx, row: &FullRow, before: &Value, after: &Value, actor: &str) -> Result<(), StoreError> {
    let change = NewChange {
        entity_ref: row.entity_ref.clone(),
        action: Action::Overlaid,
        actor: Some(actor.to_owned()),
        source: PORTAL.to_owned(),
        diff: history::diff(before, after),
    };
    history::record(tx, &[change]).await?;
    tx.feed("overlay", &row.entity_ref);
    tx.feed("entity", serde_json::json!([row.uid]).to_string());
    Ok(())
}

/// The overlay of an entity, as the database has it.
pub(crate) async fn stored(tx: &mut Tx, name: &str) -> Result<Option<StoredOverlay>, StoreError> {
    let rows: Vec<OverlayRow> = tx.fetch_all(&sql::OVERLAYS_OF, Args::new().json(&[name])).await?;
    Ok(rows.into_iter().next().map(StoredOverlay::from))
}

impl From<OverlayRow> for StoredOverlay {
    fn from(row: OverlayRow) -> Self {
        let overlay = serde_json::from_str(&row.patch).unwrap_or_else(|error| {
            tracing::error!(entity = row.entity_ref, %error, "an overlay cannot be read, nothing is put over the entity");
            Overlay::default()
        });
        Self { overlay, etag: row.etag, changed_by: row.changed_by, changed_at: row.changed_at.into() }
    }
}
