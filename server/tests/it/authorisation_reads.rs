//! What is hidden from somebody shows nowhere: every address that reads, asked by a person from whom a system is hidden.

use axum::http::Method;

use crate::world::World;

/// Everything of the system `nightjar` is hidden from Bob, and from nobody else.
const POLICY: &str = r#"
@id("no-nightjar")
forbid (principal == User::"user:default/bob", action in Action::"*:read", resource in Entity::"system:default/nightjar");
"#;

const CONFIGURATION: &str = r#"
[access]
policies = ["hidden.cedar"]
[[access.grants]]
role = "admin"
to = ["user:default/ada"]
"#;

/// What is hidden has names with `nightjar` and texts with `heron`.
const CATALOG: &str = r#"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: pay, title: Payments, tags: [java] }
spec: { type: service, lifecycle: production, owner: team-a, system: shop, providesApis: [pay-api] }
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
kind: Domain
metadata: { name: trade }
spec: { owner: team-a }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: shop }
spec: { owner: team-a, domain: trade }
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team-a }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: ada }
spec: { memberOf: [team-a], profile: { displayName: Ada Lovelace } }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: bob }
spec: { memberOf: [team-a], profile: { displayName: Bob } }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: nightjar, title: Heron System }
spec: { owner: team-a, domain: trade }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: nightjar-engine
  title: Heron Engine
  description: The heron that nobody sees
  tags: [heron-tag]
  labels: { heron: "heron-label" }
  annotations: { example.org/heron: heron-plan }
  links: [{ url: "https://heron.example.org", title: Heron Runbook }]
spec:
  type: heron-type
  lifecycle: heron-phase
  owner: team-a
  system: nightjar
  dependsOn: ["resource:pay-db", "component:pay", "resource:nightjar-gone"]
  consumesApis: [pay-api]
  providesApis: [nightjar-api]
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: { name: nightjar-api, title: Heron API }
spec: { type: graphql, lifecycle: heron-phase, owner: user:bob, system: nightjar, definition: "type Query { heron: String }" }
"#;

/// As [`CATALOG`], where the component of the system can no longer be read: its file has a mistake now.
fn broken() -> String {
    CATALOG.replace("  tags: [heron-tag]\n", "  tags: [\"heron tag!\"]\n")
}

/// Whether a text tells of what is hidden.
fn tells(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("nightjar") || text.contains("heron")
}

/// Addresses that read, as somebody asks them who does not know of what is hidden.
fn addresses() -> Vec<String> {
    let visible = [
        ("component", "pay"),
        ("api", "pay-api"),
        ("resource", "pay-db"),
        ("system", "shop"),
        ("domain", "trade"),
        ("group", "team-a"),
        ("user", "bob"),
    ];
    let mut out: Vec<String> = Vec::new();
    for route in server::http::routes().paths() {
        // The names of assets are given by the build; `{id}` of locations is asked below.
        if route.contains("{hash}") || route.contains("{id}") || route.contains("{uid}") {
            continue;
        }
        if !route.contains('{') {
            out.push((*route).to_owned());
            continue;
        }
        for (kind, name) in visible {
            let path = route.replace("{kind}", kind).replace("{namespace}", "default").replace("{name}", name);
            for tab in ["dependencies", "apis", "source", "definition", "history"] {
                let path = path.replace("{tab}", tab);
                if !path.contains('{') && !out.contains(&path) {
                    out.push(path);
                }
            }
        }
    }
    for kind in ["all", "component", "api", "resource", "system", "domain", "group", "user", "location"] {
        out.extend(["/catalog", "/catalog/export.csv", "/catalog/export.json"].map(|path| format!("{path}?kind={kind}")));
        out.push(format!("/catalog?kind={kind}&owned=mine"));
        out.push(format!("/catalog?kind={kind}&sort=changed"));
        out.push(format!("/problems?kind={kind}"));
        out.push(format!("/changes?kind={kind}"));
        out.push(format!("/api/catalog/entities?filter=kind={kind}"));
        out.push(format!("/api/v1/entities?filter=kind={kind}"));
        out.push(format!("/api/catalog/entity-facets?facet=metadata.name&facet=metadata.title&facet=spec.system&filter=kind={kind}"));
    }
    for facet in [
        "kind",
        "metadata.name",
        "metadata.tags",
        "metadata.labels.heron",
        "relations.haspart",
        "relations.ownerof",
        "relations.dependencyof",
        "relations.apiconsumedby",
        "relations.partof",
        "spec.type",
        "spec.lifecycle",
    ] {
        // The name of a facet comes back as it was asked.
        let asked = if tells(facet) { continue } else { facet };
        out.push(format!("/api/catalog/entity-facets?facet={asked}"));
    }
    for root in ["component:default/pay", "domain:default/trade", "group:default/team-a", "user:default/bob", "api:default/pay-api"] {
        out.push(format!("/graph?root={root}"));
        out.push(format!("/graph?root={root}&depth=3&relations=all"));
        out.push(format!("/changes?around={root}"));
        out.push(format!("/changes?owner={root}"));
    }
    out.extend(
        [
            "/search?q=e",
            "/search?q=pay",
            "/search?q=",
            "/graph?group=owner",
            "/compare?a=pay&b=web",
            "/compare?a=component:default/pay&b=api:default/pay-api",
            "/problems?owner=mine",
            "/problems?owner=all",
            "/changes?mine=true",
            "/api/catalog/entities/by-query?limit=100",
            "/api/catalog/entities/by-query?limit=0",
            "/api/catalog/entities/by-query?fullTextFilterTerm=e&orderField=metadata.name,asc",
            "/api/v1/problems?limit=500",
            "/api/v1/changes?limit=500",
            "/api/v1/entities?limit=500",
        ]
        .map(str::to_owned),
    );
    out
}

/// Questions that are sent as a body.
const BODIES: [(&str, &str); 9] = [
    ("/api/catalog/entities/by-query", r#"{"limit":100}"#),
    ("/api/catalog/entities/by-query", r#"{"query":{"kind":"Component"},"fullTextFilter":{"term":"a","fields":["metadata.name"]}}"#),
    (
        "/api/catalog/entities/by-refs",
        r#"{"entityRefs":["component:default/pay","system:default/shop","domain:default/trade","group:default/team-a"]}"#,
    ),
    (
        "/api/catalog/entity-facets",
        r#"{"facets":["kind","metadata.name","relations.hasPart","relations.ownerOf","relations.dependencyOf"]}"#,
    ),
    ("/api/catalog/locations/by-query", r#"{"limit":50}"#),
    (
        "/api/v1/descriptors/preview",
        "{\"yaml\":\"apiVersion: backstage.io/v1alpha1\\nkind: Component\\nmetadata: {name: new}\\nspec: {type: a, lifecycle: b, owner: team-a}\\n\"}",
    ),
    ("/fn/complete", "text=e"),
    ("/fn/complete", "text="),
    ("/fn/complete", "text=pay"),
];

async fn ask(world: &World, session: &str, method: Method, path: &str, body: &str) -> (u16, String) {
    let answer = world.send(World::request_of(session, method, path, body)).await;
    (answer.status.as_u16(), answer.text)
}

#[tokio::test]
async fn what_is_hidden_shows_nowhere() {
    let files = [("waymark.toml", CONFIGURATION), ("hidden.cedar", POLICY), ("catalog-info.yaml", CATALOG)];
    for world in World::of_people(&files).await {
        let (ada, bob) = (world.sign_in("user:default/ada").await, world.sign_in("user:default/bob").await);
        let locations = locations(&world).await;
        // Something happens to it: changes, an overlay, an entity that comes and goes, a star, a visit.
        let overlay = r#"{"labels":{"tier":"heron-tier"}}"#;
        let done = world.send(World::request(Method::PUT, "/api/v1/entities/component/default/nightjar-engine/overlay", overlay)).await;
        assert!(done.status.is_success(), "{}", done.text);
        let own = r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Resource","metadata":{"name":"nightjar-old","description":"an old heron"},"spec":{"type":"heron","owner":"team-a","system":"nightjar"}}"#;
        let path = "/api/v1/entities/resource/default/nightjar-old";
        let done = world.send(World::request(Method::PUT, path, own)).await;
        assert!(done.status.is_success(), "{}", done.text);
        let done = world.send(World::request(Method::DELETE, path, "")).await;
        assert!(done.status.is_success(), "{}", done.text);
        assert_eq!(ask(&world, &ada, Method::POST, "/star", "entity=component:default/nightjar-engine&starred=true").await.0, 303);

        told(&world, &ada, &locations).await;
        shown_nowhere(&world, &bob, &locations).await;
        as_if_there_were_none(&world, &ada, &bob).await;

        // Its file gets a mistake: what went before stays, and what is wrong with it is hidden as well.
        world.write("catalog-info.yaml", &broken());
        world.refresh().await;
        let (_, page) = ask(&world, &ada, Method::GET, "/problems", "").await;
        assert!(tells(&page), "Ada sees what is wrong with it: {page}");
        shown_nowhere(&world, &bob, &locations).await;
    }
}

/// The ids of the locations.
async fn locations(world: &World) -> Vec<String> {
    let list: serde_json::Value = serde_json::from_str(&world.get("/api/v1/locations").await.text).unwrap();
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn all(locations: &[String]) -> Vec<String> {
    let mut out = addresses();
    for id in locations {
        for route in [
            "/locations/{id}",
            "/locations/{id}/unregister",
            "/api/v1/locations/{id}",
            "/api/v1/locations/{id}/removal",
            "/api/catalog/locations/{id}",
            "/problems?location={id}",
        ] {
            out.push(route.replace("{id}", id));
        }
    }
    out
}

/// The same questions do tell somebody who may see it: else the test would prove nothing.
async fn told(world: &World, ada: &str, locations: &[String]) {
    let mut telling = 0;
    for path in all(locations) {
        telling += usize::from(tells(&ask(world, ada, Method::GET, &path, "").await.1));
    }
    assert!(telling > 60, "only {telling} addresses tell Ada");
    for (path, body) in BODIES.into_iter().filter(|(path, _)| *path == "/api/catalog/entities/by-query") {
        let (status, text) = ask(world, ada, Method::POST, path, body).await;
        assert!(tells(&text), "{path} {body}: {status} {text}");
    }
}

async fn shown_nowhere(world: &World, bob: &str, locations: &[String]) {
    let mut leaks = Vec::new();
    let gets = all(locations).into_iter().map(|path| (Method::GET, path, ""));
    for (method, path, body) in gets.chain(BODIES.into_iter().map(|(path, body)| (Method::POST, path.to_owned(), body))) {
        let (status, text) = ask(world, bob, method.clone(), &path, body).await;
        if tells(&text) {
            leaks.push(format!("{method} {path} {body} ({status}): {}", around(&text)));
        }
        assert!(status < 500 && (method == Method::GET || status < 400), "{method} {path}: {status} {text}");
    }
    assert!(leaks.is_empty(), "these tell of what is hidden:\n{}", leaks.join("\n\n"));
}

/// The places of a long text that tell.
fn around(text: &str) -> String {
    let lower = text.to_lowercase();
    let found = ["nightjar", "heron"].into_iter().filter_map(|word| lower.find(word));
    let piece = |at: usize| text.chars().skip(text[..at].chars().count().saturating_sub(120)).take(260).collect::<String>();
    found.map(piece).collect::<Vec<_>>().join("\n…\n")
}

/// Asked by name, what is hidden answers as what never was.
async fn as_if_there_were_none(world: &World, ada: &str, bob: &str) {
    let routes = [
        (Method::GET, "/catalog/default/component/NAME"),
        (Method::GET, "/catalog/default/component/NAME/source"),
        (Method::GET, "/catalog/default/component/NAME/dependencies"),
        (Method::GET, "/catalog/default/component/NAME/history"),
        (Method::GET, "/catalog/default/component/NAME/edit"),
        (Method::GET, "/catalog/default/component/NAME/delete"),
        (Method::GET, "/catalog/default/component/NAME/overlay.patch"),
        (Method::GET, "/graph?root=component:default/NAME"),
        (Method::GET, "/compare?a=component:default/NAME&b=pay"),
        (Method::GET, "/search?q=NAME"),
        (Method::GET, "/changes?text=NAME"),
        (Method::GET, "/changes?around=component:default/NAME"),
        (Method::GET, "/api/catalog/entities/by-name/component/default/NAME"),
        (Method::GET, "/api/catalog/entities/by-name/component/default/NAME/ancestry"),
        (Method::GET, "/api/catalog/locations/by-entity/component/default/NAME"),
        (Method::GET, "/api/catalog/entities?filter=metadata.name=NAME"),
        (Method::GET, "/api/catalog/entities?filter=relations.dependencyof=component:default/NAME"),
        (Method::GET, "/api/v1/entities/component/default/NAME"),
        (Method::GET, "/api/v1/entities/component/default/NAME/changes"),
        (Method::GET, "/api/v1/entities/component/default/NAME/overlay"),
        (Method::GET, "/api/v1/entities/component/default/NAME/overlay/patch"),
        (Method::DELETE, "/api/v1/entities/component/default/NAME"),
        (Method::DELETE, "/api/v1/entities/component/default/NAME/overlay"),
    ];
    let mut differences = Vec::new();
    for (method, route) in routes {
        let mut shown = Vec::new();
        for name in ["nightjar-engine", "swallow-engine"] {
            let (status, text) = ask(world, bob, method.clone(), &route.replace("NAME", name), "").await;
            shown.push((status, plain(&text).replace(name, "NAME")));
        }
        if shown[0] != shown[1] {
            let same = shown[0].1.bytes().zip(shown[1].1.bytes()).take_while(|(a, b)| a == b).count();
            let piece = |text: &str| text.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
            differences.push(format!("{method} {route}\n{} {}\n{} {}", shown[0].0, piece(&shown[0].1), shown[1].0, piece(&shown[1].1)));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    let refs = r#"{"entityRefs":["component:default/nightjar-engine","component:default/none","component:default/pay"],"fields":["metadata.name"]}"#;
    let (_, found) = ask(world, bob, Method::POST, "/api/catalog/entities/by-refs", refs).await;
    assert_eq!(found, r#"{"items":[null,null,{"metadata":{"name":"pay"}}]}"#);
    let (_, one) = ask(world, ada, Method::GET, "/api/catalog/entities/by-name/component/default/nightjar-engine", "").await;
    let uid = serde_json::from_str::<serde_json::Value>(&one).unwrap()["metadata"]["uid"].as_str().unwrap().to_owned();
    for method in [Method::GET, Method::DELETE] {
        let (status, text) = ask(world, bob, method.clone(), &format!("/api/catalog/entities/by-uid/{uid}"), "").await;
        let (other, _) = ask(world, bob, method, "/api/catalog/entities/by-uid/00000000-0000-4000-8000-000000000000", "").await;
        assert!(status == other && !tells(&text), "{status} {text}");
    }
    let (status, _) = ask(world, bob, Method::POST, "/star", "entity=component:default/nightjar-engine&starred=true").await;
    let (other, _) = ask(world, bob, Method::POST, "/star", "entity=component:default/swallow-engine&starred=true").await;
    assert_eq!(status, other);
    // A name that is taken cannot be taken again, and what has it is not replaced.
    let put = r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"nightjar-engine"},"spec":{"type":"a","lifecycle":"b","owner":"team-a"}}"#;
    let (status, text) = ask(world, bob, Method::PUT, "/api/v1/entities/component/default/nightjar-engine", put).await;
    assert!(status == 409 && !text.to_lowercase().contains("heron"), "{status} {text}");
    assert!(tells(&ask(world, ada, Method::GET, "/api/catalog/entities/by-name/component/default/nightjar-engine", "").await.1));
}

/// Without what differs from request to request.
fn plain(text: &str) -> String {
    let mut out = text.to_owned();
    for before in ["\"request_id\":\"", "nonce=\"", "crossorigin=\"", "data-request=\"", "Request "] {
        let mut parts = out.split(before);
        let mut kept = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && !"-_+/=".contains(c)).unwrap_or(part.len());
            kept.push_str(before);
            kept.push_str(&part[end..]);
        }
        out = kept;
    }
    out
}
