//! The report: every key, and what became of it. It shows no values, since some are secret.

use std::fmt::Write as _;

use super::{Fate, Plan, layers::Node, remote::Found, toml_file::Origin};

/// One line for the terminal.
pub(super) fn summary(config: &Node, plan: &Plan) -> String {
    let [carried, replaced, unsupported] = counts(plan);
    format!(
        "{} keys: {carried} carried over, {replaced} replaced, {unsupported} not supported; {} locations, {} hosts",
        config.leaves().len(),
        plan.toml.locations.len(),
        plan.toml.hosts.len()
    )
}

fn counts(plan: &Plan) -> [usize; 3] {
    plan.fates.values().fold([0; 3], |mut counts, fate| {
        counts[index(fate)] += 1;
        counts
    })
}

const fn index(fate: &Fate) -> usize {
    match fate {
        Fate::Carried(_) => 0,
        Fate::Replaced(_) => 1,
        Fate::Unsupported(_) => 2,
    }
}

/// The whole report.
pub(super) fn markdown(config: &Node, plan: &Plan, found: Option<&Found>, files: &[String]) -> String {
    // Writing into a String cannot fail, here and below.
    let mut out = format!("# Import from Backstage\n\nRead: {}. {}.\n", files.join(", "), summary(config, plan));
    out.push_str("Later files win, lists are replaced whole. No value is shown, since some are secret.\n");
    if !plan.to_do.is_empty() {
        out.push_str("\n## To do\n\n");
        plan.to_do.iter().for_each(|what| _ = writeln!(out, "- {}", sentence(what)));
    }
    out.push_str("\n## Locations\n\n");
    let count = |origin: Origin| plan.toml.locations.iter().filter(|location| location.origin == origin).count();
    _ = writeln!(out, "- {} of the configuration", count(Origin::Configured));
    match found {
        None => out.push_str("- Registered locations are in Backstage's database: run the import with `--url` to take them over.\n"),
        Some(found) => {
            _ = writeln!(out, "- {} registered by people, {} found by providers", count(Origin::Registered), count(Origin::Discovered));
            out.push_str("\nWhat a provider finds later is not found by Waymark: register it, or name a pattern in a git repository.\n");
            out.push_str("\n## Stars\n\n");
            match &found.stars {
                Ok(stars) => {
                    _ = writeln!(
                        out,
                        "{} entities are starred by the person whose token was used. They are listed in starred-entities.txt; stars are each person's own, and that person stars them anew.",
                        stars.len()
                    )
                }
                Err(why) => _ = writeln!(out, "Not read: {why}."),
            }
        }
    }
    let layers = config.leaves();
    for (heading, wanted) in [("Carried over", 0), ("Replaced by", 1), ("Not supported", 2)] {
        let rows: Vec<_> = plan.fates.iter().filter(|(_, fate)| index(fate) == wanted).collect();
        _ = write!(out, "\n## {heading}\n\n");
        if rows.is_empty() {
            out.push_str("None.\n");
            continue;
        }
        out.push_str("| key | from | |\n|---|---|---|\n");
        for (key, fate) in rows {
            let layer = layers.iter().find(|(path, _)| path == key).and_then(|(_, leaf)| *leaf).map_or("", |leaf| leaf.layer.as_str());
            let (Fate::Carried(text) | Fate::Replaced(text) | Fate::Unsupported(text)) = fate;
            _ = writeln!(out, "| `{}` | {} | {} |", cell(key), cell(layer), cell(text));
        }
    }
    out
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    // A name of a variable or file keeps its letters.
    match letters.next() {
        Some(first) if letters.as_str().starts_with(|next: char| next.is_ascii_lowercase() || next == ' ') => {
            format!("{}{}.", first.to_uppercase(), letters.as_str())
        }
        _ => format!("{text}."),
    }
}
