//! What an address or a text would bring into the catalog, before anything is written; and texts that people paste.

use std::collections::BTreeMap;

use ::catalog::{
    Expected, Location, PORTAL, Preview,
    descriptor::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION},
    direct,
    registry::{self, NewLocation},
};
use identity::Action;
use model::{Caller, EntityRef, FieldError, PortalError, Seq};
use serde_json::{Value, json};
use url::Url;

use super::{
    CatalogUseCases, Scoped,
    write::{actor, refused},
};
use crate::{failure, record::Done};

/// What an address holds, as Backstage's `analyze-location` tells it.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The type of the descriptors' locations: `url` or `git`.
    pub location_type: String,
    /// Descriptors that are there: the file, whether the catalog has it, and one of its entities.
    pub existing: Vec<(String, bool, Value)>,
    /// Where there is none: entities that could be written, with their fields.
    pub generated: Vec<(Value, Vec<AnalyzedField>)>,
}

/// A field of an entity that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalyzedField {
    /// Its dotted path.
    pub field: &'static str,
    /// Backstage's: `analysisSuggestedValue`, `analysisSuggestedNoValue` or `needsUserInput`.
    pub state: &'static str,
    /// What was found for it.
    pub value: Option<String>,
    /// Why, or what to write.
    pub description: String,
}

/// The name of a descriptor, unless the question says another.
pub const DESCRIPTOR: &str = "catalog-info.yaml";
/// Entities that one pasted text may have.
const MOST_PASTED: usize = 500;

impl CatalogUseCases<'_> {
    /// Reads what a location would bring. Nothing is written.
    ///
    /// # Errors
    /// `Invalid` for an address that cannot be registered, with the reason; `Forbidden`.
    pub async fn preview(&self, caller: &Caller, new: &NewLocation) -> Result<Preview, PortalError> {
        self.portal.allow(caller, Action::LocationAnalyze).await?;
        let new = registry::check_target(new).map_err(PortalError::invalid)?;
        let scoped = self.scoped(caller).await?;
        let mut preview = self.portal.inner.reading.preview(&new).await;
        let own = self.location_of_target(&new.location_type, &new.target);
        mark_taken(&scoped, &mut preview, own.as_ref().map(|location| location.id.as_str()));
        Ok(preview)
    }

    /// Checks a text of descriptors that somebody pasted. Nothing is written.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn preview_text(&self, caller: &Caller, yaml: &str) -> Result<Preview, PortalError> {
        self.portal.allow(caller, Action::LocationAnalyze).await?;
        let scoped = self.scoped(caller).await?;
        let mut preview = self.portal.inner.reading.preview_text(yaml).await;
        mark_taken(&scoped, &mut preview, None);
        Ok(preview)
    }

    /// Makes the entities of a text the portal's own: all of them, or none.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, by line; `Conflict` when one of the names is taken; `Forbidden`.
    pub async fn register_text(&self, caller: &Caller, yaml: &str) -> Result<(Vec<EntityRef>, Seq), PortalError> {
        self.portal.allow(caller, Action::EntityCreate).await?;
        let preview = self.portal.inner.reading.preview_text(yaml).await;
        if !preview.problems.is_empty() {
            let field = |line: u32| if line == 0 { "text".to_owned() } else { format!("line {line}") };
            let fields = preview
                .problems
                .iter()
                .map(|problem| FieldError { field: field(problem.line), message: problem.message.clone() })
                .collect();
            return Err(PortalError::Invalid { message: "The text cannot be registered as it is".to_owned(), fields });
        }
        if preview.entities.is_empty() {
            return Err(PortalError::invalid("There is no entity in the text: a descriptor has apiVersion, kind, metadata and spec"));
        }
        if preview.truncated || preview.entities.len() > MOST_PASTED {
            let message = format!("The text has more than {MOST_PASTED} entities; keep them in a file or a repository and register that");
            return Err(PortalError::invalid(message));
        }
        for found in &preview.entities {
            self.portal.allow_new(caller, &found.entity_ref).await?;
        }
        let mut tx = self.portal.inner.store.begin().await.map_err(|error| failure::of_store(&error, caller))?;
        let mut names = Vec::new();
        for mut found in preview.entities {
            // Where it was read from says nothing here: the portal owns it from now on.
            if let Some(annotations) = found.entity.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
                annotations.remove(MANAGED_BY_LOCATION);
                annotations.remove(MANAGED_BY_ORIGIN_LOCATION);
            }
            let written = direct::put(&mut tx, found.entity, &Expected::Absent, &actor(caller), &self.portal.inner.kinds).await;
            names.push(written.map_err(|error| refused(error, &found.entity_ref, caller))?.entity_ref);
        }
        let done = match names.as_slice() {
            [name] => Done::new(Action::EntityCreate, name),
            _ => Done::new(Action::EntityCreate, format!("{} entities", names.len()))
                .with("entities", names.iter().map(ToString::to_string).collect::<Vec<_>>()),
        };
        let done = done.after(yaml.as_bytes()).with("change", "pasted");
        let seq = self.portal.commit(tx, caller, done).await.map_err(|error| failure::of_store(&error, caller))?;
        Ok((names, self.shown(caller, seq).await))
    }

    /// Looks for descriptors at an address; where there is none, says what one could hold.
    ///
    /// # Errors
    /// `Invalid` for an address that cannot be read, with the reason; `Forbidden`.
    pub async fn analyze(
        &self,
        caller: &Caller,
        location_type: &str,
        target: &str,
        filename: Option<&str>,
    ) -> Result<Analysis, PortalError> {
        self.portal.allow(caller, Action::LocationAnalyze).await?;
        let new = NewLocation::new(location_type, target);
        let new = registry::check_target(&new).map_err(PortalError::invalid)?;
        let filename = filename.unwrap_or(DESCRIPTOR);
        // What is given the address of a clone is told addresses in it.
        let is_clone = new.target.ends_with(".git") || new.target.contains(".git//");
        let location_type = if new.location_type == "git" || is_clone { "git" } else { "url" }.to_owned();
        let found = self.portal.inner.reading.analyze(&new.target, filename).await.map_err(PortalError::invalid)?;
        let scoped = self.scoped(caller).await?;
        if found.is_empty() {
            return Ok(Analysis { location_type, existing: Vec::new(), generated: vec![generate(&new.target)] });
        }
        let existing = found.into_iter().map(|(file, entity)| {
            let registered = self.location_of_target(&location_type, &file).is_some()
                || ::catalog::descriptor::entity_ref(&entity)
                    .and_then(|name| scoped.snapshot.find(&name))
                    .is_some_and(|id| scoped.snapshot.entity(id).file() == file);
            (file, registered, entity)
        });
        Ok(Analysis { existing: existing.collect(), location_type, generated: Vec::new() })
    }

    fn location_of_target(&self, location_type: &str, target: &str) -> Option<Location> {
        let locations = self.portal.inner.catalog.locations();
        locations.all.iter().find(|location| location.location_type == location_type && location.target == target).cloned()
    }
}

/// Says of each entity which other source has its name already.
fn mark_taken(scoped: &Scoped, preview: &mut Preview, own: Option<&str>) {
    for found in &mut preview.entities {
        let Some(id) = scoped.snapshot.find(&found.entity_ref) else { continue };
        let view = scoped.snapshot.entity(id);
        if Some(view.location()) == own {
            continue;
        }
        found.taken_by = Some(if view.location() == PORTAL { "the portal".to_owned() } else { view.file().to_owned() });
    }
}

/// A Component for a repository that has no descriptor yet, by what its address tells.
pub(super) fn generate(target: &str) -> (Value, Vec<AnalyzedField>) {
    let place = Place::of(target);
    let name = entity_name(&place.repository);
    let mut annotations = BTreeMap::new();
    if let (Some(annotation), Some(owner)) = (place.annotation, &place.owner) {
        annotations.insert(annotation, format!("{owner}/{}", place.repository));
    }
    annotations.insert("backstage.io/source-location", format!("url:{}/", target.trim_end_matches('/')));
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": name, "annotations": annotations },
        "spec": { "type": "other", "lifecycle": "unknown" },
    });
    let suggested = |field, value: &str, description: &str| AnalyzedField {
        field,
        state: "analysisSuggestedValue",
        value: Some(value.to_owned()),
        description: description.to_owned(),
    };
    let fields = vec![
        suggested("metadata.name", &name, "The name of the repository, in the letters that names may have."),
        suggested("spec.type", "other", "service, website and library are the usual ones."),
        suggested("spec.lifecycle", "unknown", "experimental, production and deprecated are the usual ones."),
        AnalyzedField {
            field: "spec.owner",
            state: "needsUserInput",
            value: None,
            description: "The group or person of the catalog that owns it, as in group:default/payments-team.".to_owned(),
        },
        AnalyzedField {
            field: "metadata.description",
            state: "analysisSuggestedNoValue",
            value: None,
            description: "One sentence on what it is for.".to_owned(),
        },
    ];
    (entity, fields)
}

/// What the address of a repository tells of it.
struct Place {
    /// Its owner, group or folder; with slashes where groups nest.
    owner: Option<String>,
    repository: String,
    /// The annotation that names the repository to tools, where one is usual for its host.
    annotation: Option<&'static str>,
}

impl Place {
    fn of(target: &str) -> Self {
        let (host, path) = match Url::parse(target) {
            Ok(url) => (url.host_str().unwrap_or_default().to_owned(), url.path().to_owned()),
            // git@host:owner/name.git
            Err(_) => match target.split_once(':') {
                Some((login, path)) => (login.rsplit('@').next().unwrap_or_default().to_owned(), path.to_owned()),
                None => (String::new(), target.to_owned()),
            },
        };
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        // What comes after these names a branch and a file.
        if let Some(at) = parts.iter().skip(2).position(|part| matches!(*part, "-" | "blob" | "tree" | "src" | "raw")) {
            parts.truncate(at + 2);
        }
        let repository = parts.pop().unwrap_or_default().trim_end_matches(".git").to_owned();
        let owner = (!parts.is_empty()).then(|| parts.join("/"));
        let known = [
            ("github", "github.com/project-slug"),
            ("gitlab", "gitlab.com/project-slug"),
            ("bitbucket", "bitbucket.org/project-slug"),
            ("codeberg", "gitea.com/repo-slug"),
            ("gitea", "gitea.com/repo-slug"),
        ];
        let annotation = known.into_iter().find(|(part, _)| host.contains(part)).map(|(_, annotation)| annotation);
        Self { owner, repository, annotation }
    }
}

/// A text as the name of an entity: letters, digits, `-`, `_` and `.`, at most 63, none of the signs at an end.
fn entity_name(text: &str) -> String {
    const SIGNS: [char; 3] = ['-', '_', '.'];
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || SIGNS.contains(&letter) { letter } else { '-' };
    let name: String = text.chars().map(letter).collect();
    let name: String = name.trim_start_matches(SIGNS).chars().take(63).collect();
    match name.trim_end_matches(SIGNS) {
        "" => "component".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_make_entities() {
        let check = |target: &str, expected: &str| {
            let (entity, fields) = generate(target);
            let slug = entity["metadata"]["annotations"].as_object().unwrap().iter().find(|(key, _)| key.ends_with("-slug"));
            let slug = slug.map_or_else(|| "-".to_owned(), |(key, value)| format!("{key}={}", value.as_str().unwrap()));
            assert_eq!(format!("{} {slug}", entity["metadata"]["name"].as_str().unwrap()), expected);
            assert!(fields.iter().any(|field| field.field == "spec.owner" && field.state == "needsUserInput" && field.value.is_none()));
        };
        check("https://github.com/acme/pay", "pay github.com/project-slug=acme/pay");
        check("https://github.com/acme/pay.git", "pay github.com/project-slug=acme/pay");
        check("https://github.com/acme/pay/tree/main/services/a", "pay github.com/project-slug=acme/pay");
        check("https://gitlab.example.com/a/b/my_tool/-/blob/main/x.yaml", "my_tool gitlab.com/project-slug=a/b/my_tool");
        check("https://bitbucket.org/acme/pay/src/main/x.yaml", "pay bitbucket.org/project-slug=acme/pay");
        check("git@github.com:acme/Pay.Service.git", "Pay.Service github.com/project-slug=acme/Pay.Service");
        check("https://git.example.com/~ada/-odd--name-", "odd--name -");
        check("https://github.com/acme/src", "src github.com/project-slug=acme/src");
        check("file:///srv/git/shop.git", "shop -");
        check("https://example.com/", "component -");
    }
}
