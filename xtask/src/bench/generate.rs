//! Our own generator of measured catalogs: the same count always gives the same files.
//!
//! The mix is that of a company which has described everything: mostly components, a seventh APIs, few owners that own much.

use super::catalog::Random;
use crate::site;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

/// Entities of each file.
const PER_FILE: usize = 100;

/// Kinds with their percentage; components are the rest. Later kinds refer to earlier ones.
const SHARES: [(&str, u32); 6] = [("Domain", 1), ("System", 5), ("Group", 4), ("User", 5), ("Resource", 10), ("API", 15)];

const AREAS: [&str; 16] = [
    "billing", "catalog", "checkout", "fleet", "fraud", "identity", "ledger", "media", "orders", "pricing", "quotes", "refund", "search",
    "shipping", "stock", "tax",
];
const PARTS: [&str; 12] =
    ["broker", "cache", "console", "engine", "gateway", "importer", "planner", "proxy", "registry", "store", "stream", "worker"];
const TAGS: [&str; 16] = [
    "aws",
    "batch",
    "data",
    "go",
    "graphql",
    "grpc",
    "internal",
    "java",
    "kafka",
    "mobile",
    "pci",
    "postgresql",
    "python",
    "redis",
    "rust",
    "web",
];
const WORDS: [&str; 16] = [
    "keeps", "records", "of", "every", "order", "and", "tells", "other", "services", "when", "payment", "stock", "or", "delivery",
    "changes", "nightly",
];

/// Writes `count` entities, the Location that names their files, and `expected.json`.
pub fn write(count: u32, folder: &Path) -> Result<()> {
    let mut maker = Maker::new(count)?;
    let entities = maker.entities();
    let mut root = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: synthetic-catalog\nspec:\n  type: file\n  targets:\n",
    );
    for (number, chunk) in entities.chunks(PER_FILE).enumerate() {
        let name = format!("entities-{:05}.yaml", number + 1);
        let mut text = String::new();
        for entity in chunk {
            text.push_str("---\n");
            emit(entity, 0, &mut text);
        }
        site::write(&folder.join(&name), text.as_bytes())?;
        writeln!(root, "    - ./{name}")?;
    }
    site::write(&folder.join("catalog-info.yaml"), root.as_bytes())?;
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for entity in &entities {
        *kinds.entry(entity["kind"].as_str().unwrap_or_default()).or_default() += 1;
    }
    let mut relations: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, kind, _) in &maker.relations {
        *relations.entry(kind).or_default() += 1;
    }
    let refs: Vec<String> = entities.iter().map(|entity| reference(text(entity, "kind"), text(&entity["metadata"], "name"))).collect();
    let expected = json!({ "count": entities.len(), "kinds": kinds, "relations": relations, "refs": refs });
    site::write(&folder.join("expected.json"), expected.to_string().as_bytes())
}

struct Maker {
    random: Random,
    names: BTreeMap<&'static str, Vec<String>>,
    relations: BTreeSet<(String, &'static str, String)>,
}

impl Maker {
    fn new(count: u32) -> Result<Self> {
        let mut random = Random::new(1);
        let mut names = BTreeMap::new();
        let mut rest = count;
        for (kind, share) in SHARES {
            let number = (count * share / 100).max(1);
            let Some(left) = rest.checked_sub(number).filter(|left| *left > 0) else { bail!("{count} entities are too few for the mix") };
            rest = left;
            names.insert(kind, (0..number).map(|at| name(&mut random, kind, at)).collect());
        }
        names.insert("Component", (0..rest).map(|at| name(&mut random, "Component", at)).collect());
        Ok(Self { random, names, relations: BTreeSet::new() })
    }

    fn entities(&mut self) -> Vec<Value> {
        let mut entities = Vec::new();
        for kind in ["Domain", "System", "Group", "User", "Resource", "API", "Component"] {
            for at in 0..self.names[kind].len() {
                let spec = self.spec(kind, at);
                entities.push(self.entity(kind, at, &spec));
            }
        }
        // Shuffled, so that a file refers to entities of files that are read later.
        for at in (1..entities.len()).rev() {
            entities.swap(at, self.random.below(at + 1));
        }
        entities
    }

    fn entity(&mut self, kind: &str, at: usize, spec: &Value) -> Value {
        let name = self.names[kind][at].clone();
        let length = 6 + self.random.below(18);
        let words: Vec<&str> = (0..length).filter_map(|_| self.random.pick(&WORDS).copied()).collect();
        let mut metadata = json!({
            "name": name,
            "title": name.replace('-', " "),
            "description": format!("It {}.", words.join(" ")),
            "labels": { "example.com/cost-center": format!("cc{}", 100 + self.random.below(60)) },
            "annotations": { "example.com/source-id": format!("id-{}", self.random.below(1 << 40)), "example.com/project-slug": format!("example/{name}") },
        });
        if !matches!(kind, "User" | "Group") {
            let count = 1 + self.random.below(4);
            let tags: BTreeSet<&str> = (0..count).filter_map(|_| self.random.pick(&TAGS).copied()).collect();
            metadata["tags"] = json!(tags);
            if self.random.chance(0.7) {
                metadata["links"] = json!([{ "url": format!("https://git.example.com/{name}"), "title": "Repository", "icon": "code" }]);
            }
        }
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec })
    }

    fn spec(&mut self, kind: &'static str, at: usize) -> Value {
        let own = reference(kind, &self.names[kind][at]);
        match kind {
            "Domain" => json!({ "owner": self.owner(&own) }),
            "System" => json!({ "owner": self.owner(&own), "domain": self.part_of(&own, "Domain") }),
            "Group" => {
                let mut spec = json!({ "type": if at > 4 { "team" } else { "department" }, "children": [] });
                if at > 0 {
                    let parent = self.names["Group"][(at - 1) / 5].clone();
                    self.relate(&own, "childOf", "parentOf", &reference("Group", &parent));
                    spec["parent"] = json!(parent);
                }
                spec
            }
            "User" => {
                let teams = self.several(&own, "Group", 2, ("memberOf", "hasMember"));
                json!({ "profile": { "displayName": self.names[kind][at] }, "memberOf": teams })
            }
            "Resource" => {
                json!({ "type": self.one_of(&["database", "queue", "bucket"]), "owner": self.owner(&own), "system": self.part_of(&own, "System") })
            }
            "API" => json!({
                "type": "openapi", "lifecycle": self.lifecycle(), "owner": self.owner(&own), "system": self.part_of(&own, "System"),
                "definition": definition(&self.names[kind][at], 3 + self.random.below(9)),
            }),
            _ => {
                let mut spec = json!({ "type": self.one_of(&["service", "service", "library", "website"]), "lifecycle": self.lifecycle(), "owner": self.owner(&own) });
                if self.random.chance(0.9) {
                    spec["system"] = json!(self.part_of(&own, "System"));
                }
                let depends = self.several(&own, "Component", 3, ("dependsOn", "dependencyOf"));
                spec["dependsOn"] = json!(depends.iter().map(|name| reference("Component", name)).collect::<Vec<_>>());
                spec["providesApis"] = json!(self.several(&own, "API", 1, ("providesApi", "apiProvidedBy")));
                spec["consumesApis"] = json!(self.several(&own, "API", 3, ("consumesApi", "apiConsumedBy")));
                spec
            }
        }
    }

    fn owner(&mut self, own: &str) -> String {
        let group = self.skewed("Group");
        self.relate(own, "ownedBy", "ownerOf", &reference("Group", &group));
        group
    }

    fn part_of(&mut self, own: &str, kind: &'static str) -> String {
        let whole = self.skewed(kind);
        self.relate(own, "partOf", "hasPart", &reference(kind, &whole));
        whole
    }

    /// Up to `most` names of a kind, other than the entity's own.
    fn several(&mut self, own: &str, kind: &'static str, most: usize, (forward, backward): (&'static str, &'static str)) -> Vec<String> {
        let count = self.random.below(most + 1);
        let picked: BTreeSet<String> = (0..count).map(|_| self.skewed(kind)).filter(|name| reference(kind, name) != own).collect();
        for name in &picked {
            self.relate(own, forward, backward, &reference(kind, name));
        }
        picked.into_iter().collect()
    }

    /// A few are picked often, most seldom.
    fn skewed(&mut self, kind: &str) -> String {
        let share = self.random.share();
        let names = &self.names[kind];
        names[((names.len() as f64 * share * share) as usize).min(names.len() - 1)].clone()
    }

    fn one_of(&mut self, list: &[&'static str]) -> &'static str {
        self.random.pick(list).copied().unwrap_or_default()
    }

    fn lifecycle(&mut self) -> &'static str {
        self.one_of(&["production", "production", "production", "experimental", "deprecated"])
    }

    fn relate(&mut self, source: &str, forward: &'static str, backward: &'static str, target: &str) {
        self.relations.insert((source.to_owned(), forward, target.to_owned()));
        self.relations.insert((target.to_owned(), backward, source.to_owned()));
    }
}

fn name(random: &mut Random, kind: &str, at: u32) -> String {
    let area = random.pick(&AREAS).copied().unwrap_or_default();
    let part = random.pick(&PARTS).copied().unwrap_or_default();
    if kind == "Component" { format!("{area}-{part}-{at}") } else { format!("{area}-{part}-{at}-{}", kind.to_lowercase()) }
}

fn reference(kind: &str, name: &str) -> String {
    format!("{}:default/{name}", kind.to_lowercase())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn definition(name: &str, paths: usize) -> String {
    let mut out = format!("openapi: 3.0.3\ninfo:\n  title: {name}\n  version: 1.0.0\npaths:\n");
    for at in 0..paths {
        out.push_str(&format!("  /v1/records/{at}/{{id}}:\n    get:\n      summary: Reads one record\n      responses:\n        '200': {{description: The record}}\n"));
    }
    out
}

/// YAML of a value: block style, strings quoted as JSON unless they are plain words.
fn emit(value: &Value, indent: usize, out: &mut String) {
    let pad = "  ".repeat(indent);
    for (key, item) in value.as_object().into_iter().flatten() {
        match item {
            Value::Object(map) if !map.is_empty() => {
                out.push_str(&format!("{pad}{key}:\n"));
                emit(item, indent + 1, out);
            }
            Value::Array(list) if !list.is_empty() => {
                out.push_str(&format!("{pad}{key}:\n"));
                for entry in list {
                    out.push_str(&format!("{pad}  - {entry}\n"));
                }
            }
            Value::String(word) if is_plain(word) => out.push_str(&format!("{pad}{key}: {word}\n")),
            // JSON is YAML.
            _ => out.push_str(&format!("{pad}{key}: {item}\n")),
        }
    }
}

fn is_plain(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_/.".contains(c))
        && !matches!(word, "true" | "false" | "null" | "yes" | "no" | "on" | "off")
}
