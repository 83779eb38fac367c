//! Entities that are written in the portal or over REST: no file provides them, the portal owns them.

use model::EntityRef;
use serde_json::{Map, Value};
use store::{Args, StoreError, Tx};

use crate::{
    conflict::{DirectError, Expected, PORTAL, release},
    descriptor::{self, Kinds, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN, ValidationError},
    ingest::{Changes, ProcessedEntity},
    overlay,
    sql::{self, FullRow, KnownRow},
    visible::{emitted, visible_etag},
};

/// Bytes that an entity may have as JSON.
const LONGEST: usize = 1024 * 1024;

/// An entity that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub entity_ref: EntityRef,
    /// Its uid: that of before, if the name was known.
    pub uid: String,
    /// Its new etag.
    pub etag: String,
    /// Whether it is new.
    pub created: bool,
}

/// Creates or replaces an entity that the portal owns. What the catalog works out by itself (uid, etag, relations, status) is left aside,
/// so that what was read can be changed and sent back.
///
/// A name whose source is gone is taken over at once, with its uid.
///
/// # Errors
/// Every [`DirectError`]; nothing is written then.
pub async fn put(tx: &mut Tx, entity: Value, expected: &Expected, actor: &str, kinds: &Kinds) -> Result<Written, DirectError> {
    let (entity_ref, processed) = prepare(entity, kinds).map_err(DirectError::Invalid)?;
    let row = locked(tx, &entity_ref).await?;
    let current = match &row {
        Some(row) => Some(etag_of(tx, row).await?),
        None => None,
    };
    let orphan = row.as_ref().is_some_and(|row| row.gone_at.is_some());
    match &row {
        Some(row) if row.location_id != PORTAL && !orphan => {
            return Err(DirectError::OwnedByFile { entity_ref, file: row.file.clone() });
        }
        // Nobody provides it any more, so whoever creates it does not overwrite anything.
        Some(_) if orphan && *expected == Expected::Absent => {}
        _ => expected.check(current.as_deref(), &entity_ref)?,
    }
    let created = row.is_none();
    let before = row.map(KnownRow::from);
    let uid = before.as_ref().map_or_else(|| processed.uid.clone(), |row| row.uid.clone());
    let mut etag = processed.hash.clone();
    if before.as_ref().is_none_or(|row| row.hash != processed.hash || row.gone_at.is_some()) {
        let mut changes = Changes::new(PORTAL, Some(actor));
        changes.upsert(&entity_ref.to_string(), before, processed, PORTAL.to_owned());
        if !changes.write(tx).await?.is_empty() {
            return Err(DirectError::Exists { entity_ref });
        }
    }
    if let Some(row) = locked(tx, &entity_ref).await? {
        etag = etag_of(tx, &row).await?;
    }
    Ok(Written { entity_ref, uid, etag, created })
}

/// Deletes an entity that the portal owns. A file that waits for its name takes it over in the same moment.
///
/// # Errors
/// Every [`DirectError`] but `Invalid` and `Exists`; nothing is deleted then.
pub async fn delete(tx: &mut Tx, entity_ref: &EntityRef, expected: &Expected, actor: &str) -> Result<(), DirectError> {
    let row = locked(tx, entity_ref).await?.ok_or(DirectError::NotFound)?;
    if row.location_id != PORTAL && row.gone_at.is_none() {
        return Err(DirectError::OwnedByFile { entity_ref: entity_ref.clone(), file: row.file });
    }
    let current = etag_of(tx, &row).await?;
    expected.check(Some(&current), entity_ref)?;
    let_go(tx, row, actor).await?;
    Ok(())
}

/// Deletes any entity by its uid; whether there was one. One that a file still provides comes back with the next reading of its location,
/// since its file is processed again.
///
/// # Errors
/// Any failure of the store.
pub async fn delete_any(tx: &mut Tx, uid: &str, actor: &str) -> Result<bool, StoreError> {
    let name: Option<(String,)> = tx.fetch_optional(&sql::ENTITY_OF_UID, Args::new().text(uid)).await?;
    let Some((name,)) = name else { return Ok(false) };
    let rows: Vec<FullRow> = tx.fetch_all(&sql::ENTITIES_FULL, Args::new().json(&[name])).await?;
    let Some(row) = rows.into_iter().find(|row| row.uid == uid) else { return Ok(false) };
    if row.location_id != PORTAL && row.gone_at.is_none() {
        tx.execute(&sql::FILES_FORGET, Args::new().text(&row.location_id).text(&row.file)).await?;
        // A replica that knows the whole location to be settled would not look at the file.
        let id = uuid::Uuid::new_v4().to_string();
        tx.feed("refresh", serde_json::json!({ "id": id, "location": row.location_id, "file": row.file }).to_string());
    }
    let_go(tx, row, actor).await?;
    Ok(true)
}

async fn let_go(tx: &mut Tx, row: FullRow, actor: &str) -> Result<(), StoreError> {
    let mut changes = Changes::new("", Some(actor));
    release(tx, vec![row], |_| true, &mut changes).await?;
    changes.write(tx).await.map(drop)
}

async fn locked(tx: &mut Tx, entity_ref: &EntityRef) -> Result<Option<FullRow>, StoreError> {
    let rows: Vec<FullRow> = tx.fetch_all(&sql::ENTITIES_FULL, Args::new().json(&[entity_ref.to_string()])).await?;
    Ok(rows.into_iter().next())
}

/// The etag that people see: that of the entity with its overlay.
async fn etag_of(tx: &mut Tx, row: &FullRow) -> Result<String, StoreError> {
    let overlay = overlay::stored(tx, &row.entity_ref).await?;
    Ok(visible_etag(&row.json, overlay.as_ref().map(|stored| &stored.overlay), row.gone_at.is_some()).unwrap_or_else(|| row.hash.clone()))
}

/// Makes a checked entity of what was sent.
fn prepare(mut entity: Value, kinds: &Kinds) -> Result<(EntityRef, ProcessedEntity), ValidationError> {
    let size = entity.to_string().len();
    if size > LONGEST {
        let message = format!("An entity has at most {LONGEST} bytes, this one has {size}");
        return Err(ValidationError::plain("InputError", "size", message, String::new()));
    }
    if let Some(root) = entity.as_object_mut() {
        root.shift_remove("relations");
        root.shift_remove("status");
    }
    let name = descriptor::entity_ref(&entity);
    if let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("uid");
        metadata.shift_remove("etag");
        if let Some(name) = &name
            && let Some(annotations) = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
        {
            let source = Value::String(format!("{PORTAL}:{name}"));
            annotations.shift_remove(ORPHAN);
            annotations.insert(MANAGED_BY_LOCATION.to_owned(), source.clone());
            annotations.insert(MANAGED_BY_ORIGIN_LOCATION.to_owned(), source);
        }
    }
    descriptor::validate_with(&mut entity, kinds)?;
    if entity["kind"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("location")) {
        let message = "A Location entity of the portal's own would name files that nobody reads";
        return Err(ValidationError::plain("InputError", "kind/location", message, "/kind").help("Register the location instead."));
    }
    let relations = descriptor::relations_with(&entity, kinds)?;
    let entity_ref = descriptor::entity_ref(&entity)
        .ok_or_else(|| ValidationError::plain("InputError", "envelope", "The entity has no kind or no name", "/metadata/name"))?;
    let emitted = emitted(&entity_ref, &relations);
    let uid = uuid::Uuid::new_v4().to_string();
    let (bytes, hash) = descriptor::finish(&mut entity, &uid);
    let json = String::from_utf8_lossy(&bytes).into_owned();
    let processed = ProcessedEntity { entity_ref: entity_ref.to_string(), uid, hash, json, emitted, position: 0 };
    Ok((entity_ref, processed))
}
