//! Editing an entity: what the portal owns as a whole, what a file owns through an overlay.

use super::entity::EntityLink;
use crate::{EntityRef, FieldError};

/// What the caller can change of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EditAccess {
    /// Nothing: others own it.
    #[default]
    No,
    /// Everything: the portal owns it.
    Entity,
    /// What an overlay holds: a file owns the rest.
    Overlay,
}

/// What an overlay puts over an entity, said on its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverlayNote {
    /// The fields, as people read them: `owner`, `labels`.
    pub fields: Vec<String>,
    /// Who changed it last.
    pub by: super::changes::Actor,
    /// When.
    pub at: crate::Timestamp,
}

/// A link of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkForm {
    /// Where it leads.
    pub url: String,
    /// What is shown.
    pub title: String,
    /// The name of an icon.
    pub icon: String,
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityForm {
    /// `metadata.title`
    pub title: String,
    /// `metadata.description`
    pub description: String,
    /// `spec.owner`
    pub owner: String,
    /// `spec.lifecycle`
    pub lifecycle: String,
    /// `spec.type`
    pub spec_type: String,
    /// `spec.system`
    pub system: String,
    /// Tags, parted by commas or white space.
    pub tags: String,
    /// Labels: `key=value`, one a line.
    pub labels: String,
    /// Links; empty ones are left out.
    pub links: Vec<LinkForm>,
}

/// Links that a form holds at most.
pub const LINKS: usize = 50;

impl EntityForm {
    /// Reads the fields of a form that was sent.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out = Self::default();
        let link = |out: &mut Self, at: &str| -> Option<usize> {
            let at: usize = at.parse().ok().filter(|at| *at < LINKS)?;
            if out.links.len() <= at {
                out.links.resize(at + 1, LinkForm::default());
            }
            Some(at)
        };
        for (name, value) in pairs {
            let text = value.replace("\r\n", "\n");
            match name {
                "title" => out.title = text.trim().to_owned(),
                "description" => out.description = text.trim().to_owned(),
                "owner" => out.owner = text.trim().to_owned(),
                "lifecycle" => out.lifecycle = text.trim().to_owned(),
                "type" => out.spec_type = text.trim().to_owned(),
                "system" => out.system = text.trim().to_owned(),
                "tags" => out.tags = text,
                "labels" => out.labels = text,
                _ => {
                    let Some((field, at)) = name.rsplit_once('-') else { continue };
                    let Some(at) = link(&mut out, at) else { continue };
                    let text = text.trim().to_owned();
                    match field {
                        "link-url" => out.links[at].url = text,
                        "link-title" => out.links[at].title = text,
                        "link-icon" => out.links[at].icon = text,
                        _ => {}
                    }
                }
            }
        }
        out.links.retain(|link| *link != LinkForm::default());
        out
    }

    /// The tags, each once, in the order in which they were typed.
    pub fn tag_list(&self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for tag in self.tags.split([',', ' ', '\n', '\t']).map(str::trim).filter(|tag| !tag.is_empty()) {
            if !out.iter().any(|have| have == tag) {
                out.push(tag.to_owned());
            }
        }
        out
    }

    /// The labels, or which line is none.
    ///
    /// # Errors
    /// The field and the line that is not `key=value`.
    pub fn label_list(&self) -> Result<Vec<(String, String)>, FieldError> {
        let lines = self.labels.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
        lines
            .map(|(at, line)| {
                let pair = line.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
                pair.ok_or_else(|| FieldError {
                    field: "labels".to_owned(),
                    message: format!("Line {} of the labels is \"{line}\"; write it as key=value", at + 1),
                })
            })
            .collect()
    }
}

/// Something wrong in YAML that was typed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct YamlProblem {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// How an entity is being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditMode {
    /// A form, of an entity that the portal owns.
    Form,
    /// YAML, of an entity that the portal owns.
    Yaml,
    /// An overlay, of an entity that a file owns.
    Overlay,
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareLine {
    /// In both.
    Same(String),
    /// Only in the new text.
    Added(String),
    /// Only in the old text.
    Removed(String),
}

/// The page on which an entity is edited.
#[derive(Clone, Debug)]
pub struct EditView {
    /// The entity.
    pub entity: EntityLink,
    /// How.
    pub mode: EditMode,
    /// The fields, as they are or as they were typed.
    pub form: EntityForm,
    /// Which of owner, lifecycle, type and system entities of this kind have.
    pub spec_fields: Vec<&'static str>,
    /// The YAML, as it is or as it was typed.
    pub yaml: String,
    /// The etag of the entity, or of its overlay, that the form started from; empty for none yet.
    pub etag: String,
    /// What is wrong with the fields.
    pub errors: Vec<FieldError>,
    /// What is wrong with the YAML.
    pub yaml_problems: Vec<YamlProblem>,
    /// What stands in the way as a whole.
    pub message: Option<String>,
    /// Somebody else changed it meanwhile: what they have, compared with what was typed.
    pub conflict: Option<Vec<CompareLine>>,
    /// The overlay as it would show, compared with the file.
    pub preview: Option<Vec<CompareLine>>,
    /// The file that owns it.
    pub file: Option<FileOwner>,
    /// Whether there is an overlay that could be removed.
    pub has_overlay: bool,
}

/// The file that owns an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileOwner {
    /// Its path or address.
    pub file: String,
    /// Where it can be edited.
    pub edit_href: Option<String>,
}

/// The page that asks before an entity is deleted.
#[derive(Clone, Debug)]
pub struct DeleteView {
    /// The entity.
    pub entity: EntityLink,
    /// The etag that the page started from.
    pub etag: String,
    /// What refers to it and would dangle: the entity, and how it refers.
    pub dangling: Vec<(EntityLink, String)>,
    /// How many more.
    pub more: usize,
}

/// The page on which an entity is made.
#[derive(Clone, Debug, Default)]
pub struct NewEntityView {
    /// The kind whose template shows, in lower case.
    pub kind: String,
    /// The kinds that have a template: value and label.
    pub kinds: Vec<(String, String)>,
    /// The YAML, as the template has it or as it was typed.
    pub yaml: String,
    /// What is wrong with it.
    pub problems: Vec<YamlProblem>,
    /// What stands in the way as a whole.
    pub message: Option<String>,
}

/// The page that says that somebody may not edit an entity, and who may.
#[derive(Clone, Debug)]
pub struct NotYoursView {
    /// The entity.
    pub entity: EntityLink,
    /// Who may.
    pub owners: Vec<EntityLink>,
    /// Where its file can be edited all the same.
    pub file: Option<FileOwner>,
}

/// What became of an attempt to save.
#[derive(Clone, Debug)]
pub enum Saved<V> {
    /// It is saved: the entity, and where in the feed.
    Done(EntityRef, crate::Seq),
    /// It is not: the page again, with what was typed and what is wrong. True when somebody else was faster.
    Again(Box<V>, bool),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_form() {
        let pairs = [
            ("title", " Pay "),
            ("tags", "a, b\n a"),
            ("labels", "x=1\r\n\r\ny = two=2\n"),
            ("link-url-3", "https://a.example"),
            ("link-title-3", "A"),
            ("link-url-99", "ignored"),
            ("nonsense", "x"),
        ];
        let form = EntityForm::parse(pairs.into_iter());
        assert_eq!(form.title, "Pay");
        assert_eq!(form.tag_list(), ["a", "b"]);
        let labels = form.label_list().unwrap();
        assert_eq!(labels, [("x".to_owned(), "1".to_owned()), ("y".to_owned(), "two=2".to_owned())]);
        assert_eq!(form.links, [LinkForm { url: "https://a.example".to_owned(), title: "A".to_owned(), icon: String::new() }]);
        let wrong = EntityForm { labels: "a=1\nno".to_owned(), ..EntityForm::default() };
        assert_eq!(wrong.label_list().unwrap_err().message, "Line 2 of the labels is \"no\"; write it as key=value");
    }
}
