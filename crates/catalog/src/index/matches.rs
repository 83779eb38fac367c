//! Sets of entities: what a predicate matches, and what a caller may see.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use roaring::RoaringBitmap;

use super::{EntityId, Predicate, QueryError, Snapshot, Test, cache::Cache, evaluate::Evaluation, full_text::Term, text::fold};

/// At most this many answers are kept in a snapshot; each is a bitmap of at most a bit for each entity.
const KEPT: usize = 256;

/// The entities that a caller may see, which every question about a snapshot is limited to.
#[derive(Clone, Debug, Default)]
pub enum Visibility {
    /// Every entity.
    #[default]
    All,
    /// Only these, of one snapshot. Equal when it is the same set in memory, so that answers are kept for each.
    Only(Arc<RoaringBitmap>),
}

/// Entities of a snapshot, in no order that means anything.
#[derive(Clone, Debug)]
pub struct Matches {
    pub(super) set: Arc<RoaringBitmap>,
}

/// What was asked, as the key under which the answer is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) predicate: Predicate,
    pub(super) visibility: Visibility,
    pub(super) term: Option<Term>,
}

pub(super) type Answers = Cache<Question, Arc<RoaringBitmap>>;

pub(super) fn answers() -> Answers {
    Cache::new(KEPT)
}

impl Visibility {
    /// Only these entities.
    pub fn only(ids: impl IntoIterator<Item = EntityId>) -> Self {
        Self::Only(Arc::new(ids.into_iter().map(|id| id.0).collect()))
    }

    /// True when the entity may be seen.
    pub fn allows(&self, id: EntityId) -> bool {
        match self {
            Self::All => true,
            Self::Only(set) => set.contains(id.0),
        }
    }
}

impl PartialEq for Visibility {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, Self::All) => true,
            (Self::Only(a), Self::Only(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Visibility {}

impl Hash for Visibility {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::All => state.write_usize(0),
            Self::Only(set) => state.write_usize(Arc::as_ptr(set).addr()),
        }
    }
}

impl Matches {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.set.len() as usize
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// True when the entity is among them.
    pub fn contains(&self, id: EntityId) -> bool {
        self.set.contains(id.0)
    }

    /// All of them. Those of the snapshot's base come first, in the order of their references.
    pub fn iter(&self) -> impl Iterator<Item = EntityId> {
        self.set.iter().map(EntityId)
    }
}

impl Snapshot {
    /// The visible entities that the predicate holds for.
    pub fn matching(&self, predicate: &Predicate, visibility: &Visibility) -> Matches {
        self.matching_text(predicate, visibility, None)
    }

    pub(super) fn matching_text(&self, predicate: &Predicate, visibility: &Visibility, term: Option<Term>) -> Matches {
        if term.is_none() && *visibility == Visibility::All && predicate.is_everything() {
            return Matches { set: Arc::clone(&self.live) };
        }
        let question = Question { predicate: predicate.clone(), visibility: visibility.clone(), term };
        if let Some(set) = self.answers.get(&question) {
            return Matches { set };
        }
        let mut set = match &question.term {
            Some(term) => {
                let within = self.matching_text(predicate, visibility, None).set;
                self.containing(term, &within) & &*within
            }
            None => Evaluation { snapshot: self }.of(predicate, None),
        };
        if self.parts.len() > 1 || self.parts.iter().any(|part| !part.dead.is_empty()) {
            set &= &*self.live;
        }
        if let Visibility::Only(visible) = visibility {
            set &= &**visible;
        }
        let set = Arc::new(set);
        self.answers.put(question, Arc::clone(&set));
        Matches { set }
    }
}

/// What is asked of one field, without the rest of a predicate.
impl Predicate {
    /// True when values have to be read from the entities to decide.
    pub(super) fn reads_entities(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::reads_entities),
            Self::Not(inner) => inner.reads_entities(),
            Self::Field { key, test } => *test != Test::Exists && super::partial::is_scanned(key),
        }
    }
}

/// A full-text question, or nothing when the term is blank.
pub(super) fn term(fields: Option<&[String]>, default: &str, term: &str) -> Result<Option<Term>, QueryError> {
    let text = term.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let fields = match fields {
        Some(fields) => fields.iter().map(|field| fold(field.trim()).into()).collect(),
        None => vec![default.into()],
    };
    Ok(Some(Term { fields, text: fold(text).into() }))
}
