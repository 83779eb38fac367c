//! Both organisations go through the catalog's own rules, as files of somebody else would.

use std::{collections::BTreeMap, fmt::Write as _, fs, sync::Arc};

use catalog::descriptor;
use serde_json::Value;

use super::*;

/// Everything that the root file leads to.
#[derive(Default)]
struct Loaded {
    entities: BTreeMap<String, Value>,
    relations: Vec<(String, &'static str, String)>,
    problems: Vec<String>,
    kinds: Arc<descriptor::Kinds>,
}

impl Loaded {
    fn read(files: Vec<(String, Cow<'static, [u8]>)>) -> Self {
        let files = files.into_iter().map(|(path, content)| (format!("/{path}"), content.into_owned())).collect();
        let declared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../platform/catalog").join(KINDS);
        let mut loaded = Self { kinds: crate::config::read_kinds(&declared).unwrap(), ..Self::default() };
        loaded.file(&files, "/catalog-info.yaml");
        loaded
    }

    fn file(&mut self, files: &BTreeMap<String, Vec<u8>>, path: &str) {
        for document in descriptor::parse(&files[path], path, &descriptor::Limits::default()) {
            match document.value {
                Ok(entity) => self.entity(files, path, entity),
                Err(diagnostic) => self.problems.push(format!("{path}: {}", diagnostic.message)),
            }
        }
    }

    fn entity(&mut self, files: &BTreeMap<String, Vec<u8>>, path: &str, mut entity: Value) {
        let mut read = |path: &str| files.get(path).cloned().ok_or_else(|| format!("{path} does not exist"));
        let checked =
            descriptor::placeholders(&mut entity, path, &mut read).and_then(|_| descriptor::validate_with(&mut entity, &self.kinds));
        let relations = checked.and_then(|_| descriptor::relations_with(&entity, &self.kinds));
        let name = descriptor::entity_ref(&entity).map(|name| name.to_string()).unwrap_or_default();
        match relations {
            Ok(relations) => {
                self.relations
                    .extend(relations.iter().map(|relation| (relation.source.to_string(), relation.kind, relation.target.to_string())));
            }
            Err(error) => self.problems.push(format!("{path} {name}: {error}")),
        }
        for target in descriptor::location_targets(&entity).targets {
            let pattern = descriptor::resolve_target(path, &target).expect("the sample's targets are relative paths");
            let found: Vec<&String> = files.keys().filter(|path| matches(&pattern, path)).collect();
            if found.is_empty() {
                self.problems.push(format!("{path}: {target} leads to no file"));
            }
            found.into_iter().for_each(|path| self.file(files, path));
        }
        if self.entities.insert(name.clone(), entity).is_some() {
            self.problems.push(format!("{path}: {name} is there twice"));
        }
    }

    fn targets<'a>(&'a self, source: &'a str, kind: &'static str) -> impl Iterator<Item = &'a str> {
        self.relations.iter().filter(move |relation| relation.0 == source && relation.1 == kind).map(|relation| &*relation.2)
    }
}

/// `*` stands for anything within one part of a path, as in the sample's targets.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len()
        && pattern.iter().zip(&path).all(|(pattern, part)| match pattern.split_once('*') {
            Some((start, end)) => part.starts_with(start) && part.ends_with(end),
            None => pattern == part,
        })
}

/// How many there are of each kind, what the catalog's rules say, and references that lead nowhere.
fn check(loaded: &Loaded, expected: &str) {
    let mut counts = BTreeMap::new();
    for name in loaded.entities.keys() {
        *counts.entry(name.split(':').next().unwrap_or_default()).or_insert(0) += 1;
    }
    let mut report = String::new();
    for (kind, count) in counts {
        let _ = write!(report, "{kind} {count}, ");
    }
    for problem in &loaded.problems {
        let _ = write!(report, "\n{problem}");
    }
    let ends = loaded.relations.iter().filter(|(source, ..)| loaded.entities.contains_key(source));
    for (source, kind, target) in ends.filter(|(.., target)| !loaded.entities.contains_key(target)) {
        let _ = write!(report, "\n{source} {kind} {target}, which does not exist");
    }
    assert_eq!(report, expected);
}

#[test]
fn small_organisation_keeps_the_rules() {
    let loaded = Loaded::read(small_files());
    check(
        &loaded,
        "api 9, component 27, dataset 3, domain 5, group 15, location 1, resource 10, system 10, template 1, user 17, \
         \ncomponent:default/returns-portal dependsOn component:default/returns-scheduler, which does not exist",
    );
    let definition = loaded.entities["api:default/payment-api"]["spec"]["definition"].as_str().unwrap();
    assert!(definition.contains("operationId: createPayment"));
    assert_eq!(loaded.targets("group:default/partner-tools", "hasMember").count(), 0);
    assert_eq!(loaded.targets("user:default/nia-williams", "memberOf").count(), 0);
    assert!(loaded.entities["component:default/feature-flags"]["metadata"].get("description").is_none());
    assert!(loaded.entities.keys().any(|name| name_length(name) == 63));
}

#[test]
fn large_organisation_keeps_the_rules() {
    let loaded = Loaded::read(large_files());
    check(
        &loaded,
        "api 250, component 900, domain 12, group 93, location 1, resource 200, system 60, user 600, \
         \ncomponent:default/stock-service dependsOn component:default/price-label-printer, which does not exist",
    );
    let teams = loaded.entities.values().filter(|entity| entity["kind"] == "Group" && entity["spec"]["type"] == "team");
    assert_eq!(teams.count(), 80);
    assert!(loaded.entities.keys().any(|name| name_length(name) == 63));
    let lonely =
        |name: &&String| name.starts_with("group:") && name.contains("-team") && loaded.targets(name, "hasMember").next().is_none();
    let member_of = |team: &str| {
        loaded.relations.iter().any(|(source, kind, target)| source.starts_with("user:") && *kind == "memberOf" && target == team)
    };
    let empty: Vec<&String> = loaded.entities.keys().filter(lonely).filter(|name| !member_of(name)).collect();
    assert_eq!(empty, ["group:default/robotics-team", "group:default/store-kiosk-team"]);
}

#[test]
fn one_person_owns_forty_services_through_three_teams() {
    let loaded = Loaded::read(large_files());
    let teams: Vec<&str> = loaded.targets("user:default/wilhelmina-achterberg-oyelaran", "memberOf").collect();
    assert_eq!(teams.len(), 3);
    let owned: Vec<&Value> = loaded
        .relations
        .iter()
        .filter(|(_, kind, owner)| *kind == "ownedBy" && teams.contains(&&**owner))
        .filter_map(|(source, ..)| loaded.entities.get(source))
        .collect();
    assert_eq!(owned.len(), 40);
    assert!(owned.iter().all(|entity| entity["kind"] == "Component" && entity["spec"]["type"] == "service"));
}

#[test]
fn people_offered_at_sign_in_say_what_they_do() {
    for (large, files) in [(false, small_files()), (true, large_files())] {
        let loaded = Loaded::read(files);
        for person in sample_people(large) {
            assert!(loaded.entities[*person]["metadata"]["description"].is_string(), "{person}");
        }
    }
}

#[test]
fn large_organisation_is_the_same_every_time() {
    assert_eq!(large_organisation(), large_organisation());
}

#[test]
fn writing_again_touches_only_what_differs() {
    let dir = tempfile::tempdir().unwrap();
    let root = write_out(dir.path(), false).unwrap();
    let folder = root.parent().unwrap();
    let service = folder.join("services/payment-service/catalog-info.yaml");
    let first = fs::metadata(&root).unwrap().modified().unwrap();

    fs::write(&service, "edited").unwrap();
    fs::write(folder.join("own.yaml"), "mine").unwrap();
    fs::write(folder.join("gone.yaml"), "of an earlier version").unwrap();
    let manifest = fs::read_to_string(folder.join(MANIFEST)).unwrap();
    fs::write(folder.join(MANIFEST), format!("{manifest}gone.yaml\n../../outside\n")).unwrap();

    assert_eq!(write_out(dir.path(), false).unwrap(), root);
    assert!(fs::read_to_string(&service).unwrap().contains("payment-service"));
    assert_eq!(fs::metadata(&root).unwrap().modified().unwrap(), first);
    assert!(folder.join("own.yaml").exists());
    assert!(!folder.join("gone.yaml").exists());
    assert_eq!(fs::read_to_string(folder.join(MANIFEST)).unwrap(), manifest);
}

fn name_length(entity_ref: &str) -> usize {
    entity_ref.rsplit('/').next().map_or(0, str::len)
}
