//! Descriptors: text in, text out.

mod conformance;
mod declared;
mod finish;
mod hostile;
mod known;
mod location;
mod parse_any;
mod placeholders;
mod positions;
mod relations;
mod traps;
mod validate;
mod yaml;

use catalog::descriptor::{self, Limits};

/// Every document of a file, a line each: compact JSON, `error LINE:COLUMN rule: message` or both with `warning`.
fn parsed(text: &[u8], limits: &Limits) -> String {
    let mut lines = Vec::new();
    for document in descriptor::parse(text, "f.yaml", limits) {
        match &document.value {
            Ok(value) => lines.push(value.to_string()),
            Err(found) => lines.push(format!("error {}:{} {}: {}", found.line, found.column, found.rule, found.message)),
        }
        let warnings = document.warnings.iter();
        lines.extend(warnings.map(|found| format!("warning {}:{} {}: {}", found.line, found.column, found.rule, found.message)));
    }
    lines.join("\n")
}

/// What becomes of the first document: `Kind` or `LINE:COLUMN rule: text`.
fn validated(text: &str) -> String {
    let mut documents = descriptor::parse(text.as_bytes(), "f.yaml", &Limits::default());
    let document = documents.remove(0);
    let mut value = document.value.clone().expect("the text is YAML");
    match descriptor::validate(&mut value) {
        Ok(kind) => kind.to_string(),
        Err(error) => {
            let found = document.diagnose("f.yaml", &error);
            format!("{}:{} {}: {}", found.line, found.column, found.rule, found.message)
        }
    }
}
