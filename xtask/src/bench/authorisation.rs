//! What deciding costs: the catalog page and one entity by name, asked by a person for whom a thousand policies have to be looked at, in a
//! catalog with ten thousand groups more; beside the same without those policies.

use super::{
    catalog::Catalog,
    host::{Launch, Server, audit_key},
    http::Client,
    load,
    report::{Place, Target},
};
use crate::{process, project, site};
use anyhow::{Context as _, Result, bail, ensure};
use std::{
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// Policies, of which every other one is the person's.
const POLICIES: usize = 1_000;
/// Policies of one file.
const PER_FILE: usize = 100;
/// Groups that come on top of the catalog's own.
const GROUPS: usize = 10_000;
/// Groups of which the person is a member, and which policies name.
const MEMBERSHIPS: usize = 250;
/// A warm answer with policies may take this much of the time without them.
const SLOWER: f64 = 1.10;
/// The longest wait for the groups to be read.
const PATIENCE: Duration = Duration::from_secs(600);

/// Measures both, first without the policies.
pub fn measure(launch: &Launch, catalog: &Catalog, wrk: Option<&Path>, time: Duration, work: &Path, at: &mut Place<'_>) -> Result<()> {
    let folder = work.join("authorisation");
    let (groups, policies) = (folder.join("groups.yaml"), folder.join("policies"));
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    site::write(&groups, org().as_bytes())?;
    write_policies(&policies)?;
    let mut launch = launch.clone();
    launch.also.push(groups.display().to_string());
    let token = token(&launch)?;

    let page = vec!["/catalog?kind=component".to_owned()];
    let named: Vec<String> = catalog
        .refs()
        .iter()
        .filter_map(|entity| entity.strip_prefix("component:default/"))
        .take(2_000)
        .map(|name| format!("/api/catalog/entities/by-name/component/default/{name}"))
        .collect();
    ensure!(!named.is_empty(), "the catalog has no components");
    let loads = [("catalog page", &page), ("by-name", &named)];
    let mut without = [0.0; 2];
    for with in [false, true] {
        if with {
            launch.environment.push(("WAYMARK_ACCESS_POLICIES", policies.display().to_string()));
        }
        let label = if with { format!("{POLICIES} policies") } else { "no policies".to_owned() };
        for (load, (name, paths)) in loads.iter().enumerate() {
            // Each on a process of its own, in which nobody asked before.
            let server = launch.start()?;
            all_read(&server, &token)?;
            let cold = first(&server, &token, &paths[0])?;
            at.add(&format!("{name}, {label}: first answer"), cold.as_secs_f64() * 1000.0, "ms", Target::None, None);
            let rate = load::highest_as(&server, &token, paths, wrk, time, work)?;
            let target = if with { Target::AtLeast(without[load] / SLOWER) } else { Target::None };
            at.add(&format!("{name}, {label}: warm"), rate, "req/s", target, with.then_some(without[load]));
            if !with {
                without[load] = rate;
            }
        }
    }
    Ok(())
}

/// A person in many groups, and many more groups, ten below each of a thousand.
fn org() -> String {
    let mut out = String::with_capacity(GROUPS * 200);
    let groups: Vec<String> = (0..MEMBERSHIPS).map(|number| format!("crowd-{number}")).collect();
    let _ = writeln!(
        out,
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{ name: asker }}\nspec: {{ memberOf: [{}], profile: {{}} }}",
        groups.join(", ")
    );
    for number in 0..GROUPS {
        let parent = if number < GROUPS / 10 { String::new() } else { format!(", parent: crowd-{}", number % (GROUPS / 10)) };
        let _ = writeln!(
            out,
            "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{ name: crowd-{number} }}\nspec: {{ type: team, children: []{parent} }}"
        );
    }
    out
}

/// Policies of the kinds that people write. Even ones are for groups of the person, odd ones for groups of others; some hide what has a
/// tag, so that what the person sees has to be worked out.
fn write_policies(folder: &Path) -> Result<()> {
    for file in 0..POLICIES / PER_FILE {
        let mut text = String::new();
        for number in file * PER_FILE..(file + 1) * PER_FILE {
            let group = if number % 2 == 0 { number / 2 % MEMBERSHIPS } else { MEMBERSHIPS + number };
            let who = format!("principal in Group::\"group:default/crowd-{group}\"");
            let _ = match number % 8 {
                0 | 1 => writeln!(
                    text,
                    "@id(\"p{number}\") permit ({who}, action == Action::\"catalog:read\", resource) when {{ resource.system == \"system:default/s-{number}\" }};"
                ),
                2 | 3 => writeln!(
                    text,
                    "@id(\"p{number}\") forbid ({who}, action == Action::\"catalog:read\", resource is Entity) when {{ resource.tags.contains(\"hidden-{number}\") }};"
                ),
                4 | 5 => writeln!(
                    text,
                    "@id(\"p{number}\") permit ({who}, action == Action::\"entity:change\", resource) when {{ principal in resource.ownerGroups }};"
                ),
                _ => writeln!(
                    text,
                    "@id(\"p{number}\") forbid ({who}, action == Action::\"catalog:read\", resource is Entity) when {{ resource.kind == \"resource\" && resource.name like \"internal-{number}-*\" }};"
                ),
            };
        }
        site::write(&folder.join(format!("policies-{file:02}.cedar")), text.as_bytes())?;
    }
    Ok(())
}

/// A token of the person, made by whoever has the machine.
fn token(launch: &Launch) -> Result<String> {
    let mut command = project::command(project::binary("release"));
    command
        .args(["admin", "token", "create", "--user", "asker", "--name", "bench", "--data-dir"])
        .arg(&launch.data)
        .env("WAYMARK_AUDIT_KEY", audit_key());
    if let Some(url) = &launch.database_url {
        command.args(["--database-url", url]);
    }
    let printed = process::output(&mut command)?;
    let token = printed.lines().map(str::trim).find(|line| line.starts_with("wm_"));
    token.map(str::to_owned).with_context(|| format!("no token was printed: {printed}"))
}

/// Waits until all groups are there, and the person's token is known.
fn all_read(server: &Server, token: &str) -> Result<()> {
    server.wait_for("/readyz")?;
    let mut client = server.client();
    let pause = Duration::from_millis(20);
    let last = format!("/api/catalog/entities/by-name/group/default/crowd-{}", GROUPS - 1);
    server.wait("the groups", PATIENCE, pause, || client.get(&last).is_ok_and(|answer| answer.status == 200))?;
    let mut asker = Client::new(server.address, token);
    // An address of their own that reads no entity.
    server.wait("the token", PATIENCE, pause, || asker.get("/theme").is_ok_and(|answer| answer.status != 401))?;
    Ok(())
}

fn first(server: &Server, token: &str, path: &str) -> Result<Duration> {
    let mut client = Client::new(server.address, token);
    let begun = Instant::now();
    let answer = client.get(path)?;
    if answer.status != 200 {
        bail!("GET {path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)]));
    }
    Ok(begun.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_policies_are_the_persons() {
        let folder = std::env::temp_dir().join(format!("waymark-policies-{}", std::process::id()));
        write_policies(&folder).unwrap();
        let org = org();
        let person = org.split("---").next().unwrap();
        let mut all = (0, 0);
        for entry in fs::read_dir(&folder).unwrap() {
            for line in site::read_text(&entry.unwrap().path()).unwrap().lines() {
                let group = line.split("group:default/").nth(1).unwrap().split('"').next().unwrap();
                all.0 += 1;
                all.1 += usize::from(
                    [", ", "["].iter().any(|before| [",", "]"].iter().any(|after| person.contains(&format!("{before}{group}{after}")))),
                );
            }
        }
        fs::remove_dir_all(folder).unwrap();
        assert_eq!(all, (POLICIES, POLICIES / 2));
        assert_eq!(org.matches("kind: Group").count(), GROUPS);
    }
}
