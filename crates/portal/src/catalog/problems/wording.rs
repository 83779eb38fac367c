//! The words for each sort of problem: what is wrong, where, and what to do.

use ::catalog::{Held, Location, index::EntityView};
use model::{
    EntityRef, Timestamp,
    view::{Problem, ProblemItem, ProblemLevel},
};
use serde::Deserialize;

use super::{Sort, level_of};

/// The relations that an entity itself states, with the words for a problem with them.
const STATED: [(&str, &str); 7] = [
    ("ownedBy", "owner"),
    ("partOf", "system, domain or parent"),
    ("dependsOn", "dependency"),
    ("consumesApi", "consumed API"),
    ("providesApi", "provided API"),
    ("memberOf", "group"),
    ("childOf", "parent group"),
];

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    message: String,
    #[serde(default)]
    level: String,
}

/// What people can act on: Backstage wraps each error in the name of what found it.
pub(in crate::catalog) fn innermost(message: &str) -> &str {
    let cause = message.rsplit("caused by ").next().unwrap_or(message);
    // The fix says what to do; an address of another project's rules does not help beside it.
    cause.split(" To learn more about catalog file format, visit:").next().unwrap_or(cause)
}

/// Whether a message is about a name that another source has; that is told of the name.
pub(super) fn is_conflict(message: &str) -> bool {
    message.contains("is already provided by")
}

/// Whether a message says that a file could not be read at all, whatever is in it.
pub(super) fn is_unreadable(message: &str) -> bool {
    message.contains("Unable to read file, ")
}

/// What is wrong with one entity by itself.
pub(super) fn of_entity(entity: &EntityView<'_>) -> Vec<(Sort, Problem)> {
    let items: Vec<Item> = entity.status().and_then(|status| serde_json::from_slice(status).ok()).unwrap_or_default();
    let is_location = entity.kind().eq_ignore_ascii_case("location");
    let mut out = Vec::new();
    for item in items.iter().filter(|item| !is_conflict(&item.message)) {
        let (title, fix) = if is_location {
            ("Something in this location cannot be read", "Correct the file that the message names. What it held before is still shown.")
        } else {
            ("The latest version of this entity cannot be used", "Correct its descriptor; this page shows the last version that was good.")
        };
        let level = if item.level == "warning" { ProblemLevel::Warning } else { ProblemLevel::Error };
        let problem = Problem { level, title: title.to_owned(), detail: innermost(&item.message).to_owned(), fix: fix.to_owned() };
        out.push((Sort::Error, problem));
    }
    for relation in entity.relations().filter(|relation| relation.target_id().is_none()) {
        let Some((kind, word)) = STATED.into_iter().find(|(kind, _)| *kind == relation.kind) else { continue };
        let target = relation.target;
        let (sort, title) = if kind == "ownedBy" {
            (Sort::Owner, format!("Its owner {target} is not in the catalog"))
        } else {
            (Sort::Dangling, format!("Its {word} {target} is not in the catalog"))
        };
        let fix = format!("Register {target}, or correct the reference in the descriptor.");
        out.push((sort, Problem { level: level_of(sort), title, detail: String::new(), fix }));
    }
    out
}

/// No source provides it any more.
pub(super) fn orphan(gone_at: Timestamp) -> Problem {
    Problem {
        level: level_of(Sort::Orphan),
        title: "No source provides it any more".to_owned(),
        detail: format!("It is removed at {} UTC.", clock(gone_at)),
        fix: "If it moved, register its new place: it keeps its identity and history. If it is gone for good, nothing is to be done."
            .to_owned(),
    }
}

/// Two sources, one name.
pub(super) fn conflict(name: &str, own: &str, others: &[String]) -> Problem {
    Problem {
        level: level_of(Sort::Conflict),
        title: format!("{name} is described in {} places", others.len() + 1),
        detail: format!("Shown: {own}. Ignored: {}.", others.join(", ")),
        fix: "Rename one of them, or remove all but one. When the shown one goes, the next takes over at once.".to_owned(),
    }
}

/// A descriptor that never gave an entity.
pub(super) fn never_worked(location: &str, file: &str, name: Option<&EntityRef>, message: &str) -> ProblemItem {
    let detail = innermost(message).to_owned();
    let title = match name {
        Some(name) => format!("{name} never came into the catalog"),
        None => "This file cannot be read and has given no entity yet".to_owned(),
    };
    ProblemItem {
        sort: Sort::NeverWorked,
        level: level_of(Sort::NeverWorked),
        entity_ref: name.cloned(),
        location: Some(location.to_owned()),
        file: Some(file.to_owned()),
        line: line_in(&detail),
        owner: None,
        title,
        detail,
        fix: "Correct the descriptor. It is read again by itself; waymark validate says the same before a push.".to_owned(),
    }
}

/// A loss that waits to be confirmed.
pub(super) fn held(location: &Location, held: &Held) -> ProblemItem {
    let named: Vec<&str> = held.refs.iter().take(3).map(String::as_str).collect();
    let more = usize::try_from(held.lost).unwrap_or(usize::MAX).saturating_sub(named.len());
    let more = if more > 0 && !named.is_empty() { format!(" and {more} more") } else { String::new() };
    ProblemItem {
        title: format!("The last reading would remove {} of {} entities", held.lost, held.of),
        detail: format!("They are kept until somebody confirms: {}{more}.", named.join(", ")),
        fix: "If that is meant, confirm it on the location's page. If not, mend the source: a reading that finds them again clears this."
            .to_owned(),
        ..of_location(Sort::Held, location)
    }
}

/// A location that was not read for long.
pub(super) fn stale(location: &Location, now: Timestamp) -> ProblemItem {
    let since = match location.last_ok {
        Some(last) => format!("was last read without a mistake {}", last.relative_to(now)),
        None => "was never read without a mistake".to_owned(),
    };
    ProblemItem {
        title: format!("{}:{} {since}", location.location_type, location.target),
        detail: innermost(location.last_error.as_deref().unwrap_or_default()).to_owned(),
        fix: "Make the address answer again, or change or unregister the location. What it held is still shown.".to_owned(),
        ..of_location(Sort::Stale, location)
    }
}

/// A host that asked to be left alone.
pub(super) fn waiting(host: &str, until: Timestamp, last_result: &str) -> ProblemItem {
    ProblemItem {
        sort: Sort::Waiting,
        level: level_of(Sort::Waiting),
        entity_ref: None,
        location: None,
        file: None,
        line: None,
        owner: None,
        title: format!("{host} is not asked before {} UTC", clock(until)),
        detail: last_result.to_owned(),
        fix: "Give the host credentials with a larger budget in [[hosts]] of waymark.toml, or read its locations less often.".to_owned(),
    }
}

fn of_location(sort: Sort, location: &Location) -> ProblemItem {
    ProblemItem {
        sort,
        level: level_of(sort),
        entity_ref: Some(location.entity_ref.clone()),
        location: Some(location.id.clone()),
        file: Some(location.target.clone()),
        line: None,
        owner: None,
        title: String::new(),
        detail: String::new(),
        fix: String::new(),
    }
}

/// `2026-11-22 09:30`
fn clock(at: Timestamp) -> String {
    at.rfc3339().get(..16).unwrap_or_default().replace('T', " ")
}

/// The line that a message names: `… at line 3, column 5`, or `file.yaml:3:5`.
pub(in crate::catalog) fn line_in(message: &str) -> Option<u32> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
    if let Some((_, rest)) = message.rsplit_once("line ") {
        return digits(rest);
    }
    let (_, rest) = message.split_once(".yaml:").or_else(|| message.split_once(".yml:"))?;
    digits(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line() {
        let check = |message: &str, expected: Option<u32>| assert_eq!(line_in(message), expected, "{message}");
        check("YAML error at file:a, YAMLParseError: bad at line 12, column 3", Some(12));
        check("a.yaml:7:1: no", Some(7));
        check("/spec/owner must be string", None);
        check("the line is long", None);
    }

    #[test]
    fn says_both_sides_of_a_conflict() {
        let problem = conflict("component:default/a", "x.yaml", &["y.yaml".to_owned(), "z.yaml".to_owned()]);
        assert_eq!(problem.title, "component:default/a is described in 3 places");
        assert_eq!(problem.detail, "Shown: x.yaml. Ignored: y.yaml, z.yaml.");
    }
}
