//! `bench`: what the architecture promises, measured on this machine: ingest, memory, restart, a changed file, and load.
//!
//! Each figure stands beside its target and, for loads, beside the bare handler: the same bytes through the same middleware
//! without the product's own work. Both databases are measured in one run, on a release binary.

mod authorisation;
mod catalog;
mod fresh;
mod generate;
mod host;
mod http;
mod load;
mod phases;
mod report;
mod scenario;
mod timetable;

use crate::{
    postgres::Cluster,
    progress, project, release,
    site::{self, Flavour},
};
use anyhow::{Context as _, Result, bail};
use report::Report;
use std::{collections::BTreeMap, fs, path::Path, time::Duration};

/// What to measure.
#[derive(Debug)]
struct Plan {
    sizes: Vec<u32>,
    databases: Vec<Database>,
    /// How long each load lasts.
    seconds: Duration,
    /// How long the server rests before its memory is read.
    rest: Duration,
}

/// Where the server keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Measures and prints; the figures go to `target/bench.json` as well.
pub fn bench(arguments: &[String]) -> Result<()> {
    let plan = plan(arguments)?;
    site::build(Flavour::Release)?;
    release::binary()?;
    let wrk = load::wrk()?;
    let work = project::path("target/bench");
    let mut report = Report::new();
    for size in &plan.sizes {
        let catalog = progress::step(&format!("a catalog of {size} entities"), || catalog::prepare(*size, &work))?;
        for database in &plan.databases {
            let title = format!("{size} entities on {}", database.name());
            progress::step(&title, || one(&plan, *database, &catalog, &work, wrk.as_deref(), &mut report))?;
        }
    }
    let file = project::path("target/bench.json");
    site::write(&file, report.json()?.as_bytes())?;
    println!("\n{}\n{}", report.table(), file.display());
    Ok(())
}

fn one(plan: &Plan, database: Database, catalog: &catalog::Catalog, work: &Path, wrk: Option<&Path>, report: &mut Report) -> Result<()> {
    let data = work.join("data");
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
    }
    let cluster = match database {
        Database::Sqlite => None,
        // As a production database would be set, apart from waiting for the disk.
        Database::Postgres => Some(Cluster::start(&["shared_buffers=256MB"])?),
    };
    if let Some(cluster) = &cluster {
        cluster.create("waymark")?;
    }
    let url = cluster.as_ref().map(|cluster| cluster.url("waymark"));
    let database_id = cluster.as_ref().map(Cluster::id);
    let launch = host::Launch {
        catalog: catalog.root_file(),
        also: Vec::new(),
        environment: Vec::new(),
        data,
        database_url: url,
        log: work.join("server.log"),
    };
    let mut at = report::Place { entities: catalog.count(), database: database.name(), report };

    let server = phases::ingest(&launch, catalog, &mut at)?;
    phases::memory(&server, database_id, plan.rest, &mut at)?;
    drop(server);
    let server = phases::restart(&launch, catalog, &mut at)?;
    phases::changed_file(&server, catalog, &mut at)?;
    for scenario in scenario::all(catalog) {
        load::measure(&server, &scenario, wrk, plan.seconds, work, &mut at)?;
    }
    drop(server);
    authorisation::measure(&launch, catalog, wrk, plan.seconds, work, &mut at)?;
    fresh::measure(&launch, catalog, work, &mut at)
}

fn plan(arguments: &[String]) -> Result<Plan> {
    let mut given: BTreeMap<&str, &str> = BTreeMap::new();
    for argument in arguments {
        match argument.split_once('=') {
            Some((name @ ("sizes" | "databases" | "seconds" | "rest"), value)) => given.insert(name, value),
            _ => bail!("{argument:?} is none of sizes=10000,100000 databases=sqlite,postgres seconds=8 rest=10"),
        };
    }
    let number = |text: &str| text.parse::<u32>().with_context(|| format!("{text:?} is not a number"));
    let seconds =
        |name: &str, usual: u32| given.get(name).map_or(Ok(usual), |text| number(text)).map(|count| Duration::from_secs(count.into()));
    Ok(Plan {
        sizes: given.get("sizes").unwrap_or(&"10000,100000").split(',').map(number).collect::<Result<_>>()?,
        databases: given
            .get("databases")
            .unwrap_or(&"sqlite,postgres")
            .split(',')
            .map(|name| match name {
                "sqlite" => Ok(Database::Sqlite),
                "postgres" => Ok(Database::Postgres),
                _ => bail!("{name:?} is neither sqlite nor postgres"),
            })
            .collect::<Result<_>>()?,
        seconds: seconds("seconds", 8)?,
        rest: seconds("rest", 10)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_and_refused() {
        let plan = plan(&["sizes=10,20".to_owned(), "databases=postgres".to_owned(), "seconds=2".to_owned()]).unwrap();
        assert_eq!((plan.sizes, plan.databases, plan.seconds), (vec![10, 20], vec![Database::Postgres], Duration::from_secs(2)));
        assert!(super::plan(&["size=10".to_owned()]).is_err());
    }
}
