//! The schema that every policy is checked against, written from the list of actions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::LazyLock,
};

use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema, Validator};

use crate::{Access, Action, ResourceKind};

/// Bytes that one text of policies may have.
pub const LONGEST_TEXT: usize = 64 * 1024;
/// Policies that may be written at once.
pub const MOST_POLICIES: usize = 5_000;
/// Policies of roles that grants may make at once: a grant makes as many as its role has policies. Enough for 10,000 people of any role.
pub const MOST_GRANTED: usize = 100_000;
/// The group that every person is in.
pub(super) const EVERYONE: &str = "everyone";
/// The portal as a resource: `Portal::"waymark"`.
pub(super) const PORTAL: &str = "waymark";
/// The group of all actions that read.
pub(super) const READS: &str = "*:read";
/// The group of all actions that write.
pub(super) const WRITES: &str = "*:write";

/// A type of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    User,
    Group,
    ServiceAccount,
    Action,
    Resource(ResourceKind),
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::User,
        Self::Group,
        Self::ServiceAccount,
        Self::Action,
        Self::Resource(ResourceKind::Portal),
        Self::Resource(ResourceKind::Entity),
        Self::Resource(ResourceKind::Task),
        Self::Resource(ResourceKind::Repository),
        Self::Resource(ResourceKind::Claim),
        Self::Resource(ResourceKind::Secret),
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServiceAccount => "ServiceAccount",
            Self::Action => "Action",
            Self::Resource(kind) => kind.name(),
        }
    }

    /// The type of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Something of this type.
    pub(super) fn uid(self, id: &str) -> EntityUid {
        static TYPES: LazyLock<Vec<EntityTypeName>> =
            LazyLock::new(|| Kind::ALL.iter().map(|kind| kind.name().parse().expect("these names are identifiers")).collect());
        let at = Self::ALL.iter().position(|kind| *kind == self).unwrap_or_default();
        EntityUid::from_type_name_and_id(TYPES[at].clone(), EntityId::new(id))
    }
}

/// What a resource of this kind can be asked for in conditions: attribute, type, what it means.
pub(super) fn attributes(kind: ResourceKind) -> &'static [(&'static str, &'static str, &'static str)] {
    const OWNED: [(&str, &str, &str); 3] = [
        ("ownerGroups", "Set<Group>", "The groups that own it."),
        ("ownerUsers", "Set<User>", "The people who own it."),
        ("unowned", "Bool", "Whether nobody owns it."),
    ];
    const ENTITY: [(&str, &str, &str); 10] = [
        ("kind", "String", "In lower case: \"component\"."),
        ("namespace", "String", "In lower case: \"default\"."),
        ("name", "String", "In lower case."),
        ("type", "String", "As spec.type has it: \"service\"; empty without one."),
        ("lifecycle", "String", "As spec.lifecycle has it: \"production\"; empty without one."),
        ("system", "String", "The system that it is part of: \"system:default/shop\"; empty without one."),
        ("tags", "Set<String>", "As metadata.tags has them."),
        OWNED[0],
        ("ownerUsers", "Set<User>", "The people who own it; a User is owned by the person."),
        OWNED[2],
    ];
    const OTHER: [(&str, &str, &str); 4] =
        [("name", "String", "What it is called: a repository's owner/name, a secret's path."), OWNED[0], OWNED[1], OWNED[2]];
    match kind {
        ResourceKind::Portal => &[],
        ResourceKind::Entity => &ENTITY,
        ResourceKind::Task | ResourceKind::Repository | ResourceKind::Claim | ResourceKind::Secret => &OTHER,
    }
}

/// The group of an area's actions: `catalog:*`.
fn area(action: Action) -> String {
    let id = action.id();
    format!("{}:*", id.split_once(':').map_or(id, |(area, _)| area))
}

/// The groups of actions that an action is in, by their ids.
pub(super) fn groups_of(action: Action) -> [String; 2] {
    let access = match action.access() {
        Access::Read => READS,
        Access::Write => WRITES,
    };
    [access.to_owned(), area(action)]
}

/// Every name that can follow `Action::`, and the actions that it stands for.
pub(super) fn action_names() -> &'static BTreeMap<String, Vec<Action>> {
    static NAMES: LazyLock<BTreeMap<String, Vec<Action>>> = LazyLock::new(|| {
        let mut names: BTreeMap<String, Vec<Action>> = BTreeMap::new();
        for action in Action::ALL {
            names.entry(action.id().to_owned()).or_default().push(*action);
            for group in groups_of(*action) {
                names.entry(group).or_default().push(*action);
            }
        }
        names
    });
    &NAMES
}

/// The schema in Cedar's notation: types, their attributes, and every action with what it is done to.
pub fn schema_text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(write_schema);
    &TEXT
}

/// Checks policies against the schema.
pub(super) fn validator() -> &'static Validator {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
        let (schema, _) = Schema::from_cedarschema_str(schema_text()).expect("the schema is written by this file, and a test reads it");
        Validator::new(schema)
    });
    &VALIDATOR
}

fn write_schema() -> String {
    let mut text = String::from(HEAD);
    for kind in [
        ResourceKind::Portal,
        ResourceKind::Entity,
        ResourceKind::Task,
        ResourceKind::Repository,
        ResourceKind::Claim,
        ResourceKind::Secret,
    ] {
        write_resource(&mut text, kind);
    }
    text.push_str("\n// Groups of actions: by what they do, and by their area.\n");
    let groups: BTreeSet<String> = Action::ALL.iter().flat_map(|action| groups_of(*action)).collect();
    for group in groups {
        let _ = writeln!(text, "action \"{group}\";");
    }
    text.push_str("\n// Everything that can be done.\n");
    for action in Action::ALL {
        let [access, area] = groups_of(*action);
        let _ = writeln!(text, "\n// {}", action.about());
        let _ = writeln!(text, "action \"{}\" in [\"{access}\", \"{area}\"] appliesTo {{", action.id());
        let _ = writeln!(text, "  principal: [User, ServiceAccount],\n  resource: [{}],\n}};", action.resource().name());
    }
    text
}

fn write_resource(text: &mut String, kind: ResourceKind) {
    let (about, parents) = match kind {
        ResourceKind::Portal => ("The portal itself: Portal::\"waymark\".", ""),
        ResourceKind::Entity => (
            "An entity of the catalog, by its name in lower case: Entity::\"component:default/checkout\".\n// It is in the system that it is part of.",
            " in [Entity]",
        ),
        ResourceKind::Task => ("A run of a template.", ""),
        ResourceKind::Repository => ("A repository that the portal hosts: Repository::\"payments/ledger\".", ""),
        ResourceKind::Claim => ("Something that was asked for from a platform API.", ""),
        ResourceKind::Secret => ("A secret or a Terraform state, by its path.", ""),
    };
    let _ = write!(text, "\n// {about}\nentity {}{parents}", kind.name());
    let attributes = attributes(kind);
    if attributes.is_empty() {
        text.push_str(";\n");
        return;
    }
    text.push_str(" {\n");
    for (name, of, about) in attributes {
        let _ = writeln!(text, "  // {about}\n  {name}: {of},");
    }
    text.push_str("};\n");
}

const HEAD: &str = "// What policies of Waymark can speak of. Every policy is checked against it.
// This file is written from the list of actions; a change of it by hand changes nothing.

// A group of the catalog, by its name in lower case: Group::\"group:default/payments\".
// Group::\"everyone\" has every person in it, and no service account.
entity Group in [Group];

// A person: User::\"user:default/ada\". They are in their groups, and in the groups that those are in.
entity User in [Group];

// A machine with an account of its own: ServiceAccount::\"ci\".
entity ServiceAccount in [Group];
";
