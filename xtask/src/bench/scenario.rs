//! The loads: what is asked for, and how fast it has to be.

use super::{
    catalog::{Catalog, Random},
    report::{Place, Target},
};
use std::collections::BTreeSet;

/// One load: requests that are sent in turn.
#[derive(Debug)]
pub struct Scenario {
    pub name: &'static str,
    pub paths: Vec<String>,
    goal: Goal,
}

#[derive(Debug)]
enum Goal {
    /// A share of the bare handler's rate.
    Share(f64),
    /// Requests a second, and the 99th percentile in ms at 10,000 entities and above.
    Rate { least: f64, small: f64, large: f64 },
}

impl Scenario {
    /// What the highest rate should be.
    pub fn rate(&self, bare: Option<f64>) -> Target {
        match self.goal {
            Goal::Share(share) => bare.map_or(Target::None, |bare| Target::AtLeast(share * bare)),
            Goal::Rate { least, .. } => Target::AtLeast(least),
        }
    }

    /// What the 99th percentile at half the highest rate should be.
    pub fn p99(&self, at: &Place<'_>) -> Target {
        match self.goal {
            Goal::Share(_) => Target::None,
            Goal::Rate { small, large, .. } => at.by_size(Target::AtMost(small), Target::AtMost(large)),
        }
    }
}

/// The loads of the architecture's table.
pub fn all(catalog: &Catalog) -> Vec<Scenario> {
    let component = "filter=kind=component,spec.lifecycle=production";
    let query = "/api/catalog/entities/by-query";
    let page = "limit=20&orderField=metadata.name,asc";
    let text = "fullTextFilterFields=metadata.name,metadata.title";
    let api = |least: f64, large: f64| Goal::Rate { least, small: 10.0, large };
    let mut random = Random::new(7);
    let refs = catalog.refs();
    let named = (0..2000).filter_map(|_| random.pick(refs)).filter_map(|entity| {
        let (kind, name) = entity.split_once(":default/")?;
        Some(format!("/api/catalog/entities/by-name/{kind}/default/{name}"))
    });
    let words: BTreeSet<&str> = refs.iter().filter_map(|entity| entity.strip_prefix("component:default/")?.split('-').next()).collect();
    let full_text = words.iter().map(|word| format!("{query}?filter=kind=component&{page}&fullTextFilterTerm={word}&{text}"));
    vec![
        Scenario { name: "by-name", paths: named.collect(), goal: Goal::Share(0.6) },
        Scenario { name: "ordered by-query", paths: vec![format!("{query}?{component}&{page}")], goal: api(8000.0, 20.0) },
        Scenario { name: "filtered list", paths: vec![format!("/api/catalog/entities?{component}&limit=20")], goal: api(8000.0, 20.0) },
        Scenario {
            name: "facets",
            paths: vec!["/api/catalog/entity-facets?facet=spec.type&facet=metadata.tags".to_owned()],
            goal: api(8000.0, 20.0),
        },
        Scenario { name: "full text", paths: full_text.collect(), goal: api(8000.0, 50.0) },
        Scenario { name: "catalog page", paths: vec!["/catalog?kind=component".to_owned()], goal: api(1500.0, 15.0) },
    ]
}
