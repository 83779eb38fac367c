//! The keys under `catalog`: locations with the kinds they may bring, and how often they are read.

use std::{collections::BTreeSet, path::Path};

use catalog::descriptor::{AllowedKind, LocationMatch, LocationRef, Rule, Rules};
use serde_json::json;

use super::{
    Plan,
    layers::{Node, absolute},
    remote::Found,
    toml_file::{Location, Origin},
};

/// What Backstage lets in where nothing is configured.
const DEFAULT_KINDS: [&str; 3] = ["Component", "API", "Location"];

pub(super) fn catalog(config: &Node, found: Option<&Found>, backend: &Path, plan: &mut Plan) {
    let global = GlobalRules::read(config, plan);
    for (index, entry) in config.list("catalog.locations").into_iter().enumerate() {
        configured(entry, &format!("catalog.locations[{index}]"), backend, &global, plan);
    }
    if let Some(found) = found {
        let known = |plan: &Plan, kind: &str, target: &str| plan.toml.locations.iter().any(|one| one.kind == kind && one.target == target);
        for (origin, list) in [(Origin::Registered, &found.registered), (Origin::Discovered, &found.origins)] {
            for (kind, target) in list.iter().collect::<BTreeSet<_>>() {
                // Providers of people and teams name the address of an organisation, where no file is.
                let file = target.ends_with(".yaml") || target.ends_with(".yml");
                if kind == "url" && (file || origin == Origin::Registered) && !known(plan, kind, target) {
                    let allow = Some(global.at(kind, target, &[]));
                    plan.toml.locations.push(Location { kind: kind.clone(), target: target.clone(), allow, origin });
                }
            }
        }
    }
    if let Some(node) = config.at("catalog.processingInterval") {
        read_every(node, plan);
    }
}

fn configured(entry: &Node, key: &str, backend: &Path, global: &GlobalRules, plan: &mut Plan) {
    let (kind, target) = (entry.text("type").unwrap_or_default(), entry.text("target").unwrap_or_default());
    let why = match kind.as_str() {
        _ if target.is_empty() => Some("its target is not known here; add it to waymark.toml by hand".to_owned()),
        "url" | "file" => None,
        "" => Some("it has no type".to_owned()),
        other => Some(format!(
            "a processor reads type {other}; list what it finds as locations of type url or git, or run the import with --url"
        )),
    };
    if let Some(why) = why {
        for field in ["type", "target"] {
            plan.unsupported(format!("{key}.{field}"), why.clone());
        }
        return;
    }
    let resolved = if kind == "file" { absolute(backend, &target).display().to_string() } else { target };
    if kind == "file" && !resolved.contains(['*', '?', '[', '{']) && !Path::new(&resolved).exists() {
        plan.remind(format!("{resolved} is not there; --backend-dir names the folder that file locations start from"));
    }
    plan.carried(format!("{key}.type"), "`[[catalog.locations]] type`");
    let how =
        if kind == "file" { "`[[catalog.locations]] target`, from the root of the file system" } else { "`[[catalog.locations]] target`" };
    plan.carried(format!("{key}.target"), how);
    let own = kinds(entry, "rules", &format!("{key}.rules"), plan);
    let allow = Some(global.at(&kind, &resolved, &own));
    plan.toml.locations.push(Location { kind, target: resolved, allow, origin: Origin::Configured });
}

/// The kinds that a list of rules allows. Types of a kind cannot be told apart in `waymark.toml`: the whole kind is let in.
fn kinds(node: &Node, path: &str, key: &str, plan: &mut Plan) -> Vec<String> {
    let mut out = Vec::new();
    for (index, rule) in node.list(path).into_iter().enumerate() {
        for (at, allowed) in rule.list("allow").into_iter().enumerate() {
            let key = format!("{key}[{index}].allow[{at}]");
            let how = "`rules` of each location that it is about";
            match allowed {
                Node::Leaf(leaf) => {
                    if let Some(kind) = leaf.value.as_ref().and_then(serde_json::Value::as_str) {
                        out.push(kind.to_owned());
                        plan.carried(key, how);
                    }
                }
                Node::Map(map) => {
                    if let Some(kind) = allowed.text("kind") {
                        out.push(kind);
                        plan.carried(format!("{key}.kind"), how);
                    }
                    if map.contains_key("spec.type") {
                        plan.unsupported(format!("{key}.spec.type"), "rules name kinds only; every type of the kind is let in");
                    }
                }
                Node::List(_) => {}
            }
        }
    }
    out
}

/// `catalog.rules`: which kinds may come from which location.
struct GlobalRules {
    /// Kinds, and the locations that they are for; none for all.
    rules: Vec<(Vec<String>, Option<Vec<LocationMatch>>)>,
}

impl GlobalRules {
    fn read(config: &Node, plan: &mut Plan) -> Self {
        if config.at("catalog.rules").is_none() {
            return Self { rules: vec![(DEFAULT_KINDS.map(str::to_owned).to_vec(), None)] };
        }
        let mut rules = Vec::new();
        // Once over all of them, for the report.
        _ = kinds(config, "catalog.rules", "catalog.rules", plan);
        for (index, rule) in config.list("catalog.rules").into_iter().enumerate() {
            let mut unused = Plan::default();
            let allowed = kinds(&Node::Map([("rules".to_owned(), rule.clone())].into()), "rules", "", &mut unused);
            let locations = rule.at("locations").map(|_| {
                let matchers = rule.list("locations").into_iter().enumerate().filter_map(|(at, location)| {
                    let key = format!("catalog.rules[{index}].locations[{at}]");
                    let matcher = LocationMatch::new(location.text("type")?, location.text("exact"), location.text("pattern").as_deref());
                    for field in ["type", "exact", "pattern"].into_iter().filter(|field| location.at(field).is_some()) {
                        match &matcher {
                            Ok(_) => plan
                                .carried(format!("{key}.{field}"), "`rules` of the locations that it fits now; later ones take it by hand"),
                            Err(message) => plan.unsupported(format!("{key}.{field}"), message.clone()),
                        }
                    }
                    matcher.ok()
                });
                matchers.collect()
            });
            rules.push((allowed, locations));
        }
        Self { rules }
    }

    /// The kinds that a location may bring: those that are let in everywhere or here, and its own.
    fn at(&self, kind: &str, target: &str, own: &[String]) -> Vec<String> {
        let origin = LocationRef::new(kind, target);
        let here = |locations: &Option<Vec<LocationMatch>>| {
            let Some(locations) = locations else { return true };
            let any = AllowedKind { kind: "Any".to_owned(), spec_type: None };
            let rules = Rules::new(vec![Rule { allow: vec![any], locations: Some(locations.clone()) }]);
            rules.at(&origin).allows(&json!({ "kind": "Any" }))
        };
        let global = self.rules.iter().filter(|(_, locations)| here(locations)).flat_map(|(kinds, _)| kinds);
        let mut out: Vec<String> = Vec::new();
        for kind in global.chain(own) {
            if !out.iter().any(|have| have.eq_ignore_ascii_case(kind)) {
                out.push(kind.clone());
            }
        }
        out
    }
}

/// Milliseconds that a setting of Waymark may have.
const LONGEST: u64 = 86_400_000;

fn read_every(node: &Node, plan: &mut Plan) {
    let parts: &[(&str, u64)] = &[("milliseconds", 1), ("seconds", 1_000), ("minutes", 60_000), ("hours", 3_600_000), ("days", 86_400_000)];
    let milliseconds = match node {
        Node::Map(_) => {
            let part = |(unit, factor): &(&str, u64)| Some(node.text(unit)?.parse::<u64>().ok()?.saturating_mul(*factor));
            Some(parts.iter().filter_map(part).sum::<u64>()).filter(|sum| *sum > 0)
        }
        _ => node_text(node).and_then(|text| short_duration(&text)),
    };
    let keys: Vec<String> = match node {
        Node::Map(map) => map.keys().map(|unit| format!("catalog.processingInterval.{unit}")).collect(),
        _ => vec!["catalog.processingInterval".to_owned()],
    };
    let carried = milliseconds.filter(|time| (1_000..=LONGEST).contains(time));
    for key in keys {
        match carried {
            Some(_) => plan.carried(key, "`catalog.read-every`: the least time between two readings of a location on the network"),
            None => plan.unsupported(key, "no duration that `catalog.read-every` takes; set it by hand"),
        }
    }
    plan.toml.read_every = carried.map(|time| match time {
        time if time % 3_600_000 == 0 => format!("{}h", time / 3_600_000),
        time if time % 60_000 == 0 => format!("{}m", time / 60_000),
        time => format!("{}s", time.div_ceil(1_000)),
    });
}

fn node_text(node: &Node) -> Option<String> {
    Node::Map([("x".to_owned(), node.clone())].into()).text("x")
}

/// `30s`, `5m`, `5 minutes`, `PT5M`.
fn short_duration(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix("pt").unwrap_or(&text);
    let unit = text.find(|letter: char| !letter.is_ascii_digit())?;
    let count: u64 = text[..unit].parse().ok()?;
    let factor = match text[unit..].trim() {
        "ms" | "milliseconds" => 1,
        "s" | "second" | "seconds" => 1_000,
        "m" | "min" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        _ => return None,
    };
    count.checked_mul(factor)
}
