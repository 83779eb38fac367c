//! Policies in, decisions and sentences out.

mod deciding;
mod equality;
mod explaining;
mod guarding;
mod roles;
mod signing;
mod validating;

use model::{EntityRef, Principal};

use super::{EntityFacts, Grant, GrantOrigin, Origin, Policies, PolicyText, Resource, Who};

fn name(text: &str) -> EntityRef {
    text.parse().unwrap()
}

/// `user:default/ada` or `service:ci`.
fn principal(text: &str) -> Principal {
    match text.strip_prefix("service:") {
        Some(name) => Principal::Service(name.to_owned()),
        None => Principal::Person(name(text)),
    }
}

/// Somebody with the groups that follow: `user:default/ada group:default/a`.
struct Person(Principal, Vec<EntityRef>);

impl Person {
    fn new(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let who = principal(words.next().unwrap());
        Self(who, words.map(name).collect())
    }

    fn who(&self) -> Who<'_> {
        Who { principal: &self.0, groups: &self.1 }
    }
}

fn text(id: &str, text: &str) -> PolicyText {
    PolicyText { id: id.to_owned(), text: text.to_owned(), origin: Origin::Database { version: 1 } }
}

/// `developer everyone, admin user:default/ada`
fn grants(text: &str) -> Vec<Grant> {
    let grant = |line: &str| {
        let (role, to) = line.trim().split_once(' ').unwrap();
        Grant { role: role.to_owned(), to: to.parse().unwrap(), origin: GrantOrigin::Database }
    };
    text.split(',').filter(|line| !line.trim().is_empty()).map(grant).collect()
}

/// Policies with one text, and grants.
fn policies(cedar: &str, granted: &str) -> Policies {
    Policies::compile(&[text("test", cedar)], &grants(granted)).unwrap()
}

/// An entity that these own.
fn owned<'a>(canonical: &'a str, owner_refs: &'a [&'a str]) -> Resource<'a> {
    Resource::Entity(EntityFacts { canonical, owner_refs, ..EntityFacts::default() })
}
