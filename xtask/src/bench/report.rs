//! The figures, each beside what the architecture asks for.

use anyhow::{Context as _, Result};
use serde_json::json;

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// Only shown.
    None,
}

impl Target {
    fn met(self, value: f64) -> Option<bool> {
        match self {
            Self::AtMost(limit) => Some(value <= limit),
            Self::AtLeast(limit) => Some(value >= limit),
            Self::None => None,
        }
    }
}

#[derive(Debug)]
struct Row {
    entities: u32,
    database: &'static str,
    what: String,
    value: f64,
    unit: &'static str,
    target: Target,
    /// The same measure of the bare handler.
    bare: Option<f64>,
}

/// All figures of a run.
#[derive(Debug)]
pub struct Report {
    rows: Vec<Row>,
}

/// Where a figure was measured.
#[derive(Debug)]
pub struct Place<'a> {
    pub entities: u32,
    pub database: &'static str,
    pub report: &'a mut Report,
}

impl Place<'_> {
    /// The target for this size: the first up to 10,000 entities, the second above.
    pub fn by_size(&self, small: Target, large: Target) -> Target {
        if self.entities <= 10_000 { small } else { large }
    }

    /// Adds a figure and prints it.
    pub fn add(&mut self, what: &str, value: f64, unit: &'static str, target: Target, bare: Option<f64>) {
        let row = Row { entities: self.entities, database: self.database, what: what.to_owned(), value, unit, target, bare };
        println!("  {}", line(&row).join("  "));
        self.report.rows.push(row);
    }
}

impl Report {
    /// An empty one.
    pub fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// The figures as a Markdown table.
    pub fn table(&self) -> String {
        let head = ["entities", "database", "what", "measured", "target", "bare handler", ""].map(str::to_owned);
        let rows: Vec<[String; 7]> = std::iter::once(head).chain(self.rows.iter().map(line)).collect();
        let widths: Vec<usize> = (0..7).map(|at| rows.iter().map(|row| row[at].trim().chars().count()).max().unwrap_or(0)).collect();
        let mut out = String::new();
        for (number, row) in rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{:<width$}", cell.trim())).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                out.push_str(&format!("| {} |\n", rule.join(" | ")));
            }
        }
        out
    }

    /// The figures as JSON.
    pub fn json(&self) -> Result<String> {
        let rows: Vec<serde_json::Value> = self
            .rows
            .iter()
            .map(|row| {
                let (kind, limit) = match row.target {
                    Target::AtMost(limit) => ("at most", Some(limit)),
                    Target::AtLeast(limit) => ("at least", Some(limit)),
                    Target::None => ("none", None),
                };
                json!({
                    "entities": row.entities, "database": row.database, "what": row.what, "value": row.value, "unit": row.unit,
                    "target": kind, "limit": limit, "met": row.target.met(row.value), "bare": row.bare,
                })
            })
            .collect();
        serde_json::to_string_pretty(&json!({ "cores": std::thread::available_parallelism().map_or(0, usize::from), "figures": rows }))
            .context("writing the figures")
    }
}

fn line(row: &Row) -> [String; 7] {
    let target = match row.target {
        Target::AtMost(limit) => format!("≤ {}", figure(limit)),
        Target::AtLeast(limit) => format!("≥ {}", figure(limit)),
        Target::None => String::new(),
    };
    let bare = row.bare.map_or_else(String::new, |bare| format!("{} ({:.0} %)", figure(bare), 100.0 * row.value / bare));
    let verdict = match row.target.met(row.value) {
        Some(true) => "✓",
        Some(false) => "✗ missed",
        None => "",
    };
    [
        row.entities.to_string(),
        row.database.to_owned(),
        format!("{:<34}", row.what),
        format!("{:>9} {}", figure(row.value), row.unit),
        target,
        bare,
        verdict.to_owned(),
    ]
}

/// Three or four digits that matter.
fn figure(value: f64) -> String {
    match value {
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_beside_its_target() {
        let mut report = Report::new();
        let mut place = Place { entities: 10_000, database: "SQLite", report: &mut report };
        let target = place.by_size(Target::AtMost(1.0), Target::AtMost(10.0));
        place.add("ingest", 1.25, "s", target, None);
        place.add("by-name", 9000.0, "req/s", Target::AtLeast(6000.0), Some(10_000.0));
        let table = report.table();
        assert!(table.contains("| 1.25 s") && table.contains("≤ 1.00") && table.contains("✗ missed"), "{table}");
        assert!(table.contains("10000 (90 %)") && table.contains("✓"), "{table}");
    }
}
