//! Saved views: questions to the catalog that people keep, for themselves or for everybody.
//!
//! They stand beside every page of the catalog, and reads of the catalog never wait for the database: so all of them are in memory,
//! as stars are, and the change feed keeps them current.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use identity::Action;
use model::{
    Caller, CatalogQuery, EntityRef, FieldError, PortalError, Seq, Timestamp,
    view::{SavedView, SavedViewsView, ViewRail},
};
use store::{Args, ReadTx, Store, StoreError};

use crate::{Portal, failure, record::Done, sql, summary::Links};

/// Views that one person may have.
const VIEWS: usize = 200;
/// Characters of a name.
const NAME: usize = 80;
/// Bytes of a query string.
const QUERY: usize = 4_000;
/// Shared views of others that the catalog's rail shows; the page has all.
const RAIL: usize = 20;

/// Everybody's saved views.
#[derive(Debug, Default)]
pub(crate) struct Views {
    of: RwLock<HashMap<String, Arc<Vec<SavedView>>>>,
}

impl Views {
    /// A person's own, by name.
    fn of(&self, person: &EntityRef) -> Arc<Vec<SavedView>> {
        self.of.read().unwrap_or_else(PoisonError::into_inner).get(&person.to_string()).cloned().unwrap_or_default()
    }

    /// What others share, by name.
    fn shared(&self, except: Option<&EntityRef>) -> Vec<SavedView> {
        let except = except.map(ToString::to_string);
        let of = self.of.read().unwrap_or_else(PoisonError::into_inner);
        let others = of.iter().filter(|(person, _)| Some(*person) != except.as_ref());
        let mut shared: Vec<SavedView> = others.flat_map(|(_, views)| views.iter().filter(|view| view.shared).cloned()).collect();
        drop(of);
        shared.sort_by_cached_key(|view| (view.name.to_lowercase(), view.id.clone()));
        shared
    }

    /// What stands beside the catalog's filters.
    pub(crate) fn rail(&self, caller: &Caller, can_save: bool) -> ViewRail {
        let mut shared = self.shared(caller.person());
        shared.truncate(RAIL);
        let mine = caller.person().map(|person| self.of(person).to_vec()).unwrap_or_default();
        ViewRail { can_save, mine, shared }
    }

    /// Reads everybody's.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        let rows: Vec<sql::ViewRow> = tx.fetch_all(&sql::VIEWS, Args::new()).await?;
        let mut of: HashMap<String, Vec<SavedView>> = HashMap::new();
        for row in rows {
            of.entry(row.person.clone()).or_default().extend(view_of(row));
        }
        let of = of.into_iter().map(|(person, views)| (person, Arc::new(by_name(views)))).collect();
        *self.of.write().unwrap_or_else(PoisonError::into_inner) = of;
        Ok(())
    }

    /// Reads one person's again.
    pub(crate) async fn reload(&self, store: &Store, person: &str) -> Result<(), StoreError> {
        let rows: Vec<sql::ViewRow> = store.fetch_all(&sql::VIEWS_OF, Args::new().text(person)).await?;
        let views = by_name(rows.into_iter().filter_map(view_of).collect());
        self.of.write().unwrap_or_else(PoisonError::into_inner).insert(person.to_owned(), Arc::new(views));
        Ok(())
    }
}

fn view_of(row: sql::ViewRow) -> Option<SavedView> {
    let person = row.person.parse().ok()?;
    Some(SavedView {
        id: row.id,
        person,
        name: row.name,
        query: row.query,
        shared: row.shared != 0,
        created: Timestamp::from(row.created_at),
    })
}

fn by_name(mut views: Vec<SavedView>) -> Vec<SavedView> {
    views.sort_by_cached_key(|view| (view.name.to_lowercase(), view.id.clone()));
    views
}

/// Use cases of saved views.
#[derive(Debug)]
pub struct ViewUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> ViewUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// The caller's views and those that others share.
    ///
    /// # Errors
    /// As [`crate::CatalogUseCases::scoped`].
    pub async fn list(&self, caller: &Caller) -> Result<SavedViewsView, PortalError> {
        let scoped = self.portal.catalog().scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let shared = self.portal.inner.views.shared(caller.person());
        let mine = caller.person().map(|person| self.portal.inner.views.of(person).to_vec()).unwrap_or_default();
        Ok(SavedViewsView {
            mine,
            shared: shared.into_iter().map(|view| (links.target(&view.person), view)).map(|(who, view)| (view, who)).collect(),
            limit: VIEWS,
            now: crate::now(),
        })
    }

    /// Keeps a question to the catalog under a name.
    ///
    /// # Errors
    /// `Forbidden` for machines; `Invalid` with what is wrong with the name; `Conflict` when the caller has a view of that name or too
    /// many; `Unavailable`.
    pub async fn save(&self, caller: &Caller, name: &str, query: &str, shared: bool) -> Result<Seq, PortalError> {
        let (person, name) = (owner(self.portal, caller).await?, checked(name)?);
        let query = normal(query)?;
        let held = self.own(caller, &person).await?;
        if held.len() >= VIEWS {
            let message = format!("You have {VIEWS} saved views, which is as many as there can be. Delete one first.");
            return Err(PortalError::Conflict { message });
        }
        free(&held, &name, None)?;
        let write = async {
            let mut tx = self.portal.inner.store.begin().await?;
            let now = tx.now().await?;
            let id = uuid::Uuid::new_v4().to_string();
            let args = Args::new().text(&id).text(person.to_string()).text(&name).text(&query);
            // The name may have been taken, or the last place, since memory was asked.
            let added = tx.execute(&sql::VIEW_ADD, args.int(i64::from(shared)).ts(now).int(VIEWS as i64)).await?;
            if added == 0 {
                return Ok(None);
            }
            tx.feed("view", person.to_string());
            let done = Done::new(Action::ViewWrite, format!("view:{id}")).after(query.as_bytes()).with("name", name.as_str());
            self.portal.commit(tx, caller, done.with("shared", shared)).await.map(Some)
        };
        let done = write.await.map_err(|error| failure::of_store(&error, caller))?;
        done.ok_or_else(|| taken(&name))
    }

    /// Changes the name and the sharing of one of the caller's views.
    ///
    /// # Errors
    /// `NotFound` when the caller has no such view; else as [`Self::save`].
    pub async fn change(&self, caller: &Caller, id: &str, name: &str, shared: bool) -> Result<Seq, PortalError> {
        let (person, name) = (owner(self.portal, caller).await?, checked(name)?);
        let held = self.own(caller, &person).await?;
        free(&held, &name, Some(id))?;
        let write = async {
            let mut tx = self.portal.inner.store.begin().await?;
            let args = Args::new().text(id).text(person.to_string()).text(&name).int(i64::from(shared));
            if tx.execute(&sql::VIEW_CHANGE, args).await? == 0 {
                return Ok(None);
            }
            tx.feed("view", person.to_string());
            let done = Done::new(Action::ViewWrite, format!("view:{id}")).with("name", name.as_str()).with("shared", shared);
            self.portal.commit(tx, caller, done).await.map(Some)
        };
        let done = write.await.map_err(|error| failure::of_store(&error, caller))?;
        done.ok_or_else(|| if held.iter().any(|view| view.id == id) { taken(&name) } else { unknown() })
    }

    /// Deletes one of the caller's views.
    ///
    /// # Errors
    /// `NotFound` when the caller has no such view; `Forbidden` for machines; `Unavailable`.
    pub async fn delete(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        let person = owner(self.portal, caller).await?;
        let write = async {
            let mut tx = self.portal.inner.store.begin().await?;
            if tx.execute(&sql::VIEW_REMOVE, Args::new().text(id).text(person.to_string())).await? == 0 {
                return Ok(None);
            }
            tx.feed("view", person.to_string());
            let done = Done::new(Action::ViewWrite, format!("view:{id}")).with("change", "deleted");
            self.portal.commit(tx, caller, done).await.map(Some)
        };
        write.await.map_err(|error| failure::of_store(&error, caller))?.ok_or_else(unknown)
    }

    /// The caller's views, as new as the caller's last write.
    async fn own(&self, caller: &Caller, person: &EntityRef) -> Result<Arc<Vec<SavedView>>, PortalError> {
        self.portal.seen(caller).await?;
        Ok(self.portal.inner.views.of(person))
    }
}

async fn owner(portal: &Portal, caller: &Caller) -> Result<EntityRef, PortalError> {
    portal.allow(caller, Action::ViewWrite).await?;
    caller.person().cloned().ok_or_else(|| PortalError::Unauthenticated { message: "Sign in first.".to_owned() })
}

/// A name without the spaces around and doubled within.
fn checked(name: &str) -> Result<String, PortalError> {
    let wrong = |message: String| {
        Err(PortalError::Invalid { message: message.clone(), fields: vec![FieldError { field: "name".to_owned(), message }] })
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = name.chars().count();
    match letters {
        0 => wrong("Give the view a name.".to_owned()),
        _ if letters > NAME => wrong(format!("The name has {letters} characters. Use at most {NAME}.")),
        _ if name.chars().any(char::is_control) => wrong("The name has characters that cannot be seen. Take them out.".to_owned()),
        _ => Ok(name),
    }
}

/// The query string as the catalog writes it, on the first page.
fn normal(query: &str) -> Result<String, PortalError> {
    let query = CatalogQuery::parse(query.trim_start_matches('?')).at_page(1).query_string();
    if query.len() > QUERY {
        return Err(PortalError::invalid(format!("The view has too many filters to be kept: {} bytes of at most {QUERY}.", query.len())));
    }
    Ok(query)
}

fn free(held: &[SavedView], name: &str, except: Option<&str>) -> Result<(), PortalError> {
    let other = held.iter().any(|view| view.name == name && Some(view.id.as_str()) != except);
    if other { Err(taken(name)) } else { Ok(()) }
}

fn taken(name: &str) -> PortalError {
    let message = format!("You have a view named \"{name}\" already. Choose another name, or delete that one first.");
    PortalError::Conflict { message }
}

fn unknown() -> PortalError {
    PortalError::not_found("You have no such saved view. It may be deleted already.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        let check = |name: &str, expected: &str| match checked(name) {
            Ok(name) => assert_eq!(name, expected),
            Err(error) => assert_eq!(error.to_string(), expected),
        };
        check("  My  services ", "My services");
        check(" ", "Give the view a name.");
        check(&"é".repeat(80), &"é".repeat(80));
        check(&"é".repeat(81), "The name has 81 characters. Use at most 80.");
        check("a\u{7}b", "The name has characters that cannot be seen. Take them out.");
    }

    #[test]
    fn queries_are_kept_as_the_catalog_writes_them() {
        let check = |query: &str, expected: &str| assert_eq!(normal(query).unwrap(), expected);
        check("?kind=API&page=7&nonsense=1", "kind=api");
        check("", "");
        assert!(normal(&(0..50).map(|at| format!("tag={at:0>200}")).collect::<Vec<_>>().join("&")).is_err());
    }
}
