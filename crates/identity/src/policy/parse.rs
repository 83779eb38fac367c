//! A text of policies, read and checked.

use std::collections::BTreeSet;

use cedar_policy::{
    Policy, PolicyId, PolicySet, Template, TemplatePrincipalConstraint, TemplateResourceConstraint, ValidationMode,
    pst::{self, ActionConstraint, EntityOrSlot, EntityUID, Expr, Literal, PrincipalConstraint, ResourceConstraint},
};
use model::EntityRef;

use super::{
    nesting,
    problem::{Place, PolicyProblem},
    schema::{EVERYONE, Kind, LONGEST_TEXT, MOST_POLICIES, PORTAL, action_names, validator},
};
use crate::ResourceKind;

/// One policy of a text.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Its `@id`.
    pub(super) name: Option<String>,
    /// Its `@description`; empty without one.
    pub(super) description: String,
    /// The line on which it begins.
    pub(super) line: usize,
    /// The policy with its conditions as a tree.
    pub(super) body: Body,
    pub(super) tree: pst::Template,
}

/// What a piece is.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// It holds as it stands.
    Policy(Policy),
    /// It holds for those who are given one of these roles.
    Role(Template, Vec<String>),
}

/// Reads a text.
///
/// # Errors
/// Everything that is wrong with it. Policies that can never apply are among it only when `pointless` is asked for: they do no harm, and
/// those that applied yesterday must not keep the portal from starting.
pub(super) fn read(place: Place<'_>, pointless: bool) -> Result<Vec<Piece>, Vec<PolicyProblem>> {
    if place.text.len() > LONGEST_TEXT {
        let message = format!("The text has {} bytes, at most {LONGEST_TEXT} are allowed. Split it.", place.text.len());
        return Err(vec![place.whole(message)]);
    }
    if let Some(at) = place.text.find('\0') {
        return Err(vec![place.at(at, "There is a NUL character here. Remove it.")]);
    }
    if let Some(problem) = nesting::too_deep(place) {
        return Err(vec![problem]);
    }
    let set: PolicySet = place.text.parse().map_err(|errors| place.parse_errors(&errors))?;
    let mut read = Reading { place, problems: Vec::new(), names: BTreeSet::new() };
    let mut pieces = Vec::new();
    let mut starts = Vec::new();
    // The parser names them by their order in the text.
    for at in 0..set.num_of_policies() + set.num_of_templates() {
        let id = PolicyId::new(format!("policy{at}"));
        let after = starts.last().map_or(0, |(_, end)| *end);
        let (written, piece) = match (set.policy(&id), set.template(&id)) {
            (Some(policy), _) => (policy.to_cedar().unwrap_or_default(), Ok(policy)),
            (None, Some(template)) => (template.to_cedar(), Err(template)),
            (None, None) => continue,
        };
        let start = place.text[after..].find(&written).map_or(after, |found| after + found);
        starts.push((start, start + written.len().min(place.text.len() - start)));
        pieces.extend(match piece {
            Ok(policy) => read.policy(policy, start),
            Err(template) => read.template(template, start),
        });
    }
    if starts.len() > MOST_POLICIES {
        read.problems.push(place.whole(format!("The text has {} policies, at most {MOST_POLICIES} are allowed.", starts.len())));
    } else {
        read.validate(&set, &starts, pointless);
    }
    read.problems.sort_by_key(|problem| (problem.line, problem.column));
    read.problems.dedup();
    if read.problems.is_empty() { Ok(pieces) } else { Err(read.problems) }
}

struct Reading<'a> {
    place: Place<'a>,
    problems: Vec<PolicyProblem>,
    names: BTreeSet<String>,
}

impl Reading<'_> {
    fn validate(&mut self, set: &PolicySet, starts: &[(usize, usize)], pointless: bool) {
        let result = validator().validate(set, ValidationMode::Strict);
        let start = |id: &PolicyId| {
            let number: Option<usize> = AsRef::<str>::as_ref(id).strip_prefix("policy").and_then(|number| number.parse().ok());
            number.and_then(|number| starts.get(number)).map_or(0, |(start, _)| *start)
        };
        let errors = result.validation_errors().map(|error| (error, start(error.policy_id())));
        self.problems.extend(self.place.invalid(errors));
        // What is wrong explains why nothing fits.
        if pointless && self.problems.is_empty() {
            for warning in result.validation_warnings() {
                self.problems.push(self.place.pointless(warning, start(warning.policy_id())));
            }
        }
    }

    fn policy(&mut self, policy: &Policy, start: usize) -> Option<Piece> {
        if policy.annotation("role").is_some() {
            let message = "A policy with @role belongs to whoever is given the role: write principal in ?principal.";
            self.problems.push(self.place.at(start, message));
        }
        let tree = match policy.to_pst() {
            Ok(pst::Policy::Static(policy)) => policy.body().clone(),
            Ok(other) => other.body().clone(),
            Err(error) => return self.unreadable(&error, start),
        };
        let annotation = |key: &str| policy.annotation(key).map(str::to_owned);
        self.piece(annotation("id"), annotation("description"), Body::Policy(policy.clone()), tree, start)
    }

    fn template(&mut self, template: &Template, start: usize) -> Option<Piece> {
        let roles: Vec<String> = template.annotation("role").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        if roles.is_empty() {
            let message = "?principal stands for whoever is given a role: say which one with @role(\"NAME\"), or name somebody instead of ?principal.";
            self.problems.push(self.place.at(start, message));
        }
        for role in &roles {
            if !is_name(role) {
                let message = format!("\"{role}\" is no name of a role: it has lower case letters, digits and -, at most 63.");
                self.problems.push(self.place.at(start, message));
            }
        }
        let slot =
            matches!(template.principal_constraint(), TemplatePrincipalConstraint::In(None) | TemplatePrincipalConstraint::IsIn(_, None));
        if !slot {
            let message = "A role is given to people, groups and service accounts: write principal in ?principal.";
            self.problems.push(self.place.at(start, message));
        }
        if TemplateResourceConstraint::has_slot(&template.resource_constraint()) {
            let message = "A role is for whatever its policies name: write the resource instead of ?resource.";
            self.problems.push(self.place.at(start, message));
        }
        let tree = match template.to_pst() {
            Ok(tree) => tree,
            Err(error) => return self.unreadable(&error, start),
        };
        let annotation = |key: &str| template.annotation(key).map(str::to_owned);
        self.piece(annotation("id"), annotation("description"), Body::Role(template.clone(), roles), tree, start)
    }

    fn unreadable(&mut self, error: &pst::PstConstructionError, start: usize) -> Option<Piece> {
        self.problems.push(self.place.at(start, format!("This policy cannot be taken apart: {error}.")));
        None
    }

    fn piece(&mut self, name: Option<String>, description: Option<String>, body: Body, tree: pst::Template, start: usize) -> Option<Piece> {
        if let Some(name) = &name {
            if !is_name(name) {
                let message = format!("@id(\"{name}\") has to have lower case letters, digits and -, at most 63.");
                self.problems.push(self.place.at(start, message));
            } else if !self.names.insert(name.clone()) {
                self.problems.push(self.place.at(start, format!("There are two policies with @id(\"{name}\") in this text.")));
            }
        }
        if let Some(message) = mistaken(&tree) {
            self.problems.push(self.place.at(start, message));
        }
        let mut seen = BTreeSet::new();
        for uid in literals(&tree) {
            let written = format!("{}::\"{}\"", uid.ty, uid.eid);
            if seen.insert(written.clone())
                && let Some(message) = misnamed(&uid.ty.to_string(), &uid.eid)
            {
                let at = self.place.text[start..].find(&written).map_or(start, |found| start + found);
                self.problems.push(self.place.at(at, message));
            }
        }
        let line = self.place.at(start, "").line;
        Some(Piece { name, description: description.unwrap_or_default(), line, body, tree })
    }
}

/// Whether it can be an `@id` or the name of a role.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.len() <= 63 && name.chars().all(plain)
}

/// Everything that a policy names, in its scope and its conditions.
fn literals(tree: &pst::Template) -> Vec<EntityUID> {
    let mut found = Vec::new();
    let mut scope = |of: &EntityOrSlot| {
        if let EntityOrSlot::Entity(uid) = of {
            found.push(uid.clone());
        }
    };
    match &tree.principal {
        PrincipalConstraint::Eq(of) | PrincipalConstraint::In(of) | PrincipalConstraint::IsIn(_, of) => scope(of),
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => {}
    }
    match &tree.resource {
        ResourceConstraint::Eq(of) | ResourceConstraint::In(of) | ResourceConstraint::IsIn(_, of) => scope(of),
        ResourceConstraint::Any | ResourceConstraint::Is(_) => {}
    }
    match &tree.action {
        ActionConstraint::Eq(uid) => found.push(uid.clone()),
        ActionConstraint::In(uids) => found.extend(uids.iter().cloned()),
        ActionConstraint::Any => {}
    }
    for pst::Clause::When(expr) | pst::Clause::Unless(expr) in tree.clauses() {
        let literal = |expr: &Expr| match expr {
            Expr::Literal(Literal::EntityUID(uid)) => Some(vec![uid.clone()]),
            _ => None,
        };
        found.extend(expr.reduce(&literal, &|left, right| [left, right].concat(), Vec::new()));
    }
    found
}

/// What looks right and is about nobody or nothing: a policy that forbids would be taken for one that protects.
fn mistaken(tree: &pst::Template) -> Option<String> {
    if let PrincipalConstraint::Eq(EntityOrSlot::Entity(uid)) = &tree.principal
        && uid.ty.to_string() == Kind::Group.name()
    {
        return Some(format!("Nobody is a group, people are in it: write principal in Group::\"{}\".", uid.eid));
    }
    match &tree.action {
        ActionConstraint::Eq(uid) if uid.eid.contains('*') && action_names().contains_key(uid.eid.as_str()) => {
            Some(format!("{} is a group of actions: write action in Action::\"{}\".", uid.eid, uid.eid))
        }
        _ => None,
    }
}

/// Why nothing can have this name, if that is so: a policy about nobody would be taken for one that protects.
fn misnamed(kind: &str, id: &str) -> Option<String> {
    let in_catalog = |what: &str, of: &str| {
        let known: Option<EntityRef> = id.parse().ok();
        let right = known.as_ref().is_some_and(|name| name.to_string() == id && (of.is_empty() || name.kind() == of));
        let meant = match known {
            Some(name) if of.is_empty() || name.kind().eq_ignore_ascii_case(of) => name.to_string(),
            _ if of.is_empty() => format!("component:default/{}", plain(id)),
            _ => format!("{of}:default/{}", plain(id)),
        };
        (!right).then(|| format!("{kind}::\"{id}\" names nothing. {what} are named as in the catalog, in lower case: {kind}::\"{meant}\"."))
    };
    match Kind::named(kind)? {
        Kind::User => in_catalog("People", "user"),
        Kind::Group if id == EVERYONE => None,
        Kind::Group => in_catalog("Groups", "group"),
        Kind::ServiceAccount => match id.strip_prefix("service:") {
            Some(name) => Some(format!("Service accounts are named without service: here, as in ServiceAccount::\"{name}\".")),
            None if id.is_empty() => Some("A service account has a name: ServiceAccount::\"ci\".".to_owned()),
            None => None,
        },
        Kind::Resource(ResourceKind::Portal) if id != PORTAL => {
            Some(format!("There is one portal: Portal::\"{PORTAL}\", not Portal::\"{id}\"."))
        }
        Kind::Resource(ResourceKind::Entity) => in_catalog("Entities", ""),
        Kind::Resource(_) | Kind::Action => None,
    }
}

/// A name that somebody wrote, as the catalog could have it.
fn plain(id: &str) -> String {
    let name = id.rsplit([':', '/']).next().unwrap_or_default().to_lowercase();
    if name.is_empty() { "name".to_owned() } else { name }
}
