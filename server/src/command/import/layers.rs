//! `app-config.yaml` and its layers, read as Backstage's config loader reads them (npm `@backstage/config-loader`): `${VAR}` in texts,
//! `$env`, `$file` and `$include`, later layers over earlier ones, mappings merged, lists replaced, null taking a value away.
//!
//! Each value remembers where it came from, so that a secret can be referred to and is never copied. A variable or file that is not there
//! takes nothing away, as it would in Backstage: this may not be the machine that Backstage runs on.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context as _, bail};
use catalog::descriptor::{Limits, parse};
use serde_json::Value;

/// A part of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// A text, a number, a truth value.
    Leaf(Leaf),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

/// A value, and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Leaf {
    /// None when it stands in a variable or file that is not there.
    pub(super) value: Option<Value>,
    pub(super) source: Source,
    /// The layer that states it.
    pub(super) layer: String,
}

/// How a value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// As it is.
    Literal,
    /// The variable with this name, and nothing else.
    Variable(String),
    /// A text with variables in it.
    Mixed,
    /// The content of this file.
    File(PathBuf),
}

/// Levels of includes and of nesting.
const MAX_DEPTH: usize = 40;
/// Bytes of one file.
const MAX_BYTES: u64 = 4 << 20;
/// Variables that set keys, as `APP_CONFIG_app_baseUrl`.
const OVERRIDES: &str = "APP_CONFIG_";

/// Reads all layers into one.
///
/// # Errors
/// When a file cannot be read or is not what it should be; the message names it and the key.
pub(super) fn read(files: &[PathBuf], environment: &[(String, String)]) -> anyhow::Result<Node> {
    let mut merged = Node::Map(BTreeMap::new());
    for file in files {
        let layer = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let value = mapping(file).with_context(|| format!("{} cannot be used", file.display()))?;
        let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        let reader = Reader { environment, layer: &layer };
        let node = reader.node(value, &directory, "", 0).with_context(|| format!("{} cannot be used", file.display()))?;
        merged = merge(merged, node);
    }
    Ok(prune(merge(merged, overrides(environment)?)))
}

fn mapping(file: &Path) -> anyhow::Result<Value> {
    let text = content(file)?;
    let name = file.display().to_string();
    let mut documents = parse(text.as_bytes(), &name, &Limits::default());
    anyhow::ensure!(documents.len() <= 1, "it has {} documents, expected one", documents.len());
    match documents.pop() {
        None => Ok(Value::Object(serde_json::Map::new())),
        Some(document) => document.value.map_err(|error| anyhow::anyhow!("{}:{}: {}", error.line, error.column, error.message)),
    }
}

fn content(file: &Path) -> anyhow::Result<String> {
    let length = std::fs::metadata(file)?.len();
    anyhow::ensure!(length <= MAX_BYTES, "it has {length} bytes, at most {MAX_BYTES} are read");
    Ok(std::fs::read_to_string(file)?)
}

struct Reader<'a> {
    environment: &'a [(String, String)],
    layer: &'a str,
}

impl Reader<'_> {
    fn leaf(&self, value: Option<Value>, source: Source) -> Node {
        Node::Leaf(Leaf { value, source, layer: self.layer.to_owned() })
    }

    fn variable(&self, name: &str) -> Option<String> {
        variable(self.environment, name)
    }

    fn node(&self, value: Value, directory: &Path, path: &str, depth: usize) -> anyhow::Result<Node> {
        anyhow::ensure!(depth < MAX_DEPTH, "{path}: nested more than {MAX_DEPTH} deep; does a file include itself?");
        match value {
            Value::String(text) => Ok(self.text(&text)),
            Value::Array(items) => {
                let one = |(index, item)| self.node(item, directory, &format!("{path}[{index}]"), depth + 1);
                Ok(Node::List(items.into_iter().enumerate().map(one).collect::<Result<_, _>>()?))
            }
            Value::Object(map) => {
                if let Some(key) = map.keys().find(|key| matches!(key.as_str(), "$file" | "$env" | "$include")).cloned() {
                    anyhow::ensure!(map.len() == 1, "{path}: {key} stands alone in its mapping");
                    let Some(target) = map.get(&key).and_then(Value::as_str) else { bail!("{path}: {key} takes a text") };
                    return self.include(&key, target, directory, path, depth);
                }
                let one = |(key, item): (String, Value)| {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    Ok((key, self.node(item, directory, &path, depth + 1)?))
                };
                Ok(Node::Map(map.into_iter().map(one).collect::<anyhow::Result<_>>()?))
            }
            scalar => Ok(self.leaf(Some(scalar), Source::Literal)),
        }
    }

    /// `${NAME}` and `${NAME:-default}` stand for variables, `$${` for `${`.
    fn text(&self, text: &str) -> Node {
        let (mut out, mut rest, mut variables, mut missing) = (String::new(), text, Vec::new(), false);
        while let Some(at) = rest.find("${") {
            let escaped = rest[..at].ends_with('$');
            let Some(length) = rest[at + 2..].find(['{', '}']).filter(|end| rest[at + 2 + end..].starts_with('}')) else {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
                continue;
            };
            let (before, inner) = (&rest[..at], &rest[at + 2..at + 2 + length]);
            rest = &rest[at + 3 + length..];
            if escaped {
                out.push_str(before.strip_suffix('$').unwrap_or(before));
                out.push_str(&format!("${{{inner}}}"));
                continue;
            }
            out.push_str(before);
            let (name, default) = inner.split_once(":-").map_or((inner.trim(), None), |(name, default)| (name.trim(), Some(default)));
            match self.variable(name).or_else(|| default.map(str::to_owned)) {
                Some(value) => out.push_str(&value),
                None => missing = true,
            }
            variables.push((name.to_owned(), text.len() == length + 3));
        }
        out.push_str(rest);
        let source = match &variables[..] {
            [] => Source::Literal,
            [(name, true)] => Source::Variable(name.clone()),
            _ => Source::Mixed,
        };
        self.leaf((!missing).then_some(Value::String(out)), source)
    }

    fn include(&self, key: &str, target: &str, directory: &Path, path: &str, depth: usize) -> anyhow::Result<Node> {
        let Node::Leaf(Leaf { value: Some(Value::String(target)), .. }) = self.text(target) else {
            bail!("{path}: {key} names a variable that is not set: {target}")
        };
        match key {
            "$env" => Ok(self.leaf(self.variable(&target).map(Value::String), Source::Variable(target))),
            "$file" => {
                let file = absolute(directory, &target);
                let value = content(&file).ok().map(|text| Value::String(text.trim_end().to_owned()));
                Ok(self.leaf(value, Source::File(file)))
            }
            _ => {
                let (name, inner) = target.split_once('#').unwrap_or((&target, ""));
                let file = absolute(directory, name);
                let failed = || format!("{path}: $include {name}");
                let mut value = match file.extension().and_then(std::ffi::OsStr::to_str) {
                    Some("json") => serde_json::from_str(&content(&file).with_context(failed)?).with_context(failed)?,
                    Some("yaml" | "yml") => mapping(&file).with_context(failed)?,
                    _ => bail!("{path}: $include takes files that end in .json, .yaml or .yml, found {name}"),
                };
                for part in inner.split('.').filter(|part| !part.is_empty()) {
                    anyhow::ensure!(value.is_object(), "{path}: {name} has no {inner}");
                    value = value[part].take();
                }
                let below = file.parent().unwrap_or(directory);
                self.node(value, below, path, depth + 1)
            }
        }
    }
}

/// From the root, with `.` and `..` worked out by name: the file may lie on another machine.
pub(super) fn absolute(base: &Path, target: &str) -> PathBuf {
    let mut out = PathBuf::new();
    for part in base.join(target).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            other => out.push(other),
        }
    }
    out
}

fn variable(environment: &[(String, String)], name: &str) -> Option<String> {
    environment.iter().find(|(have, _)| have == name).map(|(_, value)| value.trim().to_owned())
}

/// The layer that variables make.
fn overrides(environment: &[(String, String)]) -> anyhow::Result<Node> {
    let mut root = Node::Map(BTreeMap::new());
    for (name, value) in environment.iter().filter(|(name, value)| name.starts_with(OVERRIDES) && !value.is_empty()) {
        let key = &name[OVERRIDES.len()..];
        anyhow::ensure!(key.split('_').all(|part| !part.is_empty()), "{name} names no key");
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.clone()));
        let reader = Reader { environment: &[], layer: "environment" };
        let leaf = match value {
            Value::String(text) => reader.leaf(Some(Value::String(text)), Source::Variable(name.clone())),
            other => reader.node(other, Path::new("."), key, 0)?,
        };
        let nested = key.rsplit('_').fold(leaf, |node, part| Node::Map(BTreeMap::from([(part.to_owned(), node)])));
        root = merge(root, nested);
    }
    Ok(root)
}

fn merge(lower: Node, upper: Node) -> Node {
    match (lower, upper) {
        (Node::Map(mut lower), Node::Map(upper)) => {
            for (key, node) in upper {
                let merged = match lower.remove(&key) {
                    Some(below) => merge(below, node),
                    None => node,
                };
                lower.insert(key, merged);
            }
            Node::Map(lower)
        }
        (_, upper) => upper,
    }
}

/// Without nulls in mappings, which have done their work.
fn prune(node: Node) -> Node {
    let keep = |node: &Node| !matches!(node, Node::Leaf(Leaf { value: Some(Value::Null), .. }));
    match node {
        Node::Map(map) => Node::Map(map.into_iter().filter(|(_, node)| keep(node)).map(|(key, node)| (key, prune(node))).collect()),
        Node::List(items) => Node::List(items.into_iter().map(prune).collect()),
        leaf @ Node::Leaf(_) => leaf,
    }
}

impl Node {
    /// What stands at a dotted path.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, part| match node {
            Self::Map(map) => map.get(part),
            Self::List(_) | Self::Leaf(_) => None,
        })
    }

    /// The text at a dotted path; numbers and truth values are written out.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        match self.at(path)? {
            Self::Leaf(Leaf { value: Some(Value::String(text)), .. }) => Some(text.clone()),
            Self::Leaf(Leaf { value: Some(value @ (Value::Number(_) | Value::Bool(_))), .. }) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The list at a dotted path; a mapping in its place is a list of one, as in older configurations.
    pub(super) fn list(&self, path: &str) -> Vec<&Self> {
        match self.at(path) {
            Some(Self::List(items)) => items.iter().collect(),
            Some(map @ Self::Map(_)) => vec![map],
            _ => Vec::new(),
        }
    }

    /// Every leaf with its path, as in `catalog.locations[0].target`. Empty lists and mappings count too.
    pub(super) fn leaves(&self) -> Vec<(String, Option<&Leaf>)> {
        let mut out = Vec::new();
        self.walk(String::new(), &mut out);
        out
    }

    fn walk<'n>(&'n self, path: String, out: &mut Vec<(String, Option<&'n Leaf>)>) {
        match self {
            Self::Leaf(leaf) => out.push((path, Some(leaf))),
            Self::List(items) if items.is_empty() => out.push((path, None)),
            Self::Map(map) if map.is_empty() && !path.is_empty() => out.push((path, None)),
            Self::List(items) => items.iter().enumerate().for_each(|(index, item)| item.walk(format!("{path}[{index}]"), out)),
            Self::Map(map) => {
                for (key, item) in map {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    item.walk(path, out);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], layers: &[&str], environment: &[(&str, &str)], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let layers: Vec<_> = layers.iter().map(|layer| folder.path().join(layer)).collect();
        let environment: Vec<_> = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let got = match read(&layers, &environment) {
            Err(error) => format!("{error:#}"),
            Ok(node) => {
                let line = |(path, leaf): &(String, Option<&Leaf>)| match leaf {
                    None => format!("{path} is empty"),
                    Some(Leaf { value, source, layer }) => {
                        let value = value.as_ref().map_or("?".to_owned(), ToString::to_string);
                        format!("{path} = {value} {source:?} {layer}")
                    }
                };
                node.leaves().iter().map(line).collect::<Vec<_>>().join("\n")
            }
        };
        assert_eq!(
            got.replace(&folder.path().canonicalize().unwrap().display().to_string(), ".")
                .replace(&folder.path().display().to_string(), "."),
            expected
        );
    }

    #[test]
    fn later_layers_win_and_lists_are_replaced() {
        check(
            &[("a.yaml", "x: {a: 1, b: [1, 2], c: 3}\ny: 1\n"), ("b.yaml", "x: {b: [3], c: null}\nz: true\n")],
            &["a.yaml", "b.yaml"],
            &[("APP_CONFIG_y", "\"two\""), ("APP_CONFIG_x_d", "4")],
            "x.a = 1 Literal a.yaml\nx.b[0] = 3 Literal b.yaml\nx.d = 4 Literal environment\ny = \"two\" Variable(\"APP_CONFIG_y\") environment\nz = true Literal b.yaml",
        );
    }

    #[test]
    fn variables_files_and_includes_are_followed_and_remembered() {
        check(
            &[
                (
                    "a.yaml",
                    "v: ${V}\nm: a-${V}-${W:-w}\ne: $${V} ${\nu: ${U}\nenv: {$env: V}\nf: {$file: ./s.txt}\ng: {$file: gone.txt}\ni: {$include: 'sub/b.yaml#k.l'}\nl: []\n",
                ),
                ("s.txt", "secret\n"),
                ("sub/b.yaml", "k: {l: {x: {$file: ../s.txt}, y: '${V}'}}\n"),
            ],
            &["a.yaml"],
            &[("V", " v ")],
            "e = \"${V} ${\" Literal a.yaml\nenv = \"v\" Variable(\"V\") a.yaml\nf = \"secret\" File(\"./s.txt\") a.yaml\ng = ? File(\"./gone.txt\") a.yaml\ni.x = \"secret\" File(\"./s.txt\") a.yaml\ni.y = \"v\" Variable(\"V\") a.yaml\nl is empty\nm = \"a-v-w\" Mixed a.yaml\nu = ? Variable(\"U\") a.yaml\nv = \"v\" Variable(\"V\") a.yaml",
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_with_file_and_key() {
        check(&[], &["a.yaml"], &[], "./a.yaml cannot be used: No such file or directory (os error 2)");
        check(&[("a.yaml", "a: {$env: X, b: 1}\n")], &["a.yaml"], &[], "./a.yaml cannot be used: a: $env stands alone in its mapping");
        check(
            &[("a.yaml", "a: {b: {$include: x.toml}}\n")],
            &["a.yaml"],
            &[],
            "./a.yaml cannot be used: a.b: $include takes files that end in .json, .yaml or .yml, found x.toml",
        );
        check(
            &[("a.yaml", "a: {$include: a.yaml}\n")],
            &["a.yaml"],
            &[],
            "./a.yaml cannot be used: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: nested more than 40 deep; does a file include itself?",
        );
    }
}
