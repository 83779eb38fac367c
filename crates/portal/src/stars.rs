//! What people starred, in memory, since every row of a list shows it.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use model::{Caller, EntityRef, PortalError, view::StarredView};
use store::{Args, ReadTx, Store, StoreError};

use crate::{Portal, sql, summary::Links};

/// Use cases of starred entities.
#[derive(Debug)]
pub struct StarUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> StarUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// What the caller starred, the latest first; nothing for machines.
    ///
    /// # Errors
    /// As [`crate::CatalogUseCases::scoped`].
    pub async fn page(&self, caller: &Caller) -> Result<StarredView, PortalError> {
        let scoped = self.portal.catalog().scoped(caller).await?;
        let problems = self.portal.inner.problems.of(&scoped);
        let links = Links::new(&scoped.snapshot);
        let mut view = StarredView { now: crate::now(), ..StarredView::default() };
        let stars = caller.person().map(|person| self.portal.inner.stars.of(person)).unwrap_or_default();
        for star in stars.iter() {
            match scoped.snapshot.find(star) {
                Some(id) => view.rows.push(links.row(id, &problems.titles(id), true)),
                None => view.missing.push(crate::summary::missing(star.clone())),
            }
        }
        Ok(view)
    }
}

/// Everybody's stars, the latest first. The change feed keeps them current.
#[derive(Debug, Default)]
pub(crate) struct Stars {
    of: RwLock<HashMap<String, Arc<Vec<EntityRef>>>>,
}

impl Stars {
    /// What a person starred.
    pub(crate) fn of(&self, person: &EntityRef) -> Arc<Vec<EntityRef>> {
        let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
        of.get(&person.to_string()).cloned().unwrap_or_default()
    }

    /// Reads everybody's stars.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        let rows: Vec<(String, String)> = tx.fetch_all(&sql::STARS, Args::new()).await?;
        let mut of: HashMap<String, Vec<EntityRef>> = HashMap::new();
        for (person, entity) in rows {
            of.entry(person).or_default().extend(entity.parse::<EntityRef>());
        }
        let of = of.into_iter().map(|(person, stars)| (person, Arc::new(stars))).collect();
        *self.of.write().unwrap_or_else(PoisonError::into_inner) = of;
        Ok(())
    }

    /// Reads one person's stars again.
    pub(crate) async fn reload(&self, store: &Store, person: &str) -> Result<(), StoreError> {
        let rows: Vec<(String, String)> = store.fetch_all(&sql::STARS_OF, Args::new().text(person)).await?;
        let stars: Vec<EntityRef> = rows.iter().filter_map(|(_, entity)| entity.parse().ok()).collect();
        self.of.write().unwrap_or_else(PoisonError::into_inner).insert(person.to_owned(), Arc::new(stars));
        Ok(())
    }
}
