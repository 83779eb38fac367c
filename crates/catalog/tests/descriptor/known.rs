//! Annotations that lead somewhere.

use catalog::descriptor::well_known;
use serde_json::json;

fn check(key: &str, value: &str, expect: &str) {
    let annotations = json!({ key: value });
    let found = well_known(annotations.as_object().unwrap());
    let got: Vec<_> = found.iter().map(|known| format!("{} -> {}", known.label, known.href.as_deref().unwrap_or("-"))).collect();
    assert_eq!(got.join(";"), expect, "{key}: {value}");
}

#[test]
fn links_from_values() {
    check("github.com/project-slug", "org/repo", "GitHub repository -> https://github.com/org/repo");
    check("gitlab.com/project-slug", "a/b/c", "GitLab project -> https://gitlab.com/a/b/c");
    check("github.com/team-slug", "org/team", "GitHub team -> https://github.com/orgs/org/teams/team");
    check("github.com/user-login", "someone", "GitHub user -> https://github.com/someone");
    check("dev.azure.com/project-repo", "org/project/repo", "Azure DevOps repository -> https://dev.azure.com/org/project/_git/repo");
    check("dev.azure.com/project-repo", "project/repo", "Azure DevOps repository -> -");
    check("circleci.com/project-slug", "github/org/repo", "CircleCI project -> https://app.circleci.com/pipelines/github/org/repo");
    check("sentry.io/project-slug", "org/p", "Sentry project -> https://sentry.io/organizations/org/projects/p/");
    check("backstage.io/source-location", "url:https://github.com/o/r/tree/main/", "Source -> https://github.com/o/r/tree/main/");
    check("backstage.io/techdocs-ref", "dir:.", "Documentation source -> -");
    check("backstage.io/view-url", "https://x/y", "Descriptor -> https://x/y");
    check("argocd/app-name", "payment", "Argo CD application -> -");
    check("example.com/unknown", "x", "");
}

#[test]
fn no_link_leads_astray() {
    check("github.com/project-slug", "../../evil", "GitHub repository -> -");
    check("github.com/project-slug", "org", "GitHub repository -> -");
    check("github.com/project-slug", "a/b?x=1", "GitHub repository -> -");
    check("backstage.io/view-url", "javascript:alert(1)", "Descriptor -> -");
    check("backstage.io/view-url", "data:text/html,x", "Descriptor -> -");
    check("kubernetes.io/api-server", " javascript:alert(1)", "Kubernetes API server -> -");
}
