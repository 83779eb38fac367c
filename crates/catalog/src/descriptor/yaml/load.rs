//! From the events of one document to a JSON value.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::{Map, Value, map::Entry};

use super::{
    Limits, explain,
    repair::{FLOW_INDENT, Repairs},
    scalar::{self, Plain, Version},
    timestamp,
};

/// A place in one document: line and column from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Mark {
    pub(super) fn new(marker: Marker) -> Self {
        let clamp = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { line: clamp(marker.line()), column: clamp(marker.col().saturating_add(1)) }
    }

    /// The place in a file in which the document's text starts on line `first`.
    pub(super) fn in_file(self, first: u32) -> (u32, u32) {
        (first.saturating_add(self.line.saturating_sub(1)), self.column)
    }
}

/// What is wrong with a document, before the file is known.
#[derive(Debug)]
pub(super) struct Flaw {
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
    pub(super) mark: Option<Mark>,
}

impl Flaw {
    pub(super) fn new(rule: &'static str, message: impl Into<String>, mark: Option<Mark>) -> Self {
        Self { rule, message: message.into(), help: None, mark }
    }

    fn at(rule: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self::new(rule, message, Some(Mark::new(span.start)))
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

/// Boxed, so that the way without errors stays narrow.
type Outcome<T> = Result<T, Box<Flaw>>;

/// One document.
pub(super) struct Loaded {
    /// Where its root stands.
    pub(super) start: Option<Mark>,
    pub(super) value: Outcome<Value>,
    pub(super) warnings: Vec<Flaw>,
    /// The text that was read in the place of one that had to be mended.
    pub(super) mended: Option<String>,
}

/// Reads the one document of `text`; an empty one is null.
pub(super) fn load(text: &str, version: Version, limits: &Limits) -> Loaded {
    let mut loaded = load_as_is(text, version, limits);
    let mut repairs = Repairs::new(text);
    let mut current = Cow::Borrowed(text);
    while let Err(flaw) = &loaded.value {
        let Some(mended) = repairs.mend(&current, flaw) else { break };
        let again = load_as_is(&mended, version, limits);
        if matches!(&again.value, Err(next) if next.rule == flaw.rule && next.mark.map(|mark| mark.line) == flaw.mark.map(|mark| mark.line) && next.rule == FLOW_INDENT)
        {
            break; // no nearer: the bracket is the author's mistake
        }
        loaded = again;
        current = Cow::Owned(mended);
    }
    if let Cow::Owned(mended) = current {
        loaded.mended = Some(mended);
    }
    loaded
}

fn load_as_is(text: &str, version: Version, limits: &Limits) -> Loaded {
    let mut loader = Loader {
        text,
        parser: Parser::new_from_str(text),
        version,
        limits,
        anchors: Vec::new(),
        open_anchors: 0,
        copied: 0,
        depth: 0,
        start: None,
        warnings: Vec::new(),
    };
    let value = if text.contains('\0') { Err(Box::new(nul(text))) } else { loader.document() };
    Loaded { start: loader.start, value, warnings: loader.warnings, mended: None }
}

struct Anchor {
    value: Value,
    weight: usize,
}

struct Loader<'t, 'l> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    version: Version,
    limits: &'l Limits,
    /// By the scanner's number of the anchor.
    anchors: Vec<Option<Anchor>>,
    open_anchors: usize,
    copied: usize,
    depth: usize,
    start: Option<Mark>,
    warnings: Vec<Flaw>,
}

impl<'t> Loader<'t, '_> {
    fn next(&mut self) -> Outcome<(Event<'t>, Span)> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(Box::new(explain::flaw(&error, self.text))),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self) -> Outcome<Value> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root.unwrap_or(Value::Null)),
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                node if root.is_none() => {
                    self.start = Some(Mark::new(span.start));
                    self.refuse_tab_before(span)?;
                    root = Some(self.node(node, span)?);
                }
                _ => return Err(Box::new(Flaw::at("yaml/syntax", "Source contains multiple documents", span))),
            }
        }
    }

    /// The scanner takes a tab before the first key, npm `yaml` does not, like before any other key.
    fn refuse_tab_before(&self, span: Span) -> Outcome<()> {
        let column = span.start.col();
        if column > 0 {
            let line = self.text.lines().nth(span.start.line().saturating_sub(1)).unwrap_or_default();
            if line.chars().take(column).all(char::is_whitespace) && line.chars().take(column).any(|letter| letter == '\t') {
                return Err(Box::new(Flaw::at("yaml/tab", explain::TAB, span).help(explain::TAB_HELP)));
            }
        }
        Ok(())
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Outcome<Value> {
        match event {
            Event::Scalar(text, style, 0, None) if style != ScalarStyle::Plain => checked(text, span).map(Value::String),
            Event::Scalar(text, ScalarStyle::Plain, 0, None) => Ok(match scalar::resolve(&text, self.version) {
                Some(plain) => plain.into_value(),
                None => Value::String(text.into_owned()),
            }),
            Event::Scalar(text, style, anchor, tag) => {
                let value = match self.scalar(&text, style, tag.as_deref(), span) {
                    Some(plain) => plain.into_value(),
                    None => Value::String(checked(text, span)?),
                };
                self.keep(anchor, &value, span)?;
                Ok(value)
            }
            Event::SequenceStart(anchor, tag) => self.collection(anchor, tag.as_deref(), span, Self::sequence),
            Event::MappingStart(anchor, tag) => self.collection(anchor, tag.as_deref(), span, Self::mapping),
            Event::Alias(id) => self.alias(id, span),
            _ => Err(Box::new(Flaw::at("yaml/syntax", "A value is missing", span))),
        }
    }

    fn collection(&mut self, anchor: usize, tag: Option<&Tag>, span: Span, read: fn(&mut Self) -> Outcome<Value>) -> Outcome<Value> {
        if let Some(tag) = tag
            && !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq" | "set" | "omap" | "pairs"))
            && !is_non_specific(tag)
        {
            self.warn_tag(tag, span);
        }
        if self.depth == self.limits.max_depth {
            let message = format!("Values are nested more than {} deep", self.limits.max_depth);
            return Err(Box::new(Flaw::at("yaml/depth", message, span).help("Flatten the document.")));
        }
        self.depth += 1;
        self.open_anchors += usize::from(anchor > 0);
        let value = read(self)?;
        self.open_anchors -= usize::from(anchor > 0);
        self.depth -= 1;
        self.keep(anchor, &value, span)?;
        Ok(value)
    }

    fn sequence(&mut self) -> Outcome<Value> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::Array(items)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn mapping(&mut self) -> Outcome<Value> {
        let mut map = Map::new();
        // Keys that are not texts: `1` and `"1"` are two keys to YAML although JSON has one name for them.
        let mut typed: Vec<(String, KeyType)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Value::Object(map));
            }
            let (key, key_type) = self.key(event, span)?;
            let name = if key_type == KeyType::Text { None } else { Some(key.clone()) };
            match map.entry(key) {
                Entry::Vacant(entry) => {
                    let (event, span) = self.next()?;
                    entry.insert(self.node(event, span)?);
                }
                Entry::Occupied(mut entry) => {
                    let known = typed.iter().rfind(|(known, _)| known == entry.key()).map_or(KeyType::Text, |(_, known)| *known);
                    if known == key_type && key_type != KeyType::Other {
                        let flaw = Flaw::at("yaml/duplicate-key", "Map keys must be unique", span);
                        return Err(Box::new(flaw.help("The key stands twice in the same mapping: remove or rename one of the two.")));
                    }
                    let (event, span) = self.next()?;
                    entry.insert(self.node(event, span)?);
                }
            }
            typed.extend(name.map(|name| (name, key_type)));
        }
    }

    /// A key as JSON names it, and what it is in YAML.
    fn key(&mut self, event: Event<'t>, span: Span) -> Outcome<(String, KeyType)> {
        if let Event::Scalar(text, style, anchor, tag) = event {
            let (key, key_type) = match self.scalar(&text, style, tag.as_deref(), span) {
                Some(plain) => (plain.into_key(), KeyType::Plain),
                None => (checked(text, span)?, KeyType::Text),
            };
            if anchor > 0 {
                self.keep(anchor, &Value::String(key.clone()), span)?;
            }
            return Ok((key, key_type));
        }
        Ok(match self.node(event, span)? {
            Value::String(text) => (text, KeyType::Other),
            Value::Null => (String::new(), KeyType::Other),
            other => (flow(&other), KeyType::Other),
        })
    }

    /// What a scalar means if it is not a text.
    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Option<Plain> {
        let Some(tag) = tag else {
            return if style == ScalarStyle::Plain { scalar::resolve(text, self.version) } else { None };
        };
        if is_non_specific(tag) {
            return None;
        }
        let wanted =
            if tag.is_yaml_core_schema() { tag.suffix.as_str() } else { tag.suffix.strip_prefix("tag:yaml.org,2002:").unwrap_or("") };
        let plain = match wanted {
            "str" => return None,
            "timestamp" => timestamp::to_json(text).map(Plain::Time),
            _ => scalar::resolve(text, self.version).filter(|plain| {
                matches!(
                    (wanted, plain),
                    ("null", Plain::Null) | ("bool", Plain::Bool(_)) | ("int", Plain::Int(_)) | ("float", Plain::Float(_))
                )
            }),
        };
        if plain.is_none() {
            self.warn_tag(tag, span);
        }
        plain
    }

    fn keep(&mut self, anchor: usize, value: &Value, span: Span) -> Outcome<()> {
        if anchor > 0 {
            let weight = weight(value);
            if self.open_anchors > 0 {
                self.charge(weight, span)?; // a copy inside a copy: nesting must not multiply memory
            }
            if self.anchors.len() <= anchor {
                self.anchors.resize_with(anchor + 1, || None);
            }
            self.anchors[anchor] = Some(Anchor { value: value.clone(), weight });
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, span: Span) -> Outcome<Value> {
        let Some(weight) = self.anchors.get(id).and_then(Option::as_ref).map(|anchor| anchor.weight) else {
            let flaw = Flaw::at("yaml/alias", "An alias may not stand inside the value that it names", span);
            return Err(Box::new(flaw.help("Write the value out.")));
        };
        self.charge(weight, span)?;
        Ok(self.anchors.get(id).and_then(Option::as_ref).map_or(Value::Null, |anchor| anchor.value.clone()))
    }

    fn charge(&mut self, weight: usize, span: Span) -> Outcome<()> {
        self.copied = self.copied.saturating_add(weight);
        if self.copied > self.limits.max_alias_nodes {
            let flaw = Flaw::at("yaml/alias-budget", "Excessive alias count indicates a resource exhaustion attack", span);
            return Err(Box::new(flaw.help("Write the values out, or use fewer aliases.")));
        }
        Ok(())
    }

    fn warn_tag(&mut self, tag: &Tag, span: Span) {
        if self.warnings.len() < MAX_WARNINGS {
            let message = format!("Unresolved tag: {}{}", tag.handle, tag.suffix);
            self.warnings.push(Flaw::at("yaml/tag", message, span).help("The tag is ignored and the plain value is kept."));
        }
    }
}

/// What a key is in YAML: `1` and `"1"` are two keys there, and one property in JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyType {
    Text,
    Plain,
    /// A collection or an alias, which npm `yaml` holds to be like no other key.
    Other,
}

fn checked(text: Cow<'_, str>, span: Span) -> Outcome<String> {
    // Only an escape can bring one in: the source has none.
    if matches!(text, Cow::Owned(_)) && text.contains('\0') {
        return Err(Box::new(Flaw::at("yaml/nul", NUL, span).help(NUL_HELP)));
    }
    Ok(text.into_owned())
}

const MAX_WARNINGS: usize = 20;
const NUL: &str = "A text may not contain the character NUL";
const NUL_HELP: &str = "Remove it: databases and browsers cannot keep it.";

/// `!` alone, which only says that the value is a text.
fn is_non_specific(tag: &Tag) -> bool {
    matches!((tag.handle.as_str(), tag.suffix.as_str()), ("", "!") | ("!", ""))
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 1,
        Value::String(text) => 1 + text.len() / 100,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(map) => 1 + map.iter().map(|(key, value)| 1 + key.len() / 100 + weight(value)).sum::<usize>(),
    }
}

/// A key that is a collection, in YAML's flow style, which is how npm `yaml` names it.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => format!("[ {} ]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let pair = |(key, value): (&String, &Value)| if value.is_null() { key.clone() } else { format!("{key}: {}", flow(value)) };
            let pairs: Vec<_> = map.iter().map(pair).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn nul(text: &str) -> Flaw {
    let before = text.split('\0').next().unwrap_or("");
    let line = 1 + super::split::count_lines(before.as_bytes());
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count());
    let mark = Mark { line, column: u32::try_from(column + 1).unwrap_or(u32::MAX) };
    Flaw::new("yaml/nul", NUL, Some(mark)).help(NUL_HELP)
}
