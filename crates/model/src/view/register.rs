//! Registering: where something is described, what that would bring, and a first descriptor where there is none.

use super::entity::EntityLink;
use crate::FieldError;

/// How somebody says what to register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegisterBy {
    /// By the address of a file or repository.
    #[default]
    Address,
    /// By a text.
    Text,
}

/// What was typed into the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterForm {
    /// By address or by text.
    pub by: RegisterBy,
    /// The address.
    pub address: String,
    /// The text.
    pub yaml: String,
    /// The fields of a descriptor that is still to be written; `None` before there was a form for them.
    pub draft: Option<DraftForm>,
}

/// The fields of a descriptor that is still to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftForm {
    /// `metadata.name`
    pub name: String,
    /// `metadata.description`
    pub description: String,
    /// `spec.owner`
    pub owner: String,
    /// `spec.type`
    pub spec_type: String,
    /// `spec.lifecycle`
    pub lifecycle: String,
    /// `spec.system`
    pub system: String,
}

impl RegisterForm {
    /// Reads the fields of a form that was sent.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out = Self::default();
        for (name, value) in pairs {
            // One line stays one line, whatever was pasted into it.
            let line = || value.split_whitespace().collect::<Vec<_>>().join(" ");
            let draft = |out: &mut Self, set: fn(&mut DraftForm, String)| set(out.draft.get_or_insert_default(), line());
            match name {
                "by" if value == "text" => out.by = RegisterBy::Text,
                "address" => value.trim().clone_into(&mut out.address),
                "yaml" => out.yaml = value.replace("\r\n", "\n"),
                "name" => draft(&mut out, |draft, value| draft.name = value),
                "description" => draft(&mut out, |draft, value| draft.description = value),
                "owner" => draft(&mut out, |draft, value| draft.owner = value),
                "type" => draft(&mut out, |draft, value| draft.spec_type = value),
                "lifecycle" => draft(&mut out, |draft, value| draft.lifecycle = value),
                "system" => draft(&mut out, |draft, value| draft.system = value),
                _ => {}
            }
        }
        out
    }
}

/// The page on which something is registered.
#[derive(Clone, Debug, Default)]
pub struct RegisterView {
    /// What was typed.
    pub form: RegisterForm,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// What it would bring, when it was looked at.
    pub preview: Option<PreviewView>,
    /// A first descriptor, when there is none at the address.
    pub draft: Option<DraftView>,
}

/// What would come into the catalog.
#[derive(Clone, Debug, Default)]
pub struct PreviewView {
    /// The location that has this address already, by its id.
    pub registered_as: Option<String>,
    /// How many entities would come.
    pub total: u64,
    /// The entities by kind.
    pub kinds: Vec<PreviewKind>,
    /// What is wrong; the first 200.
    pub problems: Vec<PreviewProblemRow>,
    /// How many things are wrong.
    pub problems_total: u64,
    /// Entities whose names others provide already; they do not come.
    pub taken: u64,
    /// Files that would be read: the address, how many entities it has, and why it cannot be read.
    pub files: Vec<(String, u64, Option<String>)>,
    /// There is more than was looked at.
    pub truncated: bool,
    /// It can be registered as it is.
    pub can_register: bool,
}

/// The entities of one kind that would come.
#[derive(Clone, Debug, Default)]
pub struct PreviewKind {
    /// The kind.
    pub kind: String,
    /// The entities.
    pub entities: Vec<PreviewEntityRow>,
}

/// An entity that would come.
#[derive(Clone, Debug)]
pub struct PreviewEntityRow {
    /// The entity; a link only when it is there already.
    pub entity: EntityLink,
    /// One line on what it is.
    pub description: String,
    /// The file it stands in.
    pub file: String,
    /// The line on which it begins.
    pub line: u32,
    /// Its relations: the type in words, and the other ends.
    pub relations: Vec<(String, Vec<EntityLink>)>,
    /// Who provides the name already.
    pub taken_by: Option<String>,
    /// This location provides it already.
    pub is_known: bool,
}

/// What is wrong with what was looked at.
#[derive(Clone, Debug)]
pub struct PreviewProblemRow {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 for the whole file.
    pub line: u32,
    /// The column, from 1; 0 for the whole file.
    pub column: u32,
    /// The entity, where its name can be told.
    pub entity: Option<String>,
    /// The rule that was broken.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A descriptor that is still to be written, and how it comes into its repository.
#[derive(Clone, Debug, Default)]
pub struct DraftView {
    /// The fields.
    pub form: DraftForm,
    /// The descriptor as the fields make it.
    pub yaml: String,
    /// Its file's name.
    pub file: String,
    /// It has everything it needs: the pull request can be made.
    pub is_ready: bool,
    /// The pull request's title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Its branch.
    pub branch: String,
    /// Commands for a shell that make the branch.
    pub commands: String,
}

/// What became of registering.
#[derive(Clone, Debug)]
pub enum RegisterOutcome {
    /// It is registered.
    Done(RegisteredAs, crate::Seq),
    /// It is not: the page again. True when what is wrong is that the name or address is taken.
    Again(Box<RegisterView>, bool),
}

/// What was registered, and where it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredAs {
    /// The page that shows it.
    pub href: String,
    /// How many entities came; `None` when it is still being read.
    pub entities: Option<u64>,
    /// What shows under `href`, when it is a single entity.
    pub entity: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_form() {
        let pairs = [("by", "text"), ("address", " https://a.example/x \n"), ("yaml", "a: 1\r\nb: 2"), ("name", "x\n y"), ("nonsense", "")];
        let form = RegisterForm::parse(pairs.into_iter());
        assert_eq!((form.by, form.address.as_str(), form.yaml.as_str()), (RegisterBy::Text, "https://a.example/x", "a: 1\nb: 2"));
        assert_eq!(form.draft.map(|draft| draft.name), Some("x y".to_owned()));
        assert_eq!(RegisterForm::parse(std::iter::empty()).draft, None);
    }
}
