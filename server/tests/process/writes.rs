//! Killed under a stream of writes and webhooks: whatever was answered with 2xx is there afterwards. The clients' own logs are the judge.

use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crate::{
    database::fresh,
    server::{Server, send},
    size,
};

const KILLS: usize = 4;
const CLIENTS: usize = 4;
const SECRET: &str = "secret-of-the-process-tests";

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=test", "-c", "user.email=test@example.com"]).args(arguments);
    let output = command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", folder).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn push(clone: &Path, n: usize) {
    std::fs::write(clone.join("catalog-info.yaml"), component("pushed", n)).expect("the file is written");
    git(clone, &["add", "-A"]);
    // The version may have been pushed before a kill, without an answer.
    git(clone, &["commit", "-q", "--allow-empty", "-m", "change"]);
    git(clone, &["push", "-q", "origin", "HEAD:main"]);
}

fn component(name: &str, n: usize) -> String {
    serde_json::json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": name, "description": format!("version {n}") },
        "spec": { "type": "service", "lifecycle": "production", "owner": "team" },
    })
    .to_string()
}

fn version(server: &Server, name: &str) -> usize {
    let answer = server.get(&format!("/api/catalog/entities/by-name/component/default/{name}"), None);
    let text = answer.body["metadata"]["description"].as_str().unwrap_or_default().to_owned();
    text.strip_prefix("version ").and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Writes one entity again and again until the server is gone; the last version that was answered with 2xx.
fn write(address: &str, client: usize, from: usize, stop: &AtomicBool) -> usize {
    let (name, mut acknowledged) = (format!("w{client}"), from);
    while !stop.load(Ordering::Relaxed) {
        let path = format!("/api/v1/entities/component/default/{name}");
        match send(address, "PUT", &path, "", &component(&name, acknowledged + 1)) {
            Ok(answer) if answer.status < 300 => acknowledged += 1,
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => break,
        }
    }
    acknowledged
}

/// Pushes and tells the server, again and again; the last version whose webhook was answered with 2xx.
fn tell(address: &str, clone: &Path, repository: &str, from: usize, stop: &AtomicBool) -> usize {
    let event = serde_json::json!({
        "object_kind": "push", "ref": "refs/heads/main", "project": { "git_http_url": repository, "web_url": repository },
        "repository": { "git_http_url": repository, "url": repository }, "commits": [],
    })
    .to_string();
    let headers = format!("X-Gitlab-Event: Push Hook\r\nX-Gitlab-Token: {SECRET}\r\n");
    let (mut acknowledged, mut n) = (from, from);
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        push(clone, n);
        match send(address, "POST", "/webhooks/gitlab", &headers, &event) {
            Ok(answer) if answer.status < 300 => acknowledged = n,
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => break,
        }
    }
    acknowledged
}

#[test]
fn what_was_answered_is_there_after_kills() {
    for database in fresh() {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        git(folder.path(), &["init", "-q", "--bare", "-b", "main", "r.git"]);
        git(folder.path(), &["clone", "-q", "r.git", "clone"]);
        let clone = folder.path().join("clone");
        push(&clone, 1);
        let repository = format!("file://{}", folder.path().join("r.git").display());
        let target = format!("{repository}//catalog-info.yaml?ref=main");
        let start = || {
            // Webhooks alone bring changes: nothing is read by the clock while the test runs.
            let environment = [("WAYMARK_WEBHOOKS_GITLAB_SECRET", SECRET), ("WAYMARK_CATALOG_READ_EVERY", "1h")];
            Server::start(data.path(), Some(&database.url), Path::new(&target), &environment)
        };
        let mut logs: BTreeMap<usize, usize> = BTreeMap::new();
        let mut pushed = 1;
        for kill in 1..=KILLS {
            let mut server = start();
            server.wait("the repository", |server| version(server, "pushed") > 0);
            let (address, stop) = (server.address.clone(), AtomicBool::new(false));
            thread::scope(|scope| {
                let (address, stop, clone, repository) = (address.as_str(), &stop, clone.as_path(), repository.as_str());
                let from = |client: usize| logs.get(&client).copied().unwrap_or(0);
                let writers: Vec<_> = (0..CLIENTS)
                    .map(|client| {
                        let from = from(client);
                        scope.spawn(move || (client, write(address, client, from, stop)))
                    })
                    .collect();
                let sender = scope.spawn(move || tell(address, clone, repository, pushed, stop));
                let goal = from(0) + size(40) / KILLS * kill.min(2);
                server.wait("progress", |server| version(server, "w0") >= goal);
                server.kill();
                stop.store(true, Ordering::Relaxed);
                for writer in writers {
                    let (client, acknowledged) = writer.join().expect("a writer works");
                    logs.insert(client, acknowledged);
                }
                pushed = sender.join().expect("the sender works");
            });
            let mut server = start();
            for (client, acknowledged) in &mut logs {
                let found = version(&server, &format!("w{client}"));
                // One write may have been committed and its answer cut off.
                assert!(
                    found == *acknowledged || found == *acknowledged + 1,
                    "kill {kill} on {}: w{client} is at version {found}, {acknowledged} was answered",
                    database.name
                );
                *acknowledged = found;
            }
            server.wait("the last push whose webhook was answered", |server| version(server, "pushed") >= pushed);
            pushed = version(&server, "pushed");
            server.kill();
        }
    }
}
