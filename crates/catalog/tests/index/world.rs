//! Random small catalogs, the same ones in each run.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use catalog::index::{Change, Emissions, Record};
use model::{EntityRef, Timestamp};
use serde_json::{Value, json};

/// A small deterministic source of randomness (xorshift).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// An entity with the relations that it states, in plain form.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    pub(crate) reference: EntityRef,
    pub(crate) json: Value,
    pub(crate) stated: Vec<(String, String, String)>,
    pub(crate) status: Option<Value>,
}

/// Entities by uid.
pub(crate) type World = BTreeMap<String, Entity>;

const KINDS: &[&str] = &["Component", "API", "Group", "User"];
const NAMES: &[&str] = &["pay", "Pay-Core", "pay-core-2", "search", "Search.API", "x", "order_log", "café", "Zeta"];
const NAMESPACES: &[&str] = &["default", "default", "ops"];

impl Entity {
    pub(crate) fn random(random: &mut Random, uid: &str) -> Self {
        let (kind, name) = (random.pick(KINDS), format!("{}{}", random.pick(NAMES), random.below(4)));
        let namespace = random.pick(NAMESPACES);
        let mut metadata = json!({"name": name, "uid": uid, "etag": format!("e{uid}")});
        if namespace != "default" || random.chance(50) {
            metadata["namespace"] = json!(namespace);
        }
        if random.chance(70) {
            metadata["title"] = json!(format!("{} {}", random.pick(NAMES), random.pick(&["Service", "service", "TRUE"])));
        }
        if random.chance(50) {
            metadata["description"] = json!(random.pick(&["Short text", "short TEXT", "", "Other"]));
        }
        if random.chance(60) {
            metadata["annotations"] =
                json!({"backstage.io/Ref": random.pick(&["dir:.", "DIR:.", "url:x"]), "other": random.pick(&["1", "2"])});
        }
        if random.chance(40) {
            metadata["labels"] = json!({"team": random.pick(&["Red", "red", "blue"]), "empty": ""});
        }
        if random.chance(60) {
            let tags: Vec<&str> = (0..random.below(4)).map(|_| random.pick(&["java", "Java", "c++", "a.b", "true", "go"])).collect();
            metadata["tags"] = json!(tags);
        }
        if random.chance(30) {
            metadata["links"] =
                json!([{"url": random.pick(&["https://a/X", "https://b"]), "title": "T", "list": ["One", random.pick(&["two", "one"])]}]);
        }
        let mut spec = json!({"type": random.pick(&["service", "Service", "library", "web site"])});
        if random.chance(70) {
            spec["lifecycle"] = json!(random.pick(&["production", "experimental"]));
        }
        match random.below(8) {
            0 => spec["size"] = json!(random.below(12)),
            1 => spec["size"] = json!(1.5),
            2 => spec["size"] = json!(null),
            3 => spec["size"] = json!("x".repeat(201)),
            4 => spec["size"] = json!(random.chance(50)),
            5 => spec["size"] = json!({"nested": [{"deep": random.pick(&["a", "B"])}, ["List", 7]], "none": {}, "empty": []}),
            _ => {}
        }
        if random.chance(20) {
            spec["tags"] = json!(random.pick(&["java", "lone"]));
        }
        let reference = EntityRef::new(kind, namespace, &name);
        let own = reference.to_string();
        let mut stated = Vec::new();
        let mut pair = |one: &str, other: &str, target: String| {
            stated.push((own.clone(), one.to_owned(), target.clone()));
            stated.push((target, other.to_owned(), own.clone()));
        };
        for _ in 0..random.below(3) {
            pair("ownedBy", "ownerOf", some_ref(random));
        }
        for _ in 0..random.below(3) {
            let (one, other) = if random.chance(50) { ("dependsOn", "dependencyOf") } else { ("dependencyOf", "dependsOn") };
            pair(one, other, some_ref(random));
        }
        if random.chance(15) {
            stated.push((some_ref(random), "seenBy".to_owned(), some_ref(random)));
        }
        let status = random.chance(15).then(|| json!([{"type": "t", "level": "error", "message": "m"}]));
        let json = json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec});
        Self { reference, json, stated, status }
    }

    pub(crate) fn record(&self, uid: &str) -> Record {
        let mut emitted = Emissions::default();
        let own = self.reference.to_string();
        for (subject, kind, target) in &self.stated {
            emitted.push(&own, subject, kind, target);
        }
        Record {
            uid: Arc::from(uid),
            entity_ref: self.reference.clone(),
            json: Bytes::from(self.json.to_string()),
            emitted,
            status: self.status.as_ref().map(|status| Bytes::from(status.to_string())),
            first_seen: Timestamp(1),
            changed: Timestamp(2),
            location: Arc::from("location"),
            file: Arc::from("/catalog.yaml"),
        }
    }
}

fn some_ref(random: &mut Random) -> String {
    EntityRef::new(random.pick(KINDS), random.pick(NAMESPACES), format!("{}{}", random.pick(NAMES), random.below(4))).to_string()
}

/// Makes up a change, and applies it to the world as the index is to apply it: what has the same name is replaced.
pub(crate) fn change(random: &mut Random, world: &mut World) -> Change {
    let uid = format!("Uid-{:03}", random.below(90));
    if random.chance(25) {
        world.remove(&uid);
        return Change::Delete { uid: uid.into() };
    }
    let mut entity = Entity::random(random, &uid);
    if let Some(known) = world.get(&uid)
        && random.chance(60)
    {
        // Usually an entity keeps its name.
        let (reference, json) = (known.reference.clone(), known.json["metadata"].clone());
        let (old, new) = (entity.reference.to_string(), reference.to_string());
        for (subject, _, target) in &mut entity.stated {
            for end in [subject, target] {
                if *end == old {
                    end.clone_from(&new);
                }
            }
        }
        entity.json["kind"] = json!(reference.kind());
        entity.json["metadata"] = json;
        entity.reference = reference;
    }
    let record = entity.record(&uid);
    world.retain(|_, other| other.reference != entity.reference);
    world.insert(uid, entity);
    Change::Upsert(record)
}
