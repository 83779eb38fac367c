//! Says in a descriptor author's words what the YAML scanner found, and points at it.

use saphyr_parser::ScanError;

use super::{
    load::{Flaw, Mark},
    repair::{FLOW_INDENT, SURROGATE, TAB_AFTER_COLON},
};

pub(super) const TAB: &str = "Tabs are not allowed as indentation";
pub(super) const TAB_HELP: &str = "Indent with spaces.";

/// What the scanner found in `text`.
pub(super) fn flaw(error: &ScanError, text: &str) -> Flaw {
    let found = KNOWN.iter().find(|(part, ..)| error.info().contains(part));
    let mark = Mark::new(*error.marker());
    match found {
        Some((_, rule, message, help)) => Flaw::new(rule, *message, Some(place(rule, mark, text))).help(help),
        None => {
            let mut letters = error.info().chars();
            let sentence = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
            Flaw::new("yaml/syntax", sentence, Some(place("yaml/syntax", mark, text)))
        }
    }
}

/// The scanner's mark is where it stopped; this is where to look.
fn place(rule: &str, mark: Mark, text: &str) -> Mark {
    let line = |number: u32| text.lines().nth(usize::try_from(number).map_or(0, |number| number.saturating_sub(1)));
    if rule == "yaml/tab" {
        let indentation = |line: &str| line.find(|letter: char| letter != ' ').filter(|at| line[*at..].starts_with('\t'));
        let skipped = usize::try_from(mark.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let tab = text.lines().enumerate().skip(skipped).take(2).find_map(|(index, line)| Some((index, indentation(line)?)));
        return tab.map_or(mark, |(index, at)| at_line(index, at));
    }
    // A key without a colon, or an open bracket, shows only when the next line starts or the text ends.
    let stopped_at_start = mark.column == 1 && rule == "yaml/key";
    let stopped_after = line(mark.line).is_none_or(|line| line.trim().is_empty());
    if stopped_at_start || stopped_after {
        let before = usize::try_from(mark.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let last = text.lines().enumerate().take(before).filter(|(_, line)| !line.trim().is_empty()).last();
        if let Some((index, line)) = last {
            let column = if rule == "yaml/key" { line.len() - line.trim_start().len() } else { line.trim_end().chars().count() };
            return at_line(index, column);
        }
    }
    mark
}

fn at_line(index: usize, column: usize) -> Mark {
    let from_one = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
    Mark { line: from_one(index), column: from_one(column) }
}

/// A part of the scanner's text, the rule, the message (npm `yaml`'s, where it has one) and what to do.
const KNOWN: [(&str, &str, &str, &str); 24] = [
    // The scanner's own limit stands above that of documents, so this is too deep by far.
    ("recursion limit exceeded", "yaml/depth", "Values are nested too deep", "Flatten the document."),
    ("tab", "yaml/tab", TAB, TAB_HELP),
    (
        "mapping values are not allowed",
        "yaml/nested-mapping",
        "Nested mappings are not allowed in compact mappings",
        "Put a text that contains \": \" in quotes, or check the indentation of this line and the one before it.",
    ),
    (
        "mapping keys are not allowed",
        "yaml/nested-mapping",
        "Nested mappings are not allowed in compact mappings",
        "Put a text that starts with ? in quotes.",
    ),
    (
        "block sequence entries are not allowed",
        "yaml/sequence",
        "A list may not start on the same line as its key",
        "Put the first - on a line of its own, or put a text that starts with - in quotes.",
    ),
    (
        "unknown anchor",
        "yaml/alias",
        "Unresolved alias (the anchor must be set before the alias)",
        "Put a text that starts with * in quotes, or define the anchor (&name) above in the same document.",
    ),
    (
        "found unexpected end of stream",
        "yaml/quote",
        "Missing closing quote",
        "Close the quoted text; the quote was opened at or above this place.",
    ),
    ("found unexpected document indicator", "yaml/quote", "Missing closing quote", "Close the quoted text before the --- line."),
    ("indentation in quoted scalar", "yaml/quote", "Missing closing quote", "Close the quoted text, or indent its further lines."),
    (
        "invalid trailing content after",
        "yaml/quote",
        "Unexpected text after a quoted text",
        "Remove it, or put the whole text in one pair of quotes; inside single quotes write '' for a quote.",
    ),
    ("unknown escape character", "yaml/escape", "Invalid escape sequence", "Write \\\\ for a backslash, or use single quotes."),
    ("expected hexadecimal number", "yaml/escape", "Invalid escape sequence", "Write \\\\ for a backslash, or use single quotes."),
    ("invalid Unicode character escape", SURROGATE, "Invalid escape sequence", "Write the character itself."),
    ("expected ',' or '}'", "yaml/flow", "Flow map must end with a }", "Close the { with a }, and put commas between the entries."),
    ("expected ',' or ']'", "yaml/flow", "Flow sequence must end with a ]", "Close the [ with a ], and put commas between the items."),
    (
        "indentation in flow",
        "yaml/flow",
        "A flow collection must be sufficiently indented and closed",
        "Indent the lines of it, and close it.",
    ),
    (
        "invalid indentation",
        FLOW_INDENT,
        "A flow collection must be sufficiently indented and closed",
        "Indent the lines of it, and close it.",
    ),
    ("must be followed by a valid YAML whitespace", TAB_AFTER_COLON, "A tab after a colon", "Put a space after the colon."),
    ("misplaced bracket", "yaml/flow", "Unexpected closing bracket", "Remove it, or put the text in quotes."),
    (
        "simple key expect",
        "yaml/key",
        "Implicit map keys need to be followed by map values",
        "Write key: value, with a space after the colon.",
    ),
    (
        "did not find expected key",
        "yaml/indent",
        "All mapping items must start at the same column",
        "Align this line with the other keys of its mapping.",
    ),
    (
        "did not find expected '-' indicator",
        "yaml/indent",
        "All sequence items must start at the same column",
        "Align the - of this item with those before it.",
    ),
    (
        "did not find expected node content",
        "yaml/value",
        "A value is missing",
        "Write one, close the bracket that is open, or put a text that starts with a special character in quotes.",
    ),
    ("unexpected character", "yaml/reserved", "Plain value cannot start with a reserved character", "Put the text in quotes."),
];
