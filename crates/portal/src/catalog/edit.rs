//! Editing entities: what the portal owns by form or as YAML, what a file owns through an overlay, and making new ones.
//!
//! What was typed is never lost: whatever stands in the way of saving, the page comes back with it.

pub(crate) mod compare;
mod form;
mod templates;

use ::catalog::{
    Expected, PORTAL, StoredOverlay,
    descriptor::{self, EDIT_URL, Kinds, Limits, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN, ValidationError},
    index::EntityView,
    overlay,
};
use identity::Action;
use model::{
    Caller, EntityRef, FieldError, PortalError,
    view::{
        DeleteView, EditAccess, EditMode, EditView, EntityForm, FileOwner, NewEntityView, NotYoursView, OverlayNote, Saved, YamlProblem,
    },
};
use serde_json::Value;

use super::{CatalogUseCases, Scoped, changes::actor_of, text};
use crate::{
    Portal, failure,
    summary::{Links, kind_label},
};

/// Bytes of YAML that one entity may have in the editor.
const LONGEST: usize = 1_000_000;
/// References that the page which deletes lists.
const DANGLING: usize = 50;

/// A page on which an entity is edited, or why it cannot be.
#[derive(Clone, Debug)]
pub enum EditPage {
    /// It can.
    Edit(Box<EditView>),
    /// Others may.
    NotYours(Box<NotYoursView>),
}

impl CatalogUseCases<'_> {
    /// The page on which an entity is edited: by form or as YAML where the portal owns it, by overlay where a file does.
    ///
    /// # Errors
    /// `NotFound`, `Unavailable`; as [`Self::scoped`].
    pub async fn edit(&self, caller: &Caller, name: &EntityRef, yaml: bool) -> Result<EditPage, PortalError> {
        let scoped = self.scoped(caller).await?;
        let entity = entity_of(&scoped, name)?;
        if !self.portal.may_entity(caller, Action::EntityChange, &entity) || is_generated(&entity) {
            return Ok(EditPage::NotYours(Box::new(not_yours(&scoped, &entity))));
        }
        let mode = match (entity.location() == PORTAL, yaml) {
            (true, false) => EditMode::Form,
            (true, true) => EditMode::Yaml,
            (false, _) => EditMode::Overlay,
        };
        Ok(EditPage::Edit(Box::new(self.edit_view(&scoped, name, mode)?)))
    }

    /// The page as it is before anything was typed.
    fn edit_view(&self, scoped: &Scoped, name: &EntityRef, mode: EditMode) -> Result<EditView, PortalError> {
        let entity = entity_of(scoped, name)?;
        let value = value_of(&entity);
        let stored = self.portal.inner.catalog.overlay_of(name);
        let own = entity.location() == PORTAL;
        let etag = if own {
            text::at(&value, &["metadata", "etag"]).unwrap_or_default()
        } else {
            stored.as_ref().map(|stored| stored.etag.clone()).unwrap_or_default()
        };
        Ok(EditView {
            entity: Links::new(&scoped.snapshot).link(entity.id()),
            form: form::of(&value),
            spec_fields: form::spec_fields(&value, &self.portal.inner.kinds),
            yaml: text::yaml(&plain(value)),
            etag,
            errors: Vec::new(),
            yaml_problems: Vec::new(),
            message: None,
            conflict: None,
            preview: None,
            file: (!own).then(|| file_of(&entity)),
            has_overlay: !own && stored.is_some(),
            mode,
        })
    }

    /// Saves what was typed into the form of an entity that the portal owns.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Unavailable`; what is wrong with the input comes back on the page.
    pub async fn save_form(
        &self,
        caller: &Caller,
        name: &EntityRef,
        typed: EntityForm,
        etag: &str,
    ) -> Result<Saved<EditView>, PortalError> {
        let scoped = self.scoped(caller).await?;
        let view = EditView { form: typed.clone(), ..self.edit_view(&scoped, name, EditMode::Form)? };
        let current = plain(value_of(&entity_of(&scoped, name)?));
        let mut value = current.clone();
        if let Err(error) = form::put(&typed, &mut value) {
            return Ok(Saved::Again(Box::new(EditView { errors: vec![error], ..view }), false));
        }
        let yaml = text::yaml(&value);
        let view = EditView { yaml: yaml.clone(), ..view };
        self.save(caller, name, value, etag, view, &yaml).await
    }

    /// Saves what was typed into the YAML editor of an entity that the portal owns.
    ///
    /// # Errors
    /// As [`Self::save_form`].
    pub async fn save_yaml(&self, caller: &Caller, name: &EntityRef, yaml: &str, etag: &str) -> Result<Saved<EditView>, PortalError> {
        let scoped = self.scoped(caller).await?;
        let view = EditView { yaml: yaml.to_owned(), ..self.edit_view(&scoped, name, EditMode::Yaml)? };
        let value = match self.read_yaml(yaml) {
            Ok(value) => value,
            Err(yaml_problems) => return Ok(Saved::Again(Box::new(EditView { yaml_problems, ..view }), false)),
        };
        if descriptor::entity_ref(&value).as_ref() != Some(name) {
            let message =
                format!("Kind, namespace and name stay as they are: this is {name}. To rename it, make a new entity and delete this one.");
            let yaml_problems = vec![YamlProblem { line: 1, column: 1, message, help: String::new() }];
            return Ok(Saved::Again(Box::new(EditView { yaml_problems, ..view }), false));
        }
        self.save(caller, name, value, etag, view, yaml).await
    }

    async fn save(
        &self,
        caller: &Caller,
        name: &EntityRef,
        value: Value,
        etag: &str,
        view: EditView,
        typed: &str,
    ) -> Result<Saved<EditView>, PortalError> {
        match self.put_entity(caller, value, Expected::Etag(etag.to_owned())).await {
            Ok(put) => Ok(Saved::Done(put.entity_ref, put.seq)),
            Err(PortalError::Invalid { message, fields }) => Ok(Saved::Again(Box::new(refused(view, &message, fields)), false)),
            Err(PortalError::Conflict { message }) => {
                // Who was faster may not have reached this replica's memory yet; the database has it.
                let head = self.portal.inner.store.feed_head().await.map_err(|error| failure::of_store(&error, caller))?;
                let caller = Caller { seen: Some(head), ..caller.clone() };
                let scoped = self.scoped(&caller).await?;
                let now = self.edit_view(&scoped, name, view.mode.clone())?;
                if now.etag == etag {
                    return Ok(Saved::Again(Box::new(EditView { message: Some(message), ..view }), true));
                }
                let conflict = Some(compare::lines(&now.yaml, typed));
                Ok(Saved::Again(Box::new(EditView { etag: now.etag, conflict, ..view }), true))
            }
            Err(error) => Err(error),
        }
    }

    /// Saves an overlay, or shows what it would change.
    ///
    /// # Errors
    /// As [`Self::save_form`].
    pub async fn save_overlay(
        &self,
        caller: &Caller,
        name: &EntityRef,
        typed: EntityForm,
        etag: &str,
        preview: bool,
    ) -> Result<Saved<EditView>, PortalError> {
        let scoped = self.scoped(caller).await?;
        self.portal.allow_entity(caller, Action::EntityChange, &entity_of(&scoped, name)?).await?;
        let view = EditView { form: typed.clone(), ..self.edit_view(&scoped, name, EditMode::Overlay)? };
        let original = overlay::original(&self.portal.inner.store, name).await.map_err(|error| failure::of_store(&error, caller))?;
        let original = original.ok_or_else(|| PortalError::not_found(format!("There is no {name} in the catalog.")))?;
        let before = self.portal.inner.catalog.overlay_of(name);
        let overlay = match form::overlay(&typed, &original, before.as_ref().map(|stored| &stored.overlay)) {
            Ok(overlay) => overlay,
            Err(error) => return Ok(Saved::Again(Box::new(EditView { errors: vec![error], ..view }), false)),
        };
        let mut shown = original.clone();
        overlay.apply(&mut shown);
        let differs = compare::changed_lines(&text::yaml(&plain(original.clone())), &text::yaml(&plain(shown)));
        if let Err(error) = overlay.check(&original, &self.portal.inner.kinds) {
            let (message, fields) = (error.detail().to_owned(), vec![field_error(&error)]);
            return Ok(Saved::Again(Box::new(refused(view, &message, fields)), false));
        }
        if preview {
            return Ok(Saved::Again(Box::new(EditView { preview: Some(differs), ..view }), false));
        }
        let expected = if etag.is_empty() { Expected::Absent } else { Expected::Etag(etag.to_owned()) };
        if overlay.is_empty() && before.is_none() {
            return Ok(Saved::Again(Box::new(EditView { preview: Some(Vec::new()), ..view }), false));
        }
        match self.put_overlay(caller, name, overlay, expected).await {
            Ok((_, seq)) => Ok(Saved::Done(name.clone(), seq)),
            Err(PortalError::Invalid { message, fields }) => Ok(Saved::Again(Box::new(refused(view, &message, fields)), false)),
            Err(PortalError::Conflict { message }) => {
                let head = self.portal.inner.store.feed_head().await.map_err(|error| failure::of_store(&error, caller))?;
                let caller = Caller { seen: Some(head), ..caller.clone() };
                let now = self.edit_view(&self.scoped(&caller).await?, name, EditMode::Overlay)?;
                if now.etag == etag {
                    return Ok(Saved::Again(Box::new(EditView { message: Some(message), ..view }), true));
                }
                let mut mine = original;
                form::overlay(&typed, &mine, None).unwrap_or_default().apply(&mut mine);
                let conflict = Some(compare::lines(&now.yaml, &text::yaml(&plain(mine))));
                Ok(Saved::Again(Box::new(EditView { etag: now.etag, conflict, ..view }), true))
            }
            Err(error) => Err(error),
        }
    }

    /// The question before an entity that the portal owns is deleted: what would dangle.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`; `Conflict` when a file owns it.
    pub async fn delete_page(&self, caller: &Caller, name: &EntityRef) -> Result<DeleteView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let entity = entity_of(&scoped, name)?;
        self.portal.allow_entity(caller, Action::EntityChange, &entity).await?;
        if entity.location() != PORTAL {
            let message = format!("{name} is described by {}: remove it there.", entity.file());
            return Err(PortalError::Conflict { message });
        }
        let links = Links::new(&scoped.snapshot);
        let own = entity.canonical();
        let refers = |id| {
            let other = scoped.snapshot.entity(id);
            let mut found = other.relations().filter(|relation| relation.target == own && STATED.contains(&relation.kind));
            found.next().map(|relation| (links.link(id), spoken(relation.kind)))
        };
        let mut neighbours: Vec<_> = entity.relations().filter_map(|relation| relation.target_id()).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        let mut dangling: Vec<_> = neighbours.into_iter().filter(|id| *id != entity.id()).filter_map(refers).collect();
        let more = dangling.len().saturating_sub(DANGLING);
        dangling.truncate(DANGLING);
        let etag = text::at(&value_of(&entity), &["metadata", "etag"]).unwrap_or_default();
        Ok(DeleteView { entity: links.link(entity.id()), etag, dangling, more })
    }

    /// The page on which an entity is made, with the template of a kind.
    ///
    /// # Errors
    /// `Forbidden`; as [`Self::scoped`].
    pub async fn new_entity(&self, caller: &Caller, kind: &str) -> Result<NewEntityView, PortalError> {
        self.portal.allow(caller, Action::EntityCreate).await?;
        self.scoped(caller).await?;
        let owner = caller.groups.first().or(caller.person()).map_or_else(|| "group:default/my-team".to_owned(), ToString::to_string);
        let (kind, yaml) = templates::of(kind, &owner, &self.portal.inner.kinds);
        Ok(NewEntityView { kind, kinds: templates::kinds(&self.portal.inner.kinds), yaml, problems: Vec::new(), message: None })
    }

    /// Makes an entity that the portal owns from YAML.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`; what is wrong with the input comes back on the page.
    pub async fn create_entity(&self, caller: &Caller, kind: &str, yaml: &str) -> Result<Saved<NewEntityView>, PortalError> {
        let view = NewEntityView { yaml: yaml.to_owned(), ..self.new_entity(caller, kind).await? };
        let value = match self.read_yaml(yaml) {
            Ok(value) => value,
            Err(problems) => return Ok(Saved::Again(Box::new(NewEntityView { problems, ..view }), false)),
        };
        match self.put_entity(caller, value, Expected::Absent).await {
            Ok(put) => Ok(Saved::Done(put.entity_ref, put.seq)),
            Err(PortalError::Invalid { message, .. }) => {
                Ok(Saved::Again(Box::new(NewEntityView { message: Some(message), ..view }), false))
            }
            Err(PortalError::Conflict { message }) => Ok(Saved::Again(Box::new(NewEntityView { message: Some(message), ..view }), true)),
            Err(error) => Err(error),
        }
    }

    /// What is wrong with the YAML of one entity; nothing when it could be saved.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn check_yaml(&self, caller: &Caller, yaml: &str) -> Result<Vec<YamlProblem>, PortalError> {
        self.portal.allow(caller, Action::CatalogValidate).await?;
        Ok(self.read_yaml(yaml).err().unwrap_or_default())
    }

    /// The one entity that a text holds, checked.
    fn read_yaml(&self, yaml: &str) -> Result<Value, Vec<YamlProblem>> {
        read_yaml(yaml, &self.portal.inner.kinds)
    }
}

/// What the caller can change of an entity on its page.
pub(super) fn access(portal: &Portal, caller: &Caller, entity: &EntityView<'_>) -> EditAccess {
    if is_generated(entity) || !portal.may_entity(caller, Action::EntityChange, entity) {
        EditAccess::No
    } else if entity.location() == PORTAL {
        EditAccess::Entity
    } else {
        EditAccess::Overlay
    }
}

/// What an overlay puts over an entity, in a few words.
pub(super) fn note(stored: &StoredOverlay, links: &Links<'_>) -> OverlayNote {
    let overlay = &stored.overlay;
    let fields = [
        ("title", overlay.title.is_some()),
        ("description", overlay.description.is_some()),
        ("owner", overlay.owner.is_some()),
        ("tags", overlay.tags.is_some()),
        ("labels", !overlay.labels.is_empty()),
        ("links", overlay.links.is_some()),
        ("annotations", !overlay.annotations.is_empty()),
    ];
    OverlayNote {
        fields: fields.into_iter().filter(|(_, there)| *there).map(|(name, _)| name.to_owned()).collect(),
        by: actor_of(links, &stored.changed_by),
        at: stored.changed_at,
    }
}

/// The relations that others state about an entity.
const STATED: [&str; 7] = ["ownedBy", "partOf", "dependsOn", "consumesApi", "providesApi", "memberOf", "childOf"];

/// `dependsOn` as people read it.
fn spoken(relation: &str) -> String {
    relation.chars().flat_map(|c| if c.is_uppercase() { vec![' ', c.to_ascii_lowercase()] } else { vec![c] }).collect()
}

fn read_yaml(yaml: &str, kinds: &Kinds) -> Result<Value, Vec<YamlProblem>> {
    let problem =
        |line, column, message: String, help: Option<String>| vec![YamlProblem { line, column, message, help: help.unwrap_or_default() }];
    let limits = Limits { max_bytes: LONGEST, max_documents: 2, ..Limits::default() };
    let mut documents = descriptor::parse(yaml.as_bytes(), "descriptor", &limits).into_iter();
    let Some(document) = documents.next() else {
        return Err(problem(
            1,
            1,
            "There is nothing here".to_owned(),
            Some("Write one entity: apiVersion, kind, metadata, spec.".to_owned()),
        ));
    };
    let mut value = match &document.value {
        Ok(value) => value.clone(),
        Err(found) => return Err(problem(found.line, found.column, found.message.clone(), found.help.clone())),
    };
    if let Some(second) = documents.next() {
        let help = "Keep one; several at once can be pasted on the page Register.".to_owned();
        return Err(problem(second.line, 1, "There is a second document here".to_owned(), Some(help)));
    }
    let checked = descriptor::validate_with(&mut value, kinds).and_then(|_| descriptor::relations_with(&value, kinds));
    match checked {
        Ok(_) => Ok(value),
        Err(error) => {
            let found = document.diagnose("descriptor", &error);
            Err(problem(found.line, found.column, found.message, found.help))
        }
    }
}

fn entity_of<'a>(scoped: &'a Scoped, name: &EntityRef) -> Result<EntityView<'a>, PortalError> {
    let id = scoped.snapshot.find(name);
    id.map(|id| scoped.snapshot.entity(id)).ok_or_else(|| {
        let kind = kind_label(name.kind());
        PortalError::not_found(format!("There is no {kind} named \"{}\" in the namespace {}.", name.name(), name.namespace()))
    })
}

/// A location's own entity: it is what the location says.
fn is_generated(entity: &EntityView<'_>) -> bool {
    entity.location() != PORTAL && entity.file().is_empty()
}

fn value_of(entity: &EntityView<'_>) -> Value {
    serde_json::from_slice(entity.json()).unwrap_or_default()
}

/// The entity as people wrote it: without what the catalog adds.
fn plain(mut value: Value) -> Value {
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("uid");
        metadata.shift_remove("etag");
        let mut empty = false;
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            for key in [MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, ORPHAN] {
                annotations.shift_remove(key);
            }
            empty = annotations.is_empty();
        }
        if empty {
            metadata.shift_remove("annotations");
        }
    }
    value
}

fn file_of(entity: &EntityView<'_>) -> FileOwner {
    let edit = text::at(&value_of(entity), &["metadata", "annotations", EDIT_URL]);
    FileOwner { file: entity.file().to_owned(), edit_href: edit.as_deref().and_then(text::linkable) }
}

fn not_yours(scoped: &Scoped, entity: &EntityView<'_>) -> NotYoursView {
    let links = Links::new(&scoped.snapshot);
    let owners = entity.relations().filter(|relation| relation.kind == "ownedBy").filter_map(|relation| relation.target_id());
    NotYoursView {
        owners: owners.map(|id| links.link(id)).collect(),
        file: (entity.location() != PORTAL && !entity.file().is_empty()).then(|| file_of(entity)),
        entity: links.link(entity.id()),
    }
}

/// The page with what the domain says is wrong, beside the field that it is about where there is one.
fn refused(view: EditView, message: &str, fields: Vec<FieldError>) -> EditView {
    let known: Vec<FieldError> =
        fields.into_iter().filter_map(|error| Some(FieldError { field: form::field_of(&error.field)?, ..error })).collect();
    if known.is_empty() {
        let message = message.rsplit("caused by ").next().unwrap_or(message).to_owned();
        return EditView { message: Some(message), ..view };
    }
    EditView { errors: known, ..view }
}

fn field_error(error: &ValidationError) -> FieldError {
    let help = error.help.as_ref().map(|help| format!(". {help}")).unwrap_or_default();
    FieldError { field: error.pointer.clone(), message: format!("{}{help}", error.detail()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, expected: &str) {
        let found = read_yaml(yaml, &Kinds::default());
        let text = match found {
            Ok(value) => format!("ok {}", value["metadata"]["name"]),
            Err(problems) => problems.iter().map(|found| format!("{}:{} {}", found.line, found.column, found.message)).collect(),
        };
        assert_eq!(text, expected, "{yaml}");
    }

    #[test]
    fn says_on_which_line_a_mistake_is() {
        let good = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: a\nspec:\n  owner: x\n";
        check(good, "ok \"a\"");
        check("", "1:1 There is nothing here");
        check(&format!("{good}---\nkind: B\n"), "8:1 There is a second document here");
        check(
            &good.replace("name: a", "name: a b"),
            "4:9 \"metadata.name\" is not valid; expected a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total but found \"a b\". To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md",
        );
    }

    #[test]
    fn spells_relations() {
        assert_eq!([spoken("dependsOn"), spoken("partOf"), spoken("consumesApi")], ["depends on", "part of", "consumes api"]);
    }
}
