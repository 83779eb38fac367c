//! Problems as people, programs, GitHub and code scanning read them.

use std::io::{self, Write};

use catalog::descriptor::Severity;
use serde_json::{Value, json};

use super::{Problem, Summary};
use crate::config::ReportFormat;

/// Where a rule is explained, in the guide that comes with the program.
const GUIDE: &str = "docs/guide/validate.md";

/// Writes the whole report. What is not the report itself, as the summary beside JSON, goes to standard error.
pub(super) fn write(format: ReportFormat, summary: &Summary, problems: &[Problem], out: &mut dyn Write) -> io::Result<()> {
    match format {
        ReportFormat::Human => {
            problems.iter().try_for_each(|problem| human(problem, out))?;
            writeln!(out, "{}", sentence(summary))
        }
        ReportFormat::Github => {
            problems.iter().try_for_each(|problem| github(problem, out))?;
            writeln!(out, "{}", sentence(summary))
        }
        ReportFormat::Json => {
            write_json(&json_report(summary, problems), out)?;
            writeln!(io::stderr(), "{}", sentence(summary))
        }
        ReportFormat::Sarif => {
            write_json(&sarif(problems), out)?;
            writeln!(io::stderr(), "{}", sentence(summary))
        }
    }
}

fn write_json(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// As in `2 files, 5 entities: 1 error, no warnings`.
pub(super) fn sentence(summary: &Summary) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {many}"),
    };
    format!(
        "{}, {}: {}, {}",
        count(summary.files, "file", "files"),
        count(summary.entities, "entity", "entities"),
        count(summary.errors, "error", "errors"),
        count(summary.warnings, "warning", "warnings")
    )
}

fn human(problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let Problem { file, line, column, severity, rule, message, fix, .. } = problem;
    writeln!(out, "{file}:{line}:{column}: {}[{rule}]: {message}", level(*severity))?;
    fix.as_ref().map_or(Ok(()), |fix| writeln!(out, "  fix: {fix}"))
}

/// A workflow command. Its escapes are the runner's: percent signs and line ends, in properties also colons and commas.
fn github(problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let fix = problem.fix.as_ref().map(|fix| format!("\n{fix}")).unwrap_or_default();
    writeln!(
        out,
        "::{} file={},line={},col={},title={}::{}",
        level(problem.severity),
        property(&problem.file),
        problem.line,
        problem.column,
        property(problem.rule),
        data(&format!("{}{fix}", problem.message))
    )
}

fn json_report(summary: &Summary, problems: &[Problem]) -> Value {
    let Summary { files, documents, entities, errors, warnings } = summary;
    let one = |problem: &Problem| {
        let Problem { file, line, column, severity, rule, entity, message, fix } = problem;
        json!({ "file": file, "line": line, "column": column, "severity": level(*severity), "rule": rule, "entity": entity, "message": message, "fix": fix })
    };
    json!({
        "version": 1,
        "summary": { "files": files, "documents": documents, "entities": entities, "errors": errors, "warnings": warnings },
        "problems": problems.iter().map(one).collect::<Vec<_>>(),
    })
}

/// SARIF 2.1.0 (OASIS Standard, 2020): one run, a rule for each that was broken.
fn sarif(problems: &[Problem]) -> Value {
    let mut rules: Vec<&str> = problems.iter().map(|problem| problem.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let results = problems.iter().map(|problem| {
        let text = match &problem.fix {
            Some(fix) => format!("{}\n{fix}", problem.message),
            None => problem.message.clone(),
        };
        json!({
            "ruleId": problem.rule,
            "ruleIndex": rules.binary_search(&problem.rule).unwrap_or_default(),
            "level": level(problem.severity),
            "message": { "text": text },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": uri(&problem.file) },
                "region": { "startLine": problem.line.max(1), "startColumn": problem.column.max(1) },
            } }],
        })
    });
    let results: Vec<Value> = results.collect();
    let described = |rule: &&str| json!({ "id": rule, "shortDescription": { "text": describe(rule) }, "help": { "text": format!("See {rule} in {GUIDE}.") } });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "waymark",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(described).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// What a family of rules is about.
fn describe(rule: &str) -> &'static str {
    match rule.split('/').next().unwrap_or_default() {
        "yaml" => "The file is YAML 1.2, one mapping a document.",
        "envelope" | "schema" | "root-field" => "A document has the fields that every entity has, and no others.",
        "metadata" | "text" => "Names, labels, annotations, tags and links have their forms.",
        "kind" => "The kind is known, and its fields are as it wants them.",
        "relation" => "References name entities.",
        "placeholder" => "Included files are there and can be read.",
        "location" => "A Location leads to files that are there.",
        "file" => "Files lie in the tree that is checked.",
        "catalog" => "Entities fit together.",
        _ => "A descriptor is as the catalog reads it.",
    }
}

/// A path as a relative reference or a file address, percent-encoded.
fn uri(file: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const OUT: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b'\\')
        .add(b']')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}')
        .add(b':');
    let path = utf8_percent_encode(file, OUT);
    if file.starts_with('/') { format!("file://{path}") } else { path.to_string() }
}
