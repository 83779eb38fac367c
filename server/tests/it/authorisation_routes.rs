//! Every way in has its case, and every case is tried: by nobody, by somebody without a role, and by each role that matters.

use std::{collections::BTreeSet, fmt::Write as _};

use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::CommandFactory as _;
use identity::{Access, Action};
use model::{Caller, EntityRef};

use crate::{
    authorisation_cases::{Case, Need, cases, command_cases, path},
    world::{Answer, World},
};

/// Who asks: their names, which are those of their roles where they have one. Olga is a developer who owns what is asked for.
const PEOPLE: [&str; 6] = ["zoe", "viewer", "developer", "olga", "auditor", "admin"];
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

const CONFIGURATION: &str = r#"
[access]
default-role = "none"
[[access.grants]]
role = "viewer"
to = ["user:default/viewer"]
[[access.grants]]
role = "developer"
to = ["user:default/developer", "user:default/olga"]
[[access.grants]]
role = "auditor"
to = ["user:default/auditor"]
[[access.grants]]
role = "admin"
to = ["user:default/admin"]
"#;

fn catalog() -> String {
    let mut out = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team-a }\nspec: { type: team, children: [] }\n---\n\
         apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: wagtail }\nspec: { type: a, lifecycle: b, owner: team-a }\n",
    );
    for person in PEOPLE.into_iter().chain(["pete"]) {
        let team = if person == "olga" { "team-a" } else { "" };
        _ = writeln!(
            out,
            "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{ name: {person} }}\nspec: {{ memberOf: [{team}] }}"
        );
    }
    out
}

async fn world() -> World {
    let catalog = catalog();
    let files = [("waymark.toml", CONFIGURATION), ("catalog-info.yaml", catalog.as_str())];
    let world = World::of_people(&files).await.into_iter().next().expect("SQLite is always there");
    own(&world).await;
    let policy = "name=x&text=permit+%28principal+%3D%3D+User%3A%3A%22user%3Adefault%2Fnobody%22%2C+action+%3D%3D+Action%3A%3A%22star%3Awrite%22%2C+resource%29%3B";
    for (path, body) in
        [("/admin/policies/new", policy), ("/admin/service-accounts/new", "name=x&description=Tests&owner=group%3Adefault%2Fteam-a")]
    {
        let made = world.send(World::request(Method::POST, path, body)).await;
        assert!([200, 303].contains(&made.status.as_u16()), "{path}: {} {}", made.status, made.text);
    }
    world
}

/// Puts the entity back that the cases are about, with an overlay's worth of history.
async fn own(world: &World) {
    let own = r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"owned"},"spec":{"type":"a","lifecycle":"b","owner":"team-a"}}"#;
    let put = world.send(World::request(Method::PUT, "/api/v1/entities/component/default/owned", own)).await;
    assert!(put.status.is_success(), "{}", put.text);
}

/// Whether an address answers to a method at all.
async fn is_there(world: &World, method: &Method, route: &str) -> bool {
    // Of nobody: what is there sends them to sign in, or answers them.
    let answer = world.send(World::request(method.clone(), &path(route), "")).await;
    let unknown = answer.status == 405 || (route.starts_with("/api/") && answer.status == 404 && answer.text.is_empty());
    !unknown
}

#[tokio::test]
async fn every_address_has_a_case() {
    let world = world().await;
    let mut there = BTreeSet::new();
    for route in server::http::routes().paths() {
        for method in METHODS {
            if is_there(&world, &method, route).await {
                there.insert(format!("{method} {route}"));
            }
            own(&world).await;
        }
    }
    let known: BTreeSet<String> = cases().iter().map(|case| format!("{} {}", case.method, case.route)).collect();
    let missing: Vec<&String> = there.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&there).collect();
    assert!(missing.is_empty() && gone.is_empty(), "without a case: {missing:#?}\ncases of what is not there: {gone:#?}");
}

#[test]
fn every_server_function_has_a_case() {
    let functions: BTreeSet<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let known: BTreeSet<&str> = FUNCTIONS.iter().map(|(path, ..)| *path).collect();
    assert_eq!(functions, known);
}

/// Server functions: address, what they need, what is sent.
const FUNCTIONS: [(&str, &str, &str); 3] = [
    ("/fn/check", "catalog:validate", "text=a"),
    ("/fn/complete", "list catalog:read", "text=wag"),
    ("/fn/star", "star:write", "entity_ref=component:default/owned&starred=true"),
];

#[test]
fn every_command_has_a_case() {
    let command = server::config::Cli::command();
    let mut found = BTreeSet::new();
    gather(&command, "", &mut found);
    let known: BTreeSet<String> = command_cases().into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(found, known);
}

fn gather(command: &clap::Command, before: &str, found: &mut BTreeSet<String>) {
    let below: Vec<_> = command.get_subcommands().filter(|below| below.get_name() != "help").collect();
    if below.is_empty() {
        found.insert(before.to_owned());
    }
    for below in below {
        gather(below, format!("{before} {}", below.get_name()).trim(), found);
    }
}

/// What the next page would say.
fn flash(answer: &Answer) -> String {
    let bytes = answer.cookie("wm_flash").and_then(|flash| URL_SAFE_NO_PAD.decode(flash).ok());
    String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default().to_lowercase()
}

/// What came of a request, as far as it matters here.
fn outcome(answer: &Answer) -> &'static str {
    let location = answer.header("location");
    match answer.status.as_u16() {
        401 | 403 => "refused",
        404 => "nothing",
        303 if location.starts_with("/sign-in") => "refused",
        303 if flash(answer).contains("may not do") => "refused",
        _ => "done",
    }
}

async fn may(world: &World, person: &str, action: Action, entity: Option<&str>) -> bool {
    let person = EntityRef::new("user", "default", person);
    let resource: Option<EntityRef> = entity.map(|name| EntityRef::new("component", "default", name));
    let asked = world.portal.explain(&Caller::admin_token(), Some(&person), action, resource.as_ref()).await;
    asked.unwrap_or_else(|error| panic!("{person} {action}: {error}")).is_allowed()
}

/// Asks as a person, who signs in for it: some of what is asked ends sessions.
async fn ask(world: &World, person: &str, case: &Case, location: &str) -> Answer {
    let session = world.sign_in(&format!("user:default/{person}")).await;
    let address = case.address().replace("/locations/x", &format!("/locations/{location}"));
    world.send(World::request_of(&session, case.method.clone(), &address, case.body)).await
}

fn all_cases() -> Vec<Case> {
    let mut all = cases();
    for (route, need, body) in FUNCTIONS {
        let need = match need.strip_prefix("list ") {
            Some(action) => Need::List(action.parse().unwrap()),
            None => Need::Portal(need.parse().unwrap()),
        };
        all.retain(|case| case.route != "/fn/{*function}");
        all.push(Case { method: Method::POST, route, need, body });
    }
    all
}

#[tokio::test]
async fn nobody_gets_only_what_is_open() {
    let world = world().await;
    let mut wrong = Vec::new();
    for case in all_cases() {
        let answer = world.send(World::anonymous(case.method.clone(), &case.address(), case.body)).await;
        let sent_away = answer.status == 401 || (answer.status == 303 && answer.header("location").starts_with("/sign-in"));
        let open = matches!(case.need, Need::Open(_));
        if open == sent_away && !(open && case.route.starts_with("/sign-in")) {
            wrong.push(format!("{} {}: {} {}", case.method, case.route, answer.status, answer.header("location")));
        }
        if !open && answer.text.contains("wagtail") {
            wrong.push(format!("{} {} tells nobody of an entity", case.method, case.route));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// First all that is refused, which changes nothing; then what is allowed.
#[tokio::test]
async fn everybody_gets_what_their_role_allows() {
    let world = world().await;
    let locations: serde_json::Value = serde_json::from_str(&world.get("/api/v1/locations").await.text).unwrap();
    let location = locations["items"][0]["id"].as_str().expect("the location of the configuration").to_owned();
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for allowed in [false, true] {
        for case in all_cases() {
            for person in PEOPLE {
                if allowed {
                    own(&world).await;
                }
                let (expected, write) = match &case.need {
                    Need::Open(_) | Need::Mixed(_) => continue,
                    Need::SignedIn(_) | Need::List(_) => (true, false),
                    Need::Portal(action) => (may(&world, person, *action, None).await, action.access() == Access::Write),
                    Need::Owned(action) => {
                        // What is not seen is not there.
                        let sees = may(&world, person, Action::CatalogRead, Some("owned")).await;
                        (may(&world, person, *action, Some("owned")).await, action.access() == Access::Write && sees)
                    }
                };
                if expected != allowed {
                    continue;
                }
                let answer = ask(&world, person, &case, if allowed { "x" } else { &location }).await;
                let got = outcome(&answer);
                let right = match (allowed, write) {
                    // What is there depends on what was asked for before; it is not refused.
                    (true, _) => {
                        (got != "refused" || case.route == "/sign-out") && (answer.status.as_u16() < 500 || case.route == "/metrics")
                    }
                    (false, true) if got == "nothing" => match case.behind() {
                        Some(read) => !may(&world, person, read, None).await,
                        None => false,
                    },
                    (false, true) => got == "refused",
                    (false, false) => got == "refused" || got == "nothing",
                };
                refused += usize::from(!allowed);
                if !right {
                    let start: String = answer.text.chars().take(200).collect();
                    wrong.push(format!("{person} {} {}: {} {got}, allowed {allowed} {start}", case.method, case.route, answer.status));
                }
                if let Need::List(action) = &case.need
                    && !may(&world, person, *action, Some("wagtail")).await
                    && answer.text.contains("wagtail")
                {
                    wrong.push(format!("{person} {} {} tells of what they may not see", case.method, case.route));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(refused > 100, "only {refused} were refused");
}
