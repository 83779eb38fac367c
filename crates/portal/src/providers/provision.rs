//! People and groups that come into the catalog by signing in: entities of the portal's own, which say from whom they are.
//!
//! Nothing of another source is ever changed, and a name that already gives somebody something is never given out: that of a local account,
//! and one that a role or a policy names. Into groups that did not come from the same group of the provider nobody is put, unless the group
//! itself says so in its annotation. What the provider says replaces what it said before, at every sign-in; everything else of the
//! entity stays as it is.

use std::collections::HashSet;

use catalog::{DirectError, Expected, PORTAL, direct, index::Snapshot};
use identity::{
    account,
    policy::{GrantOrigin, GrantTo},
    provider::{Identified, ProviderConfig, Provision, link},
};
use model::{DEFAULT_NAMESPACE, EntityRef, PortalError};
use serde_json::{Map, Value, json};
use store::{Args, StoreError, Tx};

use super::{ProviderUseCases, caller};
use crate::{access::Visitor, failure, record::Done, sql::authority as sql};

/// The annotation that names the provider.
pub(super) const PROVIDER: &str = "waymark.dev/sign-in-provider";
/// The annotation that holds the provider's name of the person or group.
pub(super) const SUBJECT: &str = "waymark.dev/sign-in-subject";
/// Longest name of an entity. Source: Backstage's `isValidObjectName`.
const LONGEST: usize = 63;
/// Groups that one person is put into.
const MOST_GROUPS: usize = 200;

/// Why nobody was put into the catalog.
#[derive(Debug)]
pub(super) enum Refused {
    /// Somebody else has the name.
    Taken { name: String, by: Holder },
    /// There is nothing to make a name of.
    Nameless,
    /// Something failed.
    Failed(PortalError),
}

/// Who has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// An entity of the catalog, from elsewhere.
    Catalog,
    /// A local account.
    Account,
    /// Nobody yet; but a role is given to it, or a policy names it.
    Grant,
    /// Somebody who is in the catalog no more: they signed in from elsewhere, or have a token.
    Earlier,
}

impl Holder {
    /// For the audit log.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Account => "account",
            Self::Grant => "grant",
            Self::Earlier => "earlier-sign-in",
        }
    }
}

/// Whether whoever is not in the catalog is put there.
pub(super) fn is_wanted(config: &ProviderConfig) -> bool {
    config.provision != Provision::None
}

impl ProviderUseCases<'_> {
    /// Writes what signing in leaves behind: whose subject it is, and for those who came into the catalog this way their profile and groups.
    /// The person, in the catalog when this returns.
    pub(super) async fn provision(
        &self,
        config: &ProviderConfig,
        someone: &Identified,
        found: Option<&EntityRef>,
        visitor: &Visitor,
    ) -> Result<EntityRef, Refused> {
        let caller = caller(visitor);
        let failed = |error: StoreError| Refused::Failed(failure::of_store(&error, &caller));
        let snapshot = self.portal.inner.catalog.snapshot();
        let person = match found {
            Some(person) => person.clone(),
            None => EntityRef::new("User", DEFAULT_NAMESPACE, plain_name(someone).ok_or(Refused::Nameless)?),
        };
        let before = current(&snapshot, &person);
        let own = match &before {
            None => found.is_none(),
            Some(before) => before.is_of(config, &someone.subject),
        };
        if found.is_none() && !own {
            return Err(Refused::Taken { name: person.to_string(), by: Holder::Catalog });
        }
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if before.is_none() {
            let spoken_for = self.spoken_for(&mut tx).await.map_err(failed)?;
            let by = match account::find_of(&mut tx, &person).await.map_err(failed)? {
                Some(_) => Some(Holder::Account),
                None if spoken_for.has(&person) => Some(Holder::Grant),
                None if link::is_held(&mut tx, &config.id, &someone.subject, &person).await.map_err(failed)? => Some(Holder::Earlier),
                None => None,
            };
            if let Some(by) = by {
                tx.rollback().await.map_err(failed)?;
                return Err(Refused::Taken { name: person.to_string(), by });
            }
        }
        let mut written = Vec::new();
        if own && is_wanted(config) {
            let groups = self.groups(&mut tx, &snapshot, config, someone, &mut written).await?;
            let entity = user(before.as_ref().map(|before| &before.entity), config, someone, &person, groups);
            if before.as_ref().is_none_or(|before| before.entity != entity) {
                self.put(&mut tx, entity, before.is_none(), &person).await?;
                written.push(person.to_string());
            }
        }
        let linked = link::put(&mut tx, &config.id, &someone.subject, &person).await.map_err(failed)?;
        if written.is_empty() && !linked {
            tx.rollback().await.map_err(failed)?;
            return Ok(person);
        }
        let done = Done::named("person:provision", &person)
            .by(&person)
            .with("provider", config.id.as_str())
            .with("subject", someone.subject.as_str())
            .with("entities", written);
        let seq = self.portal.commit(tx, &caller, done).await.map_err(failed)?;
        // The session that is opened next is looked up in the catalog.
        self.portal.inner.follower.reach(Some(seq)).await.map_err(failed)?;
        Ok(person)
    }

    /// The person's groups as references, those made that are missing; `None` if the provider says nothing of groups.
    async fn groups(
        &self,
        tx: &mut Tx,
        snapshot: &Snapshot,
        config: &ProviderConfig,
        someone: &Identified,
        written: &mut Vec<String>,
    ) -> Result<Option<Vec<String>>, Refused> {
        // Nor if it could not say them this time: what it said last stays.
        let Some(groups) = someone.groups.as_ref().filter(|_| config.groups_claim.is_some()) else { return Ok(None) };
        let spoken_for = self.spoken_for(tx).await.map_err(|error| Refused::Failed(failure::of_store(&error, &model::Caller::worker())))?;
        let mut out: Vec<String> = Vec::new();
        for said in groups.iter().take(MOST_GROUPS) {
            let Some(name) = entity_name(said) else { continue };
            let group = EntityRef::new("Group", DEFAULT_NAMESPACE, name);
            if out.contains(&group.to_string()) {
                continue;
            }
            let joined = match current(snapshot, &group) {
                Some(known) => known.is_filled_by(config, said),
                None if config.provision != Provision::UsersAndGroups || spoken_for.has(&group) => false,
                // Somebody may have made it a moment ago; it is theirs then.
                None => {
                    let made = self.put(tx, self::group(config, said, &group), true, &group).await?;
                    if made {
                        written.push(group.to_string());
                    }
                    made
                }
            };
            if joined {
                out.push(group.to_string());
            }
        }
        out.sort();
        Ok(Some(out))
    }

    /// Names that somebody would gain something by: those that roles are given to, and that policies name.
    async fn spoken_for(&self, tx: &mut Tx) -> Result<SpokenFor, StoreError> {
        let authority = &self.portal.inner.authority;
        // Of the database, as it is in this moment.
        let stored: Vec<(String, String)> = tx.fetch_all(&sql::GRANTS, Args::new()).await?;
        let stored = stored.into_iter().filter_map(|(_, to)| to.parse().ok());
        let configured = authority.grants().into_iter().filter(|grant| grant.origin != GrantOrigin::Database).map(|grant| grant.to);
        let named = stored.chain(configured).filter_map(|to| match to {
            GrantTo::User(name) | GrantTo::Group(name) => Some(name),
            GrantTo::Service(_) | GrantTo::Everyone => None,
        });
        let texts = authority.texts().into_iter().map(|text| text.text.to_lowercase()).collect();
        Ok(SpokenFor { granted: named.collect(), texts })
    }

    /// Writes an entity of the portal's own. False if another source has the name: for a group that is as good, for a person it is refused.
    async fn put(&self, tx: &mut Tx, entity: Value, new: bool, name: &EntityRef) -> Result<bool, Refused> {
        let expected = if new { Expected::Absent } else { Expected::Any };
        let actor = "system:worker";
        match direct::put(tx, entity, &expected, actor, &self.portal.inner.kinds).await {
            Ok(_) => Ok(true),
            Err(DirectError::OwnedByFile { .. } | DirectError::Exists { .. }) if name.kind() == "Group" => Ok(false),
            Err(DirectError::OwnedByFile { .. } | DirectError::Exists { .. } | DirectError::Stale { .. } | DirectError::NotFound) => {
                Err(Refused::Taken { name: name.to_string(), by: Holder::Catalog })
            }
            Err(DirectError::Invalid(error)) => {
                Err(Refused::Failed(PortalError::invalid(format!("{name} cannot be put into the catalog: {error}"))))
            }
            Err(DirectError::Store(error)) => Err(Refused::Failed(failure::of_store(&error, &model::Caller::worker()))),
        }
    }
}

/// Names that must not come to be somebody's by signing in.
struct SpokenFor {
    granted: HashSet<EntityRef>,
    /// Policies, in lower case.
    texts: Vec<String>,
}

impl SpokenFor {
    fn has(&self, name: &EntityRef) -> bool {
        let quoted = format!("\"{name}\"");
        self.granted.contains(name) || self.texts.iter().any(|text| text.contains(&quoted))
    }
}

/// An entity as it stands in the catalog.
struct Current {
    entity: Value,
    of_portal: bool,
}

impl Current {
    /// Whether it came into the catalog by this account's sign-in.
    fn is_of(&self, config: &ProviderConfig, subject: &str) -> bool {
        self.of_portal && self.annotation(PROVIDER) == Some(&config.id) && self.annotation(SUBJECT) == Some(subject)
    }

    /// Whether a group takes in those of whom the provider says that they are in `said`: it came from there, or its own source says so. Names
    /// alone say nothing, since at many providers everybody can make a group of any name, unless the operator trusts them; and then only those
    /// that were not made to fit.
    fn is_filled_by(&self, config: &ProviderConfig, said: &str) -> bool {
        if self.annotation(PROVIDER) == Some(&config.id) {
            return self.annotation(SUBJECT).is_none_or(|subject| subject == said);
        }
        let name = self.entity["metadata"]["name"].as_str().unwrap_or_default();
        config.join_groups && said.strip_prefix('/').unwrap_or(said).to_lowercase() == name.to_lowercase()
    }

    fn annotation(&self, key: &str) -> Option<&str> {
        self.entity["metadata"]["annotations"][key].as_str()
    }
}

fn current(snapshot: &Snapshot, name: &EntityRef) -> Option<Current> {
    let view = snapshot.entity(snapshot.find(name)?);
    let entity = serde_json::from_slice(view.json()).unwrap_or_default();
    Some(Current { entity, of_portal: view.location() == PORTAL })
}

/// The User, over what it was.
fn user(before: Option<&Value>, config: &ProviderConfig, someone: &Identified, name: &EntityRef, groups: Option<Vec<String>>) -> Value {
    let mut entity = before.cloned().unwrap_or_else(|| skeleton("User", name, config, &someone.subject));
    let spec = object(&mut entity, "spec");
    let profile = spec.entry("profile").or_insert_with(|| json!({}));
    if let Some(profile) = profile.as_object_mut() {
        let picture = someone.picture.as_ref().filter(|picture| picture.starts_with("https://"));
        let email = someone.verified_email().map(str::to_owned);
        for (key, value) in [("displayName", someone.name.as_ref()), ("email", email.as_ref()), ("picture", picture)] {
            if let Some(value) = value {
                profile.insert(key.to_owned(), json!(value));
            }
        }
    }
    match groups {
        Some(groups) => _ = spec.insert("memberOf".to_owned(), json!(groups)),
        None => _ = spec.entry("memberOf").or_insert_with(|| json!([])),
    }
    entity
}

/// A group that somebody was said to be in.
fn group(config: &ProviderConfig, said: &str, name: &EntityRef) -> Value {
    let mut entity = skeleton("Group", name, config, said);
    let spec = object(&mut entity, "spec");
    spec.insert("type".to_owned(), json!("team"));
    spec.insert("profile".to_owned(), json!({ "displayName": said.trim_start_matches('/') }));
    spec.insert("children".to_owned(), json!([]));
    entity
}

fn skeleton(kind: &str, name: &EntityRef, config: &ProviderConfig, subject: &str) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": { "name": name.name(), "namespace": DEFAULT_NAMESPACE, "annotations": { PROVIDER: config.id, SUBJECT: subject } },
        "spec": {},
    })
}

fn object<'e>(entity: &'e mut Value, key: &str) -> &'e mut Map<String, Value> {
    if !entity[key].is_object() {
        entity[key] = json!({});
    }
    entity[key].as_object_mut().expect("it was made an object on the line before")
}

/// A name for somebody: their login, else what stands before the @ of their verified address.
pub(super) fn plain_name(someone: &Identified) -> Option<String> {
    let login = someone.login.as_deref().map(|login| login.split('@').next().unwrap_or_default());
    let email = someone.verified_email().and_then(|email| email.split('@').next());
    [login, email].into_iter().flatten().find_map(entity_name)
}

/// A text as the name of an entity: letters, digits and `-_.`, in lower case; what is between becomes a dash.
pub(super) fn entity_name(text: &str) -> Option<String> {
    let mut out = String::new();
    for letter in text.to_lowercase().chars() {
        match letter {
            'a'..='z' | '0'..='9' => out.push(letter),
            '-' | '_' | '.' if !out.is_empty() && !out.ends_with(['-', '_', '.']) => out.push(letter),
            _ if !out.is_empty() && !out.ends_with(['-', '_', '.']) => out.push('-'),
            _ => {}
        }
    }
    out.truncate(LONGEST);
    let plain = out.trim_end_matches(['-', '_', '.']);
    (!plain.is_empty()).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_names() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(entity_name(text).as_deref(), expected, "{text}");
        check("Ada.Lovelace", Some("ada.lovelace"));
        check("/platform/Core Team", Some("platform-core-team"));
        check("a--b..c", Some("a-b.c"));
        check("-x-", Some("x"));
        check("李", None);
        check(&"x".repeat(70), Some(&"x".repeat(63)));
    }
}
