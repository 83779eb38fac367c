//! The catalog's list: one kind, filtered, counted, sorted, a page of it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use ::catalog::descriptor::Kinds;
use ::catalog::index::{Direction, EntityId, Filter, FullText, ListQuery, OrderField, Predicate, Query, Visibility};
use model::{
    Caller, CatalogQuery, EntityRef, FacetKey, Owner, PAGE_SIZE, PortalError, Sort,
    view::{CatalogRow, CatalogView, Facet, FacetOption, KindCount},
};

use super::{
    Scoped,
    problems::{self, ProblemIndex},
};
use crate::summary::{Links, kind_label};

/// Values that a facet shows at most.
const OPTIONS: usize = 20;
/// Rows that an export has at most.
const EXPORT: usize = 100_000;

/// What the list is made from.
pub(super) struct Listing<'a> {
    pub(super) scoped: &'a Scoped,
    pub(super) problems: &'a ProblemIndex,
    pub(super) starred: Option<&'a Arc<Vec<EntityRef>>>,
    pub(super) caller: &'a Caller,
    pub(super) tops: &'a Tops,
    pub(super) kinds: &'a Kinds,
}

/// The values of a facet with their counts, as the index keeps them.
type Counts = Arc<Vec<(String, u64)>>;

/// Counts, and the options that show of them.
type Top = (Counts, Arc<Vec<FacetOption>>);

/// The most frequent values of facets, with their labels. There can be thousands of owners, and the same counts come with every page.
#[derive(Debug, Default)]
pub(crate) struct Tops {
    /// By the place of the counts in memory, which they keep as long as they are kept here. Counts belong to one snapshot, and so do labels.
    known: Mutex<HashMap<usize, Top>>,
}

/// Facets whose most frequent values are remembered.
const TOPS: usize = 256;

impl Tops {
    /// The most frequent values, the most frequent first.
    fn of(&self, counted: &Counts, label: impl Fn(&str) -> String) -> Arc<Vec<FacetOption>> {
        let place = Arc::as_ptr(counted).addr();
        if let Some((_, top)) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return Arc::clone(top);
        }
        let mut places: Vec<usize> = (0..counted.len()).collect();
        let rank = |at: &usize| (std::cmp::Reverse(counted[*at].1), *at);
        if places.len() > OPTIONS {
            places.select_nth_unstable_by_key(OPTIONS, rank);
            places.truncate(OPTIONS);
        }
        places.sort_unstable_by_key(rank);
        let option = |at: usize| {
            let (value, count) = &counted[at];
            FacetOption { value: value.clone(), label: label(value), count: *count, picked: false }
        };
        let top = Arc::new(places.into_iter().map(option).collect::<Vec<_>>());
        if counted.len() > OPTIONS {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= TOPS {
                known.clear();
            }
            known.insert(place, (Arc::clone(counted), Arc::clone(&top)));
        }
        top
    }
}

impl Listing<'_> {
    /// The page that a query names.
    pub(super) fn view(&self, query: &CatalogQuery) -> Result<CatalogView, PortalError> {
        let links = Links::new(&self.scoped.snapshot);
        let narrowed = self.narrowed(query)?;
        let predicate = self.predicate(query, None);
        let total = self.scoped.snapshot.matching(&predicate, &self.with_problems(query, &narrowed)).count() as u64;
        let pages = (total as usize).div_ceil(PAGE_SIZE).max(1);
        let query = query.at_page(query.page.min(pages));
        let ids = self.sorted(&query, predicate, &narrowed, PAGE_SIZE, (query.page - 1) * PAGE_SIZE)?;
        Ok(CatalogView {
            kinds: self.kinds(&query),
            facets: self.facets(&query, &narrowed, &links),
            total,
            rows: ids.into_iter().map(|id| self.row(id, &links)).collect(),
            mine: self.caller.person().map(|_| {
                let owned = Predicate::All(vec![kind_is(&query), self.mine()]);
                self.scoped.snapshot.matching(&owned, &Visibility::All).count() as u64
            }),
            starred: self.starred.map(|_| self.scoped.snapshot.matching(&kind_is(&query), &self.only_starred()).count() as u64),
            views: Default::default(),
            now: crate::now(),
            query,
        })
    }

    /// Every row that a query means.
    pub(super) fn all_rows(&self, query: &CatalogQuery) -> Result<Vec<CatalogRow>, PortalError> {
        let links = Links::new(&self.scoped.snapshot);
        let narrowed = self.narrowed(query)?;
        let ids = self.sorted(query, self.predicate(query, None), &narrowed, EXPORT, 0)?;
        Ok(ids.into_iter().map(|id| self.row(id, &links)).collect())
    }

    fn row(&self, id: EntityId, links: &Links<'_>) -> CatalogRow {
        let starred =
            self.starred.is_some_and(|starred| !starred.is_empty() && starred.contains(&self.scoped.snapshot.entity(id).entity_ref()));
        links.row(id, &self.problems.titles(id), starred)
    }

    /// What the caller may see of what the text and the stars leave.
    fn narrowed(&self, query: &CatalogQuery) -> Result<Visibility, PortalError> {
        let mut visible = if query.owned == Owner::Starred { self.only_starred() } else { Visibility::All };
        if !query.text.is_empty() {
            let found = self.scoped.snapshot.query(&text_query(&query.text, kind_is(query)), &visible).map_err(invalid)?;
            visible = Visibility::only(found.items);
        }
        Ok(visible)
    }

    fn only_starred(&self) -> Visibility {
        let starred = self.starred.map(|starred| starred.iter()).into_iter().flatten();
        let found = starred.filter_map(|star| self.scoped.snapshot.find(star));
        Visibility::only(found.collect::<Vec<_>>())
    }

    /// Only those with the picked problems, if some are picked.
    fn with_problems(&self, query: &CatalogQuery, visible: &Visibility) -> Visibility {
        let Some(picked) = query.facets.get(&FacetKey::Problem) else { return visible.clone() };
        let has = |found: &[(problems::Sort, String)]| found.iter().any(|(sort, _)| picked.iter().any(|value| value == sort.value()));
        let found = self.problems.of.iter().filter(|(id, found)| visible.allows(**id) && has(found));
        Visibility::only(found.map(|(id, _)| *id).collect::<Vec<_>>())
    }

    fn mine(&self) -> Predicate {
        let names: Vec<String> = self.caller.person().into_iter().chain(self.caller.groups.iter()).map(ToString::to_string).collect();
        Predicate::one_of("relations.ownedby", names.iter().map(String::as_str))
    }

    /// Kind, owner and facets as a predicate; one facet may be left out.
    fn predicate(&self, query: &CatalogQuery, without: Option<FacetKey>) -> Predicate {
        let mut all = vec![kind_is(query)];
        if query.owned == Owner::Mine {
            all.push(self.mine());
        }
        for (key, values) in &query.facets {
            if Some(*key) != without
                && let Some(field) = field_of(*key)
            {
                all.push(Predicate::one_of(
                    &field.to_lowercase(),
                    values.iter().map(|value| value.to_lowercase()).collect::<Vec<_>>().iter().map(String::as_str),
                ));
            }
        }
        all.retain(|predicate| !predicate.is_everything());
        Predicate::All(all)
    }

    fn sorted(
        &self,
        query: &CatalogQuery,
        predicate: Predicate,
        narrowed: &Visibility,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<EntityId>, PortalError> {
        let snapshot = &self.scoped.snapshot;
        let visible = self.with_problems(query, narrowed);
        if query.sort == Sort::Changed {
            let mut ids: Vec<_> = snapshot.matching(&predicate, &visible).iter().map(|id| (snapshot.entity(id).changed(), id)).collect();
            ids.sort_unstable();
            if query.descending {
                ids.reverse();
            }
            return Ok(ids.into_iter().skip(offset).take(limit).map(|(_, id)| id).collect());
        }
        let field = match query.sort {
            Sort::Owner => "relations.ownedBy",
            Sort::System => "relations.partOf",
            Sort::Type => "spec.type",
            Sort::Lifecycle => "spec.lifecycle",
            Sort::Name | Sort::Changed => "metadata.name",
        };
        let direction = if query.descending { Direction::Desc } else { Direction::Asc };
        let mut order = vec![OrderField { field: field.to_owned(), order: direction }];
        let filter = Filter { predicate, json: None };
        if query.sort == Sort::Name {
            // Every entity has a name, so the walk along the sorted names loses none, and sorts nothing.
            let page = Query { filter, order, limit: Some(limit), offset: Some(offset), total_items: false, ..Query::default() };
            return Ok(snapshot.query(&page, &visible).map_err(invalid)?.items);
        }
        order.push(OrderField { field: "metadata.name".to_owned(), order: Direction::Asc });
        let list = ListQuery { filter, order, limit: Some(limit), offset: Some(offset), after: None };
        Ok(snapshot.list(&list, &visible).map_err(invalid)?.items)
    }

    fn kinds(&self, query: &CatalogQuery) -> Vec<KindCount> {
        let facets = self.scoped.snapshot.facets(&["kind".to_owned()], &Predicate::EVERYTHING, &Visibility::All);
        let values = facets.into_iter().next().map(|facet| facet.values).unwrap_or_default();
        let all: u64 = values.iter().map(|(_, count)| count).sum();
        let mut kinds: Vec<KindCount> = values.iter().map(|(kind, count)| self.kind_count(kind, *count)).collect();
        // What people look for first, whatever the numbers: services, then their APIs, and so on.
        let rank = |kind: &str| {
            ["component", "api", "resource", "system", "domain", "group", "user", "template"]
                .iter()
                .position(|known| *known == kind)
                .unwrap_or(usize::MAX)
        };
        kinds.sort_by_cached_key(|kind| (rank(&kind.kind), kind.kind.clone()));
        if query.kind != "all" && !kinds.iter().any(|kind| kind.kind == query.kind) {
            kinds.push(self.kind_count(&kind_label(&query.kind), 0));
        }
        kinds.push(KindCount { kind: "all".to_owned(), label: "All".to_owned(), plural: None, count: all });
        kinds
    }

    /// A kind as people read it: a declared one as it is declared.
    fn kind_count(&self, kind: &str, count: u64) -> KindCount {
        let declared = self.kinds.find(kind);
        let label = declared.map_or_else(|| kind.to_owned(), |declared| declared.kind.clone());
        KindCount { label, kind: kind.to_lowercase(), plural: declared.map(|declared| declared.plural.clone()), count }
    }

    fn facets(&self, query: &CatalogQuery, narrowed: &Visibility, links: &Links<'_>) -> Vec<Facet> {
        let visible = self.with_problems(query, narrowed);
        let everything = self.predicate(query, None);
        let (picked, others): (Vec<FacetKey>, Vec<FacetKey>) =
            FacetKey::ALL.into_iter().filter(|key| field_of(*key).is_some()).partition(|key| query.facets.contains_key(key));
        let mut values: HashMap<FacetKey, Counts> = HashMap::new();
        // Facets without a pick share one question; a picked one counts as if it were not.
        let names: Vec<String> = others.iter().filter_map(|key| field_of(*key)).map(str::to_owned).collect();
        for (key, facet) in others.into_iter().zip(self.scoped.snapshot.facets(&names, &everything, &visible)) {
            values.insert(key, facet.values);
        }
        for key in picked {
            let names: Vec<String> = field_of(key).into_iter().map(str::to_owned).collect();
            let found = self.scoped.snapshot.facets(&names, &self.predicate(query, Some(key)), &visible);
            values.insert(key, found.into_iter().next().map(|facet| facet.values).unwrap_or_default());
        }
        values.insert(FacetKey::Problem, Arc::new(self.problem_counts(&everything, narrowed)));
        FacetKey::ALL.into_iter().map(|key| facet(query, key, &values.remove(&key).unwrap_or_default(), links, self.tops)).collect()
    }

    fn problem_counts(&self, predicate: &Predicate, narrowed: &Visibility) -> Vec<(String, u64)> {
        let with = Visibility::only(self.problems.of.keys().copied().filter(|id| narrowed.allows(*id)).collect::<Vec<_>>());
        let matches = self.scoped.snapshot.matching(predicate, &with);
        let count = |sort: problems::Sort| {
            let has = |id: &EntityId| self.problems.of.get(id).is_some_and(|found| found.iter().any(|(have, _)| *have == sort));
            matches.iter().filter(has).count() as u64
        };
        problems::Sort::ALL.into_iter().map(|sort| (sort.value().to_owned(), count(sort))).filter(|(_, count)| *count > 0).collect()
    }
}

/// How many entities of any kind a text finds.
pub(super) fn count_text(scoped: &Scoped, text: &str) -> u64 {
    let query = Query { limit: Some(0), ..text_query(text, Predicate::EVERYTHING) };
    scoped.snapshot.query(&query, &Visibility::All).map_or(0, |page| page.total_items)
}

fn text_query(text: &str, predicate: Predicate) -> Query {
    let fields = ["metadata.name", "metadata.title", "metadata.description", "spec.profile.displayname", "metadata.tags"];
    Query {
        filter: Filter { predicate, json: None },
        full_text: Some(FullText { term: text.to_owned(), fields: Some(fields.map(str::to_owned).to_vec()) }),
        order: vec![OrderField { field: "metadata.name".to_owned(), order: Direction::Asc }],
        limit: Some(usize::MAX),
        ..Query::default()
    }
}

fn kind_is(query: &CatalogQuery) -> Predicate {
    if query.kind == "all" { Predicate::EVERYTHING } else { Predicate::equals("kind", &query.kind) }
}

/// The search row that a facet counts; problems have none.
const fn field_of(key: FacetKey) -> Option<&'static str> {
    match key {
        FacetKey::Type => Some("spec.type"),
        FacetKey::Owner => Some("relations.ownedBy"),
        FacetKey::Lifecycle => Some("spec.lifecycle"),
        FacetKey::Tag => Some("metadata.tags"),
        FacetKey::System => Some("relations.partOf"),
        FacetKey::Problem => None,
    }
}

fn facet(query: &CatalogQuery, key: FacetKey, counted: &Counts, links: &Links<'_>, tops: &Tops) -> Facet {
    let picks = query.facets.get(&key).map(Vec::as_slice).unwrap_or_default();
    let is_picked = |value: &str| picks.iter().any(|have| have.eq_ignore_ascii_case(value));
    let more = counted.len().saturating_sub(OPTIONS) as u64;
    let label = |value: &str| match key {
        FacetKey::Owner | FacetKey::System => value.parse().map_or_else(|_| value.to_owned(), |target| links.target(&target).title),
        FacetKey::Problem => problems::Sort::ALL
            .into_iter()
            .find(|sort| sort.value() == value)
            .map_or_else(|| value.to_owned(), |sort| sort.label().to_owned()),
        FacetKey::Type | FacetKey::Lifecycle | FacetKey::Tag => value.to_owned(),
    };
    if picks.is_empty() {
        return Facet { key, options: tops.of(counted, label).to_vec(), more };
    }
    let mut values: Vec<(&str, u64)> = counted.iter().map(|(value, count)| (value.as_str(), *count)).collect();
    let unknown = picks.iter().filter(|picked| !counted.iter().any(|(value, _)| value.eq_ignore_ascii_case(picked)));
    values.extend(unknown.map(|picked| (picked.as_str(), 0)));
    values.sort_unstable_by_key(|(value, count)| (!is_picked(value), std::cmp::Reverse(*count), *value));
    values.truncate(OPTIONS);
    let options = values.into_iter().map(|(value, count)| FacetOption {
        label: label(value),
        picked: is_picked(value),
        value: value.to_owned(),
        count,
    });
    Facet { key, options: options.collect(), more }
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn invalid(error: ::catalog::index::QueryError) -> PortalError {
    PortalError::invalid(error.to_string())
}
