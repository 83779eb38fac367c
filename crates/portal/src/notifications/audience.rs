//! Whom something is for: groups are their members, everything else is its owner's.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
};

use ::notifications::{Audience, Reader};
use catalog::index::{EntityId, Snapshot};
use model::EntityRef;
use serde::Deserialize;

use super::canonical;

/// People that one message reaches, at most; more are everybody.
const MOST: usize = 20_000;

/// Whom something is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipients {
    /// Everybody who signs in, now or later.
    Everybody,
    /// People, the members of groups, and the owners of anything else.
    Entities {
        /// Who.
        of: Vec<EntityRef>,
        /// Who not, although they would be: people, and groups with all their members.
        except: Vec<EntityRef>,
    },
}

impl Default for Recipients {
    /// Nobody.
    fn default() -> Self {
        Self::these([])
    }
}

impl Recipients {
    /// These people, groups, and owners of things.
    pub fn these(of: impl IntoIterator<Item = EntityRef>) -> Self {
        Self::Entities { of: of.into_iter().collect(), except: Vec::new() }
    }
}

impl fmt::Display for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str("everybody"),
            Self::Entities { of, .. } => {
                for (at, entity) in of.iter().take(20).enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{entity}")?;
                }
                if of.len() > 20 { write!(f, " and {} more", of.len() - 20) } else { Ok(()) }
            }
        }
    }
}

/// The people behind recipients, each once, with where e-mail reaches them.
pub(super) fn resolve(snapshot: &Snapshot, recipients: &Recipients) -> Audience {
    let Recipients::Entities { of, except } = recipients else {
        return Audience { everybody: true, people: Vec::new(), addressed: Vec::new() };
    };
    let without: HashSet<String> = except.iter().map(canonical).collect();
    let mut people = BTreeSet::new();
    let mut addressed: BTreeSet<String> = of.iter().map(canonical).filter(|name| !without.contains(name)).collect();
    let mut seen: HashSet<EntityId> = HashSet::new();
    let mut open: Vec<EntityId> = Vec::new();
    for entity in of {
        // Somebody who signs in need not be in the catalog.
        if entity.kind().eq_ignore_ascii_case("user") {
            people.insert(canonical(entity));
        } else if let Some(id) = snapshot.find(entity)
            && seen.insert(id)
        {
            open.push(id);
        }
    }
    while let Some(id) = open.pop().filter(|_| people.len() < MOST) {
        let entity = snapshot.entity(id);
        if without.contains(&canonical(&entity.entity_ref())) {
            continue;
        }
        let followed: &[&str] = if entity.kind().eq_ignore_ascii_case("group") { &["hasMember", "parentOf"] } else { &["ownedBy"] };
        for relation in entity.relations().filter(|relation| followed.contains(&relation.kind)) {
            let Some(target) = relation.target_id() else { continue };
            let found = snapshot.entity(target);
            if relation.kind == "ownedBy" {
                addressed.insert(canonical(&found.entity_ref()));
            }
            if found.kind().eq_ignore_ascii_case("user") {
                people.insert(canonical(&found.entity_ref()));
            } else if seen.insert(target) {
                open.push(target);
            }
        }
    }
    let people = people.into_iter().filter(|person| !without.contains(person)).map(|person| {
        let email = person.parse().ok().and_then(|person: EntityRef| email(snapshot, &person));
        Reader { person, email }
    });
    Audience { everybody: false, people: people.collect(), addressed: addressed.into_iter().collect() }
}

/// `spec.profile.email` of a User.
pub(super) fn email(snapshot: &Snapshot, person: &EntityRef) -> Option<String> {
    #[derive(Deserialize)]
    struct User {
        spec: Option<Spec>,
    }
    #[derive(Deserialize)]
    struct Spec {
        profile: Option<Profile>,
    }
    #[derive(Deserialize)]
    struct Profile {
        email: Option<String>,
    }
    let id = snapshot.find(person)?;
    let user: User = serde_json::from_slice(snapshot.entity(id).json()).ok()?;
    user.spec?.profile?.email.map(|email| email.trim().to_owned()).filter(|email| !email.is_empty())
}
