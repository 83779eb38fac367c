//! Kinds that the configuration declares, beside those that are built in.

use std::fmt::Write as _;

use sha1::{Digest, Sha1};

use super::{Kind, Schema};
use crate::relation;

/// The kinds that the configuration declares. By default none.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    declared: Vec<DeclaredKind>,
}

/// A kind without code: what its entities look like, and what they relate to.
#[derive(Clone, Debug)]
pub struct DeclaredKind {
    /// As entities write it: `Database`.
    pub kind: String,
    /// As people read many of them: `Databases`.
    pub plural: String,
    /// The values of `apiVersion` that it takes.
    pub api_versions: Vec<String>,
    /// What `spec` has to look like; everything is allowed without one.
    pub schema: Option<Schema>,
    /// What its fields state. `spec.owner` states `ownedBy` without being listed, unless it is listed otherwise.
    pub relations: Vec<DeclaredRelation>,
    /// The name of an icon of the interface.
    pub icon: Option<String>,
    /// Sections of its page: a title, and the dotted paths of the fields under `spec` in it.
    pub sections: Vec<(String, Vec<String>)>,
}

/// A field that names other entities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredRelation {
    field: String,
    kind: &'static str,
    inverse: &'static str,
    default_kind: Option<String>,
}

/// Kinds that a configuration may declare.
const MOST_KINDS: usize = 200;
/// Relations of one kind.
const MOST_RELATIONS: usize = 50;
/// Sections of one kind's page, and fields of one section.
const MOST_SECTIONS: usize = 20;
/// Parts of a dotted path.
const MOST_PARTS: usize = 16;

impl DeclaredRelation {
    /// What `field` (dotted, under `spec`: a name, or a list of names) states: the entity has the relation `kind`, the
    /// other end its `inverse`. A name that has no kind is of `default_kind`; without that it has to say its kind.
    ///
    /// This makes the pair known to [`relation::pair`], so it comes before anything is loaded from the database.
    ///
    /// # Errors
    /// A sentence about the field or name that cannot be used.
    pub fn new(field: &str, kind: &str, inverse: &str, default_kind: Option<&str>) -> Result<Self, String> {
        check_path(field)?;
        if let Some(kind) = default_kind {
            check_kind_name(kind)?;
        }
        let (kind, inverse) = relation::declare(kind, inverse)?;
        Ok(Self { field: field.to_owned(), kind, inverse, default_kind: default_kind.map(str::to_owned) })
    }

    /// The field under `spec`, dotted.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What the entity states: `runsOn`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What the other end shows: `hosts`.
    pub fn inverse(&self) -> &'static str {
        self.inverse
    }

    /// The kind of a name that has none.
    pub fn default_kind(&self) -> Option<&str> {
        self.default_kind.as_deref()
    }
}

impl DeclaredKind {
    /// A kind of which nothing is known but its name and where it belongs.
    pub fn new(kind: &str, api_versions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            kind: kind.to_owned(),
            plural: plural(kind),
            api_versions: api_versions.into_iter().map(Into::into).collect(),
            schema: None,
            relations: Vec::new(),
            icon: None,
            sections: Vec::new(),
        }
    }

    fn check(&self) -> Result<(), String> {
        check_kind_name(&self.kind)?;
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(&self.kind)) {
            return Err(format!("{kind} is built in and cannot be declared again; choose another name"));
        }
        if self.api_versions.is_empty() {
            return Err("api-versions needs at least one, such as \"example.com/v1\"".to_owned());
        }
        if let Some(version) = self.api_versions.iter().find(|version| !super::validate::is_api_version(version)) {
            return Err(format!(
                "\"{version}\" is no apiVersion; write a domain, one / and a version of letters and digits, as in example.com/v1"
            ));
        }
        if self.relations.len() > MOST_RELATIONS {
            return Err(format!("there are more than {MOST_RELATIONS} relations"));
        }
        if self.sections.len() > MOST_SECTIONS || self.sections.iter().any(|(_, fields)| fields.len() > MOST_RELATIONS) {
            return Err(format!("a page has at most {MOST_SECTIONS} sections of {MOST_RELATIONS} fields"));
        }
        self.sections.iter().flat_map(|(_, fields)| fields).try_for_each(|field| check_path(field))
    }
}

impl Kinds {
    /// The kinds, in the order in which they are declared.
    ///
    /// # Errors
    /// A sentence that names the kind that cannot be used, and why.
    pub fn new(declared: Vec<DeclaredKind>) -> Result<Self, String> {
        if declared.len() > MOST_KINDS {
            return Err(format!("there are {} kinds, at most {MOST_KINDS} can be declared", declared.len()));
        }
        for (at, kind) in declared.iter().enumerate() {
            kind.check().map_err(|message| format!("{}: {message}", kind.kind))?;
            if declared[..at].iter().any(|before| before.kind.eq_ignore_ascii_case(&kind.kind)) {
                return Err(format!("{}: it is declared twice; letter case does not make a difference", kind.kind));
            }
        }
        Ok(Self { declared })
    }

    /// In the order in which they are declared.
    pub fn declared(&self) -> &[DeclaredKind] {
        &self.declared
    }

    /// The declared kind of that name, letter case included, as descriptors have to write it.
    pub fn get(&self, kind: &str) -> Option<&DeclaredKind> {
        self.declared.iter().find(|declared| declared.kind == kind)
    }

    /// The declared kind of that name in any letter case, as addresses and references write it.
    pub fn find(&self, kind: &str) -> Option<&DeclaredKind> {
        self.declared.iter().find(|declared| declared.kind.eq_ignore_ascii_case(kind))
    }

    /// The same text for the same declarations. When it changes, entities that were refused may be right now and others wrong,
    /// so everything is processed again. Empty without declarations.
    pub fn digest(&self) -> String {
        if self.declared.is_empty() {
            return String::new();
        }
        let mut text = String::new();
        for kind in &self.declared {
            // Icon, plural and sections are how it looks, not what it is.
            _ = writeln!(text, "{} {:?}", kind.kind, kind.api_versions);
            _ = kind.schema.as_ref().map(|schema| writeln!(text, "{}", schema.source()));
            for relation in &kind.relations {
                _ = writeln!(text, "{relation:?}");
            }
        }
        Sha1::digest(text.as_bytes()).iter().fold(String::with_capacity(40), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// `Database` is `Databases`, `Policy` is `Policies`.
fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if kind.ends_with(['s', 'x']) || kind.ends_with("ch") || kind.ends_with("sh") => format!("{kind}es"),
        _ => format!("{kind}s"),
    }
}

fn check_kind_name(kind: &str) -> Result<(), String> {
    if super::validate::is_kind(kind) {
        Ok(())
    } else {
        Err(format!("\"{kind}\" cannot name a kind; use letters and digits, starting with a letter, at most 63"))
    }
}

fn check_path(path: &str) -> Result<(), String> {
    let parts = path.split('.').count();
    if path.split('.').all(|part| !part.is_empty() && part.len() <= 200) && parts <= MOST_PARTS && !path.starts_with("spec.") {
        Ok(())
    } else {
        Err(format!("\"{path}\" is no field; write its path under spec, with dots, as in storage.host"))
    }
}
