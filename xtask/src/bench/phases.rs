//! Everything but load: ingest, memory, restart, one changed file.

use super::{
    catalog::Catalog,
    host::{self, Launch, Server},
    report::{Place, Target},
};
use anyhow::{Context as _, Result, bail};
use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

/// The longest that an ingest may take.
const INGEST: Duration = Duration::from_secs(600);

/// From ready to every entity and every relation of the files being found.
pub fn ingest(launch: &Launch, catalog: &Catalog, at: &mut Place<'_>) -> Result<Server> {
    let server = launch.start()?;
    let ready = server.wait_for("/readyz")?;
    let kinds = catalog.expected("kinds");
    let mut client = server.client();
    let pause = Duration::from_millis(5);
    server.wait("every entity", INGEST, pause, || facet(&mut client, "kind").is_ok_and(|found| holds(&found, &kinds)))?;
    for (kind, count) in catalog.expected("relations") {
        let name = format!("relations.{kind}");
        let all = || facet(&mut client, &name).is_ok_and(|found| found.values().sum::<u64>() == count);
        server.wait(&format!("{count} relations {kind}"), INGEST, pause, all)?;
    }
    let took = server.started.elapsed().checked_sub(ready).context("the clock went back")?;
    let target = at.by_size(Target::AtMost(1.0), Target::AtMost(10.0));
    at.add("ingest: ready to all there", took.as_secs_f64(), "s", target, None);
    Ok(server)
}

/// The server's memory at rest, and its peak; the database's beside it.
pub fn memory(server: &Server, database: Option<u32>, rest: Duration, at: &mut Place<'_>) -> Result<()> {
    thread::sleep(rest);
    let (now, peak) = server.memory()?;
    let target = at.by_size(Target::AtMost(80.0), Target::AtMost(400.0));
    at.add("memory at rest", now, "MiB", target, None);
    at.add("memory at its peak", peak, "MiB", Target::None, None);
    if let Some(database) = database {
        at.add("memory of the database", host::memory_of_tree(database)?, "MiB", Target::None, None);
    }
    Ok(())
}

/// From the start of the program, with its data in place, to the first whole catalog page.
pub fn restart(launch: &Launch, catalog: &Catalog, at: &mut Place<'_>) -> Result<Server> {
    let server = launch.start()?;
    let took = server.wait_for("/catalog")?;
    let found = facet(&mut server.client(), "kind")?;
    if !holds(&found, &catalog.expected("kinds")) {
        bail!("after the restart the catalog holds {found:?}");
    }
    let target = at.by_size(Target::AtMost(0.5), Target::AtMost(3.0));
    at.add("restart: exec to first /catalog", took.as_secs_f64(), "s", target, None);
    Ok(server)
}

/// From the refresh of an entity whose file changed to the change being read; the slowest of several.
pub fn changed_file(server: &Server, catalog: &Catalog, at: &mut Place<'_>) -> Result<()> {
    let mut client = server.client();
    let mut slowest = Duration::ZERO;
    let edit = catalog.edit()?;
    for round in 0..10 {
        let mark = format!("Changed for the {round}th time.");
        edit.write(&mark)?;
        let begun = Instant::now();
        let body = serde_json::json!({ "entityRef": edit.entity_ref() }).to_string();
        let answer = client.send("POST", "/api/catalog/refresh", Some(&body))?;
        if answer.status != 200 {
            bail!("POST /api/catalog/refresh: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        let path = edit.path();
        let seen = || client.json(&path).is_ok_and(|entity| entity["metadata"]["description"] == mark.as_str());
        server.wait("the changed description", Duration::from_secs(30), Duration::from_millis(1), seen)?;
        slowest = slowest.max(begun.elapsed());
        // The file system's clock has to move on, so that the next change has another time.
        thread::sleep(Duration::from_millis(20));
    }
    edit.restore()?;
    at.add("changed file: refresh to visible", slowest.as_secs_f64() * 1000.0, "ms", Target::AtMost(100.0), None);
    Ok(())
}

/// A facet's counts by value.
fn facet(client: &mut super::http::Client, name: &str) -> Result<BTreeMap<String, u64>> {
    let answer = client.json(&format!("/api/catalog/entity-facets?facet={name}"))?;
    let counts = answer["facets"][name].as_array().cloned().unwrap_or_default();
    Ok(counts.iter().filter_map(|item| Some((item["value"].as_str()?.to_owned(), item["count"].as_u64()?))).collect())
}

/// Whether every expected count is there; the Location entities come on top.
fn holds(found: &BTreeMap<String, u64>, expected: &BTreeMap<String, u64>) -> bool {
    expected.iter().all(|(kind, count)| found.get(kind) == Some(count))
}
