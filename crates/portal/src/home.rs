//! The first page after signing in, and what people keep: stars and visits.

use std::{
    cmp::Reverse,
    sync::{Arc, Mutex, PoisonError},
};

use catalog::index::{EntityId, Predicate, Snapshot, Visibility};
use identity::Action;
use model::{
    Caller, EntityRef, PortalError, Seq,
    view::{ChangeAction, ChangeItem, HomeView, NeedsYou},
};
use store::Args;

use crate::{Portal, failure, record::Done, sql, summary::Links};

const NEEDS: usize = 10;
const SERVICES: usize = 12;
const LISTED: usize = 8;
const CHANGES: usize = 10;

/// Use cases of the first page.
#[derive(Debug)]
pub struct HomeUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> HomeUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// The caller's first page.
    ///
    /// # Errors
    /// As [`crate::CatalogUseCases::scoped`].
    pub async fn page(&self, caller: &Caller) -> Result<HomeView, PortalError> {
        let scoped = self.portal.catalog().scoped(caller).await?;
        // Before anything that must not be held while the database is asked.
        let visited = match caller.person() {
            Some(person) => self.portal.inner.visits.of(person).await.unwrap_or_else(|error| {
                // The page is worth showing without them.
                tracing::info!(%error, "the visits cannot be read");
                Vec::new()
            }),
            None => Vec::new(),
        };
        let history = self.portal.catalog().latest_changes(caller, CHANGES).await.unwrap_or_else(|error| {
            tracing::info!(%error, "the history cannot be read");
            Vec::new()
        });
        let snapshot = &scoped.snapshot;
        let links = Links::new(snapshot);
        let all = self.portal.inner.problems.of(&scoped);
        let stars = caller.person().map(|person| self.portal.inner.stars.of(person)).unwrap_or_default();
        let names: Vec<String> = caller.person().into_iter().chain(caller.groups.iter()).map(ToString::to_string).collect();
        let owned = Predicate::one_of("relations.ownedby", names.iter().map(String::as_str));
        let mut mine: Vec<EntityId> =
            if names.is_empty() { Vec::new() } else { snapshot.matching(&owned, &Visibility::All).iter().collect() };
        let needing: Vec<EntityId> = mine.iter().copied().filter(|id| all.of.contains_key(id)).collect();
        mine.retain(|id| matches!(snapshot.entity(*id).kind().to_lowercase().as_str(), "component" | "api" | "resource"));
        let services_total = mine.len() as u64;
        let rank = |id: &EntityId| {
            let entity = snapshot.entity(*id);
            let kind = entity.kind().to_lowercase();
            (!all.of.contains_key(id), ["component", "api", "resource"].iter().position(|known| *known == kind), entity.name().to_owned())
        };
        mine.sort_by_cached_key(rank);
        let mut needs: Vec<NeedsYou> = needing
            .iter()
            .flat_map(|id| all.of_entity(&snapshot.entity(*id)).into_iter().map(|(_, problem)| (*id, problem)))
            .map(|(id, problem)| NeedsYou { entity: links.link(id), title: problem.title, fix: problem.fix })
            .collect();
        needs.extend(all.elsewhere_of(&names).filter_map(|item| {
            let entity = links.target(item.entity_ref.as_ref()?);
            Some(NeedsYou { entity, title: item.title.clone(), fix: item.fix.clone() })
        }));
        let row = |id: EntityId| links.row(id, &all.titles(id), stars.contains(&snapshot.entity(id).entity_ref()));
        let listed =
            |refs: &[EntityRef]| refs.iter().filter_map(|entity| snapshot.find(entity)).take(LISTED).map(|id| links.link(id)).collect();
        Ok(HomeView {
            teams: caller
                .person()
                .and_then(|person| snapshot.find(person))
                .map(|id| direct_groups(&links, snapshot, id))
                .unwrap_or_default(),
            more_needs: needs.len().saturating_sub(NEEDS),
            needs_you: needs.into_iter().take(NEEDS).collect(),
            services: mine.into_iter().take(SERVICES).map(row).collect(),
            services_total,
            starred: listed(&stars),
            recent: listed(&visited),
            changes: self.changes(history, &scoped, &links),
            catalog_size: snapshot.len() as u64,
            now: crate::now(),
        })
    }

    /// Stars an entity for the caller, or takes the star away.
    ///
    /// # Errors
    /// `Forbidden` for machines; `NotFound` when a missing entity is to be starred; `Unavailable`.
    pub async fn star(&self, caller: &Caller, entity: &EntityRef, starred: bool) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::StarWrite).await?;
        let person = caller.person().ok_or_else(|| PortalError::Unauthenticated { message: "Sign in first.".to_owned() })?;
        let scoped = self.portal.catalog().scoped(caller).await?;
        let known = scoped.snapshot.find(entity).is_some();
        if starred && !known {
            return Err(PortalError::not_found(format!("There is no {entity} in the catalog.")));
        }
        let write = async {
            let mut tx = self.portal.inner.store.begin().await?;
            let args = Args::new().text(person.to_string()).text(entity.to_string());
            if starred {
                let now = tx.now().await?;
                tx.execute(&sql::STAR_ADD, args.ts(now)).await?;
            } else {
                tx.execute(&sql::STAR_REMOVE, args).await?;
            }
            tx.feed("star", person.to_string());
            self.portal.commit(tx, caller, Done::new(Action::StarWrite, entity).with("starred", starred)).await
        };
        write.await.map_err(|error| failure::of_store(&error, caller))
    }

    /// Notes that the caller opened an entity's page. It is written in a moment, and lost if the process dies before.
    pub fn visited(&self, caller: &Caller, entity: &EntityRef) {
        if let Some(person) = caller.person() {
            self.portal.inner.visits.note(person, entity);
        }
    }

    /// What the caller visited, then what they starred; nothing when the visits cannot be read, since nobody waits for them.
    pub(crate) async fn familiar(&self, caller: &Caller) -> Vec<EntityRef> {
        let Some(person) = caller.person() else { return Vec::new() };
        let mut found = self.portal.inner.visits.of(person).await.unwrap_or_default();
        for star in self.portal.inner.stars.of(person).iter() {
            if !found.contains(star) {
                found.push(star.clone());
            }
        }
        found
    }

    /// The latest of the history, filled up with what came into the catalog: a first reading writes no history.
    fn changes(&self, mut history: Vec<ChangeItem>, scoped: &crate::Scoped, links: &Links<'_>) -> Vec<ChangeItem> {
        let recent = self.portal.inner.recent.of(&scoped.snapshot);
        let shown = recent.iter().copied().take(CHANGES);
        let came = shown.filter_map(|id| {
            let entity = scoped.snapshot.entity(id);
            let told = history.iter().any(|item| item.entity.entity_ref == entity.entity_ref());
            (entity.first_seen() == entity.changed() && !told).then(|| ChangeItem {
                entity: links.link(id),
                action: ChangeAction::Created,
                actor: None,
                at: entity.changed(),
                owner: links.first(id, "ownedBy"),
            })
        });
        let came: Vec<ChangeItem> = came.collect();
        history.extend(came);
        history.sort_by_key(|item| Reverse(item.at));
        history.truncate(CHANGES);
        history
    }
}

fn direct_groups(links: &Links<'_>, snapshot: &Snapshot, person: EntityId) -> Vec<model::view::EntityLink> {
    let groups =
        snapshot.entity(person).relations().filter(|relation| relation.kind == "memberOf").filter_map(|relation| relation.target_id());
    groups.map(|id| links.link(id)).collect()
}

/// A snapshot and what was found in it.
type Found = (Arc<Snapshot>, Arc<Vec<EntityId>>);

/// Snapshots for which it is remembered what changed last: people who may not see everything have others.
const KEPT: usize = 8;

/// The entities that changed last, for the latest snapshots.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    latest: Mutex<Vec<Found>>,
}

impl Recent {
    /// The latest hundred, the latest first; Location entities left out.
    fn of(&self, snapshot: &Arc<Snapshot>) -> Arc<Vec<EntityId>> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = latest.iter().find(|(known, _)| Arc::ptr_eq(known, snapshot)) {
            return Arc::clone(found);
        }
        let mut all: Vec<_> = snapshot
            .iter()
            .filter(|entity| !entity.kind().eq_ignore_ascii_case("location"))
            .map(|entity| (Reverse(entity.changed()), entity.id()))
            .collect();
        let kept = all.len().min(100);
        if kept < all.len() {
            all.select_nth_unstable(kept);
            all.truncate(kept);
        }
        all.sort_unstable();
        let found = Arc::new(all.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
        if latest.len() == KEPT {
            latest.remove(0);
        }
        latest.push((Arc::clone(snapshot), Arc::clone(&found)));
        found
    }
}
