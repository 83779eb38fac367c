//! Two entities side by side.

use super::entity::EntityLink;
use crate::EntityRef;

/// The page that compares two entities.
#[derive(Clone, Debug, Default)]
pub struct CompareView {
    /// What was asked for on the left, as typed.
    pub asked_a: String,
    /// What was asked for on the right, as typed.
    pub asked_b: String,
    /// The entity on the left.
    pub a: Option<EntityLink>,
    /// The entity on the right.
    pub b: Option<EntityLink>,
    /// What is wrong with what was asked for: left, right.
    pub errors: (Option<String>, Option<String>),
    /// What is compared, in order; empty until both are there.
    pub parts: Vec<ComparePart>,
    /// Both descriptors, line by line; empty until both are there.
    pub lines: Vec<DescriptorLine>,
    /// Lines that were left out because there were too many.
    pub cut: usize,
}

impl CompareView {
    /// The page's address with these two.
    pub fn href(a: &EntityRef, b: Option<&EntityRef>) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        out.append_pair("a", &a.to_string());
        if let Some(b) = b {
            out.append_pair("b", &b.to_string());
        }
        format!("/compare?{}", out.finish())
    }

    /// How many rows are the same and how many differ.
    pub fn counts(&self) -> (usize, usize) {
        let rows = || self.parts.iter().flat_map(|part| &part.rows);
        (rows().filter(|row| row.same()).count(), rows().filter(|row| !row.same()).count())
    }
}

/// A table of the page: facts, relations, labels, …
#[derive(Clone, Debug)]
pub struct ComparePart {
    /// A stable id for the heading.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// Its rows.
    pub rows: Vec<CompareRow>,
}

/// What both have under one name.
#[derive(Clone, Debug)]
pub struct CompareRow {
    /// The name: `Owner`, `example.org/plan`.
    pub label: String,
    /// What the left one has.
    pub a: Vec<CompareValue>,
    /// What the right one has.
    pub b: Vec<CompareValue>,
}

impl CompareRow {
    /// Whether both have the same.
    pub fn same(&self) -> bool {
        self.a == self.b
    }
}

/// A value: a text or an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareValue {
    /// A text.
    Text(String),
    /// An entity.
    Entity(EntityLink),
}

/// A line of both descriptors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DescriptorLine {
    /// In both.
    Same(String),
    /// Only in the left one.
    Left(String),
    /// Only in the right one.
    Right(String),
    /// So many lines that are the same in both are left out here.
    Folded(usize),
}
