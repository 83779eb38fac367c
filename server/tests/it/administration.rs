//! People, roles, service accounts, tokens, sessions and settings: the forms as browsers send them, on both databases.

use std::time::Duration;

use axum::http::{Method, header};

use crate::world::{Answer, World};

/// How long a change may take until everybody sees it; no test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What somebody gets: status and where it leads.
async fn get(world: &World, session: &str, path: &str) -> Answer {
    world.send(World::request_of(session, Method::GET, path, "")).await
}

async fn post(world: &World, session: &str, path: &str, form: &str) -> Answer {
    world.send(World::request_of(session, Method::POST, path, form)).await
}

async fn bearer(world: &World, token: &str, method: Method, path: &str) -> u16 {
    let mut request = World::anonymous(method, path, "{}");
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    world.send(request).await.status.as_u16()
}

/// Waits for what another request changed to reach everybody's memory.
async fn until<T, F: Future<Output = Option<T>>>(world: &World, what: &str, ask: impl Fn() -> F) -> T {
    let mut feed = world.feed();
    let seen = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            feed.changed_or(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.unwrap_or_else(|_| panic!("never: {what}"))
}

async fn until_status(world: &World, session: &str, path: &str, status: u16) {
    until(world, &format!("{status} at {path}"), async || (get(world, session, path).await.status == status).then_some(())).await;
}

/// Worlds with Bob beside Ada, who runs the portal there; and her session.
async fn worlds() -> Vec<(World, String)> {
    const BOB: &str = "\n---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: bob }\nspec: { memberOf: [team-a] }\n";
    let mut out = Vec::new();
    for world in World::of_people(&[]).await {
        world.append(BOB);
        world.refresh().await;
        let grant = world.post("/api/v1/role-grants", r#"{"role":"admin","to":"user:default/ada"}"#).await;
        assert_eq!(grant.status, 201, "{}", grant.text);
        let ada = world.sign_in("user:default/ada").await;
        until_status(&world, &ada, "/admin/people", 200).await;
        out.push((world, ada));
    }
    out
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let start = text.find(before).unwrap_or_else(|| panic!("{before} is in {text}")) + before.len();
    &text[start..start + text[start..].find(after).unwrap_or_else(|| panic!("{after} follows {before}"))]
}

#[tokio::test]
async fn roles_are_given_and_take_effect_at_once() {
    for (world, ada) in worlds().await {
        let bob = world.sign_in("user:default/bob").await;
        for path in ["/admin", "/admin/people", "/admin/roles", "/admin/service-accounts", "/admin/tokens", "/admin/people/default/ada"] {
            assert_eq!(get(&world, &bob, path).await.status, 404, "{path}: who may not see it is not told that it is there");
        }
        assert_eq!(get(&world, &ada, "/admin").await.shown(&["location"]), "303 location: /admin/people");
        assert!(!get(&world, &bob, "/settings").await.text.contains("href=\"/admin\""));

        let given = post(&world, &ada, "/admin/roles/grant", "role=auditor&to=person&person=user:default/bob").await;
        assert_eq!(given.shown(&["location"]), "303 location: /admin/roles", "{}", given.text);
        until_status(&world, &bob, "/admin/people", 200).await;
        let page = get(&world, &bob, "/admin/people/default/ada").await;
        assert_eq!(page.status, 200);
        assert!(!page.text.contains("/account\""), "an auditor changes nothing");
        let refused = post(&world, &bob, "/admin/roles/grant", "role=admin&to=person&person=user:default/bob").await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        assert_eq!(get(&world, &bob, "/admin/roles/grant").await.status, 403);

        let taken = post(&world, &ada, "/admin/roles/take", "role=auditor&to=user:default/bob").await;
        assert_eq!(taken.shown(&["location"]), "303 location: /admin/roles");
        until_status(&world, &bob, "/admin/people", 404).await;

        // To the group: through it both have it.
        post(&world, &ada, "/admin/roles/grant", "role=sre&to=group&group=group:default/team-a").await;
        let through = until(&world, "the role of the group", async || {
            let page = get(&world, &ada, "/admin/people/default/bob").await.text;
            page.contains("#sre").then_some(page)
        });
        assert!(through.await.contains("through "));
    }
}

#[tokio::test]
async fn what_cannot_be_given_says_why() {
    for (world, ada) in worlds().await {
        let check = async |form: &str, status: u16, message: &str| {
            let answer = post(&world, &ada, "/admin/roles/grant", form).await;
            assert_eq!(answer.status.as_u16(), status, "{form}");
            assert!(answer.text.contains(message), "{form}: {message} in {}", answer.text);
        };
        check("role=emperor&to=person&person=user:default/bob", 400, "There is no role").await;
        check("role=sre&to=person&person=", 400, "Pick somebody from the list").await;
        check("role=sre&to=person&person=user:default/nobody", 400, "in the catalog").await;
        check("role=sre&to=group&group=team-z", 400, "There is no group").await;
        check("role=sre&to=service&service=ci", 400, "There is no service account").await;
        check("role=admin&to=person&person=user:default/ada", 409, "already").await;
        // What was typed is still there.
        check("role=sre&to=group&group=team-z", 400, "value=\"team-z\"").await;
        // Nobody takes the last administrator away, themselves included.
        let refused = post(&world, &ada, "/admin/roles/take", "role=admin&to=user:default/ada").await;
        assert_eq!(refused.shown(&["location"]), "303 location: /admin/roles");
        assert!(refused.cookie("wm_flash").is_some());
        assert_eq!(get(&world, &ada, "/admin/roles").await.status, 200);
        let missing = world.send(World::request(Method::DELETE, "/api/v1/role-grants?role=sre&to=user:default/ada", "")).await;
        assert_eq!(missing.status, 404, "{}", missing.text);
        let last = world.send(World::request(Method::DELETE, "/api/v1/role-grants?role=admin&to=user:default/ada", "")).await;
        assert_eq!(last.status, 409, "{}", last.text);
        assert!(last.text.contains("Nobody who can sign in"), "{}", last.text);
    }
}

#[tokio::test]
async fn own_tokens_work_within_their_scopes_until_they_are_revoked() {
    for (world, ada) in worlds().await {
        let check = async |form: &str, message: &str| {
            let answer = post(&world, &ada, "/settings/tokens", form).await;
            assert_eq!(answer.status, 400, "{form}");
            assert!(answer.text.contains(message), "{form}: {message} in {}", answer.text);
        };
        check("name=&days=30&scope=catalog:read", "1 to 100 characters").await;
        check("name=x&days=30", "needs a scope").await;
        check("name=x&days=400&scope=catalog:read", "1 to 365 days").await;
        check("name=x&days=&scope=catalog:read", "1 to 365 days").await;
        check("name=x&days=30&scope=everything", "there is no scope").await;

        let made = post(&world, &ada, "/settings/tokens", "name=Laptop&days=30&scope=catalog:read").await;
        assert_eq!(made.shown(&["cache-control"]), "200 cache-control: no-store");
        let token = between(&made.text, "id=\"made-token\" dir=\"ltr\">", "<").to_owned();
        assert!(token.starts_with("wm_"), "{token}");
        assert!(!get(&world, &ada, "/settings/tokens").await.text.contains(&token), "it is shown once");
        let entity = "/api/catalog/entities/by-name/component/default/pay";
        assert_eq!(bearer(&world, &token, Method::GET, entity).await, 200);
        assert_eq!(bearer(&world, &token, Method::POST, "/api/v1/service-accounts").await, 400, "an empty body");
        assert_eq!(bearer(&world, &token, Method::GET, "/api/v1/tokens?owner=all").await, 403, "not within its scopes");

        let id = between(&get(&world, &ada, "/settings/tokens").await.text, "action=\"/settings/tokens/", "/revoke").to_owned();
        let revoked = post(&world, &ada, &format!("/settings/tokens/{id}/revoke"), "").await;
        assert_eq!(revoked.shown(&["location"]), "303 location: /settings/tokens");
        assert_eq!(bearer(&world, &token, Method::GET, entity).await, 401);
        assert!(get(&world, &ada, "/settings/tokens").await.text.contains("Revoked"));
    }
}

#[tokio::test]
async fn sessions_are_ended_from_elsewhere() {
    for (world, ada) in worlds().await {
        let bob = world.sign_in("user:default/bob").await;
        let other = world.sign_in("user:default/bob").await;
        let page = get(&world, &bob, "/settings/sessions").await.text;
        assert_eq!(page.matches("name=\"session\"").count(), 1, "all but this one can be ended");
        let id = between(&page, "name=\"session\" value=\"", "\"").to_owned();
        // Somebody else's session is not Ada's own, but she runs the portal; Bob's is no business of people without rights.
        let third = world.sign_in("user:default/ada").await;
        let hers = between(&get(&world, &third, "/settings/sessions").await.text, "name=\"session\" value=\"", "\"").to_owned();
        let refused = post(&world, &bob, "/settings/sessions", &format!("session={hers}")).await;
        assert_eq!(refused.status, 303);
        assert_eq!(get(&world, &ada, "/settings").await.status, 200, "Bob cannot end Ada's");

        assert_eq!(post(&world, &bob, "/settings/sessions", &format!("session={id}")).await.status, 303);
        assert_eq!(get(&world, &other, "/catalog").await.shown(&["location"]), "303 location: /sign-in?return_to=%2Fcatalog");
        assert_eq!(get(&world, &bob, "/catalog").await.status, 200);

        let another = world.sign_in("user:default/bob").await;
        assert_eq!(post(&world, &bob, "/settings/sessions", "others=true").await.status, 303);
        assert_eq!(get(&world, &another, "/catalog").await.status, 303);
        assert_eq!(post(&world, &ada, "/admin/people/default/bob/sessions", "all=true").await.status, 303);
        assert_eq!(get(&world, &bob, "/catalog").await.status, 303);
    }
}

#[tokio::test]
async fn somebody_who_is_switched_off_is_out() {
    for (world, ada) in worlds().await {
        let bob = world.sign_in("user:default/bob").await;
        let off = post(&world, &ada, "/admin/people/default/bob/account", "do=off").await;
        assert_eq!(off.shown(&["location"]), "303 location: /admin/people/default/bob");
        assert_eq!(get(&world, &bob, "/catalog").await.status, 303, "signed out");
        assert_ne!(world.send(World::anonymous(Method::POST, "/sign-in", "person=user:default/bob")).await.status, 303);
        assert!(get(&world, &ada, "/admin/people/default/bob").await.text.contains("Switched off"));
        assert_eq!(post(&world, &ada, "/admin/people/default/bob/account", "do=on").await.status, 303);
        world.sign_in("user:default/bob").await;
        let own = post(&world, &ada, "/admin/people/default/ada/account", "do=off").await;
        assert!(own.cookie("wm_flash").is_some(), "nobody switches themselves off");
        assert_eq!(get(&world, &ada, "/catalog").await.status, 200);
        assert_eq!(get(&world, &ada, "/admin/people/default/nobody").await.status, 404);
    }
}

#[tokio::test]
async fn local_accounts_begin_with_a_link() {
    for (world, ada) in worlds().await {
        let wrong = post(&world, &ada, "/admin/people/new", "name=No Spaces").await;
        assert_eq!(wrong.status, 400, "{}", wrong.text);
        let made = post(&world, &ada, "/admin/people/new", "name=Root").await;
        assert_eq!(made.shown(&["cache-control"]), "200 cache-control: no-store");
        let link = between(&made.text, "id=\"made-link\" dir=\"ltr\">", "<").to_owned();
        let path = link.strip_prefix("http://localhost:3000").unwrap_or_else(|| panic!("{link}"));
        let page = world.send(World::anonymous(Method::GET, path, "")).await;
        assert_eq!(page.status, 200, "{}", page.text);
    }
}

#[tokio::test]
async fn service_accounts_have_tokens_and_roles_of_their_own() {
    for (world, ada) in worlds().await {
        let wrong = post(&world, &ada, "/admin/service-accounts/new", "name=CI%20!&owner=nobody").await;
        assert_eq!(wrong.status, 400);
        assert!(wrong.text.contains("value=\"CI !\""), "{}", wrong.text);
        let made = post(&world, &ada, "/admin/service-accounts/new", "name=ci&description=Builds&owner=group:default/team-a").await;
        assert_eq!(made.shown(&["location"]), "303 location: /admin/service-accounts/ci", "{}", made.text);
        let again = post(&world, &ada, "/admin/service-accounts/new", "name=ci&owner=group:default/team-a").await;
        assert_eq!(again.status, 409);

        let token = post(&world, &ada, "/admin/service-accounts/ci/tokens", "name=Nightly&days=&scope=catalog:read").await;
        assert_eq!(token.status, 200, "{}", token.text);
        let token = between(&token.text, "id=\"made-token\" dir=\"ltr\">", "<").to_owned();
        let entity = "/api/catalog/entities/by-name/component/default/pay";
        assert_eq!(bearer(&world, &token, Method::GET, entity).await, 404, "without a role it sees nothing");
        post(&world, &ada, "/admin/roles/grant", "role=viewer&to=service&service=ci").await;
        until(&world, "its role", async || (bearer(&world, &token, Method::GET, entity).await == 200).then_some(())).await;
        assert_eq!(get(&world, &ada, "/admin/tokens?q=nightly").await.text.matches("/revoke\"").count(), 1);

        assert_eq!(post(&world, &ada, "/admin/service-accounts/ci", "do=off").await.status, 303);
        assert_eq!(bearer(&world, &token, Method::GET, entity).await, 401);
        assert_eq!(post(&world, &ada, "/admin/service-accounts/ci", "do=on").await.status, 303);
        assert_eq!(get(&world, &ada, "/admin/service-accounts/gone").await.status, 404);
    }
}

#[tokio::test]
async fn shortcuts_are_kept_for_every_browser() {
    for (world, ada) in worlds().await {
        let other = world.sign_in("user:default/ada").await;
        assert!(!get(&world, &other, "/catalog").await.text.contains("data-keys"));
        assert_eq!(post(&world, &ada, "/settings/appearance", "").await.status, 303);
        until(&world, "shortcuts off", async || get(&world, &other, "/catalog").await.text.contains("data-keys=\"off\"").then_some(()))
            .await;
        assert_eq!(post(&world, &ada, "/settings/appearance", "shortcuts=true").await.status, 303);
        until(&world, "shortcuts on", async || (!get(&world, &other, "/catalog").await.text.contains("data-keys")).then_some(())).await;
        assert_eq!(world.get("/settings").await.status, 403, "machines have no settings");
    }
}
