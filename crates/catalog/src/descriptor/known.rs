//! Annotations that many organisations use, with what they mean and where they lead.

use serde_json::{Map, Value};
use url::Url;

use super::{annotate, location::is_script_url};

/// A known annotation of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAnnotation {
    /// The key, as `github.com/project-slug`.
    pub key: &'static str,
    /// What it means, in a few words.
    pub label: &'static str,
    /// The value, as it was written.
    pub value: String,
    /// Where it leads, if that can be told from the value alone: an `http` or `https` address.
    pub href: Option<String>,
}

/// The known ones among `metadata.annotations`, in the order of the table.
pub fn well_known(annotations: &Map<String, Value>) -> Vec<KnownAnnotation> {
    let found = |known: &Known| {
        let value = annotations.get(known.key)?.as_str().filter(|value| !value.is_empty())?;
        let href = (known.href)(value.trim()).filter(|href| is_web(href));
        Some(KnownAnnotation { key: known.key, label: known.label, value: value.to_owned(), href })
    };
    KNOWN.iter().filter_map(found).collect()
}

struct Known {
    key: &'static str,
    label: &'static str,
    href: fn(&str) -> Option<String>,
}

const fn known(key: &'static str, label: &'static str, href: fn(&str) -> Option<String>) -> Known {
    Known { key, label, href }
}

/// From the annotations that people follow most to those that only programs read.
const KNOWN: [Known; 48] = [
    known("github.com/project-slug", "GitHub repository", |slug| under("https://github.com/", slug, 2)),
    known("gitlab.com/project-slug", "GitLab project", |slug| under("https://gitlab.com/", slug, 2)),
    known("gitlab.com/project-id", "GitLab project number", |id| under("https://gitlab.com/projects/", id, 1)),
    known("bitbucket.org/project-slug", "Bitbucket repository", |slug| under("https://bitbucket.org/", slug, 2)),
    known("dev.azure.com/project-repo", "Azure DevOps repository", azure_repository),
    known("backstage.io/source-location", "Source", location),
    known("backstage.io/view-url", "Descriptor", web),
    known("backstage.io/edit-url", "Edit the descriptor", web),
    known("backstage.io/techdocs-ref", "Documentation source", location),
    known("backstage.io/techdocs-entity", "Documentation of", nowhere),
    known("backstage.io/techdocs-entity-path", "Page of that documentation", nowhere),
    known("backstage.io/source-template", "Made from template", nowhere),
    known("backstage.io/time-saved", "Time that the template saves", nowhere),
    known("backstage.io/adr-location", "Decision records", location),
    known("backstage.io/code-coverage", "Code coverage", nowhere),
    known("backstage.io/kubernetes-id", "Kubernetes id", nowhere),
    known("backstage.io/kubernetes-namespace", "Kubernetes namespace", nowhere),
    known("backstage.io/kubernetes-label-selector", "Kubernetes label selector", nowhere),
    known("backstage.io/kubernetes-cluster", "Kubernetes cluster", nowhere),
    known("argocd/app-name", "Argo CD application", nowhere),
    known("argocd/app-selector", "Argo CD selector", nowhere),
    known("prometheus.io/scrape-port", "Prometheus port", nowhere),
    known("prometheus.io/alert", "Prometheus alerts", nowhere),
    known("grafana/dashboard-selector", "Grafana dashboards", nowhere),
    known("grafana/alert-label-selector", "Grafana alerts", nowhere),
    known("pagerduty.com/integration-key", "PagerDuty", nowhere),
    known("pagerduty.com/service-id", "PagerDuty service", |id| under("https://app.pagerduty.com/services/", id, 1)),
    known("opsgenie.com/component-selector", "Opsgenie", nowhere),
    known("sentry.io/project-slug", "Sentry project", sentry_project),
    known("rollbar.com/project-slug", "Rollbar project", |slug| under("https://rollbar.com/", slug, 2)),
    known("sonarqube.org/project-key", "SonarQube project", nowhere),
    known("circleci.com/project-slug", "CircleCI project", |slug| under("https://app.circleci.com/pipelines/", slug, 3)),
    known("jenkins.io/job-full-name", "Jenkins job", nowhere),
    known("gocd.org/pipelines", "GoCD pipelines", nowhere),
    known("jira/project-key", "Jira project", nowhere),
    known("vault.io/secrets-path", "Vault secrets", nowhere),
    known("periskop.io/service-name", "Periskop service", nowhere),
    known("github.com/team-slug", "GitHub team", github_team),
    known("github.com/user-login", "GitHub user", |login| under("https://github.com/", login, 1)),
    known("graph.microsoft.com/tenant-id", "Microsoft Entra tenant", nowhere),
    known("graph.microsoft.com/group-id", "Microsoft Entra group", nowhere),
    known("graph.microsoft.com/user-id", "Microsoft Entra user", nowhere),
    known("backstage.io/ldap-dn", "LDAP name", nowhere),
    known("backstage.io/ldap-uuid", "LDAP id", nowhere),
    known("kubernetes.io/api-server", "Kubernetes API server", web),
    known("kubernetes.io/auth-provider", "Kubernetes sign-in", nowhere),
    known(annotate::MANAGED_BY_LOCATION, "Read from", location),
    known(annotate::MANAGED_BY_ORIGIN_LOCATION, "Registered as", location),
];

fn nowhere(_: &str) -> Option<String> {
    None
}

fn web(value: &str) -> Option<String> {
    is_web(value).then(|| value.to_owned())
}

fn is_web(text: &str) -> bool {
    !is_script_url(text) && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// `url:https://…`.
fn location(value: &str) -> Option<String> {
    value.strip_prefix("url:").and_then(web)
}

/// A path of so many parts under an address; the parts are plain names, so that none can lead elsewhere.
fn under(address: &str, path: &str, parts: usize) -> Option<String> {
    let plain = |part: &str| {
        !part.is_empty()
            && !matches!(part, "." | "..")
            && part.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '~'))
    };
    // GitLab groups nest, so there may be more parts than the least.
    let count = path.split('/').count();
    (count >= parts && count <= 10 && path.split('/').all(plain)).then(|| format!("{address}{path}"))
}

/// `project/repository`, under an organisation that the value does not name, or `organisation/project/repository`.
fn azure_repository(value: &str) -> Option<String> {
    let (project, repository) = value.rsplit_once('/')?;
    project.contains('/').then(|| under("https://dev.azure.com/", &format!("{project}/_git/{repository}"), 4)).flatten()
}

/// `organisation/project`; without the organisation there is no address.
fn sentry_project(value: &str) -> Option<String> {
    let (organization, project) = value.split_once('/')?;
    under("https://sentry.io/organizations/", &format!("{organization}/projects/{project}"), 3).map(|address| format!("{address}/"))
}

/// `organisation/team`.
fn github_team(value: &str) -> Option<String> {
    let (organization, team) = value.split_once('/')?;
    under("https://github.com/orgs/", &format!("{organization}/teams/{team}"), 3)
}
