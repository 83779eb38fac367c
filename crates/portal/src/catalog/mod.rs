//! Use cases of the catalog.

pub(crate) mod changes;
mod compare;
mod definition;
mod details;
pub(crate) mod edit;
mod entity;
mod explore;
mod graph;
mod import;
pub(crate) mod list;
mod location_page;
mod locations;
mod machine;
pub(crate) mod problems;
mod register_page;
mod sections;
mod text;
mod write;

use std::{sync::Arc, time::Duration};

use ::catalog::{
    BrokenFile,
    index::{Snapshot, Visibility},
};
use identity::Action;
use model::{
    Caller, CatalogQuery, EntityRef, PortalError,
    view::{CatalogRow, CatalogView, EntityTab, EntityView, ExploreQuery, ExploreView, GraphQuery, SearchHit, SearchView},
};

use crate::{Portal, summary::Links};

pub use edit::EditPage;
pub use import::{Analysis, AnalyzedField, DESCRIPTOR};
pub use locations::{LocationState, OnConflict, Registered, UnregisterPreview};
pub use write::Put;

/// How long a request to read something again is waited for. Longer, it goes on by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Use cases of the catalog: what people see (list, entity, search) and what machines ask (`machine`).
#[derive(Debug)]
pub struct CatalogUseCases<'a> {
    portal: &'a Portal,
}

/// The index as the caller may see it.
#[derive(Clone, Debug)]
pub struct Scoped {
    /// The index at one moment, without what is hidden from the caller: there such entities do not exist.
    pub snapshot: Arc<Snapshot>,
    /// The same with everything in it; the same object for who may see everything. Only to know what must not be told or overwritten.
    pub(crate) whole: Arc<Snapshot>,
    /// Whether it depends on an entity if the caller sees it, even if just now they see all.
    pub(crate) restricted: bool,
}

impl Scoped {
    /// Whether something may be hidden from the caller.
    pub(crate) const fn is_restricted(&self) -> bool {
        self.restricted
    }

    /// Whether the entity is there, and the caller must not learn of it.
    pub(crate) fn hides(&self, entity: &EntityRef) -> bool {
        self.is_restricted() && self.snapshot.find(entity).is_none() && self.whole.find(entity).is_some()
    }

    /// Whether what is wrong with a file would tell of entities that are hidden: of what it names, or of what it gave before.
    pub(crate) fn hides_file(&self, file: &BrokenFile) -> bool {
        self.is_restricted()
            && (file.failures.iter().any(|(name, _)| name.as_ref().is_some_and(|name| self.hides(name)))
                || self
                    .whole
                    .iter()
                    .any(|entity| entity.location() == file.location && entity.file() == file.file && self.hides(&entity.entity_ref())))
    }

    /// Whether the caller must not learn of what is kept under this name: it is hidden, or it left the catalog and nobody can tell any more
    /// whether it would be.
    pub(crate) fn hides_past(&self, entity: &EntityRef) -> bool {
        self.is_restricted() && self.snapshot.find(entity).is_none()
    }
}

impl<'a> CatalogUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// The index, as new as the caller's last write, with what the caller may see.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable` when this replica is behind the caller's last write and the database does not answer.
    pub async fn scoped(&self, caller: &Caller) -> Result<Scoped, PortalError> {
        let whole = self.portal.seen(caller).await?;
        self.portal.sight(caller, whole).await
    }

    /// The catalog's list.
    ///
    /// # Errors
    /// As [`Self::scoped`].
    pub async fn page(&self, caller: &Caller, query: &CatalogQuery) -> Result<CatalogView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let problems = self.portal.inner.problems.of(&scoped);
        let starred = caller.person().map(|person| self.portal.inner.stars.of(person));
        let listing = list::Listing {
            scoped: &scoped,
            problems: &problems,
            starred: starred.as_ref(),
            caller,
            tops: &self.portal.inner.tops,
            kinds: &self.portal.inner.kinds,
        };
        Ok(CatalogView { views: self.portal.inner.views.rail(caller, self.portal.may(caller, Action::ViewWrite)), ..listing.view(query)? })
    }

    /// Every row of the catalog's list, whatever page the query names; for exports. At most 100,000.
    ///
    /// # Errors
    /// As [`Self::scoped`].
    pub async fn rows(&self, caller: &Caller, query: &CatalogQuery) -> Result<Vec<CatalogRow>, PortalError> {
        let scoped = self.scoped(caller).await?;
        let problems = self.portal.inner.problems.of(&scoped);
        let starred = caller.person().map(|person| self.portal.inner.stars.of(person));
        list::Listing {
            scoped: &scoped,
            problems: &problems,
            starred: starred.as_ref(),
            caller,
            tops: &self.portal.inner.tops,
            kinds: &self.portal.inner.kinds,
        }
        .all_rows(query)
    }

    /// The graph of the whole catalog, of a system, domain or team, or of anything.
    ///
    /// # Errors
    /// `NotFound` when it starts from what is not there; as [`Self::scoped`].
    pub async fn explore(&self, caller: &Caller, query: ExploreQuery) -> Result<ExploreView, PortalError> {
        explore::graph(&self.scoped(caller).await?, query)
    }

    /// One entity's page.
    ///
    /// # Errors
    /// `NotFound`, also for what the caller may not see; as [`Self::scoped`].
    pub async fn entity(&self, caller: &Caller, entity: &EntityRef, tab: EntityTab, graph: GraphQuery) -> Result<EntityView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let missing = || {
            PortalError::not_found(format!(
                "There is no {} named \"{}\" in the namespace {}.",
                crate::summary::kind_label(entity.kind()),
                entity.name(),
                entity.namespace()
            ))
        };
        let id = scoped.snapshot.find(entity).ok_or_else(missing)?;
        let starred = caller.person().map(|person| self.portal.inner.stars.of(person).contains(entity));
        let problems = self.portal.inner.problems.of(&scoped);
        let page = entity::EntityPage { scoped: &scoped, id, starred, problems: &problems, kinds: &self.portal.inner.kinds };
        if !page.tabs().contains(&tab) {
            return Err(missing());
        }
        let mut view = page.view(tab, graph);
        view.header.edit = edit::access(self.portal, caller, &scoped.snapshot.entity(id));
        view.about.overlay = self.portal.inner.catalog.overlay_of(entity).map(|stored| edit::note(&stored, &Links::new(&scoped.snapshot)));
        Ok(view)
    }

    /// What a text could mean, the best first; without a text what the caller visited and starred.
    ///
    /// # Errors
    /// As [`Self::scoped`].
    pub async fn search(&self, caller: &Caller, text: &str, limit: usize) -> Result<SearchView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let text = text.trim();
        let familiar = if text.is_empty() { self.portal.home().familiar(caller).await } else { Vec::new() };
        let found = if text.is_empty() {
            familiar.iter().filter_map(|known| scoped.snapshot.find(known)).take(limit).collect()
        } else {
            scoped.snapshot.complete(text, limit, &[], &Visibility::All)
        };
        let links = Links::new(&scoped.snapshot);
        let hits: Vec<_> = found
            .into_iter()
            .map(|id| SearchHit { entity: links.link(id), owner: links.first(id, "ownedBy").map(|owner| owner.title) })
            .collect();
        let total = if hits.len() < limit { hits.len() as u64 } else { list::count_text(&scoped, text).max(hits.len() as u64) };
        Ok(SearchView { text: text.to_owned(), hits, total })
    }
}
