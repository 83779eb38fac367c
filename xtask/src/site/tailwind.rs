//! How encre-css differs from Tailwind for the classes that the sources use.
//!
//! Tailwind, from npm, is the reference. Both outputs are brought to one spelling and compared class by class; the list of
//! what is left is committed, so that a new difference is seen when a class is used for the first time.

use super::{
    css,
    rules::{self, Rule},
    values::{self, Variables},
};
use crate::{process, project};
use anyhow::{Context as _, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

/// The committed list.
pub const LIST: &str = "xtask/tailwind-differences.txt";

const HEAD: &str = "\
# Utility classes in use whose declarations differ between encre-css, which compiles them, and Tailwind 4.
# Written by `cargo xtask tailwind`; a test fails when it no longer says what is so.
";

/// The list as it should be. Needs the packages of `xtask/package-lock.json`.
pub fn differences(root: &Path) -> Result<String> {
    let ours = css::ours(&root.join("style"))?;
    let used = css::utilities(root, &ours)?;
    let config = css::config(&ours, false);
    let reference = reference(root, &used, &super::tokens::colours(&ours))?;
    let (initial, shared) = (css::initial_values(), variables(&reference));
    let mut list = HEAD.to_owned();
    for class in &used {
        let generated = rules::parse(&encre_css::generate([class.as_str()], &config));
        let mine = described(&generated, class, &initial);
        let theirs = described(&reference, class, &shared);
        if mine != theirs {
            writeln!(list, "\n{class}\n  encre-css  {}\n  Tailwind   {}", shown(&mine), shown(&theirs)).context("writing the list")?;
        }
    }
    Ok(list)
}

/// Writes the list.
pub fn accept() -> Result<()> {
    crate::node::install("xtask")?;
    let list = differences(&project::root())?;
    super::write(&project::path(LIST), list.as_bytes())
}

/// Tailwind's rules for the classes.
fn reference(root: &Path, used: &BTreeSet<String>, colours: &BTreeSet<String>) -> Result<Vec<Rule>> {
    let mut input = String::new();
    for class in used {
        writeln!(input, "{class}").context("writing Tailwind's input")?;
    }
    for colour in colours {
        writeln!(input, "--color-{colour}").context("writing Tailwind's input")?;
    }
    let mut command = project::command("node");
    let sheet = process::filter(command.arg(root.join("xtask/tailwind.mjs")), &input)
        .context("Tailwind; its package is installed by `npm ci` in xtask/")?;
    Ok(rules::parse(&sheet))
}

/// The variables that are the same everywhere: the theme's and the initial values.
fn variables(rules: &[Rule]) -> Variables {
    let mut found = Variables::new();
    for rule in rules {
        let place = rule.context.last().map_or("", String::as_str);
        if let Some(name) = place.strip_prefix("@property ") {
            let initial = rule.declarations.iter().find(|(property, _)| property == "initial-value");
            found.insert(name.to_owned(), initial.map_or_else(String::new, |(_, value)| value.clone()));
        } else if place.starts_with(":root") || place.starts_with('*') {
            for (property, value) in rule.declarations.iter().filter(|(property, _)| property.starts_with("--")) {
                let value = if value == "initial" { "" } else { value };
                found.entry(property.clone()).or_insert_with(|| value.to_owned());
            }
        }
    }
    // `initial` means absent: a fallback beside it holds.
    found.retain(|_, value| !value.is_empty());
    found
}

/// What a class declares: place → property → value.
fn described(rules: &[Rule], class: &str, shared: &Variables) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for rule in rules {
        let Some(place) = place(&rule.context, class) else { continue };
        let mut variables = shared.clone();
        variables.extend(rule.declarations.iter().filter(|(property, _)| property.starts_with("--")).cloned());
        let declarations = found.entry(place).or_default();
        for (property, value) in &rule.declarations {
            // Their own variables are put in above; old prefixes say nothing to the browsers that Waymark supports.
            if !property.starts_with("--") && !property.starts_with("-webkit-text-decoration") {
                declarations.insert(property.clone(), values::normal(value, &variables));
            }
        }
    }
    found.retain(|_, declarations| !declarations.is_empty());
    found
}

/// Where a rule applies, with the class as `&`; `None` when it is not the class's.
fn place(context: &[String], class: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut own = false;
    for part in context {
        // Tailwind guards `color-mix` for browsers that are too old for Waymark.
        if part.starts_with("@layer") || part.starts_with("@supports (color: color-mix") {
            continue;
        }
        if let Some(condition) = part.strip_prefix("@media ") {
            parts.push(condition.replace("width >= ", "min-width: ").replace("width < ", "max-width: "));
            continue;
        }
        let selectors = part.split(", ").filter_map(|selector| with_class(selector, class));
        let selectors: Vec<String> = selectors.collect();
        own |= !selectors.is_empty();
        parts.push(if selectors.is_empty() { part.clone() } else { selectors.join(", ") });
    }
    own.then(|| parts.join(" "))
}

/// The selector with the class as `&`, when it names it. `:where()` and `:is()` change weight, not place.
fn with_class(selector: &str, class: &str) -> Option<String> {
    let plain = selector.replace('\\', "");
    let name = format!(".{class}");
    let at = plain.find(&name)?;
    let rest = &plain[at + name.len()..];
    // Without its backslashes, what goes on like this is a longer class.
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '%')) {
        return None;
    }
    let replaced = format!("{}&{rest}", &plain[..at]);
    Some(match replaced.strip_prefix(":where(").or_else(|| replaced.strip_prefix(":is(")).and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => inner.to_owned(),
        None => replaced,
    })
}

fn shown(places: &BTreeMap<String, BTreeMap<String, String>>) -> String {
    if places.is_empty() {
        return "(nothing)".to_owned();
    }
    let blocks = places.iter().map(|(place, declarations)| {
        let declarations: Vec<String> = declarations.iter().map(|(property, value)| format!("{property}: {value}")).collect();
        format!("{place} {{ {} }}", declarations.join("; "))
    });
    blocks.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_found_in_selectors() {
        for (selector, class, expected) in [
            (".sm\\:flex:hover", "sm:flex", Some("&:hover")),
            (".flex-row", "flex", None),
            (".bg-paper\\/50", "bg-paper", None),
            (":where(.space-x-2 > :not(:last-child))", "space-x-2", Some("& > :not(:last-child)")),
        ] {
            assert_eq!(with_class(selector, class).as_deref(), expected);
        }
    }

    #[test]
    fn the_committed_list_says_what_is_so() {
        let root = project::root();
        let now = differences(&root).unwrap();
        let committed = std::fs::read_to_string(root.join(LIST)).unwrap_or_default();
        assert!(now == committed, "{LIST} is out of date. When the differences are fine, run `cargo xtask tailwind`. They are:\n{now}");
    }
}
