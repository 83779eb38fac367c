//! Registering, step by step: what is typed, what it would bring, and what came of it. Whatever stands in the way, what was typed
//! comes back with it.

mod draft;

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use ::catalog::{
    LocationConfig, Preview, PreviewEntity,
    registry::{self, NewLocation},
};
use model::{
    Caller, EntityRef, FieldError, PortalError, Seq,
    view::{
        PreviewEntityRow, PreviewKind, PreviewProblemRow, PreviewView, RegisterBy, RegisterForm, RegisterOutcome, RegisterView,
        RegisteredAs,
    },
};

use super::{CatalogUseCases, OnConflict, Scoped, location_page::in_words, text};
use crate::summary::{Links, kind_label, one_line};

/// Problems and files that the preview lists.
const LISTED: usize = 200;
/// Letters of a description that the preview shows.
const DESCRIPTION: usize = 120;

impl CatalogUseCases<'_> {
    /// What the form would bring; nothing is written. What is wrong with it stands on the page.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn register_preview(&self, caller: &Caller, form: RegisterForm) -> Result<RegisterView, PortalError> {
        match form.by {
            RegisterBy::Text => self.text_preview(caller, form).await,
            RegisterBy::Address => self.address_preview(caller, form).await,
        }
    }

    /// Registers what the form says.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`.
    pub async fn register_form(&self, caller: &Caller, form: RegisterForm) -> Result<RegisterOutcome, PortalError> {
        let result = match form.by {
            RegisterBy::Text => self.register_text(caller, &form.yaml).await.map(|(names, seq)| (as_registered(&names), seq)),
            RegisterBy::Address => self.register_address(caller, &form.address).await,
        };
        let (field, message, taken) = match result {
            Ok((registered, seq)) => return Ok(RegisterOutcome::Done(registered, seq)),
            Err(PortalError::Invalid { message, .. }) => (field_of(form.by), message, false),
            Err(PortalError::Conflict { message }) => (field_of(form.by), message, true),
            Err(other) => return Err(other),
        };
        let mut view = self.register_preview(caller, form).await?;
        if view.errors.is_empty() {
            view.errors.push(FieldError { field: field.to_owned(), message });
        }
        Ok(RegisterOutcome::Again(Box::new(view), taken))
    }

    async fn register_address(&self, caller: &Caller, address: &str) -> Result<(RegisteredAs, Seq), PortalError> {
        let registered = self.register(caller, location_at(address), OnConflict::Reject).await?;
        let id = registered.location.id;
        // Waits a few seconds for what it brings; longer, it goes on by itself.
        let seq = self.refresh_location(caller, &id).await?.max(registered.seq);
        let caller = Caller { seen: Some(seq), ..caller.clone() };
        let scoped = self.scoped(&caller).await?;
        let own = registered.location.entity_ref;
        let names: Vec<EntityRef> = scoped
            .snapshot
            .iter()
            .filter(|entity| entity.location() == id)
            .map(|entity| entity.entity_ref())
            .filter(|name| *name != own)
            .collect();
        let page = format!("/locations/{id}");
        let registered = match names.as_slice() {
            [] => RegisteredAs { href: page, entities: None, entity: None },
            [_] => as_registered(&names),
            more => RegisteredAs { href: page, entities: Some(more.len() as u64), entity: None },
        };
        Ok((registered, seq))
    }

    async fn text_preview(&self, caller: &Caller, form: RegisterForm) -> Result<RegisterView, PortalError> {
        if form.yaml.trim().is_empty() {
            let message = "Paste a descriptor: YAML with apiVersion, kind, metadata and spec.";
            return Ok(refused(form, "yaml", message.to_owned()));
        }
        let preview = self.preview_text(caller, &form.yaml).await?;
        let scoped = self.scoped(caller).await?;
        let mut shown = shown(&scoped, &preview, None);
        // A text comes as a whole or not at all.
        shown.can_register = shown.total > 0 && shown.taken == 0 && shown.problems_total == 0 && !shown.truncated;
        let mut errors: Vec<FieldError> = Vec::new();
        if shown.problems_total > 0 {
            let message = format!("{} in the text; nothing is registered until it is right", counted(shown.problems_total, "mistake"));
            errors.push(FieldError { field: "yaml".to_owned(), message });
        } else if shown.taken > 0 {
            let message = format!("{} taken already; rename what you paste, or change what is there", counted_are(shown.taken, "name"));
            errors.push(FieldError { field: "yaml".to_owned(), message });
        } else if shown.total == 0 {
            let message = "There is no entity in the text: a descriptor has apiVersion, kind, metadata and spec.".to_owned();
            errors.push(FieldError { field: "yaml".to_owned(), message });
        }
        Ok(RegisterView { form, errors, preview: Some(shown), draft: None })
    }

    async fn address_preview(&self, caller: &Caller, form: RegisterForm) -> Result<RegisterView, PortalError> {
        if form.address.is_empty() {
            return Ok(refused(form, "address", "Write the address of a file or repository.".to_owned()));
        }
        let typed = location_at(&form.address);
        if typed.location_type == "url" && !typed.target.contains(':') {
            let message = format!("{0} is no whole address. Did you mean https://{0}?", typed.target);
            return Ok(refused(form, "address", message));
        }
        let new = match registry::check_target(&typed) {
            Ok(new) => new,
            Err(message) => return Ok(refused(form, "address", ended(message))),
        };
        // The form of a first descriptor is filled in: the repository was looked at before.
        if let Some(typed) = form.draft.clone() {
            let draft = self.draft(caller, &new.target, Some(typed)).await?;
            let errors = draft.1;
            return Ok(RegisterView { form, errors, preview: None, draft: Some(draft.0) });
        }
        let preview = self.preview(caller, &new).await?;
        if preview.entities.is_empty() {
            // Nothing there: is it a repository that has no descriptor yet?
            let analysis = self.analyze(caller, &new.location_type, &new.target, None).await;
            if let Ok(analysis) = analysis
                && analysis.existing.is_empty()
            {
                let (draft, _) = self.draft(caller, &new.target, None).await?;
                return Ok(RegisterView { form, errors: Vec::new(), preview: None, draft: Some(draft) });
            }
        }
        let scoped = self.scoped(caller).await?;
        let locations = self.portal.inner.catalog.locations();
        let own = locations.all.iter().find(|location| location.location_type == new.location_type && location.target == new.target);
        let mut shown = shown(&scoped, &preview, own.map(|location| location.id.as_str()));
        shown.can_register = shown.total > shown.taken && own.is_none();
        let errors = if shown.total == 0 {
            let first = shown.problems.first();
            let message = first.map_or_else(|| "Nothing was found at this address.".to_owned(), |problem| ended(problem.message.clone()));
            vec![FieldError { field: "address".to_owned(), message }]
        } else {
            Vec::new()
        };
        Ok(RegisterView { form, errors, preview: Some(shown), draft: None })
    }
}

/// What people type as an address: the type follows from its shape.
fn location_at(address: &str) -> NewLocation {
    let parsed = LocationConfig::parse(address.trim(), Path::new("/"));
    match &*parsed.location_type {
        // No scheme that anybody knows: let the check of addresses say what is wrong with it.
        "file" if !address.starts_with("file:") => NewLocation::new("url", address.trim()),
        _ => NewLocation::new(parsed.location_type, parsed.target),
    }
}

fn field_of(by: RegisterBy) -> &'static str {
    match by {
        RegisterBy::Address => "address",
        RegisterBy::Text => "yaml",
    }
}

fn refused(form: RegisterForm, field: &str, message: String) -> RegisterView {
    RegisterView { form, errors: vec![FieldError { field: field.to_owned(), message }], ..RegisterView::default() }
}

fn as_registered(names: &[EntityRef]) -> RegisteredAs {
    let first = names.first();
    RegisteredAs {
        href: first.map_or_else(|| "/locations".to_owned(), EntityRef::href),
        entities: Some(names.len() as u64),
        entity: first.filter(|_| names.len() == 1).map(|name| name.short().into_owned()),
    }
}

/// What was looked at, as the page shows it; `own` is the location that has this address already.
fn shown(scoped: &Scoped, preview: &Preview, own: Option<&str>) -> PreviewView {
    let links = Links::new(&scoped.snapshot);
    let mut kinds: BTreeMap<String, Vec<PreviewEntityRow>> = BTreeMap::new();
    let coming: HashSet<&EntityRef> = preview.entities.iter().map(|found| &found.entity_ref).collect();
    for found in &preview.entities {
        kinds.entry(kind_label(found.entity_ref.kind())).or_default().push(row(scoped, &links, found, own, &coming));
    }
    let problems = preview.problems.iter().take(LISTED).map(|problem| PreviewProblemRow {
        file: problem.file.clone(),
        line: problem.line,
        column: problem.column,
        entity: problem.entity_ref.as_ref().map(ToString::to_string),
        rule: problem.rule.clone(),
        message: problem.message.clone(),
        help: problem.help.clone(),
    });
    PreviewView {
        registered_as: own.map(str::to_owned),
        total: preview.entities.len() as u64,
        taken: preview.entities.iter().filter(|found| found.taken_by.is_some()).count() as u64,
        kinds: kinds.into_iter().map(|(kind, entities)| PreviewKind { kind, entities }).collect(),
        problems: problems.collect(),
        problems_total: preview.problems.len() as u64,
        files: preview.files.iter().take(LISTED).map(|file| (file.address.clone(), file.entities as u64, file.error.clone())).collect(),
        truncated: preview.truncated || preview.files.len() > LISTED,
        can_register: false,
    }
}

fn row(scoped: &Scoped, links: &Links<'_>, found: &PreviewEntity, own: Option<&str>, coming: &HashSet<&EntityRef>) -> PreviewEntityRow {
    let known = scoped.snapshot.find(&found.entity_ref);
    let at = |path: &[&str]| text::at(&found.entity, path);
    let mut entity = links.target(&found.entity_ref);
    if known.is_none() {
        // Not in the catalog yet, which here is no mistake: the page writes it as text.
        entity.title = at(&["metadata", "title"]).unwrap_or_else(|| found.entity_ref.name().to_owned());
        entity.kind = kind_label(found.entity_ref.kind());
        entity.spec_type = at(&["spec", "type"]);
    }
    let mut relations: Vec<(String, Vec<model::view::EntityLink>)> = Vec::new();
    for (kind, target) in &found.relations {
        let kind = in_words(kind);
        let mut link = links.target(target);
        if !link.exists {
            // What comes along is named shortly; what is missing in full, so that it can be looked for.
            link.title = if coming.contains(target) { target.name().to_owned() } else { format!("{target} (not in the catalog)") };
        }
        match relations.iter_mut().find(|(have, _)| *have == kind) {
            Some((_, targets)) => targets.push(link),
            None => relations.push((kind, vec![link])),
        }
    }
    PreviewEntityRow {
        entity,
        description: at(&["metadata", "description"]).map(|text| one_line(&text, DESCRIPTION)).unwrap_or_default(),
        file: found.file.clone(),
        line: found.line,
        relations,
        is_known: own.is_some() && known.is_some_and(|id| Some(scoped.snapshot.entity(id).location()) == own),
        taken_by: found.taken_by.clone(),
    }
}

/// A message of the domain as a sentence of a page.
fn ended(message: String) -> String {
    if message.ends_with(['.', '!', '?']) { message } else { format!("{message}.") }
}

fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("There is 1 {what}") } else { format!("There are {count} {what}s") }
}

fn counted_are(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what} is") } else { format!("{count} {what}s are") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_their_type() {
        let check = |address: &str, expected: &str| {
            let new = location_at(address);
            assert_eq!(format!("{}:{}", new.location_type, new.target), expected);
        };
        check("https://github.com/acme/pay", "url:https://github.com/acme/pay");
        check(" https://a.example/x.yaml ", "url:https://a.example/x.yaml");
        check("https://a.example/r.git//x.yaml", "git:https://a.example/r.git//x.yaml");
        check("git@a.example:o/r.git", "git:git@a.example:o/r.git");
        check("url:https://a.example/x", "url:https://a.example/x");
        check("github.com/acme/pay", "url:github.com/acme/pay");
        assert_eq!(location_at("file:///etc/passwd").location_type, "git");
        assert!(registry::check_target(&location_at("file:///etc/passwd")).is_err());
        assert!(registry::check_target(&location_at("file:x.yaml")).is_err());
    }
}
