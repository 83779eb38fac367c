//! What conditions ask about a resource, so that only that has to be looked up, and resources that do not differ in it are decided once.

use std::sync::Arc;

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, Var};
use rustc_hash::FxHashSet;

use super::{facts::Resource, schema::Kind, standing::Standing};

/// What the policies at hand ask about a resource. What they do not ask about can be left out of
/// [`EntityFacts`](super::EntityFacts).
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// `spec.type`.
    pub type_: bool,
    /// `spec.lifecycle`.
    pub lifecycle: bool,
    /// The system that it is part of.
    pub system: bool,
    /// `metadata.tags`.
    pub tags: bool,
    /// Who owns it.
    pub owners: bool,
    pub(super) kind: bool,
    pub(super) namespace: bool,
    pub(super) name: bool,
    pub(super) unowned: bool,
    pub(super) owner_groups: Option<OwnersAsked>,
    pub(super) owner_users: Option<OwnersAsked>,
    /// Who asks, other than as an owner.
    pub(super) principal: bool,
    /// The action that is asked for, or the groups that it is in.
    pub(super) action: bool,
    /// Which resource it is.
    pub(super) identity: bool,
    /// Resources that are named: those that `resource` is compared with.
    pub(super) resources: FxHashSet<Box<str>>,
    /// Groups that are named.
    pub(super) groups: FxHashSet<Box<str>>,
}

/// What is asked about a set of owners.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnersAsked {
    /// All of it.
    whole: bool,
    /// Whether whoever asks is one of them.
    asker: bool,
    /// Whether these are among them.
    named: FxHashSet<Box<str>>,
}

/// All that the policies at hand can tell a resource by: two resources with the same signature get the same answer from the same
/// [`Slice`](super::Slice).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature(Box<[u8]>);

impl Signature {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }
}

impl Mentions {
    /// What the conditions of a policy mention.
    pub(super) fn of(clauses: &[Clause]) -> Self {
        let mut mentions = Self::default();
        for Clause::When(expr) | Clause::Unless(expr) in clauses {
            mentions.walk(expr);
        }
        mentions
    }

    /// Adds what others mention.
    pub(super) fn add(&mut self, other: &Self) {
        self.type_ |= other.type_;
        self.lifecycle |= other.lifecycle;
        self.system |= other.system;
        self.tags |= other.tags;
        self.owners |= other.owners;
        self.kind |= other.kind;
        self.namespace |= other.namespace;
        self.name |= other.name;
        self.unowned |= other.unowned;
        self.principal |= other.principal;
        self.action |= other.action;
        self.identity |= other.identity;
        for (mine, theirs) in [(&mut self.owner_groups, &other.owner_groups), (&mut self.owner_users, &other.owner_users)] {
            if let Some(theirs) = theirs {
                let mine = mine.get_or_insert_default();
                mine.whole |= theirs.whole;
                mine.asker |= theirs.asker;
                mine.named.extend(theirs.named.iter().cloned());
            }
        }
        self.resources.extend(other.resources.iter().cloned());
        self.groups.extend(other.groups.iter().cloned());
    }

    /// Adds a resource that is compared with the one in question.
    pub(super) fn add_resource(&mut self, id: &str) {
        // Nothing but a system has anything in it.
        self.system |= id.starts_with("system:");
        self.resources.insert(id.into());
    }

    /// Whether the answer depends on who asks beyond which policies are theirs.
    pub(super) fn asks_who(&self) -> bool {
        self.principal || self.asks_ownership()
    }

    /// Whether the answer depends on whoever asks being an owner.
    pub(super) fn asks_ownership(&self) -> bool {
        [&self.owner_groups, &self.owner_users].into_iter().flatten().any(|asked| asked.asker)
    }

    /// Writes what tells this resource from others.
    pub(super) fn sign(&self, standing: &Standing, resource: &Resource<'_>, into: &mut Vec<u8>) {
        let mut put = |text: &str| {
            into.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            into.extend_from_slice(text.as_bytes());
        };
        if let Resource::Entity(facts) = resource {
            let [kind, namespace, name] = facts.parts();
            let texts = [
                (self.kind, kind),
                (self.namespace, namespace),
                (self.name, name),
                (self.type_, facts.type_),
                (self.lifecycle, facts.lifecycle),
                (self.system, facts.system),
            ];
            texts.into_iter().filter(|(wanted, _)| *wanted).for_each(|(_, text)| put(text));
            if self.tags {
                put(&facts.tags.len().to_string());
                facts.tags.iter().for_each(|tag| put(tag));
            }
        } else if self.name {
            put(resource.id());
        }
        if self.identity {
            put(resource.id());
        } else if !self.resources.is_empty() {
            put(if self.resources.contains(resource.id()) { resource.id() } else { "" });
        }
        if self.unowned {
            put(if resource.owners().next().is_none() { "-" } else { "" });
        }
        if let Some(asked) = &self.owner_groups {
            asked.sign(resource.owner_groups(), |owner| standing.is_in(owner), &mut put);
        }
        if let Some(asked) = &self.owner_users {
            asked.sign(resource.owner_users(), |owner| standing.is_person(owner), &mut put);
        }
    }

    fn walk(&mut self, expr: &Expr) {
        match expr {
            Expr::Literal(Literal::EntityUID(uid)) => {
                let id = uid.eid.as_str();
                match Kind::named(&uid.ty.to_string()) {
                    Some(Kind::Group) => _ = self.groups.insert(id.into()),
                    Some(Kind::Action) => self.action = true,
                    Some(Kind::Resource(_)) => self.add_resource(id),
                    Some(Kind::User | Kind::ServiceAccount) | None => {}
                }
            }
            Expr::Literal(_) | Expr::Slot(_) | Expr::Unknown { .. } | Expr::Var(Var::Resource | Var::Context) => {}
            Expr::Var(Var::Principal) => self.principal = true,
            Expr::Var(Var::Action) => self.action = true,
            Expr::BinaryOp { op, left, right } => {
                if !self.walk_owners(*op, left, right) {
                    self.walk(left);
                    self.walk(right);
                }
            }
            Expr::UnaryOp { expr, .. } | Expr::Like { expr, .. } => self.walk(expr),
            Expr::GetAttr { expr, attr } => {
                self.attribute(attr);
                self.walk(expr);
            }
            Expr::HasAttr { expr, attrs } => {
                attrs.iter().for_each(|attr| self.attribute(attr));
                self.walk(expr);
            }
            Expr::Is { expr, in_expr, .. } => {
                self.walk(expr);
                if let Some(parent) = in_expr {
                    self.walk(parent);
                }
            }
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                self.walk(cond);
                self.walk(then_expr);
                self.walk(else_expr);
            }
            Expr::Set(elements) => elements.iter().for_each(|element| self.walk(element)),
            Expr::Record(fields) => fields.values().for_each(|field| self.walk(field)),
            _ => self.anything(),
        }
    }

    /// Something that is not known here may ask about anything.
    fn anything(&mut self) {
        let attributes = ["kind", "namespace", "name", "type", "lifecycle", "system", "tags", "unowned", "ownerGroups", "ownerUsers"];
        attributes.into_iter().for_each(|attribute| self.attribute(attribute));
        (self.principal, self.action, self.identity) = (true, true, true);
    }

    /// The usual questions about owners, which depend on a few of them only: whether whoever asks is one, and whether some named ones are.
    fn walk_owners(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> bool {
        let asker = |expr: &Expr| matches!(expr, Expr::Var(Var::Principal));
        match op {
            BinaryOp::In if asker(left) => {
                let Some(asked) = self.owners_of(right) else { return false };
                asked.asker = true;
            }
            BinaryOp::Contains if asker(right) => {
                let Some(asked) = self.owners_of(left) else { return false };
                asked.asker = true;
            }
            BinaryOp::Contains | BinaryOp::ContainsAny | BinaryOp::ContainsAll => {
                let Some(named) = named(right) else { return false };
                let Some(asked) = self.owners_of(left) else { return false };
                asked.named.extend(named);
            }
            _ => return false,
        }
        true
    }

    fn owners_of(&mut self, expr: &Expr) -> Option<&mut OwnersAsked> {
        let Expr::GetAttr { expr, attr } = expr else { return None };
        if !matches!(**expr, Expr::Var(Var::Resource)) {
            return None;
        }
        let asked = match attr.as_str() {
            "ownerGroups" => &mut self.owner_groups,
            "ownerUsers" => &mut self.owner_users,
            _ => return None,
        };
        self.owners = true;
        Some(asked.get_or_insert_default())
    }

    fn attribute(&mut self, name: &str) {
        match name {
            "kind" => self.kind = true,
            "namespace" => self.namespace = true,
            "name" => self.name = true,
            "type" => self.type_ = true,
            "lifecycle" => self.lifecycle = true,
            "system" => self.system = true,
            "tags" => self.tags = true,
            "unowned" => (self.unowned, self.owners) = (true, true),
            "ownerGroups" => (self.owner_groups.get_or_insert_default().whole, self.owners) = (true, true),
            "ownerUsers" => (self.owner_users.get_or_insert_default().whole, self.owners) = (true, true),
            _ => {}
        }
    }
}

impl OwnersAsked {
    fn sign<'a>(&self, owners: impl Iterator<Item = &'a str> + Clone, asker: impl Fn(&str) -> bool, put: &mut impl FnMut(&str)) {
        if self.asker {
            put(if owners.clone().any(asker) { "+" } else { "" });
        }
        for owner in owners.filter(|owner| self.whole || self.named.contains(*owner)) {
            put(owner);
        }
        put("");
    }
}

/// The names of entities in a literal, or in a set of literals.
fn named(expr: &Expr) -> Option<Vec<Box<str>>> {
    match expr {
        Expr::Literal(Literal::EntityUID(uid)) => Some(vec![uid.eid.as_str().into()]),
        Expr::Set(elements) => {
            let names: Option<Vec<_>> = elements.iter().map(|element| named(element)).collect();
            names.map(|names| names.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Everything that an iterator of shared conditions mentions.
pub(super) fn all<'a>(conditions: impl Iterator<Item = &'a Arc<super::condition::Condition>>) -> Mentions {
    let mut mentions = Mentions::default();
    conditions.for_each(|condition| mentions.add(&condition.mentions));
    mentions
}
