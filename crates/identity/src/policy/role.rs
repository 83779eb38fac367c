//! The roles that come with Waymark.

use std::sync::LazyLock;

use super::{
    Origin, PolicyText,
    parse::{self, Body, Piece},
    problem::Place,
    statement::ActionSet,
};
use crate::Action;

/// The id of the text that the roles are in.
pub(super) const ROLES: &str = "roles";
const TEXT: &str = include_str!("../../../../platform/policies/roles.cedar");

/// A role that comes with Waymark: a set of policies for whoever is given it. Somebody can have several, which add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// As grants and policies name it: `platform-engineer`.
    pub name: &'static str,
    /// As pages name it: `Platform engineer`.
    pub title: &'static str,
    /// Whom it is for and what it allows.
    pub about: &'static str,
}

/// An action that a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleAction {
    /// What it allows.
    pub action: Action,
    /// Only under a condition, such as owning what it is done to.
    pub conditional: bool,
}

impl Role {
    /// All of them, the most powerful first.
    pub const ALL: &[Self] = &[
        Self {
            name: "admin",
            title: "Administrator",
            about: "Runs the portal: people, roles, policies, accounts and everything else. Reads no secrets but their own.",
        },
        Self {
            name: "platform-product-manager",
            title: "Platform product manager",
            about: "Decides what the platform offers and whether it helps: scorecards, surveys, adoption, cost, branding and announcements.",
        },
        Self {
            name: "platform-engineer",
            title: "Platform engineer",
            about: "Builds the platform: templates, platform APIs, hosted repositories, approvals and quotas, and every entry of the catalog but people and groups.",
        },
        Self {
            name: "developer-advocate",
            title: "Developer advocate",
            about: "Helps developers find their way: announcements, notifications, surveys and shared dashboards.",
        },
        Self {
            name: "sre",
            title: "Site reliability engineer",
            about: "Keeps it running: operations pages and metrics, tasks of everybody, incidents, deliveries and announcements.",
        },
        Self {
            name: "developer",
            title: "Developer",
            about: "Reads the catalog, registers and makes what belongs there, uses templates and platform APIs, and changes what they or their teams own.",
        },
        Self {
            name: "viewer",
            title: "Viewer",
            about: "Reads the catalog, documentation, scorecards and delivery, and changes nothing but their own settings.",
        },
        Self {
            name: "auditor",
            title: "Auditor",
            about: "Reads what happened and who may do what: audit log, people, roles, policies and configuration. Changes nothing.",
        },
    ];

    /// The role of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|role| role.name == name)
    }

    /// What it allows, in the order of the actions.
    pub fn actions(&self) -> Vec<RoleAction> {
        let mut always = Vec::new();
        let mut sometimes = Vec::new();
        for piece in pieces() {
            let Body::Role(template, roles) = &piece.body else { continue };
            if roles.iter().any(|role| role == self.name) {
                let into = if template.has_non_scope_constraint() { &mut sometimes } else { &mut always };
                into.push(ActionSet::of(&template.action_constraint()));
            }
        }
        let within = |sets: &[ActionSet], action: Action| sets.iter().any(|set| set.contains(action));
        let allowed = Action::ALL.iter().filter(|action| within(&always, **action) || within(&sometimes, **action));
        allowed.map(|action| RoleAction { action: *action, conditional: !within(&always, *action) }).collect()
    }
}

/// The policies that come with Waymark; they are always there, and nobody has to pass them to [`Policies::compile`](super::Policies::compile).
pub fn built_in() -> &'static [PolicyText] {
    static TEXTS: LazyLock<[PolicyText; 1]> =
        LazyLock::new(|| [PolicyText { id: ROLES.to_owned(), text: TEXT.to_owned(), origin: Origin::BuiltIn }]);
    &*TEXTS
}

/// The roles, read once.
pub(super) fn pieces() -> &'static [Piece] {
    static PIECES: LazyLock<Vec<Piece>> = LazyLock::new(|| {
        let read = parse::read(Place { policy: ROLES, text: TEXT }, true);
        read.unwrap_or_else(|problems| panic!("the roles that come with Waymark are valid, which a test holds: {problems:?}"))
    });
    &PIECES
}
