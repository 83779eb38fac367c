//! Freshness: a push until it is seen, an edit until another replica shows it, a renamed team, sources that did not change,
//! and very many webhooks.

use super::{
    catalog::Catalog,
    host::{Launch, Server, TOKEN},
    http::Client,
    report::{Place, Target},
    timetable::percentile,
};
use crate::{process, project, site};
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Pushes and edits that are timed.
const CHANGES: usize = 200;
/// Webhooks of the flood, and the time in which they come.
const WEBHOOKS: usize = 10_000;
const FLOOD: Duration = Duration::from_secs(60);
/// Connections over which they come.
const SENDERS: usize = 8;
const SECRET: &str = "bench-webhook-secret";
/// The longest wait for anything to be seen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A bare repository with a clone that pushes to it.
#[derive(Debug)]
pub struct Repository {
    bare: PathBuf,
    clone: PathBuf,
}

impl Repository {
    /// Makes both under `work`, with one component in them.
    pub fn create(work: &Path) -> Result<Self> {
        let folder = work.join("repository");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
        }
        let this = Self { bare: folder.join("pushed.git"), clone: folder.join("clone") };
        process::output(project::command("git").args(["init", "-q", "--bare", "-b", "main"]).arg(&this.bare))?;
        process::output(project::command("git").args(["clone", "-q"]).arg(&this.bare).arg(&this.clone))?;
        this.git(&["checkout", "-q", "-B", "main"])?;
        this.push("At first.")?;
        Ok(this)
    }

    fn address(&self) -> String {
        format!("file://{}", self.bare.display())
    }

    /// The location that reads it.
    pub fn target(&self) -> String {
        format!("{}//catalog-info.yaml?ref=main", self.address())
    }

    fn push(&self, description: &str) -> Result<()> {
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: pushed\n  description: {description}\n\
             spec:\n  type: service\n  lifecycle: production\n  owner: nobody\n"
        );
        site::write(&self.clone.join("catalog-info.yaml"), text.as_bytes())?;
        self.git(&["add", "-A"])?;
        self.git(&["-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", description])?;
        self.git(&["push", "-q", "origin", "main"])
    }

    fn git(&self, arguments: &[&str]) -> Result<()> {
        process::output(project::command("git").current_dir(&self.clone).args(arguments)).map(drop)
    }

    /// GitLab's push event for its main branch.
    fn event(&self) -> String {
        let address = self.address();
        serde_json::json!({
            "object_kind": "push", "ref": "refs/heads/main", "before": "0".repeat(40), "after": "1".repeat(40),
            "project": { "git_http_url": address, "git_ssh_url": address, "web_url": address },
            "repository": { "url": address, "git_http_url": address },
            "commits": [{ "added": [], "modified": ["catalog-info.yaml"], "removed": [] }],
        })
        .to_string()
    }
}

/// Measures all of it, each on a server of its own over the same data.
pub fn measure(launch: &Launch, catalog: &Catalog, work: &Path, at: &mut Place<'_>) -> Result<()> {
    let repository = Repository::create(work)?;
    let mut launch = launch.clone();
    launch.also.push(repository.target());
    launch.environment.push(("WAYMARK_WEBHOOKS_GITLAB_SECRET", SECRET.to_owned()));
    let server = launch.start()?;
    server.wait_for("/readyz")?;
    let mut client = server.client();
    let seen = |client: &mut Client, path: &str, text: &str| client.json(path).is_ok_and(|it| it["metadata"]["description"] == text);
    server.wait("the repository's component", PATIENCE, Duration::from_millis(5), || seen(&mut client, PUSHED, "At first."))?;

    let mut took = Vec::new();
    for round in 0..CHANGES {
        let mark = format!("Pushed for the {round}th time.");
        repository.push(&mark)?;
        let begun = Instant::now();
        deliver(&mut client, &repository.event())?;
        server.wait("the push", PATIENCE, Duration::from_millis(1), || seen(&mut client, PUSHED, &mark))?;
        took.push(begun.elapsed());
    }
    add(at, "push: webhook to visible", took, Target::AtMost(100.0));

    edits(&launch, &server, at)?;
    unchanged(&server, at)?;
    renamed(&server, catalog, at)?;
    flood(&server, &repository, at)
}

const PUSHED: &str = "/api/catalog/entities/by-name/component/default/pushed";

fn deliver(client: &mut Client, event: &str) -> Result<()> {
    let headers = format!("x-gitlab-event: Push Hook\r\nx-gitlab-token: {SECRET}\r\n");
    let answer = client.send_with("POST", "/webhooks/gitlab", &headers, Some(event))?;
    ensure!(answer.status == 202, "POST /webhooks/gitlab: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(())
}

/// The middle and the 95th percentile of `took`.
fn add(at: &mut Place<'_>, what: &str, mut took: Vec<Duration>, target: Target) {
    took.sort();
    for (name, share) in [("p50", 0.5), ("p95", 0.95)] {
        at.add(&format!("{what}, {name}"), percentile(&took, share).as_secs_f64() * 1000.0, "ms", target, None);
    }
}

/// An entity that the portal owns is written here and read there: on a second replica with PostgreSQL.
fn edits(launch: &Launch, writer: &Server, at: &mut Place<'_>) -> Result<()> {
    let second = match &launch.database_url {
        Some(_) => {
            let replica = Launch { data: launch.data.with_extension("second"), ..launch.clone() }.start()?;
            replica.wait_for("/readyz")?;
            Some(replica)
        }
        None => None,
    };
    let mut there = second.as_ref().unwrap_or(writer).client();
    let mut here = writer.client();
    let mut took = Vec::new();
    for round in 0..CHANGES {
        let mark = format!("Edited for the {round}th time.");
        let entity = serde_json::json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "edited", "description": mark },
            "spec": { "type": "service", "lifecycle": "production", "owner": "nobody" },
        });
        let begun = Instant::now();
        let answer = here.send("PUT", "/api/v1/entities/component/default/edited", Some(&entity.to_string()))?;
        ensure!(matches!(answer.status, 200 | 201), "PUT: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        let path = "/api/catalog/entities/by-name/component/default/edited";
        let seen = || there.json(path).is_ok_and(|entity| entity["metadata"]["description"] == mark.as_str());
        writer.wait("the edit", PATIENCE, Duration::from_micros(500), seen)?;
        took.push(begun.elapsed());
    }
    let where_ = if second.is_some() { "edit to visible on a second replica" } else { "edit to visible" };
    add(at, where_, took, Target::AtMost(100.0));
    Ok(())
}

/// Every source is read again and nothing has changed: time and processor time.
fn unchanged(server: &Server, at: &mut Place<'_>) -> Result<()> {
    let mut client = server.client();
    let locations = client.json("/api/v1/locations")?;
    let ids: Vec<String> =
        locations["items"].as_array().into_iter().flatten().filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect();
    ensure!(!ids.is_empty(), "no location is known: {locations}");
    let (begun, before) = (Instant::now(), server.processor_time()?);
    for id in ids {
        let answer = client.send("POST", &format!("/api/v1/locations/{id}/refresh"), Some("{}"))?;
        ensure!(answer.status < 300, "refresh of {id}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    at.add("all sources read, nothing changed", begun.elapsed().as_secs_f64(), "s", Target::None, None);
    at.add("… processor time of it", (server.processor_time()? - before).as_secs_f64(), "s", Target::None, None);
    Ok(())
}

/// The team with the most relations gets another name, in its own file and in every file that names it as the owner.
fn renamed(server: &Server, catalog: &Catalog, at: &mut Place<'_>) -> Result<()> {
    let mut client = server.client();
    let (team, relations) = client.largest("relations.ownedBy", "group:default/")?;
    let changed = catalog.rename_team(&team, "renamed-team")?;
    let owned = |client: &mut Client, name: &str| {
        let path = format!("/api/catalog/entities/by-query?limit=0&filter=relations.ownedBy=group:default/{name}");
        client.json(&path).ok().and_then(|answer| answer["totalItems"].as_u64())
    };
    let begun = Instant::now();
    let root = client.json("/api/v1/locations")?;
    let id = root["items"][0]["id"].as_str().context("a location has an id")?.to_owned();
    client.send("POST", &format!("/api/v1/locations/{id}/refresh"), Some("{}"))?;
    let all = || owned(&mut client, "renamed-team") == Some(relations) && owned(&mut client, &team) == Some(0);
    let waited = server.wait("the renamed team's relations", Duration::from_secs(120), Duration::from_millis(10), all);
    let took = begun.elapsed();
    catalog.restore(changed)?;
    waited?;
    at.add(&format!("team renamed, {relations} relations"), took.as_secs_f64(), "s", Target::None, None);
    Ok(())
}

/// Very many webhooks in a minute: every one is taken, and the last push is seen.
fn flood(server: &Server, repository: &Repository, at: &mut Place<'_>) -> Result<()> {
    let event = repository.event();
    let before = server.processor_time()?;
    let begun = Instant::now();
    let pause = FLOOD / u32::try_from(WEBHOOKS / SENDERS).unwrap_or(1);
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let (mut client, event) = (Client::new(server.address, TOKEN), event.clone());
            thread::spawn(move || -> Result<Vec<Duration>> {
                (0..WEBHOOKS / SENDERS)
                    .map(|turn| {
                        let due = begun + pause * u32::try_from(turn).unwrap_or(0);
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        deliver(&mut client, &event)?;
                        Ok(due.elapsed())
                    })
                    .collect()
            })
        })
        .collect();
    let mut took = Vec::new();
    for sender in senders {
        match sender.join() {
            Ok(times) => took.extend(times?),
            Err(_) => bail!("a sender of webhooks ended before its time"),
        }
    }
    at.add("10,000 webhooks, all answered with 202", begun.elapsed().as_secs_f64(), "s", Target::None, None);
    add(at, "a webhook's answer under them", took, Target::None);
    at.add("… processor time of all", (server.processor_time()? - before).as_secs_f64(), "s", Target::None, None);
    repository.push("After the flood.")?;
    let begun = Instant::now();
    let mut client = server.client();
    deliver(&mut client, &event)?;
    let seen = || client.json(PUSHED).is_ok_and(|entity| entity["metadata"]["description"] == "After the flood.");
    server.wait("the push after the flood", PATIENCE, Duration::from_millis(1), seen)?;
    at.add("push after them: webhook to visible", begun.elapsed().as_secs_f64() * 1000.0, "ms", Target::AtMost(100.0), None);
    Ok(())
}
