//! The Problems page and its list for machines.

use std::collections::HashMap;

use ::catalog::{
    descriptor::{EDIT_URL, VIEW_URL},
    index::EntityId,
};
use identity::Action;
use model::{
    Caller, EntityRef, PortalError,
    view::{EntityLink, PROBLEMS_PAGE, ProblemGroup, ProblemItem, ProblemOwner, ProblemRow, ProblemsQuery, ProblemsView},
};
use serde_json::Value;

use super::{Found, ProblemIndex, Sort, Subject, wording};
use crate::{
    catalog::{CatalogUseCases, Scoped, text},
    summary::Links,
};

/// Owners that the filter offers.
const OWNERS: usize = 20;

/// Which filters hold: one may be left out when its own values are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Without {
    Nothing,
    Sort,
    Owner,
    Kind,
}

/// What the page is made from.
struct Listing<'a> {
    scoped: &'a Scoped,
    index: &'a ProblemIndex,
    /// Hosts that asked to be left alone: they change with the clock and belong to nobody.
    hosts: Vec<Found>,
    /// Whether the caller may see locations, and with them what is wrong with files.
    sees_locations: bool,
    query: &'a ProblemsQuery,
    /// For each owner of the index whether it is the caller or one of the caller's groups.
    mine: Vec<bool>,
}

impl CatalogUseCases<'_> {
    /// The Problems page.
    ///
    /// # Errors
    /// As [`CatalogUseCases::scoped`].
    pub async fn problems(&self, caller: &Caller, query: &ProblemsQuery) -> Result<ProblemsView, PortalError> {
        let scoped = self.scoped(caller).await?;
        let index = self.portal.inner.problems.of(&scoped);
        let hosts = self.waiting_hosts(caller, &index).await;
        Ok(self.listing(&scoped, &index, hosts, query, caller).view(caller))
    }

    /// What is wrong, for machines: some of it from `offset` on, and how much there is in all.
    ///
    /// # Errors
    /// As [`CatalogUseCases::scoped`].
    pub async fn problem_list(
        &self,
        caller: &Caller,
        query: &ProblemsQuery,
        limit: usize,
        offset: usize,
    ) -> Result<(Vec<ProblemItem>, u64), PortalError> {
        let scoped = self.scoped(caller).await?;
        let index = self.portal.inner.problems.of(&scoped);
        let hosts = self.waiting_hosts(caller, &index).await;
        let listing = self.listing(&scoped, &index, hosts, query, caller);
        let all = listing.matching();
        let total = all.len() as u64;
        Ok((all.into_iter().skip(offset).take(limit).filter_map(|found| listing.item(found)).collect(), total))
    }

    fn listing<'a>(
        &self,
        scoped: &'a Scoped,
        index: &'a ProblemIndex,
        hosts: Vec<Found>,
        query: &'a ProblemsQuery,
        caller: &Caller,
    ) -> Listing<'a> {
        let names: Vec<String> = caller.person().into_iter().chain(caller.groups.iter()).map(ToString::to_string).collect();
        let mine = index.owners.iter().map(|owner| names.iter().any(|name| **name == **owner)).collect();
        Listing { scoped, index, hosts, sees_locations: self.portal.may(caller, Action::LocationRead), query, mine }
    }

    async fn waiting_hosts(&self, caller: &Caller, index: &ProblemIndex) -> Vec<Found> {
        // Only what is on a network has a host; without any the database need not be asked.
        if self.portal.inner.catalog.locations().all.iter().all(|location| location.location_type == "file") {
            return Vec::new();
        }
        let now = crate::now();
        let kind = u32::try_from(index.kinds.len()).unwrap_or(u32::MAX);
        // The page is worth showing without them.
        let states = self.hosts(caller).await.unwrap_or_default();
        let waiting = states.into_iter().filter_map(|host| {
            let until = host.waits_until.filter(|until| *until > now.0)?;
            let item = wording::waiting(&host.host, model::Timestamp(until), &host.last_result);
            Some(Found { sort: Sort::Waiting, owner: None, kind, subject: Subject::Elsewhere(Box::new(item)) })
        });
        waiting.collect()
    }
}

impl Listing<'_> {
    fn all(&self) -> impl Iterator<Item = &Found> {
        let visible = |found: &&Found| self.sees_locations || matches!(found.subject, Subject::Entity(..));
        self.index.found.iter().chain(&self.hosts).filter(visible)
    }

    fn is_mine(&self, found: &Found) -> bool {
        found.owner.is_some_and(|owner| self.mine[owner as usize])
    }

    fn passes(&self, found: &Found, without: Without, owner: Option<u32>, kind: Option<u32>) -> bool {
        let query = self.query;
        (without == Without::Sort || query.sort.is_none_or(|sort| sort == found.sort))
            && (without == Without::Kind || query.kind.is_none() || kind == Some(found.kind))
            && (without == Without::Owner
                || match query.owner {
                    ProblemOwner::Anyone => true,
                    ProblemOwner::Mine => self.is_mine(found),
                    ProblemOwner::Nobody => found.owner.is_none(),
                    ProblemOwner::One(_) => owner.is_some() && found.owner == owner,
                })
            && query.location.as_deref().is_none_or(|location| self.location_of(found).as_deref() == Some(location))
    }

    fn location_of(&self, found: &Found) -> Option<String> {
        match &found.subject {
            Subject::Entity(id, _) => Some(self.scoped.snapshot.entity(*id).location().to_owned()),
            Subject::Elsewhere(item) => item.location.clone(),
        }
    }

    /// The indexes of what the query names: an owner, a kind.
    fn picked(&self) -> (Option<u32>, Option<u32>) {
        let place = |at: Option<usize>| at.and_then(|at| u32::try_from(at).ok());
        let owner = match &self.query.owner {
            ProblemOwner::One(owner) => {
                let owner = owner.to_string();
                place(self.index.owners.iter().position(|known| **known == *owner))
            }
            _ => None,
        };
        let kind =
            self.query.kind.as_ref().and_then(|kind| place(self.index.kinds.iter().position(|known| known.eq_ignore_ascii_case(kind))));
        (owner, kind)
    }

    /// Everything that the query asks for: the caller's own first.
    fn matching(&self) -> Vec<&Found> {
        let (owner, kind) = self.picked();
        let (mut mine, others): (Vec<&Found>, Vec<&Found>) =
            self.all().filter(|found| self.passes(found, Without::Nothing, owner, kind)).partition(|found| self.is_mine(found));
        mine.extend(others);
        mine
    }

    fn item(&self, found: &Found) -> Option<ProblemItem> {
        let (id, at) = match &found.subject {
            Subject::Elsewhere(item) => return Some((**item).clone()),
            Subject::Entity(id, at) => (*id, *at),
        };
        let entity = self.scoped.snapshot.entity(id);
        let (sort, problem) = self.index.of_entity(&entity).into_iter().nth(at)?;
        let file =
            if entity.file().is_empty() { self.index.places.get(entity.location()).cloned() } else { Some(entity.file().to_owned()) };
        let owned_here = entity.location() == ::catalog::PORTAL;
        Some(ProblemItem {
            sort,
            level: problem.level,
            entity_ref: Some(entity.entity_ref()),
            location: (!owned_here).then(|| entity.location().to_owned()),
            file: file.filter(|_| !owned_here),
            line: wording::line_in(&problem.detail).filter(|_| sort == Sort::Error),
            owner: found.owner.and_then(|owner| self.index.owners[owner as usize].parse().ok()),
            title: problem.title,
            detail: problem.detail,
            fix: problem.fix,
        })
    }

    fn view(&self, caller: &Caller) -> ProblemsView {
        let links = Links::new(&self.scoped.snapshot);
        let (owner, kind) = self.picked();
        let mut sorts: HashMap<Sort, u64> = HashMap::new();
        let mut kinds = vec![0_u64; self.index.kinds.len()];
        let mut owners = vec![0_u64; self.index.owners.len()];
        let (mut ownerless, mut everybodys, mut mine) = (0, 0, 0);
        for found in self.all() {
            if self.passes(found, Without::Sort, owner, kind) {
                *sorts.entry(found.sort).or_default() += 1;
            }
            if self.passes(found, Without::Kind, owner, kind)
                && let Some(count) = kinds.get_mut(found.kind as usize)
            {
                *count += 1;
            }
            if self.passes(found, Without::Owner, owner, kind) {
                everybodys += 1;
                mine += u64::from(self.is_mine(found));
                match found.owner {
                    Some(owner) => owners[owner as usize] += 1,
                    None => ownerless += 1,
                }
            }
        }
        let all = self.matching();
        let total = all.len();
        let page = self.query.page.clamp(1, total.div_ceil(PROBLEMS_PAGE).max(1));
        let shown: Vec<&Found> = all.into_iter().skip((page - 1) * PROBLEMS_PAGE).take(PROBLEMS_PAGE).collect();
        ProblemsView {
            query: ProblemsQuery { page, ..self.query.clone() },
            sorts: Sort::ALL.into_iter().map(|sort| (sort, sorts.get(&sort).copied().unwrap_or_default())).collect(),
            kinds: self.kind_counts(&kinds),
            owners: self.owner_counts(&owners, &links),
            ownerless,
            mine: caller.person().map(|_| mine),
            everybodys,
            total: total as u64,
            groups: self.groups(&shown, &links),
            location: self.query.location.as_ref().and_then(|id| self.index.places.get(id).cloned()),
            now: crate::now(),
        }
    }

    fn kind_counts(&self, counts: &[u64]) -> Vec<(String, String, u64)> {
        let mut kinds: Vec<(String, String, u64)> = Vec::new();
        for (kind, count) in self.index.kinds.iter().zip(counts).filter(|(_, count)| **count > 0) {
            match kinds.iter_mut().find(|(value, ..)| value.eq_ignore_ascii_case(kind)) {
                Some((_, _, sum)) => *sum += count,
                None => kinds.push((kind.to_lowercase(), kind.clone(), *count)),
            }
        }
        kinds.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        kinds
    }

    fn owner_counts(&self, counts: &[u64], links: &Links<'_>) -> Vec<(EntityLink, u64)> {
        let mut owners: Vec<(usize, u64)> = counts.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
        owners.sort_by_key(|(at, count)| (!self.mine[*at], std::cmp::Reverse(*count), *at));
        owners.truncate(OWNERS);
        let link = |(at, count): (usize, u64)| Some((links.target(&self.index.owners[at].parse().ok()?), count));
        owners.into_iter().filter_map(link).collect()
    }

    fn groups(&self, shown: &[&Found], links: &Links<'_>) -> Vec<ProblemGroup> {
        let groups = shown.chunk_by(|a, b| a.owner == b.owner).filter_map(|group| {
            let first = group.first()?;
            Some(ProblemGroup {
                owner: first
                    .owner
                    .and_then(|owner| self.index.owners[owner as usize].parse().ok())
                    .map(|owner: EntityRef| links.target(&owner)),
                mine: self.is_mine(first),
                rows: group.iter().filter_map(|found| self.row(found, links)).collect(),
            })
        });
        groups.collect()
    }

    fn row(&self, found: &Found, links: &Links<'_>) -> Option<ProblemRow> {
        let item = self.item(found)?;
        let file_href = match &found.subject {
            Subject::Entity(id, _) => self.file_href(*id),
            Subject::Elsewhere(_) => None,
        };
        let own_address = || item.file.as_deref().and_then(text::linkable);
        Some(ProblemRow {
            entity: item.entity_ref.as_ref().map(|entity| links.target(entity)),
            location: item.location.as_ref().and_then(|id| self.index.places.get(id).cloned()),
            file_href: file_href.or_else(own_address),
            item,
        })
    }

    /// Where an entity's file can be opened, best to be edited.
    fn file_href(&self, id: EntityId) -> Option<String> {
        let value: Value = serde_json::from_slice(self.scoped.snapshot.entity(id).json()).ok()?;
        let annotation = |key: &str| text::at(&value, &["metadata", "annotations", key]);
        annotation(EDIT_URL).or_else(|| annotation(VIEW_URL)).as_deref().and_then(text::linkable)
    }
}
