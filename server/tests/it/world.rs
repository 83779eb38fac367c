//! A whole portal in process: files in a folder, a database, the router. Requests go in, text comes out.

use std::{fmt::Write as _, fs, path::PathBuf, time::Duration};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use server::{
    config::{Config, Sources, load},
    http::{App, AppState},
};
use tempfile::TempDir;
use testkit::TestDatabase;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The token of every world.
pub(crate) const TOKEN: &str = "a-token-of-thirty-two-characters";
/// How long anything may take before a test fails; no test waits that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running portal on the fixture catalog.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) state: AppState,
    pub(crate) portal: portal::Portal,
    folder: TempDir,
    stop: CancellationToken,
    _workers: JoinSet<()>,
    database: TestDatabase,
}

/// An answer with its body as text.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl World {
    /// A world on each kind of database.
    pub(crate) async fn each(flags: &[&str], environment: &[(&str, &str)]) -> Vec<Self> {
        let mut worlds = Vec::new();
        for database in testkit::databases().await {
            worlds.push(Self::start(database, flags, environment, &[]).await);
        }
        worlds
    }

    /// A world on SQLite, for what has nothing to do with the database.
    pub(crate) async fn one(flags: &[&str], environment: &[(&str, &str)]) -> Self {
        let database = testkit::databases().await.into_iter().next().expect("SQLite is always there");
        Self::start(database, flags, environment, &[]).await
    }

    /// A world on SQLite whose folder has more files before it starts: `waymark.toml`, say, and what it names.
    pub(crate) async fn beside(files: &[(&str, &str)]) -> Self {
        let database = testkit::databases().await.into_iter().next().expect("SQLite is always there");
        Self::start(database, &[], &[], files).await
    }

    /// The demo's ways in over a catalog of the test's own, on each kind of database. The files are there before it starts.
    pub(crate) async fn of_people(files: &[(&str, &str)]) -> Vec<Self> {
        let mut worlds = Vec::new();
        for database in testkit::databases().await {
            worlds.push(Self::start(database, &["--demo"], &[], files).await);
        }
        worlds
    }

    /// Signs somebody of the catalog in: the session's cookie.
    pub(crate) async fn sign_in(&self, person: &str) -> String {
        let answer = self.send(Self::anonymous(Method::POST, "/sign-in", &format!("person={person}"))).await;
        let session = answer.cookie("wm_session").unwrap_or_else(|| panic!("{person} signs in: {} {}", answer.status, answer.text));
        format!("wm_session={session}")
    }

    /// A request of whoever has the session.
    pub(crate) fn request_of(session: &str, method: Method, path: &str, body: &str) -> Request<Body> {
        let mut request = Self::anonymous(method, path, body);
        request.headers_mut().insert(header::COOKIE, session.parse().unwrap());
        request
    }

    /// A second replica over the same database and files: what answers its requests. Its workers do not run.
    pub(crate) async fn replica(&self) -> App {
        let mut config = configuration(&self.folder, &[], &[]);
        config.data.dir = self.folder.path().join("replica");
        fs::create_dir_all(config.data_dir()).unwrap();
        let portal = portal::Portal::open(self.database.store.clone(), server::portal_config(&config)).await.unwrap();
        server::http::app(AppState::new(portal, &config, None))
    }

    async fn start(database: TestDatabase, flags: &[&str], environment: &[(&str, &str)], files: &[(&str, &str)]) -> Self {
        // Server functions need an executor; every test of this program sets the same one.
        _ = any_spawner::Executor::init_tokio();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("catalog-info.yaml"), FIXTURE).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut config = configuration(&folder, flags, environment);
        config.data.dir = folder.path().join("data");
        fs::create_dir_all(config.data_dir()).unwrap();
        if config.demo.is_some() {
            let target = folder.path().join("catalog-info.yaml").display().to_string();
            config.catalog.locations = vec![server::config::LocationConfig { kind: "file".to_owned(), target, allow: None, every: None }];
        }
        let stop = CancellationToken::new();
        let portal = portal::Portal::open(database.store.clone(), server::portal_config(&config)).await.unwrap();
        let workers = portal.start(&stop).await.unwrap();
        let state = AppState::new(portal.clone(), &config, None);
        let world = Self { app: server::http::app(state.clone()), state, portal, folder, stop, _workers: workers, database };
        world.wait_for(ENTITIES).await;
        world
    }

    /// Waits for the feed until the catalog has so many entities.
    async fn wait_for(&self, count: usize) {
        let mut feed = self.database.store.feed_watch();
        let all_there = async {
            loop {
                let answer = self.get("/api/catalog/entities?fields=kind").await;
                // A test may bring more than the fixture.
                if answer.text.matches("\"kind\"").count() >= count {
                    return;
                }
                feed.changed_or(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, all_there).await.expect("the fixture is read");
    }

    /// Wakes when something was written.
    pub(crate) fn feed(&self) -> store::FeedWatch {
        self.database.store.feed_watch()
    }

    /// Writes a file beside the fixture.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Writes more behind the fixture.
    pub(crate) fn append(&self, text: &str) {
        let fixture = fs::read_to_string(self.folder.path().join("catalog-info.yaml")).unwrap();
        self.write("catalog-info.yaml", &format!("{fixture}{text}"));
    }

    /// Writes the fixture with something else in the place of a text.
    pub(crate) fn replace(&self, text: &str, other: &str) {
        let fixture = fs::read_to_string(self.folder.path().join("catalog-info.yaml")).unwrap();
        assert!(fixture.contains(text), "the fixture has no {text}");
        self.write("catalog-info.yaml", &fixture.replace(text, other));
    }

    /// Has the fixture read again, and waits for it.
    pub(crate) async fn refresh(&self) {
        let answer = self.post("/api/catalog/refresh", r#"{"entityRef":"component:default/pay"}"#).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// `GET` with the admin token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Self::request(Method::GET, path, "")).await
    }

    /// `POST` of JSON with the admin token.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(Self::request(Method::POST, path, body)).await
    }

    /// A request with the admin token.
    pub(crate) fn request(method: Method, path: &str, body: &str) -> Request<Body> {
        let mut request = Self::anonymous(method, path, body);
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {TOKEN}").parse().unwrap());
        request
    }

    /// A request of nobody.
    pub(crate) fn anonymous(method: Method, path: &str, body: &str) -> Request<Body> {
        let kind = if path.starts_with("/api") { "application/json" } else { "application/x-www-form-urlencoded" };
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:3000")
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body.to_owned()))
            .unwrap()
    }

    /// Sends a request through everything that a real one passes.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.serve(request).await;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// The text without what differs from run to run: uids, etags, ids and the folder.
    pub(crate) fn plain(&self, text: &str) -> String {
        let folders = [self.folder.path().to_owned(), fs::canonicalize(self.folder.path()).unwrap_or_default()];
        let mut text = text.to_owned();
        for folder in folders.iter().filter(|folder| **folder != PathBuf::new()) {
            text = text.replace(&folder.display().to_string(), "DIR");
        }
        for name in ["uid", "etag", "id"] {
            text = blank(&text, &format!("\"{name}\":\""));
        }
        text
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Answer {
    /// Status, headers that matter and text, for comparison.
    pub(crate) fn shown(&self, headers: &[&str]) -> String {
        let mut out = self.status.as_u16().to_string();
        for name in headers {
            let value = self.headers.get(*name).map_or("-", |value| value.to_str().unwrap_or("?"));
            _ = write!(out, " {name}: {value}");
        }
        out
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The value of a cookie that the answer sets.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut values = lines.filter_map(|line| line.split(';').next()?.strip_prefix(&format!("{name}=")));
        values.next().map(str::to_owned)
    }
}

/// The configuration of a world: the token, the fixture, then what the test says.
fn configuration(folder: &TempDir, flags: &[&str], environment: &[(&str, &str)]) -> Config {
    let demo = flags.iter().any(|flag| flag.starts_with("--demo"));
    let line = ["waymark", "serve"].iter().chain(flags).chain(if demo { &[][..] } else { &["--catalog", "catalog-info.yaml"][..] });
    let cli = <server::config::Cli as clap::Parser>::try_parse_from(line).unwrap();
    let server::config::Command::Serve(flags) = cli.command else { panic!("the line says serve") };
    let mut variables = vec![("WAYMARK_ADMIN_TOKEN".to_owned(), TOKEN.to_owned())];
    variables.extend(environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    variables.reverse(); // the test's own come first and win
    load(&Sources { flags, environment: variables, directory: folder.path().to_owned() }).unwrap()
}

fn blank(text: &str, before: &str) -> String {
    let mut parts = text.split(before);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find('"').unwrap_or(part.len());
        _ = write!(out, "{before}*{}", &part[end..]);
    }
    out
}

/// Entities of the fixture, with the Location entity that stands for its file.
const ENTITIES: usize = 8;

const FIXTURE: &str = r#"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Pay
  title: Payments
  description: Takes money & gives receipts
  tags: [java, money]
  annotations: { example.org/plan: gold }
spec: { type: service, lifecycle: production, owner: team-a, system: shop, providesApis: [pay-api], dependsOn: ["resource:pay-db"] }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: web }
spec: { type: website, lifecycle: experimental, owner: team-a, consumesApis: [pay-api] }
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: pay-api }
spec: { type: openapi, lifecycle: production, owner: team-a, definition: "openapi: 3.0.0" }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: pay-db }
spec: { type: database, owner: team-a }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: shop }
spec: { owner: team-a }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-a }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada, description: Engineer on call }
spec: { memberOf: [team-a], profile: { displayName: Ada Lovelace } }
"#;
