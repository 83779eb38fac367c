//! What an overlay changes, as lines of the file that are exchanged. Comments, order and everything else stay.

use std::ops::Range;

use serde_json::{Map, Value};

use super::{
    Overlay,
    lines::{Edit, Entry, Lines},
};
use crate::descriptor::{self, Limits};

/// Items of a list up to which the least change of it is looked for.
const ITEMS: usize = 500;

/// The edits of one document.
pub(super) struct Editor<'l, 't> {
    lines: &'l Lines<'t>,
    document: Range<usize>,
    edits: Vec<Edit>,
}

/// A mapping in which something is changed: its entries, and how far they are indented.
struct Block {
    entries: Vec<Entry>,
    indent: usize,
    /// Where a new last entry goes.
    end: usize,
}

impl<'l, 't> Editor<'l, 't> {
    pub(super) fn new(lines: &'l Lines<'t>, document: Range<usize>) -> Self {
        Self { lines, document, edits: Vec::new() }
    }

    /// The edits that turn the document `before` into `after`, in order.
    ///
    /// # Errors
    /// What stands in the way, for people.
    pub(super) fn run(mut self, overlay: &Overlay, before: &Value, after: &Value) -> Result<Vec<Edit>, String> {
        let root = self.lines.entries(self.document.clone()).ok_or("the document is not written as a block of keys and values")?;
        let metadata = root.iter().find(|entry| entry.key == "metadata").ok_or("the document has no metadata")?;
        let metadata = self.block(metadata)?;
        let at = |value: &'_ Value, key: &str| value["metadata"].get(key).cloned();
        for (key, text) in [("title", &overlay.title), ("description", &overlay.description)] {
            if let Some(text) = text
                && at(before, key) != at(after, key)
            {
                let behind = metadata.entries.iter().find(|entry| matches!(entry.key.as_str(), "title" | "name") && entry.key != key);
                let place = behind.map_or(metadata.end, |entry| entry.lines.end);
                self.scalar(&metadata, key, text, place, false);
            }
        }
        for key in ["labels", "annotations"] {
            self.mapping(&metadata, key, at(before, key).as_ref(), at(after, key).as_ref())?;
        }
        for key in ["tags", "links"] {
            self.list(&metadata, key, at(before, key).as_ref(), at(after, key).as_ref())?;
        }
        if let Some(owner) = &overlay.owner
            && before["spec"].get("owner") != after["spec"].get("owner")
        {
            match root.iter().find(|entry| entry.key == "spec") {
                Some(spec) => {
                    let spec = self.block(spec)?;
                    self.scalar(&spec, "owner", owner, spec.end, false);
                }
                None => {
                    let last = self.document.clone().rev().find(|at| !self.lines.text(*at).trim().is_empty());
                    let added = vec![self.line(0, "spec:"), self.line(2, &format!("owner: {}", scalar(owner)))];
                    self.edits.push(Edit { at: last.map_or(self.document.end, |last| last + 1), removed: 0, added, inside: false });
                }
            }
        }
        Ok(in_order(self.edits))
    }

    /// The mapping below a key, which has to be written in block style.
    fn block(&self, entry: &Entry) -> Result<Block, String> {
        let (value, _) = self.lines.value(entry);
        if !value.is_empty() && !value.starts_with(['&', '!']) {
            return Err(format!("{} in line {} is not written as a block, one entry a line", entry.key, entry.lines.start + 1));
        }
        let below = entry.lines.start + 1..entry.lines.end;
        if self.lines.first(below.clone()).is_none() {
            return Ok(Block { entries: Vec::new(), indent: entry.indent + 2, end: entry.lines.start + 1 });
        }
        let entries = self
            .lines
            .entries(below)
            .ok_or_else(|| format!("{} in line {} is not a block of keys and values", entry.key, entry.lines.start + 1))?;
        let (indent, end) = entries.last().map_or((entry.indent + 2, entry.lines.end), |last| (last.indent, last.lines.end));
        Ok(Block { entries, indent, end })
    }

    /// Sets one text; `place` is where it goes if its key is not there yet, `inside` as in [`Edit`].
    fn scalar(&mut self, block: &Block, key: &str, text: &str, place: usize, inside: bool) {
        let entry = block.entries.iter().find(|entry| entry.key == key);
        let indent = block.indent;
        let head = entry.map_or_else(
            || format!("{}{}:", " ".repeat(indent), flow_key(key)),
            |entry| self.lines.text(entry.lines.start)[..entry.head].to_owned(),
        );
        let comment = entry.filter(|entry| entry.lines.len() == 1).map_or("", |entry| self.lines.value(entry).1);
        let mut added = Vec::new();
        match block_text(text) {
            Some((style, texts)) => {
                added.push(format!("{head} {style}{comment}{}", self.lines.end));
                added
                    .extend(texts.iter().map(|text| if text.is_empty() { self.lines.end.to_owned() } else { self.line(indent + 2, text) }));
            }
            None => added.push(format!("{head} {}{comment}{}", scalar(text), self.lines.end)),
        }
        let (at, removed) = entry.map_or((place, 0), |entry| (entry.lines.start, entry.lines.len()));
        self.edits.push(Edit { at, removed, added, inside });
    }

    /// Sets and removes entries of `labels` or `annotations`.
    fn mapping(&mut self, metadata: &Block, key: &str, before: Option<&Value>, after: Option<&Value>) -> Result<(), String> {
        if before == after {
            return Ok(());
        }
        let none = Map::new();
        let entry = metadata.entries.iter().find(|entry| entry.key == key);
        let (Some(Value::Object(after)), Some(entry)) = (after, entry) else {
            let lines = match after {
                Some(Value::Object(after)) => {
                    let head = std::iter::once(self.line(metadata.indent, &format!("{key}:")));
                    let entries = after.iter().map(|(key, value)| {
                        self.line(metadata.indent + 2, &format!("{}: {}", flow_key(key), scalar(value.as_str().unwrap_or_default())))
                    });
                    head.chain(entries).collect()
                }
                _ => Vec::new(),
            };
            self.replace(metadata, entry, lines);
            return Ok(());
        };
        if self.one_line(entry, &Value::Object(after.clone()), ['{', '}'])? {
            return Ok(());
        }
        let block = self.block(entry)?;
        let before = before.and_then(Value::as_object).unwrap_or(&none);
        for (key, value) in after.iter().filter(|(key, value)| before.get(*key) != Some(value)) {
            self.scalar(&block, key, value.as_str().unwrap_or_default(), block.end, true);
        }
        for gone in block.entries.iter().filter(|entry| !after.contains_key(&entry.key)) {
            self.edits.push(Edit { at: gone.lines.start, removed: gone.lines.len(), added: Vec::new(), inside: true });
        }
        Ok(())
    }

    /// Sets `tags` or `links`: items that stay keep their lines.
    fn list(&mut self, metadata: &Block, key: &str, before: Option<&Value>, after: Option<&Value>) -> Result<(), String> {
        if before == after {
            return Ok(());
        }
        let entry = metadata.entries.iter().find(|entry| entry.key == key);
        let (Some(Value::Array(after)), Some(entry)) = (after, entry) else {
            let lines = match after {
                Some(Value::Array(after)) => {
                    let head = vec![self.line(metadata.indent, &format!("{key}:"))];
                    after.iter().fold(head, |mut lines, item| {
                        lines.extend(self.item(metadata.indent + 2, item));
                        lines
                    })
                }
                _ => Vec::new(),
            };
            self.replace(metadata, entry, lines);
            return Ok(());
        };
        if self.one_line(entry, &Value::Array(after.clone()), ['[', ']'])? {
            return Ok(());
        }
        let below = entry.lines.start + 1..entry.lines.end;
        let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let items = self.lines.items(below).unwrap_or_default();
        if items.len() != before.len() {
            return Err(format!("the list {key} in line {} is not written one item after the other", entry.lines.start + 1));
        }
        let indent = items.first().map_or(entry.indent + 2, |item| self.lines.indent(item.start));
        let mut place = entry.lines.start + 1;
        let (mut old, mut new) = (0, 0);
        for (same_old, same_new) in common(before, after).into_iter().chain(std::iter::once((before.len(), after.len()))) {
            for item in &items[old..same_old] {
                self.edits.push(Edit { at: item.start, removed: item.len(), added: Vec::new(), inside: true });
                place = item.end;
            }
            let added: Vec<String> = after[new..same_new].iter().flat_map(|item| self.item(indent, item)).collect();
            if !added.is_empty() {
                self.edits.push(Edit { at: place, removed: 0, added, inside: true });
            }
            place = items.get(same_old).map_or(place, |item| item.end);
            (old, new) = (same_old + 1, same_new + 1);
        }
        Ok(())
    }

    /// Writes a value in flow style where it stood so on one line; whether it did.
    fn one_line(&mut self, entry: &Entry, value: &Value, [open, close]: [char; 2]) -> Result<bool, String> {
        let (text, comment) = self.lines.value(entry);
        if text.is_empty() {
            return Ok(false);
        }
        if !text.starts_with(open) || !text.ends_with(close) || entry.lines.len() != 1 {
            return Err(format!("{} in line {} is written in a way that cannot be changed line by line", entry.key, entry.lines.start + 1));
        }
        let head = &self.lines.text(entry.lines.start)[..entry.head];
        let added = vec![format!("{head} {}{comment}{}", flow(value), self.lines.end)];
        self.edits.push(Edit { at: entry.lines.start, removed: 1, added, inside: false });
        Ok(true)
    }

    fn replace(&mut self, block: &Block, entry: Option<&Entry>, added: Vec<String>) {
        let (at, removed) = entry.map_or((block.end, 0), |entry| (entry.lines.start, entry.lines.len()));
        self.edits.push(Edit { at, removed, added, inside: false });
    }

    fn item(&self, indent: usize, item: &Value) -> Vec<String> {
        match item {
            Value::Object(map) if !map.is_empty() => map
                .iter()
                .enumerate()
                .map(|(index, (key, value))| {
                    self.line(indent, &format!("{} {}: {}", if index == 0 { "-" } else { " " }, flow_key(key), flow(value)))
                })
                .collect(),
            item => vec![self.line(indent, &format!("- {}", flow(item)))],
        }
    }

    fn line(&self, indent: usize, text: &str) -> String {
        format!("{}{text}{}", " ".repeat(indent), self.lines.end)
    }
}

/// Edits in the order of the lines; those that touch become one. Before a line, what is added to the value that ends there comes first, then
/// new keys, then what replaces the line.
fn in_order(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.at, edit.removed > 0, !edit.inside));
    let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match out.last_mut() {
            Some(last) if last.at + last.removed >= edit.at => {
                last.removed = last.removed.max(edit.at + edit.removed - last.at);
                last.added.extend(edit.added);
            }
            _ => out.push(edit),
        }
    }
    out
}

/// The pairs of items that both lists have, in order, as many as there can be.
fn common(before: &[Value], after: &[Value]) -> Vec<(usize, usize)> {
    if before.len() > ITEMS || after.len() > ITEMS {
        return Vec::new();
    }
    let mut longest = vec![vec![0u16; after.len() + 1]; before.len() + 1];
    for (a, old) in before.iter().enumerate().rev() {
        for (b, new) in after.iter().enumerate().rev() {
            longest[a][b] = if old == new { longest[a + 1][b + 1] + 1 } else { longest[a + 1][b].max(longest[a][b + 1]) };
        }
    }
    let (mut a, mut b, mut out) = (0, 0, Vec::new());
    while a < before.len() && b < after.len() {
        if before[a] == after[b] {
            out.push((a, b));
            a += 1;
            b += 1;
        } else if longest[a + 1][b] >= longest[a][b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    out
}

/// A text of several lines in literal style, where that can say it.
fn block_text(text: &str) -> Option<(&'static str, Vec<&str>)> {
    let (style, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    let lines: Vec<&str> = body.split('\n').collect();
    let plain = lines.len() > 1
        && !body.chars().any(|letter| letter.is_control() && letter != '\n')
        && lines.first().is_some_and(|line| !line.is_empty() && !line.starts_with(' '))
        && lines.last().is_some_and(|line| !line.is_empty());
    plain.then_some((style, lines))
}

/// Words that readers of older YAML take for true or false.
const OLD: [&str; 6] = ["yes", "no", "on", "off", "y", "n"];

/// A text as YAML has it on one line: as it stands where that is read as the same text, quoted otherwise.
fn scalar(text: &str) -> String {
    let calm = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '.' | '/' | '-' | '@' | '+' | ':' | '(' | ')' | ';');
    if text.chars().all(calm)
        && !text.starts_with([' ', '-'])
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !OLD.iter().any(|word| text.eq_ignore_ascii_case(word))
        && is_text(text)
    {
        return text.to_owned();
    }
    serde_json::Value::String(text.to_owned()).to_string()
}

/// Whether YAML reads it as a text and not as a number or anything else.
fn is_text(text: &str) -> bool {
    let documents = descriptor::parse(format!("a: {text}\n").as_bytes(), "", &Limits::default());
    let [document] = documents.as_slice() else { return false };
    document.value.as_ref().is_ok_and(|value| value["a"].as_str() == Some(text))
}

fn flow_key(key: &str) -> String {
    if key.contains(':') { Value::String(key.to_owned()).to_string() } else { scalar(key) }
}

/// A value in flow style.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{}: {}", flow_key(key), flow(value))).collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
