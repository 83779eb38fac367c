//! Entities that the portal owns, and what people put over entities that a file owns.

use ::catalog::{DirectError, Expected, Overlay, StoredOverlay, descriptor, direct, index::EntityView, overlay};
use identity::Action;
use model::{Caller, EntityRef, FieldError, PortalError, Seq};
use serde_json::{Value, json};

use super::{CatalogUseCases, Scoped};
use crate::{failure, record::Done};

/// An entity that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its name.
    pub entity_ref: EntityRef,
    /// Its uid, which it keeps.
    pub uid: String,
    /// Its version now.
    pub etag: String,
    /// It was not there before.
    pub created: bool,
    /// Where a read has to have come to, to see it.
    pub seq: Seq,
}

/// How a caller is recorded: a person by the name of their User entity.
pub(crate) fn actor(caller: &Caller) -> String {
    caller.principal.recorded()
}

impl CatalogUseCases<'_> {
    /// Makes an entity that the portal owns, or puts another in its place.
    ///
    /// # Errors
    /// `Invalid` with what is wrong and where; `Conflict` when it exists, changed meanwhile or belongs to a file; `Forbidden`.
    pub async fn put_entity(&self, caller: &Caller, entity: Value, expected: Expected) -> Result<Put, PortalError> {
        let name = descriptor::entity_ref(&entity)
            .ok_or_else(|| PortalError::invalid("The entity has no name: kind and metadata.name have to be texts"))?;
        let scoped = self.scoped(caller).await?;
        // What is hidden from the caller exists all the same, and is as little theirs to overwrite as what they see.
        if scoped.hides(&name) {
            self.portal.allow(caller, Action::EntityCreate).await?;
            return Err(taken(&name));
        }
        let found = scoped.snapshot.find(&name);
        // Nobody decided about what came in a moment ago and is not in memory yet: it is not overwritten by who may make something new.
        let expected = if found.is_none() && expected == Expected::Any { Expected::Absent } else { expected };
        let done = match found {
            Some(id) => {
                let view = scoped.snapshot.entity(id);
                self.portal.allow_entity(caller, Action::EntityChange, &view).await?;
                Done::new(Action::EntityChange, &name).before(view.json())
            }
            None => {
                self.portal.allow_new(caller, &name).await?;
                Done::new(Action::EntityCreate, &name)
            }
        };
        let done = done.after(entity.to_string().as_bytes());
        let mut tx = self.portal.inner.store.begin().await.map_err(|error| failure::of_store(&error, caller))?;
        let written = direct::put(&mut tx, entity, &expected, &actor(caller), &self.portal.inner.kinds)
            .await
            .map_err(|error| refused(error, &name, caller))?;
        let done = done.with("etag", written.etag.as_str());
        let seq = self.portal.commit(tx, caller, done).await.map_err(|error| failure::of_store(&error, caller))?;
        let seq = self.shown(caller, seq).await;
        Ok(Put { entity_ref: written.entity_ref, uid: written.uid, etag: written.etag, created: written.created, seq })
    }

    /// Changes parts of an entity that the portal owns, by a merge patch (RFC 7396).
    ///
    /// Without an expected version the patch is for the one that it was worked out on, so that no change in between is lost.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::put_entity`].
    pub async fn patch_entity(&self, caller: &Caller, name: &EntityRef, patch: Value, expected: Expected) -> Result<Put, PortalError> {
        let scoped = self.scoped(caller).await?;
        let view = visible(&scoped, name)?;
        self.portal.allow_entity(caller, Action::EntityChange, &view).await?;
        let mut entity: Value = serde_json::from_slice(view.json()).unwrap_or_default();
        let etag = entity.pointer("/metadata/etag").and_then(Value::as_str).unwrap_or_default().to_owned();
        merge(&mut entity, patch);
        if descriptor::entity_ref(&entity).as_ref() != Some(name) {
            return Err(PortalError::invalid(format!(
                "A patch cannot rename {name}: kind, metadata.namespace and metadata.name stay. Make a new entity and delete this one."
            )));
        }
        let expected = match expected {
            Expected::Any => Expected::Etag(etag),
            // What the patch is for has to be what it was applied to, whatever is in the database by now.
            Expected::Etag(wanted) if wanted != etag => return Err(stale(name, &etag)),
            other => other,
        };
        self.put_entity(caller, entity, expected).await
    }

    /// Deletes an entity that the portal owns.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it changed meanwhile or belongs to a file; `Forbidden`.
    pub async fn delete_entity(&self, caller: &Caller, name: &EntityRef, expected: Expected) -> Result<Seq, PortalError> {
        let scoped = self.scoped(caller).await?;
        let view = visible(&scoped, name)?;
        self.portal.allow_entity(caller, Action::EntityChange, &view).await?;
        let mut tx = self.portal.inner.store.begin().await.map_err(|error| failure::of_store(&error, caller))?;
        direct::delete(&mut tx, name, &expected, &actor(caller)).await.map_err(|error| refused(error, name, caller))?;
        let done = Done::new(Action::EntityChange, name).before(view.json()).with("change", "deleted");
        let seq = self.portal.commit(tx, caller, done).await.map_err(|error| failure::of_store(&error, caller))?;
        Ok(self.shown(caller, seq).await)
    }

    /// Deletes an entity whoever owns it, as Backstage does: one that a file still describes comes back when the file is next read.
    /// `None` when there is no such entity.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn delete_by_uid(&self, caller: &Caller, uid: &str) -> Result<Option<Seq>, PortalError> {
        self.portal.allow(caller, Action::EntityChange).await?;
        let scoped = self.scoped(caller).await?;
        let Some(id) = scoped.snapshot.find_uid(uid) else { return Ok(None) };
        let view = scoped.snapshot.entity(id);
        self.portal.allow_entity(caller, Action::EntityChange, &view).await?;
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if !direct::delete_any(&mut tx, uid, &actor(caller)).await.map_err(failed)? {
            return Ok(None);
        }
        let done = Done::new(Action::EntityChange, view.entity_ref()).before(view.json()).with("change", "deleted").with("uid", uid);
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        Ok(Some(self.shown(caller, seq).await))
    }

    /// What people put over an entity.
    ///
    /// # Errors
    /// `NotFound`; as [`Self::scoped`].
    pub async fn overlay(&self, caller: &Caller, name: &EntityRef) -> Result<Option<StoredOverlay>, PortalError> {
        let scoped = self.scoped(caller).await?;
        visible(&scoped, name)?;
        Ok(self.portal.inner.catalog.overlay_of(name))
    }

    /// Puts labels, annotations, tags, links, an owner, a title or a description over an entity that a file owns. Gives the overlay's
    /// version.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with what is wrong and where; `Conflict` when it changed meanwhile; `Forbidden`.
    pub async fn put_overlay(
        &self,
        caller: &Caller,
        name: &EntityRef,
        overlay: Overlay,
        expected: Expected,
    ) -> Result<(String, Seq), PortalError> {
        let scoped = self.scoped(caller).await?;
        self.portal.allow_entity(caller, Action::EntityChange, &visible(&scoped, name)?).await?;
        let mut tx = self.portal.inner.store.begin().await.map_err(|error| failure::of_store(&error, caller))?;
        let etag = overlay::put(&mut tx, name, &overlay, &expected, &actor(caller), &self.portal.inner.kinds)
            .await
            .map_err(|error| refused(error, name, caller))?;
        let mut done = Done::new(Action::EntityChange, name).after(json!(overlay).to_string().as_bytes());
        if let Some(before) = self.portal.inner.catalog.overlay_of(name) {
            done = done.before(json!(before.overlay).to_string().as_bytes());
        }
        let done = done.with("change", "overlay").with("etag", etag.as_str());
        let seq = self.portal.commit(tx, caller, done).await.map_err(|error| failure::of_store(&error, caller))?;
        Ok((etag, self.shown(caller, seq).await))
    }

    /// Takes an overlay away: the entity shows what its file says again.
    ///
    /// # Errors
    /// `NotFound` when there is no entity or no overlay; `Forbidden`.
    pub async fn remove_overlay(&self, caller: &Caller, name: &EntityRef) -> Result<Seq, PortalError> {
        let scoped = self.scoped(caller).await?;
        self.portal.allow_entity(caller, Action::EntityChange, &visible(&scoped, name)?).await?;
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if !overlay::remove(&mut tx, name, &actor(caller)).await.map_err(failed)? {
            return Err(PortalError::not_found(format!("Nothing is put over {name}.")));
        }
        let mut done = Done::new(Action::EntityChange, name).with("change", "overlay taken away");
        if let Some(before) = self.portal.inner.catalog.overlay_of(name) {
            done = done.before(json!(before.overlay).to_string().as_bytes());
        }
        let seq = self.portal.commit(tx, caller, done).await.map_err(failed)?;
        Ok(self.shown(caller, seq).await)
    }

    /// The overlay as a patch for the file that owns the entity, in the form that `git apply` takes.
    ///
    /// # Errors
    /// `NotFound` when there is no entity or no overlay; `Invalid` when the file cannot be read or changed line by line, with the reason.
    pub async fn overlay_patch(&self, caller: &Caller, name: &EntityRef) -> Result<String, PortalError> {
        let scoped = self.scoped(caller).await?;
        let view = visible(&scoped, name)?;
        let stored = self.portal.inner.catalog.overlay_of(name);
        let stored = stored.ok_or_else(|| PortalError::not_found(format!("Nothing is put over {name}.")))?;
        let location = self.location(caller, view.location()).await?;
        let (text, path) = self
            .portal
            .inner
            .reading
            .original(&location.location_type, view.file())
            .await
            .map_err(|error| PortalError::invalid(format!("{} cannot be read to make a patch for it: {error}", view.file())))?;
        overlay::patch(&text, name, &stored.overlay, &path).map_err(PortalError::invalid)
    }
}

/// The entity, if the caller may see it.
fn visible<'a>(scoped: &'a Scoped, name: &EntityRef) -> Result<EntityView<'a>, PortalError> {
    let id = scoped.snapshot.find(name);
    id.map(|id| scoped.snapshot.entity(id)).ok_or_else(|| no_entity(name))
}

/// Why the domain would not write, for the caller.
pub(super) fn refused(error: DirectError, name: &EntityRef, caller: &Caller) -> PortalError {
    match error {
        DirectError::Invalid(error) => invalid(&error),
        DirectError::OwnedByFile { entity_ref, file } => PortalError::Conflict {
            message: format!(
                "{entity_ref} is described by {file}: change it there. Labels, annotations, tags, links, owner, title and description can be put over it here, as an overlay."
            ),
        },
        DirectError::Exists { .. } => taken(name),
        DirectError::Stale { current } => stale(name, &current),
        DirectError::NotFound => no_entity(name),
        DirectError::Store(error) => failure::of_store(&error, caller),
    }
}

/// What is wrong with an entity, with the place in it.
pub(super) fn invalid(error: &descriptor::ValidationError) -> PortalError {
    let mut message = error.detail().to_owned();
    if let Some(help) = &error.help {
        message = format!("{message}. {help}");
    }
    PortalError::Invalid { message: error.message.clone(), fields: vec![FieldError { field: error.pointer.clone(), message }] }
}

fn taken(name: &EntityRef) -> PortalError {
    PortalError::Conflict { message: format!("{name} exists already. Choose another name, or change that entity.") }
}

fn stale(name: &EntityRef, current: &str) -> PortalError {
    let message = format!("{name} changed meanwhile: its etag is {current} now. Read it again and repeat the change on what it is now.");
    PortalError::Conflict { message }
}

fn no_entity(name: &EntityRef) -> PortalError {
    PortalError::not_found(format!(
        "No entity named '{}' found, with kind '{}' in namespace '{}'",
        name.name(),
        name.kind(),
        name.namespace()
    ))
}

/// Applies a merge patch: objects are merged, `null` removes, everything else replaces.
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_as_the_standard_says() {
        // The examples of RFC 7396, appendix A.
        let check = |target: &str, patch: &str, expected: &str| {
            let mut target: Value = serde_json::from_str(target).unwrap();
            merge(&mut target, serde_json::from_str(patch).unwrap());
            assert_eq!(target.to_string(), expected, "{patch}");
        };
        check(r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#);
        check(r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#);
        check(r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#);
        check(r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#);
        check(r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#);
        check(r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#);
        check(r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#);
        check(r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#);
        check(r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#);
        check(r#"[1,2]"#, r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#);
        check("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#);
    }
}
