//! Why something may be done or not, in the words of people who have never seen a policy.

use std::collections::BTreeSet;

use model::Principal;

use super::{
    Policies, Resource, Who,
    compile::RolePolicy,
    condition::Condition,
    schema::{EVERYONE, Kind},
    standing::{Asker, Standing},
    statement::{Effect, PolicyRef, PrincipalScope, ResourceScope, Statement},
};
use crate::{Action, ResourceKind};

/// Policies that an explanation names at most.
const MOST_HINTS: usize = 8;

/// Why something may be done or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it may be done.
    pub allowed: bool,
    /// It all in a sentence or two.
    pub summary: String,
    /// What the token lacks, when it is the token that is in the way; see [`Explanation::with_scopes`].
    pub scope_missing: Option<String>,
    /// The policies that permit it.
    pub by: Vec<PolicyRef>,
    /// The policies that forbid it, whatever permits it.
    pub forbidden_by: Vec<PolicyRef>,
    /// When nothing permits it: what would, the nearest first, and why it does not.
    pub would_allow: Vec<Hint>,
}

/// A policy that would permit something, and why it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The policy. One of a role that was not given to whoever asks has `role` and no `granted`.
    pub policy: PolicyRef,
    /// Why it does not: `It is for members of group:default/payments. You are not one of them.`
    pub why: String,
}

/// How sentences speak of whoever asks.
struct Subject {
    name: String,
    you: bool,
}

impl Subject {
    fn verb(&self, you: &str, other: &str) -> String {
        format!("{} {}", self.name, if self.you { you } else { other })
    }
}

impl Explanation {
    /// Takes into account what the token is limited to, if it is.
    #[must_use]
    pub fn with_scopes(mut self, action: Action, scopes: Option<&[String]>) -> Self {
        let Some(scopes) = scopes.filter(|scopes| !action.is_in_scope(scopes)) else { return self };
        let limited = if scopes.is_empty() { "nothing".to_owned() } else { scopes.join(", ") };
        let message = format!("This token is limited to {limited}; it would need the scope {action}.");
        self.summary = if self.allowed { message.clone() } else { format!("{message} {}", self.summary) };
        self.allowed = false;
        self.scope_missing = Some(message);
        self
    }
}

impl Policies {
    /// Why somebody may do something or not, said to them. The resource needs all its facts.
    pub fn explain(&self, who: &Who<'_>, action: Action, resource: &Resource<'_>) -> Explanation {
        self.explain_to(who, action, resource, &Subject { name: "You".to_owned(), you: true })
    }

    /// As [`Self::explain`], said to somebody else.
    pub fn explain_about(&self, who: &Who<'_>, action: Action, resource: &Resource<'_>) -> Explanation {
        let name = match who.principal {
            Principal::Service(name) => format!("The service account {name}"),
            other => other.recorded(),
        };
        self.explain_to(who, action, resource, &Subject { name, you: false })
    }

    fn explain_to(&self, who: &Who<'_>, action: Action, resource: &Resource<'_>, subject: &Subject) -> Explanation {
        let slice = self.slice(who, action);
        let decision = slice.allows(resource);
        let found: Vec<PolicyRef> = decision.determining.iter().filter_map(|id| self.policy(id).cloned()).collect();
        let standing = Standing::new(who);
        if decision.allowed {
            let summary = match (&standing.principal, found.first()) {
                (Asker::Root, _) => "The administrator's token and the portal itself may do everything, without any policy.".to_owned(),
                (_, Some(policy)) => format!("{} it.{}", names("allows", "allow", &found), described(policy)),
                (_, None) => String::new(),
            };
            return Explanation { allowed: true, summary, by: found, ..Explanation::default() };
        }
        if resource.kind() != action.resource() {
            let summary = format!("{action} is not done to {}: it is done to {}.", thing(resource.kind()), thing(action.resource()));
            return Explanation { summary, ..Explanation::default() };
        }
        if let Some(policy) = found.first() {
            let forbids = names("forbids", "forbid", &found);
            let summary = format!("{forbids} {action}{}, and what forbids wins over what permits.{}", on(resource), described(policy));
            return Explanation { summary, forbidden_by: found, ..Explanation::default() };
        }
        let would_allow = self.hints(&standing, action, resource, subject);
        let nothing = format!("{} may not do {action}{}: no policy permits it.", subject.name, on(resource));
        let summary = match would_allow.first() {
            Some(hint) => format!("{nothing} {}", hint.why),
            None => format!("{nothing} No policy and no role would permit it to anybody: somebody with policy:write has to write one."),
        };
        Explanation { summary, would_allow, ..Explanation::default() }
    }

    fn hints(&self, standing: &Standing, action: Action, resource: &Resource<'_>, subject: &Subject) -> Vec<Hint> {
        let mut hints: Vec<(u8, usize, Hint)> = Vec::new();
        let stated = self.statements().iter().filter(|one| one.info.effect == Effect::Permit && one.is_about(action));
        for statement in stated.filter(|one| names_resource(&one.resource, resource)) {
            let is_for = standing.is_among(&statement.principal);
            let unmet = unmet(statement.condition.as_deref(), standing, action, resource);
            let rank = match (is_for, &unmet) {
                (true, _) => 0,
                (false, None) => 1,
                (false, Some(_)) => 4,
            };
            let whom = whom(statement);
            let owners = if unmet.as_ref().is_some_and(|unmet| unmet.ownership) { who_own_it(&whom) } else { "" };
            let place = match &statement.resource {
                ResourceScope::Named { id, .. } if **id != *resource.id() => format!(" for what is in {id}"),
                ResourceScope::Named { .. } => " for this one".to_owned(),
                _ => String::new(),
            };
            let mut why = format!("`{}` permits it to {whom}{owners}{place}.", statement.info.id);
            if !is_for {
                why.push_str(&not_for(&statement.principal, standing, subject));
            }
            if let Some(unmet) = unmet {
                why.push_str(&unmet.said(resource, subject, &statement.info));
            }
            hints.push((rank, 0, Hint { policy: (*statement.info).clone(), why }));
        }
        for (role, policies) in self.role_policies() {
            // Whoever reads that members of a group have it knows enough.
            if !hints.iter().any(|(_, _, hint)| hint.policy.role.as_deref() == Some(role)) {
                hints.extend(role_hint(role, policies, standing, action, resource, subject));
            }
        }
        // Least privilege: the role that allows least comes first.
        hints.sort_by(|(a, size, one), (b, other_size, other)| (a, size, &one.policy.id).cmp(&(b, other_size, &other.policy.id)));
        let near = hints.first().is_some_and(|(rank, ..)| *rank <= 2);
        hints.into_iter().filter(|(rank, ..)| !near || *rank <= 2).map(|(.., hint)| hint).take(MOST_HINTS).collect()
    }
}

/// What a role that was given to nobody would bring.
fn role_hint(
    role: &str,
    policies: &[RolePolicy],
    standing: &Standing,
    action: Action,
    resource: &Resource<'_>,
    subject: &Subject,
) -> Option<(u8, usize, Hint)> {
    let about = policies.iter().filter(|policy| policy.info.effect == Effect::Permit && policy.actions.contains(action));
    let judged = about.map(|policy| (unmet(policy.condition.as_deref(), standing, action, resource), policy));
    let (unmet, policy) = judged.min_by_key(|(unmet, _)| unmet.is_some())?;
    let (rank, why) = match unmet {
        None => (2, format!("The role {role} permits it. {} have it; an administrator can give it.", subject.verb("do not", "does not"))),
        Some(unmet) => {
            let owners = if unmet.ownership { " to those who own it" } else { "" };
            (5, format!("The role {role} permits it{owners}.{}", unmet.said(resource, subject, &policy.info)))
        }
    };
    let size = policies.iter().map(|policy| policy.actions.len()).sum();
    Some((rank, size, Hint { policy: (*policy.info).clone(), why }))
}

/// A clause that does not hold.
struct Unmet {
    /// Whether it asks for nothing but whoever asks being an owner.
    ownership: bool,
    text: String,
}

fn unmet(condition: Option<&Condition>, standing: &Standing, action: Action, resource: &Resource<'_>) -> Option<Unmet> {
    let (clause, text) = condition?.unmet(standing, action, resource)?;
    Some(Unmet { ownership: clause.mentions.asks_ownership() && text.starts_with("when"), text })
}

impl Unmet {
    fn said(&self, resource: &Resource<'_>, subject: &Subject, policy: &PolicyRef) -> String {
        if !self.ownership {
            return format!(" It has a condition that does not hold: {}.{}", self.text, described(policy));
        }
        let owners: BTreeSet<&str> = resource.owners().collect();
        let listed = owners.iter().copied().collect::<Vec<_>>().join(", ");
        match (owners.len(), owners.first()) {
            (0, _) | (_, None) => " Nobody owns it.".to_owned(),
            (1, Some(owner)) if owner.starts_with("group:") => {
                format!(" It is owned by {owner}. {} not a member.", subject.verb("are", "is"))
            }
            (1, Some(owner)) => format!(" It is owned by {owner}."),
            _ => format!(" It is owned by {listed}. {} none of them, and in none of the groups.", subject.verb("are", "is")),
        }
    }
}

/// ` on component:default/checkout`, or nothing.
fn on(resource: &Resource<'_>) -> String {
    if matches!(resource, Resource::Portal) { String::new() } else { format!(" on {}", resource.id()) }
}

fn thing(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Portal => "the portal itself",
        ResourceKind::Entity => "an entity of the catalog",
        ResourceKind::Task => "a task",
        ResourceKind::Repository => "a repository",
        ResourceKind::Claim => "a claim",
        ResourceKind::Secret => "a secret or state",
    }
}

/// `freeze forbids`, or `freeze and other forbid`.
fn names(one: &str, several: &str, policies: &[PolicyRef]) -> String {
    let ids: Vec<String> = policies.iter().map(|policy| format!("`{}`", policy.id)).collect();
    match ids.split_last() {
        Some((last, [])) => format!("{last} {one}"),
        Some((last, rest)) => format!("{} and {last} {several}", rest.join(", ")),
        None => String::new(),
    }
}

fn described(policy: &PolicyRef) -> String {
    if policy.description.is_empty() { String::new() } else { format!(" {}", policy.description) }
}

/// Whether a policy is about the resource, or about everything of its kind.
fn names_resource(scope: &ResourceScope, resource: &Resource<'_>) -> bool {
    match scope {
        ResourceScope::Named { id, inside, .. } => **id == *resource.id() || *inside && **id == *resource.system(),
        ResourceScope::Everything | ResourceScope::Kind(_) => true,
        ResourceScope::Nothing => false,
    }
}

/// Whom a policy is for: `members of group:default/payments`.
fn whom(statement: &Statement) -> String {
    match &statement.principal {
        PrincipalScope::Everybody => "everybody".to_owned(),
        PrincipalScope::Kind(Kind::ServiceAccount) => "every service account".to_owned(),
        PrincipalScope::Kind(_) => "every person".to_owned(),
        PrincipalScope::Named { kind: Kind::Group, id, .. } if **id == *EVERYONE => "every person".to_owned(),
        PrincipalScope::Named { kind: Kind::Group, id, .. } => format!("members of {id}"),
        PrincipalScope::Named { kind: Kind::ServiceAccount, id, .. } => format!("the service account {id}"),
        PrincipalScope::Named { id, .. } => id.to_string(),
        PrincipalScope::Nobody => "nobody".to_owned(),
    }
}

fn who_own_it(whom: &str) -> &'static str {
    if whom.starts_with("members") { " who own it" } else { " who owns it" }
}

fn not_for(scope: &PrincipalScope, standing: &Standing, subject: &Subject) -> String {
    let machine = matches!(standing.principal, Asker::Service(_));
    match scope {
        PrincipalScope::Named { kind: Kind::Group, id, .. } if **id == *EVERYONE => " Service accounts are not among them.".to_owned(),
        PrincipalScope::Named { kind: Kind::Group, .. } => format!(" {} not a member.", subject.verb("are", "is")),
        PrincipalScope::Kind(_) if machine => " Service accounts are not among them.".to_owned(),
        _ => String::new(),
    }
}
