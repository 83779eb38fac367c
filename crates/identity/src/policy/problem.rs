//! What is wrong with policies, where, and what would be right, in the words of people who have never seen Cedar.

use std::{collections::BTreeMap, fmt};

use cedar_policy::{ParseErrors, ValidationError, ValidationWarning};
use miette::Diagnostic;

use super::schema::{Kind, action_names, attributes};
use crate::ResourceKind;

/// Something that is wrong with a text of policies, or with a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The id of the text, or the grant: `grant of admin to user:default/ada`. Empty when a text without a name was checked.
    pub policy: String,
    /// The line, from 1; 0 when it is not about a place in a text.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.policy.as_str(), self.line) {
            ("", 0) => f.write_str(&self.message),
            ("", line) => write!(f, "line {line}, column {}: {}", self.column, self.message),
            (policy, 0) => write!(f, "{policy}: {}", self.message),
            (policy, line) => write!(f, "{policy}, line {line}, column {}: {}", self.column, self.message),
        }
    }
}

/// A text whose problems are gathered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) policy: &'a str,
    pub(super) text: &'a str,
}

impl Place<'_> {
    /// A problem at a byte of the text.
    pub(super) fn at(&self, offset: usize, message: impl Into<String>) -> PolicyProblem {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        PolicyProblem { policy: self.policy.to_owned(), line, column, message: message.into() }
    }

    /// A problem with the text as a whole.
    pub(super) fn whole(&self, message: impl Into<String>) -> PolicyProblem {
        PolicyProblem { policy: self.policy.to_owned(), line: 0, column: 0, message: message.into() }
    }

    /// What the parser says.
    pub(super) fn parse_errors(&self, errors: &ParseErrors) -> Vec<PolicyProblem> {
        errors.iter().map(|error| self.at(offset_of(error).unwrap_or_default(), parse_message(error))).collect()
    }

    /// What the validator says. It says it for every action and type that a policy is for; here each place is spoken of once.
    pub(super) fn invalid<'a>(&self, errors: impl Iterator<Item = (&'a ValidationError, usize)>) -> Vec<PolicyProblem> {
        let mut by_place: BTreeMap<usize, Vec<&ValidationError>> = BTreeMap::new();
        for (error, start) in errors {
            by_place.entry(offset_of(error).unwrap_or(start)).or_default().push(error);
        }
        let problem = |(offset, errors): (usize, Vec<&ValidationError>)| {
            let known_elsewhere = attribute_of_some(&errors);
            // The order in which types come is not the same every time.
            let messages = errors.into_iter().map(validation_message);
            known_elsewhere.or_else(|| messages.min()).map(|message| self.at(offset, message))
        };
        by_place.into_iter().filter_map(problem).collect()
    }

    /// What the validator finds pointless about the policy that begins at `start`.
    pub(super) fn pointless(&self, warning: &ValidationWarning, start: usize) -> PolicyProblem {
        self.at(offset_of(warning).unwrap_or(start), warning_message(warning))
    }
}

fn offset_of(diagnostic: &dyn Diagnostic) -> Option<usize> {
    diagnostic.labels()?.next().map(|label| label.offset())
}

/// A message with its help, without the name that the parser gives policies.
fn said(diagnostic: &dyn Diagnostic) -> (String, String) {
    let plain = |text: String| match text.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, ")) {
        Some((_, rest)) => rest.to_owned(),
        None => text,
    };
    (plain(diagnostic.to_string()), diagnostic.help().map(|help| plain(help.to_string())).unwrap_or_default())
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let text: String = first.chain(letters).collect();
    if text.ends_with(['.', '?', '!', ')']) { text } else { text + "." }
}

fn joined(message: &str, help: &str) -> String {
    if help.is_empty() { sentence(message) } else { format!("{} {}", sentence(message), sentence(help)) }
}

/// The part of a message between backticks.
fn quoted(text: &str) -> &str {
    text.split('`').nth(1).unwrap_or_default()
}

fn parse_message(error: &dyn Diagnostic) -> String {
    let (message, help) = said(error);
    if message.contains("unexpected end of input") {
        return "The text ends in the middle of a policy. Each policy ends with ; after its closing ) or }.".to_owned();
    }
    if let Some(token) = message.strip_prefix("unexpected token ") {
        let expected = expected_of(error);
        let expected = if expected.is_empty() { String::new() } else { format!(" {}", sentence(&expected)) };
        return format!("{token} cannot stand here.{expected}");
    }
    if message.starts_with("expected an entity uid") {
        let literal = quoted(&message).trim_matches('"');
        let meant = if literal.contains("user:") {
            format!("User::\"{literal}\"")
        } else if literal.contains("group:") {
            format!("Group::\"{literal}\"")
        } else if action_names().contains_key(literal) {
            format!("Action::\"{literal}\"")
        } else {
            "User::\"user:default/ada\", Group::\"group:default/payments\" or Action::\"entity:change\"".to_owned()
        };
        return format!("A name stands behind its type: {meant}.");
    }
    if message.ends_with("is not a valid method") {
        return format!(
            "There is no method {}. Texts are compared with == and like, as in resource.name like \"pay-*\"; sets have contains, containsAny, containsAll and isEmpty.",
            quoted(&message)
        );
    }
    joined(&message, &help)
}

/// What the parser would have taken: it says so in the label of the place.
fn expected_of(error: &dyn Diagnostic) -> String {
    let label = error.labels().and_then(|mut labels| labels.next());
    label.and_then(|label| label.label().map(str::to_owned)).unwrap_or_default()
}

/// The nearest of some words, if one is near enough to have been meant.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = |other: &&str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &other.to_lowercase());
    let best = known.max_by(|a, b| near(a).total_cmp(&near(b)))?;
    (near(&best) >= 0.5).then_some(best)
}

fn validation_message(error: &ValidationError) -> String {
    let (message, help) = said(error);
    match error {
        ValidationError::UnrecognizedActionId(_) => unknown_action(quoted(&message)),
        ValidationError::UnrecognizedEntityType(_) => unknown_type(quoted(&message)),
        ValidationError::UnsafeAttributeAccess(_) => unknown_attribute(&message),
        ValidationError::UnexpectedType(_) => match message.strip_prefix("unexpected type: expected ") {
            _ if help.contains("concatenation") => {
                "Texts cannot be put together. Compare each for itself, or with a pattern: resource.name like \"pay-*\".".to_owned()
            }
            Some(rest) if rest.contains("AnyEntity") && rest.contains("String") => {
                "`in` asks about groups and systems. To ask whether a text is one of several, write [\"api\", \"system\"].contains(resource.kind).".to_owned()
            }
            Some(rest) => {
                let (expected, found) = rest.split_once(" but saw ").unwrap_or((rest, "something else"));
                let help = if help.is_empty() { String::new() } else { format!(" {}", sentence(&help)) };
                format!("This has to be {}, and it is {}.{help}", kind_of_value(expected), kind_of_value(found))
            }
            None => joined(&message, &help),
        },
        ValidationError::IncompatibleTypes(_) => incompatible(&message),
        ValidationError::EmptySetForbidden(_) => {
            "An empty set [] cannot be written. To ask whether a set is empty, write resource.tags.isEmpty().".to_owned()
        }
        ValidationError::UndefinedFunction(_) => {
            format!("There is no function {}. Dates, addresses and decimal numbers are not part of these policies.", last_word(&message))
        }
        _ => joined(&message, &help),
    }
}

/// `the types String and Set<String> are not compatible`.
fn incompatible(message: &str) -> String {
    let types = message.strip_prefix("the types ").and_then(|rest| rest.strip_suffix(" are not compatible"));
    let types: Vec<&str> = types.unwrap_or_default().split([',', ' ']).filter(|word| !matches!(*word, "" | "and")).collect();
    let spoken: Vec<String> = types.iter().map(|of| kind_of_value(of)).collect();
    let what = match spoken.as_slice() {
        [one, other] => format!("{one} and {other} are never equal"),
        _ => "values of different types are never equal".to_owned(),
    };
    let help = if types.iter().any(|of| matches!(*of, "User" | "ServiceAccount")) {
        "To ask whether whoever asks is among owners or members, write principal in resource.ownerGroups or principal in Group::\"…\"."
    } else if types.iter().any(|of| of.starts_with("Set")) {
        "To ask whether a set has something in it, write resource.tags.contains(\"…\")."
    } else {
        "Compare it with something of the same type."
    };
    format!("{} {help}", sentence(&what))
}

/// When an attribute is asked for that only some of the resources have that a policy is for.
fn attribute_of_some(errors: &[&ValidationError]) -> Option<String> {
    let resources = ["Portal", "Entity", "Task", "Repository", "Claim", "Secret"];
    let mut without = Vec::new();
    let mut attribute = String::new();
    for error in errors {
        let ValidationError::UnsafeAttributeAccess(_) = error else { return None };
        let (message, _) = said(*error);
        let words: Vec<String> = message.split('`').map(str::to_owned).collect();
        attribute.clone_from(words.get(1)?);
        without.push(words.get(3)?.clone());
    }
    let has = |name: &&str| match Kind::named(name) {
        Some(Kind::Resource(kind)) => attributes(kind).iter().any(|(name, ..)| *name == attribute),
        _ => false,
    };
    let with: Vec<&str> = resources.into_iter().filter(has).collect();
    let without: Vec<&str> = resources.into_iter().filter(|name| without.iter().any(|one| one == name)).collect();
    let (one, _) = (with.first()?, without.first()?);
    Some(format!(
        "This policy is for {} too, which has no attribute {attribute}: {} has. Name the actions that it is for, or write resource is {one} && resource.{attribute}.",
        without.join(", "),
        with.join(", ")
    ))
}

fn last_word(message: &str) -> &str {
    message.rsplit([' ', ':']).next().unwrap_or_default().trim_matches('`')
}

/// A type of Cedar in words.
fn kind_of_value(of: &str) -> String {
    let of = of.trim_matches('`').trim();
    let words: Vec<String> = of.split(", or ").map(|one| one_kind_of_value(one.trim_matches('`').trim())).collect();
    words.join(" or ")
}

fn one_kind_of_value(of: &str) -> String {
    match of {
        "Bool" | "__cedar::Bool" | "True" | "False" | "true" | "false" => "yes or no".to_owned(),
        "String" | "__cedar::String" => "a text".to_owned(),
        "Long" | "__cedar::Long" => "a number".to_owned(),
        of if of.starts_with("Set<") || of.starts_with("__cedar::internal::Set") => match of.split_once('<') {
            Some((_, inner)) => format!("a set of {}", inner.trim_end_matches('>').trim_start_matches("__cedar::")),
            None => "a set".to_owned(),
        },
        of if of.contains("AnyEntity") => "something with a name, such as User::\"…\"".to_owned(),
        of if of.starts_with('{') => "a record".to_owned(),
        of => match Kind::named(of) {
            Some(kind @ (Kind::Action | Kind::Resource(ResourceKind::Entity))) => format!("an {}", kind.name()),
            Some(kind) => format!("a {}", kind.name()),
            None => of.replace("__cedar::", ""),
        },
    }
}

fn unknown_action(written: &str) -> String {
    // Written as Action::"x".
    let id = written.split_once("::").map_or(written, |(_, id)| id).trim_matches('"');
    let known = || action_names().keys().map(String::as_str);
    match nearest(id, known()) {
        Some(near) => format!("There is no action \"{id}\". Did you mean Action::\"{near}\"?"),
        None => {
            format!("There is no action \"{id}\". Actions are named area:verb, such as Action::\"entity:change\"; the guide lists all.")
        }
    }
}

fn unknown_type(written: &str) -> String {
    let alias = match written.to_lowercase().as_str() {
        "team" | "role" | "department" => Some("Group"),
        "person" | "people" | "member" => Some("User"),
        "service" | "machine" | "bot" | "token" => Some("ServiceAccount"),
        _ => None,
    };
    let known = ["User", "Group", "ServiceAccount", "Action", "Portal", "Entity", "Task", "Repository", "Claim", "Secret"];
    let about = |name: &str| match name {
        "User" => "User::\"user:default/ada\"",
        "Group" => "Group::\"group:default/payments\"",
        "ServiceAccount" => "ServiceAccount::\"ci\"",
        "Entity" => "Entity::\"component:default/checkout\"",
        "Portal" => "Portal::\"waymark\"",
        _ => "",
    };
    let kinds = ["component", "api", "resource", "system", "domain", "template", "location"];
    if kinds.contains(&written.to_lowercase().as_str()) {
        let kind = written.to_lowercase();
        return format!(
            "There is no type {written}. Everything in the catalog is an Entity: write Entity::\"{kind}:default/NAME\", or resource is Entity with resource.kind == \"{kind}\"."
        );
    }
    match alias.or_else(|| nearest(written, known.into_iter())) {
        Some(near) if !about(near).is_empty() => format!("There is no type {written}. Did you mean {near}, as in {}?", about(near)),
        Some(near) => format!("There is no type {written}. Did you mean {near}?"),
        None => format!("There is no type {written}. There are {}.", known.join(", ")),
    }
}

/// `attribute `kinds` on entity type `Entity` not found`.
fn unknown_attribute(message: &str) -> String {
    let words: Vec<&str> = message.split('`').collect();
    let attribute = words.get(1).copied().unwrap_or_default();
    let of = words.get(3).copied().unwrap_or_default();
    match Kind::named(of) {
        Some(Kind::Resource(ResourceKind::Portal)) => format!(
            "The portal has no attributes, so {attribute} cannot be asked for. Name the actions that this is about, so that none of them is done to the portal itself."
        ),
        Some(Kind::Resource(kind)) => {
            let known = || attributes(kind).iter().map(|(name, ..)| *name);
            let near = match attribute.to_lowercase().as_str() {
                "owner" | "owners" | "ownedby" => Some(" Whether whoever asks owns it: principal in resource.ownerGroups.".to_owned()),
                _ => nearest(attribute, known()).map(|near| format!(" Did you mean {near}?")),
            };
            let near = near.unwrap_or_default();
            let all: Vec<&str> = known().collect();
            format!("{of} has no attribute {attribute}.{near} It has {}.", all.join(", "))
        }
        Some(_) => format!(
            "Whoever asks has no attributes, so {attribute} cannot be asked for. Compare by name or by group: principal in Group::\"…\"."
        ),
        None if message.contains("context") => {
            format!("The context of a request is empty: there is no {attribute}. Ask about principal, action and resource.")
        }
        None => format!("There is no attribute {attribute} here."),
    }
}

fn warning_message(warning: &ValidationWarning) -> String {
    let (message, help) = said(warning);
    match warning {
        ValidationWarning::ImpossiblePolicy(_) | ValidationWarning::InvalidActionApplication(_) => {
            "This policy can never apply: nothing fulfils its scope and conditions at once. Look for an action that is not done to this type of resource, which the guide lists, or for a comparison that is always false.".to_owned()
        }
        _ => joined(&message, &help),
    }
}
