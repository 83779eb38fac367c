//! Who asks, in the form that is compared with policies.

use std::{
    hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState},
    sync::LazyLock,
};

use cedar_policy::EntityUid;
use model::Principal;
use rustc_hash::FxHashSet;

use super::{
    Who,
    schema::{EVERYONE, Kind},
    statement::PrincipalScope,
};

/// Who asks: themselves and their groups.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) principal: Asker,
    groups: FxHashSet<Box<str>>,
    /// Tells it from every other.
    pub(super) key: u128,
}

/// Who stands behind a question.
#[derive(Debug)]
pub(super) enum Asker {
    /// Nobody that policies are for: the administrator's token and the portal's own work.
    Root,
    /// A person, by their canonical name.
    Person(String),
    /// A service account, by its name.
    Service(String),
}

/// Chosen anew by each process, so that nobody can choose names that come out alike.
static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);

/// Two hashes at once.
struct Twice([DefaultHasher; 2]);

impl Hasher for Twice {
    fn write(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|hasher| hasher.write(bytes));
    }

    fn finish(&self) -> u64 {
        self.0[0].finish()
    }
}

/// A number that tells values apart, twice as wide as hashes usually are: what it stands for is not compared again.
pub(super) fn key_of(value: &impl Hash) -> u128 {
    let mut hasher = Twice([KEYS[0].build_hasher(), KEYS[1].build_hasher()]);
    value.hash(&mut hasher);
    let [first, second] = hasher.0;
    (u128::from(first.finish()) << 64) | u128::from(second.finish())
}

impl Standing {
    /// Tells who asks from everybody else, without working anything out.
    pub(super) fn key(who: &Who<'_>) -> u128 {
        key_of(&(who.principal, who.groups))
    }

    pub(super) fn new(who: &Who<'_>) -> Self {
        let (principal, person) = match who.principal {
            Principal::Person(person) => (Asker::Person(person.to_string()), true),
            Principal::Service(name) => (Asker::Service(name.clone()), false),
            Principal::AdminToken | Principal::Worker => (Asker::Root, false),
        };
        let mut groups: FxHashSet<Box<str>> = who.groups.iter().map(|group| group.to_string().into()).collect();
        if person {
            groups.insert(EVERYONE.into());
        }
        Self { principal, groups, key: Self::key(who) }
    }

    /// Whether they are in the group; both in canonical names.
    pub(super) fn is_in(&self, group: &str) -> bool {
        self.groups.contains(group)
    }

    /// Whether they are this person.
    pub(super) fn is_person(&self, name: &str) -> bool {
        matches!(&self.principal, Asker::Person(person) if person == name)
    }

    /// Whether they are of the type that a policy about a group's members is limited to.
    pub(super) fn is_of(&self, scope: &PrincipalScope) -> bool {
        let PrincipalScope::Named { only: Some(kind), .. } = scope else { return true };
        match &self.principal {
            Asker::Root => false,
            Asker::Person(_) => *kind == Kind::User,
            Asker::Service(_) => *kind == Kind::ServiceAccount,
        }
    }

    /// Whether a policy is for them, as far as its scope says.
    pub(super) fn is_among(&self, scope: &PrincipalScope) -> bool {
        self.is_of(scope)
            && match (scope, &self.principal) {
                (PrincipalScope::Nobody, _) | (_, Asker::Root) => false,
                (PrincipalScope::Everybody, _) => true,
                (PrincipalScope::Kind(kind), Asker::Person(_)) => *kind == Kind::User,
                (PrincipalScope::Kind(kind), Asker::Service(_)) => *kind == Kind::ServiceAccount,
                (PrincipalScope::Named { kind: Kind::Group, id, .. }, _) => self.is_in(id),
                (PrincipalScope::Named { kind, id, .. }, Asker::Person(name)) => *kind == Kind::User && **id == **name,
                (PrincipalScope::Named { kind, id, .. }, Asker::Service(name)) => *kind == Kind::ServiceAccount && **id == **name,
            }
    }

    /// Their groups, `everyone` included.
    pub(super) fn groups(&self) -> impl ExactSizeIterator<Item = &str> {
        self.groups.iter().map(|group| &**group)
    }

    /// As Cedar names them. For nobody that policies are for, a name that no policy can have.
    pub(super) fn uid(&self) -> EntityUid {
        match &self.principal {
            Asker::Root => Kind::ServiceAccount.uid(""),
            Asker::Person(person) => Kind::User.uid(person),
            Asker::Service(name) => Kind::ServiceAccount.uid(name),
        }
    }
}
