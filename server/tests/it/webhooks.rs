//! Webhooks: who is let in, what is answered, and how soon a push shows.

use std::{path::Path, process::Command, time::Duration};

use axum::http::Method;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::world::{Answer, World};

const SECRET: &str = "a-secret-of-the-tests";
const SECRETS: [(&str, &str); 3] =
    [("WAYMARK_WEBHOOKS_GITHUB_SECRET", SECRET), ("WAYMARK_WEBHOOKS_GITLAB_SECRET", SECRET), ("WAYMARK_WEBHOOKS_GIT_SECRET", SECRET)];

fn signed(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// Sends a body of nobody with these headers.
async fn send(world: &World, path: &str, headers: &[(&'static str, &str)], body: &str) -> Answer {
    let mut request = World::anonymous(Method::POST, path, body);
    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    world.send(request).await
}

fn github(repository: &str) -> String {
    json!({
        "ref": "refs/heads/main", "before": "a".repeat(40), "after": "b".repeat(40),
        "repository": { "clone_url": repository, "html_url": repository },
        "commits": [{ "added": [], "modified": ["catalog-info.yaml"], "removed": [] }],
    })
    .to_string()
}

#[tokio::test]
async fn only_who_knows_the_secret_is_let_in() {
    for world in World::each(&[], &SECRETS).await {
        let check = async |path: &str, headers: &[(&'static str, &str)], body: &str, status: u16, part: &str| {
            let answer = send(&world, path, headers, body).await;
            assert_eq!(answer.status, status, "{path} {headers:?}: {}", answer.text);
            assert!(answer.text.contains(part), "{path} {headers:?}: {}", answer.text);
        };
        let push = github("https://github.com/acme/shop.git");
        let signature = signed(&push);
        let (sign, event) = ("x-hub-signature-256", "x-github-event");
        check("/webhooks/github", &[(event, "push")], &push, 401, "X-Hub-Signature-256").await;
        check("/webhooks/github", &[(event, "push"), (sign, "sha256=00")], &push, 401, "X-Hub-Signature-256").await;
        check("/webhooks/github", &[(event, "push"), (sign, &signature)], &push.replace("main", "next"), 401, "X-Hub-Signature-256").await;
        check("/webhooks/github", &[(sign, &signature)], &push, 400, "X-GitHub-Event").await;
        check("/webhooks/github", &[(event, "push"), (sign, &signed("{}"))], "{}", 400, "").await;
        check("/webhooks/github", &[(event, "ping"), (sign, &signed("{}"))], "{}", 200, r#""queued":false"#).await;
        check("/webhooks/github", &[(event, "issues"), (sign, &signed("{}"))], "{}", 202, "changes no files").await;
        let queued = r#""queued":true"#;
        check("/webhooks/github", &[(event, "push"), (sign, &signature)], &push, 202, queued).await;
        // The host sends it again when it got no answer.
        check("/webhooks/github", &[(event, "push"), (sign, &signature)], &push, 202, queued).await;

        let lab = json!({
            "object_kind": "push", "ref": "refs/heads/main", "before": "a".repeat(40), "after": "b".repeat(40),
            "project": { "git_http_url": "https://gitlab.com/acme/shop.git" }, "commits": [],
        })
        .to_string();
        check("/webhooks/gitlab", &[("x-gitlab-event", "Push Hook")], &lab, 401, "X-Gitlab-Token").await;
        check("/webhooks/gitlab", &[("x-gitlab-event", "Push Hook"), ("x-gitlab-token", "wrong")], &lab, 401, "X-Gitlab-Token").await;
        check("/webhooks/gitlab", &[("x-gitlab-event", "Push Hook"), ("x-gitlab-token", SECRET)], &lab, 202, queued).await;
        check(
            "/webhooks/gitlab",
            &[("x-gitlab-event", "Note Hook"), ("x-gitlab-token", SECRET)],
            r#"{"object_kind":"note"}"#,
            202,
            "changes no files",
        )
        .await;

        let plain = json!({ "repository": "https://git.example.org/shop.git", "ref": "main" }).to_string();
        check("/webhooks/git", &[], &plain, 401, "X-Waymark-Signature").await;
        check("/webhooks/git", &[("x-waymark-signature", &signed(&plain))], &plain, 202, queued).await;
        check("/webhooks/none", &[], &plain, 404, "nothing").await;
        let large = "x".repeat((5 << 20) + 1);
        check("/webhooks/git", &[("x-waymark-signature", &signed(&large))], &large, 413, "5242880 bytes").await;
    }
}

#[tokio::test]
async fn without_a_secret_they_are_closed() {
    let world = World::one(&[], &[]).await;
    for (path, setting) in
        [("/webhooks/github", "WAYMARK_WEBHOOKS_GITHUB_SECRET"), ("/webhooks/gitlab", "gitlab-secret"), ("/webhooks/git", "git-secret")]
    {
        let answer = send(&world, path, &[], "{}").await;
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert!(answer.text.contains(setting), "{}", answer.text);
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

fn git(folder: &Path, args: &[&str]) {
    let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").current_dir(folder).args(identity).args(args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn commit(work: &Path, text: &str) {
    std::fs::write(work.join("catalog-info.yaml"), text).unwrap();
    git(work, &["add", "--all"]);
    git(work, &["commit", "--quiet", "--message=Change"]);
    git(work, &["push", "--quiet", "origin", "HEAD:main"]);
}

fn component(title: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: pushed, title: {title} }}\nspec: {{ type: service, lifecycle: production, owner: team-a }}\n"
    )
}

#[tokio::test]
async fn a_push_shows_before_the_schedule() {
    let folder = tempfile::tempdir().unwrap();
    let (bare, work) = (folder.path().join("shop.git"), folder.path().join("work"));
    git(folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", bare.to_str().unwrap()]);
    git(folder.path(), &["clone", "--quiet", bare.to_str().unwrap(), work.to_str().unwrap()]);
    commit(&work, &component("Before"));
    let address = format!("file://{}", bare.display());
    let mut pushes = 0;
    for world in World::each(&["--catalog", &address], &SECRETS).await {
        let mut feed = world.feed();
        let body = json!({ "repository": address, "ref": "main" }).to_string();
        for _ in 0..3 {
            pushes += 1;
            commit(&work, &component(&format!("Push-{pushes}")));
            let answer = send(&world, "/webhooks/git", &[("x-waymark-signature", &signed(&body))], &body).await;
            assert_eq!(answer.status, 202, "{}", answer.text);
            assert!(answer.header("waymark-seq").parse::<i64>().is_ok());
            let wanted = format!("\"title\":\"Push-{pushes}\"");
            let shown = async {
                while !world.get("/api/catalog/entities/by-name/component/default/pushed").await.text.contains(&wanted) {
                    feed.changed_or(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), shown).await.unwrap_or_else(|_| panic!("{wanted} does not show"));
        }
    }
}
