//! Parts of a condition without which it cannot hold, and that can be compared without Cedar: `resource.system == "system:default/shop"`
//! out of `when { resource.system == "system:default/shop" && … }`. Of hundreds of policies all but a few drop out for a resource that way;
//! what is left is evaluated by Cedar.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, PatternElem, Var};
use rustc_hash::FxHashMap;

use super::{facts::Resource, standing::Standing};

/// Something that has to be so for a condition to hold.
#[derive(Debug)]
pub(super) enum Need {
    /// An attribute is one of these texts.
    Text(Attribute, Vec<Box<str>>),
    /// An attribute begins like this.
    Prefix(Attribute, Box<str>),
    /// It has this tag.
    Tag(Box<str>),
    /// This group is among its owners.
    OwnerGroup(Box<str>),
    /// Whoever asks is in one of the owning groups, or an owner themselves; whichever of the two is asked.
    Owner { group: bool, user: bool },
}

/// An attribute that is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attribute {
    Name,
    System,
    Type,
    Lifecycle,
    Namespace,
    Kind,
}

/// Places of conditions, by what they need.
#[derive(Debug, Default)]
pub(super) struct ByNeed {
    texts: [FxHashMap<Box<str>, Vec<usize>>; 6],
    tags: FxHashMap<Box<str>, Vec<usize>>,
    owner_groups: FxHashMap<Box<str>, Vec<usize>>,
    /// Those that need nothing that can be looked up.
    rest: Vec<usize>,
}

impl Attribute {
    const ALL: [Self; 6] = [Self::Name, Self::System, Self::Type, Self::Lifecycle, Self::Namespace, Self::Kind];

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "system" => Self::System,
            "type" => Self::Type,
            "lifecycle" => Self::Lifecycle,
            "namespace" => Self::Namespace,
            "kind" => Self::Kind,
            _ => return None,
        })
    }

    fn of<'a>(self, resource: &Resource<'a>) -> Option<&'a str> {
        let facts = match resource {
            Resource::Portal => return None,
            Resource::Other { id, .. } => return (self == Self::Name).then_some(id),
            Resource::Entity(facts) => facts,
        };
        let [kind, namespace, name] = facts.parts();
        Some(match self {
            Self::Name => name,
            Self::System => facts.system,
            Self::Type => facts.type_,
            Self::Lifecycle => facts.lifecycle,
            Self::Namespace => namespace,
            Self::Kind => kind,
        })
    }
}

impl Need {
    /// What the conditions of a policy need.
    pub(super) fn of(clauses: &[Clause]) -> Vec<Self> {
        let mut needs = Vec::new();
        for clause in clauses {
            if let Clause::When(expr) = clause {
                gather(expr, &mut needs);
            }
        }
        needs
    }

    /// Whether it is so.
    pub(super) fn is_met(&self, standing: &Standing, resource: &Resource<'_>) -> bool {
        match self {
            Self::Text(attribute, values) => attribute.of(resource).is_some_and(|text| values.iter().any(|value| **value == *text)),
            Self::Prefix(attribute, prefix) => attribute.of(resource).is_some_and(|text| text.starts_with(&**prefix)),
            Self::Tag(tag) => matches!(resource, Resource::Entity(facts) if facts.tags.contains(&&**tag)),
            Self::OwnerGroup(group) => resource.owner_groups().any(|owner| *owner == **group),
            Self::Owner { group, user } => {
                *group && resource.owner_groups().any(|owner| standing.is_in(owner))
                    || *user && resource.owner_users().any(|owner| standing.is_person(owner))
            }
        }
    }

    /// How few resources are likely to meet it; 0 when it cannot be looked up.
    fn selectivity(&self) -> u8 {
        match self {
            Self::Text(Attribute::Name, _) => 6,
            Self::OwnerGroup(_) | Self::Text(Attribute::System, _) => 5,
            Self::Tag(_) => 4,
            Self::Text(Attribute::Type | Attribute::Namespace, _) => 3,
            Self::Text(Attribute::Lifecycle, _) => 2,
            Self::Text(Attribute::Kind, _) => 1,
            Self::Prefix(..) | Self::Owner { .. } => 0,
        }
    }
}

impl ByNeed {
    /// Adds the condition at a place.
    pub(super) fn add(&mut self, at: usize, needs: &[Need]) {
        let best = needs.iter().filter(|need| need.selectivity() > 0).max_by_key(|need| need.selectivity());
        match best {
            Some(Need::Text(attribute, values)) => {
                for value in values {
                    let places = self.texts[*attribute as usize].entry(value.clone()).or_default();
                    if places.last() != Some(&at) {
                        places.push(at);
                    }
                }
            }
            Some(Need::Tag(tag)) => self.tags.entry(tag.clone()).or_default().push(at),
            Some(Need::OwnerGroup(group)) => self.owner_groups.entry(group.clone()).or_default().push(at),
            Some(Need::Prefix(..) | Need::Owner { .. }) | None => self.rest.push(at),
        }
    }

    /// Those that can hold for a resource. One can come twice, if the resource says something twice.
    pub(super) fn find(&self, resource: &Resource<'_>) -> impl Iterator<Item = usize> {
        let texts = Attribute::ALL.into_iter().filter_map(|attribute| {
            let known = &self.texts[attribute as usize];
            if known.is_empty() { None } else { known.get(attribute.of(resource)?) }
        });
        let tags = match resource {
            Resource::Entity(facts) if !self.tags.is_empty() => facts.tags,
            _ => &[],
        };
        let owners = (!self.owner_groups.is_empty()).then(|| resource.owner_groups()).into_iter().flatten();
        let tags = tags.iter().filter_map(|tag| self.tags.get(*tag));
        let owners = owners.filter_map(|owner| self.owner_groups.get(owner));
        texts.chain(tags).chain(owners).chain([&self.rest]).flatten().copied()
    }
}

/// What both sides of an `&&` need, and so on down.
fn gather(expr: &Expr, needs: &mut Vec<Need>) {
    match expr {
        Expr::BinaryOp { op: BinaryOp::And, left, right } => {
            gather(left, needs);
            gather(right, needs);
        }
        Expr::Like { expr, pattern } => {
            let letters = pattern.iter().map_while(|element| match element {
                PatternElem::Char(letter) => Some(*letter),
                PatternElem::Wildcard => None,
            });
            needs.extend(text_of(expr).map(|attribute| Need::Prefix(attribute, letters.collect::<String>().into())));
        }
        Expr::BinaryOp { op: BinaryOp::Eq, left, right } => {
            let sides = text_of(left).zip(text(right)).or_else(|| text_of(right).zip(text(left)));
            needs.extend(sides.map(|(attribute, value)| Need::Text(attribute, vec![value])));
        }
        Expr::BinaryOp { op: BinaryOp::Contains, left, right } => {
            if let (Expr::Set(values), Some(attribute)) = (&**left, text_of(right)) {
                let values: Option<Vec<_>> = values.iter().map(|value| text(value)).collect();
                needs.extend(values.map(|values| Need::Text(attribute, values)));
            } else if attribute_of(left) == Some("tags") {
                needs.extend(text(right).map(Need::Tag));
            } else if attribute_of(left) == Some("ownerGroups")
                && let Expr::Literal(Literal::EntityUID(uid)) = &**right
            {
                needs.push(Need::OwnerGroup(uid.eid.as_str().into()));
            }
        }
        _ => needs.extend(ownership(expr).map(|(group, user)| Need::Owner { group, user })),
    }
}

/// Whether all that an expression asks is whether whoever asks is an owner: through a group, as a person.
fn ownership(expr: &Expr) -> Option<(bool, bool)> {
    match expr {
        Expr::BinaryOp { op: BinaryOp::In, left, right } if matches!(**left, Expr::Var(Var::Principal)) => match attribute_of(right)? {
            "ownerGroups" => Some((true, false)),
            "ownerUsers" => Some((false, true)),
            _ => None,
        },
        Expr::BinaryOp { op: BinaryOp::Or, left, right } => {
            let ((group, user), (other_group, other_user)) = (ownership(left)?, ownership(right)?);
            Some((group || other_group, user || other_user))
        }
        _ => None,
    }
}

fn attribute_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::GetAttr { expr, attr } if matches!(**expr, Expr::Var(Var::Resource)) => Some(attr.as_str()),
        _ => None,
    }
}

fn text_of(expr: &Expr) -> Option<Attribute> {
    attribute_of(expr).and_then(Attribute::named)
}

fn text(expr: &Expr) -> Option<Box<str>> {
    match expr {
        Expr::Literal(Literal::String(text)) => Some(text.as_str().into()),
        _ => None,
    }
}
