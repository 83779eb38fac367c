//! Use cases of the catalog.

mod definition;
mod entity;
mod graph;
pub(crate) mod list;
mod machine;
pub(crate) mod problems;
mod sections;
mod text;

use std::sync::Arc;

use ::catalog::index::{Snapshot, Visibility};
use model::{
    Caller, CatalogQuery, EntityRef, PortalError,
    view::{CatalogRow, CatalogView, EntityTab, EntityView, GraphQuery, SearchHit, SearchView},
};

use crate::{
    Portal,
    authorise::{Action, allow},
    summary::Links,
};

/// Use cases of the catalog: what people see (list, entity, search) and what machines ask (`machine`).
#[derive(Debug)]
pub struct CatalogUseCases<'a> {
    portal: &'a Portal,
}

/// The index together with what of it the caller may see.
#[derive(Clone, Debug)]
pub struct Scoped {
    /// The index at one moment.
    pub snapshot: Arc<Snapshot>,
    /// What of it the caller may see: goes into every question.
    pub visibility: Visibility,
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
        allow(caller, Action::CatalogRead)?;
        let snapshot = self.portal.seen(caller).await?;
        Ok(Scoped { snapshot, visibility: Visibility::All })
    }

    /// The catalog's list.
    ///
    /// # Errors
    /// As [`Self::scoped`].
    pub async fn page(&self, caller: &Caller, query: &CatalogQuery) -> Result<CatalogView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let problems = self.portal.inner.problems.of(&scoped.snapshot);
        let starred = caller.person().map(|person| self.portal.inner.stars.of(person));
        list::Listing { scoped: &scoped, problems: &problems, starred: starred.as_ref(), caller, tops: &self.portal.inner.tops }.view(query)
    }

    /// Every row of the catalog's list, whatever page the query names; for exports. At most 100,000.
    ///
    /// # Errors
    /// As [`Self::scoped`].
    pub async fn rows(&self, caller: &Caller, query: &CatalogQuery) -> Result<Vec<CatalogRow>, PortalError> {
        let scoped = self.scoped(caller).await?;
        let problems = self.portal.inner.problems.of(&scoped.snapshot);
        let starred = caller.person().map(|person| self.portal.inner.stars.of(person));
        list::Listing { scoped: &scoped, problems: &problems, starred: starred.as_ref(), caller, tops: &self.portal.inner.tops }
            .all_rows(query)
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
        let id = scoped.snapshot.find(entity).filter(|id| scoped.visibility.allows(*id)).ok_or_else(missing)?;
        let starred = caller.person().map(|person| self.portal.inner.stars.of(person).contains(entity));
        let page = entity::EntityPage { scoped: &scoped, id, starred };
        if page.tabs().contains(&tab) { Ok(page.view(tab, graph)) } else { Err(missing()) }
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
            familiar.iter().filter_map(|known| scoped.snapshot.find(known)).filter(|id| scoped.visibility.allows(*id)).take(limit).collect()
        } else {
            scoped.snapshot.complete(text, limit, &[], &scoped.visibility)
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
