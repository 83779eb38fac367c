//! Who is who: sample people, and the groups of a caller.

use std::collections::HashSet;

use catalog::index::{Predicate, Snapshot, Visibility};
use model::{
    Caller, EntityRef, PortalError,
    view::{PersonBadge, SamplePerson},
};

use crate::{Portal, summary::Links};

/// People that the sign-in page offers at most.
const OFFERED: usize = 12;
/// Groups that one person is counted into at most, nested ones included.
const GROUPS: usize = 1_000;

/// Use cases about who is who.
#[derive(Debug)]
pub struct PeopleUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> PeopleUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// The sample people of the demo, the configured ones first; nobody outside of the demo.
    ///
    /// # Errors
    /// None for now; identity providers can fail.
    #[expect(clippy::unused_async, reason = "identity providers are asked over the network")]
    pub async fn samples(&self) -> Result<Vec<SamplePerson>, PortalError> {
        let Some(first) = self.portal.inner.demo else { return Ok(Vec::new()) };
        let snapshot = self.portal.inner.catalog.snapshot();
        let links = Links::new(&snapshot);
        let users = snapshot.matching(&Predicate::equals("kind", "user"), &Visibility::All);
        let mut people: Vec<SamplePerson> = users
            .iter()
            .map(|id| {
                let link = links.link(id);
                let teams = snapshot
                    .entity(id)
                    .relations()
                    .filter(|relation| relation.kind == "memberOf")
                    .filter_map(|relation| relation.target_id());
                SamplePerson {
                    teams: teams.map(|team| links.link(team).title).collect(),
                    role: link.description,
                    name: link.title,
                    entity_ref: link.entity_ref,
                }
            })
            .collect();
        people.sort_by_cached_key(|person| {
            let named = person.entity_ref.to_string();
            (first.iter().position(|first| *first == named).unwrap_or(usize::MAX), person.role.is_empty(), person.name.clone())
        });
        people.truncate(OFFERED);
        Ok(people)
    }

    /// The caller as the header shows them.
    pub fn badge(&self, caller: &Caller) -> PersonBadge {
        let Some(person) = caller.person() else {
            return PersonBadge { entity_ref: None, name: "Admin token".to_owned(), initials: "AT".to_owned() };
        };
        let snapshot = self.portal.inner.catalog.snapshot();
        let name = Links::new(&snapshot).target(person).title;
        PersonBadge { entity_ref: Some(person.clone()), initials: initials(&name), name }
    }
}

/// The groups of a person, and the groups that those are part of, nearest first.
pub(crate) fn groups_of(snapshot: &Snapshot, person: &EntityRef) -> Vec<EntityRef> {
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    let mut level: Vec<_> = snapshot.find(person).into_iter().collect();
    let mut relation = "memberOf";
    while !level.is_empty() && out.len() < GROUPS {
        let mut next = Vec::new();
        for id in level {
            for found in snapshot.entity(id).relations().filter(|found| found.kind == relation) {
                if let Some(group) = found.target_id()
                    && seen.insert(group)
                {
                    out.push(snapshot.entity(group).entity_ref());
                    next.push(group);
                }
            }
        }
        level = next;
        relation = "childOf";
    }
    out
}

/// The e-mail address that the catalog has of a person; empty without one.
pub(crate) fn email_of(snapshot: &Snapshot, person: &EntityRef) -> String {
    let Some(id) = snapshot.find(person) else { return String::new() };
    let entity: serde_json::Value = serde_json::from_slice(snapshot.entity(id).json()).unwrap_or_default();
    entity.pointer("/spec/profile/email").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// One or two letters for an avatar: the first of the first and of the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_names() {
        assert_eq!([initials("Ada Lovelace"), initials("李小龙"), initials("a b c"), initials("")], ["AL", "李", "AC", ""]);
    }
}
