//! Who somebody is whom a provider vouches for: found in the catalog, put there, or turned away; and leaving.

use std::collections::BTreeMap;

use identity::provider::{ProviderConfig, Provision, Started};
use model::{PortalError, view::NotLetInView};
use portal::{Callback, Finished, NotLetIn, ProvidersConfig, Visitor};
use serde_json::{Value, json};
use store::{Args, Statement, Store};

use crate::{
    issuer::{CLIENT, Issuer, now, signed},
    world::World,
};

const GRANT: Statement =
    Statement::both("test.grant_to", "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ('admin', $1, 'test', 1)");
const POLICY: Statement = Statement::both(
    "test.policy_named",
    "INSERT INTO policy (name, version, text, enabled, changed_by, changed_at) VALUES ('test', 1, $1, 1, 'test', 1)",
);
const REASONS: Statement = Statement::both("test.refusals", "SELECT detail FROM audit WHERE action = 'session:refused'");

const BROWSER: &str = "what the cookie holds";

/// A portal that trusts an issuer.
struct Setup {
    world: World,
    issuer: Issuer,
}

impl Setup {
    async fn start(store: &Store, catalog: &str, change: impl FnOnce(&mut ProviderConfig)) -> Self {
        let issuer = Issuer::start().await;
        let providers = vec![issuer.config(change)];
        let config = ProvidersConfig { providers, public_url: Some("http://127.0.0.1:3000".parse().unwrap()) };
        let world = World::signing_in(store, &[("catalog-info.yaml", catalog)], config).await;
        world.read().await;
        Self { world, issuer }
    }

    /// Begins a sign-in, has the issuer answer with these claims, and gives what the browser brings back.
    async fn answered(&self, change: impl FnOnce(&mut Value)) -> Callback {
        let address = self.world.portal.providers().start("test", BROWSER, "/catalog", &Visitor::default()).await.unwrap();
        let query: BTreeMap<_, _> = address.query_pairs().into_owned().collect();
        let started = Started { nonce: query["nonce"].clone(), state: query["state"].clone(), verifier: String::new(), address };
        let mut claims = self.issuer.claims(&started);
        change(&mut claims);
        self.issuer.hand_out(&signed("one", &json!({ "alg": "EdDSA", "kid": "one" }), &claims));
        Callback { code: Some("code".to_owned()), state: Some(started.state), browser: Some(BROWSER.to_owned()), ..Callback::default() }
    }

    async fn finish(&self, callback: &Callback) -> Result<Finished, NotLetIn> {
        self.world.portal.providers().finish("test", callback, &Visitor::default()).await
    }

    /// Signs in, and says as whom and in which groups, or why not.
    async fn sign_in(&self, change: impl FnOnce(&mut Value)) -> String {
        let callback = self.answered(change).await;
        match self.finish(&callback).await {
            Ok(finished) => self.who(&finished.opened.cookie).await,
            Err(error) => told(error),
        }
    }

    async fn who(&self, cookie: &str) -> String {
        match self.world.portal.access().caller_of_session(cookie, None, "").await.unwrap() {
            None => "nobody".to_owned(),
            Some(caller) => {
                let groups: Vec<String> = caller.groups.iter().map(ToString::to_string).collect();
                format!("{} [{}]", caller.person().unwrap(), groups.join(", "))
            }
        }
    }

    /// An entity as the catalog has it.
    async fn entity(&self, name: &str) -> Value {
        let scoped = self.world.portal.catalog().scoped(&model::Caller::worker()).await.unwrap();
        scoped.snapshot.find(&name.parse().unwrap()).map_or(Value::Null, |id| scoped.snapshot.entity(id).to_value())
    }
}

fn told(error: NotLetIn) -> String {
    match error {
        NotLetIn::Failed(error) => format!("failed: {error}"),
        NotLetIn::Refused(view) => {
            let NotLetInView { title, tried, .. } = *view;
            let tried = tried
                .iter()
                .map(|tried| format!("\n{} {} {} {}", tried.resolver, tried.place, tried.value.as_deref().unwrap_or("-"), tried.outcome));
            format!("{title}{}", tried.collect::<String>())
        }
    }
}

fn user(name: &str, more: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: {name}\n{more}  memberOf: []\n---\n")
}

fn with_email(name: &str, email: &str) -> String {
    user(name, &format!("spec:\n  profile:\n    email: {email}\n"))
}

fn group(name: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {name}\nspec:\n  type: team\n  children: []\n---\n")
}

async fn sqlite() -> testkit::TestDatabase {
    testkit::databases().await.swap_remove(0)
}

async fn check(resolvers: &[&str], catalog: &str, change: impl FnOnce(&mut Value), expected: &str) {
    let database = sqlite().await;
    let resolvers = resolvers.iter().map(|resolver| resolver.parse().unwrap()).collect();
    let setup = Setup::start(&database.store, catalog, |config| config.resolvers = resolvers).await;
    assert_eq!(setup.sign_in(change).await, expected);
}

#[tokio::test]
async fn people_are_found() {
    let ada = with_email("ada.lovelace", "Ada@Example.com");
    check(&["email"], &ada, |_| {}, "user:default/ada.lovelace []").await;
    check(&["email"], &ada, |claims| claims["email"] = "ada+waymark@example.com".into(), "user:default/ada.lovelace []").await;
    check(&["username"], &user("ada", "spec:\n"), |_| {}, "user:default/ada []").await;
    let by_login = user("a", "  annotations:\n    github.com/user-login: ADA\nspec:\n");
    check(&["annotation:github.com/user-login"], &by_login, |_| {}, "user:default/a []").await;
    let by_id = user("a", "  annotations:\n    example.com/id: AbC\nspec:\n");
    check(&["annotation:example.com/id=oid"], &by_id, |claims| claims["oid"] = "AbC".into(), "user:default/a []").await;
    // The first that finds somebody decides.
    check(&["username", "email"], &(user("ada", "spec:\n") + &with_email("b", "ada@example.com")), |_| {}, "user:default/ada []").await;
}

#[tokio::test]
async fn nobody_is_found_and_it_is_said_where() {
    check(
        &["subject", "email", "username", "annotation:example.com/id=oid"],
        &with_email("b", "b@example.com"),
        |claims| claims["email"] = "ada+x@example.com".into(),
        "You are not in the catalog yet\n\
         subject earlier sign-ins ada-1 This account has not signed in here before.\n\
         email spec.profile.email ada+x@example.com, ada@example.com No User has one of these addresses.\n\
         username metadata.name ada There is no user:default/ada.\n\
         annotation:example.com/id=oid metadata.annotations[\"example.com/id\"] - The provider did not say the claim \"oid\".",
    )
    .await;
    // What tells people apart by capitals is compared with them.
    let by_id = user("a", "  annotations:\n    example.com/id: AbC\nspec:\n");
    check(
        &["annotation:example.com/id=oid"],
        &by_id,
        |claims| claims["oid"] = "abc".into(),
        "You are not in the catalog yet\nannotation:example.com/id=oid metadata.annotations[\"example.com/id\"] abc No User has this value.",
    )
    .await;
    check(
        &["email"],
        &with_email("ada", "ada@example.com"),
        |claims| claims["email_verified"] = false.into(),
        "You are not in the catalog yet\nemail spec.profile.email - The provider does not say that ada@example.com is verified.",
    )
    .await;
}

#[tokio::test]
async fn a_provider_does_not_choose_between_people() {
    let two = with_email("a", "ada@example.com") + &with_email("b", "ADA@example.com");
    check(
        &["email", "username"],
        &(two + &user("ada", "spec:\n")),
        |_| {},
        "You are several people in the catalog\nemail spec.profile.email ada@example.com 2 Users have it.",
    )
    .await;
}

#[tokio::test]
async fn only_some_domains_come_in() {
    let database = sqlite().await;
    let local_part = |config: &mut ProviderConfig| {
        config.resolvers = vec!["local-part".parse().unwrap()];
        config.allowed_domains = vec!["example.com".to_owned()];
    };
    let setup = Setup::start(&database.store, &user("ada", "spec:\n"), local_part).await;
    assert_eq!(setup.sign_in(|_| {}).await, "user:default/ada []");
    assert_eq!(setup.sign_in(|claims| claims["email"] = "ada@evil.example".into()).await, "This address may not sign in");
    assert_eq!(setup.sign_in(|claims| claims["email"] = "ada@example.com@evil.example".into()).await, "This address may not sign in");
    assert_eq!(setup.sign_in(|claims| claims["email_verified"] = false.into()).await, "This address may not sign in");
}

#[tokio::test]
async fn a_subject_stays_whom_it_was() {
    for database in testkit::databases().await {
        let resolvers = |config: &mut ProviderConfig| config.resolvers = vec!["subject".parse().unwrap(), "email".parse().unwrap()];
        let setup = Setup::start(&database.store, &with_email("ada", "ada@example.com"), resolvers).await;
        assert_eq!(setup.sign_in(|_| {}).await, "user:default/ada []", "{}", database.name);
        assert_eq!(setup.sign_in(|claims| claims["email"] = "married@example.com".into()).await, "user:default/ada []");
        let other = setup.sign_in(|claims| (claims["sub"], claims["email"]) = ("ada-2".into(), "married@example.com".into())).await;
        assert!(other.starts_with("You are not in the catalog yet"), "{other}");
    }
}

#[tokio::test]
async fn an_answer_counts_once_and_where_it_was_asked_for() {
    for database in testkit::databases().await {
        let setup = Setup::start(&database.store, &with_email("ada", "ada@example.com"), |_| {}).await;
        let callback = setup.answered(|_| {}).await;
        let finished = setup.finish(&callback).await.unwrap();
        assert_eq!(finished.return_to, "/catalog");
        assert_eq!(told(setup.finish(&callback).await.unwrap_err()), "This sign-in is over", "{}", database.name);
        for browser in [None, Some("another".to_owned())] {
            let callback = Callback { browser, ..setup.answered(|_| {}).await };
            assert_eq!(told(setup.finish(&callback).await.unwrap_err()), "This sign-in began elsewhere");
            // It is used up.
            let right = Callback { browser: Some(BROWSER.to_owned()), ..callback };
            assert_eq!(told(setup.finish(&right).await.unwrap_err()), "This sign-in is over");
        }
        let denied = Callback { code: None, error: Some("access_denied".to_owned()), ..setup.answered(|_| {}).await };
        assert_eq!(told(setup.finish(&denied).await.unwrap_err()), "The provider did not let you through");
        let invented = Callback { state: Some("invented".to_owned()), ..callback };
        assert_eq!(told(setup.finish(&invented).await.unwrap_err()), "This sign-in is over");
    }
}

#[tokio::test]
async fn wrong_answers_lock_nobody_out_and_do_not_fill_the_log() {
    for database in testkit::databases().await {
        let setup = Setup::start(&database.store, &with_email("ada", "ada@example.com"), |_| {}).await;
        // Any page can make a browser open this.
        let invented = Callback { state: Some("invented".to_owned()), code: Some("x".to_owned()), ..Callback::default() };
        for _ in 0..70 {
            assert_eq!(told(setup.finish(&invented).await.unwrap_err()), "This sign-in is over");
        }
        let refusals: Vec<(String,)> = database.store.fetch_all(&REASONS, Args::new()).await.unwrap();
        assert_eq!(refusals.len(), 60, "{}", database.name);
        assert_eq!(setup.sign_in(|_| {}).await, "user:default/ada []");
        let password = setup.world.portal.access().sign_in_with_password("ada", "x".into(), &Visitor::default()).await;
        assert_eq!(password.unwrap_err().to_string(), "Name or password is wrong.");

        let providers = setup.world.portal.providers();
        let mut told = Vec::new();
        for _ in 0..6 {
            told.push(providers.back_channel_logout("test", "x.y.z", &Visitor::default()).await);
        }
        assert!(matches!(&told[..], [Err(PortalError::Invalid { .. }), .., Err(PortalError::RateLimited { .. })]), "{told:?}");
        assert_eq!(setup.sign_in(|_| {}).await, "user:default/ada []");
    }
}

#[tokio::test]
async fn new_people_and_groups_come_into_the_catalog() {
    for database in testkit::databases().await {
        let provision = |config: &mut ProviderConfig| {
            config.provision = Provision::UsersAndGroups;
            config.groups_claim = Some("groups".to_owned());
        };
        let mapped = "  annotations: { waymark.dev/sign-in-provider: test }\nspec:\n";
        let catalog = group("platform").replace("spec:\n", mapped) + &group("admins");
        let setup = Setup::start(&database.store, &catalog, provision).await;
        // `admins` is not from there and does not say that it is; of two that come to one name, the first has it.
        let who = setup.sign_in(|claims| claims["groups"] = json!(["platform", "/New Team", "admins", "new.team", "new-team"])).await;
        assert_eq!(who, "user:default/ada [group:default/new-team, group:default/new.team, group:default/platform]", "{}", database.name);
        assert_eq!(setup.entity("user:default/ada").await["spec"]["memberOf"].as_array().unwrap().len(), 3);
        let ada = setup.entity("user:default/ada").await;
        assert_eq!(ada["metadata"]["annotations"]["waymark.dev/sign-in-provider"], "test");
        assert_eq!(ada["spec"]["profile"], json!({ "displayName": "Ada", "email": "ada@example.com" }));
        let team = setup.entity("group:default/new-team").await;
        assert_eq!(team["spec"]["profile"]["displayName"], "New Team");
        // Groups of a file stay as the file has them.
        assert_eq!(setup.entity("group:default/platform").await["metadata"]["annotations"]["waymark.dev/sign-in-subject"], Value::Null);

        // A provider that does not say groups this time takes nobody out of theirs.
        let who = setup.sign_in(|_| {}).await;
        assert_eq!(who, "user:default/ada [group:default/new-team, group:default/new.team, group:default/platform]");
        let who = setup.sign_in(|claims| (claims["groups"], claims["name"]) = (json!(["platform"]), "Ada L.".into())).await;
        assert_eq!(who, "user:default/ada [group:default/platform]");
        assert_eq!(setup.entity("user:default/ada").await["spec"]["profile"]["displayName"], "Ada L.");

        // Another account of the same login does not become her.
        let other = setup.sign_in(|claims| (claims["sub"], claims["email"]) = ("eve".into(), "eve@example.com".into())).await;
        assert_eq!(other, "Your name is taken");
    }
}

#[tokio::test]
async fn nobody_gets_a_name_that_gives_them_something() {
    for database in testkit::databases().await {
        let provision = |config: &mut ProviderConfig| {
            config.provision = Provision::UsersAndGroups;
            config.groups_claim = Some("groups".to_owned());
        };
        let setup = Setup::start(&database.store, &group("other"), provision).await;
        let mut tx = database.store.begin().await.unwrap();
        identity::account::add(&mut tx, "root", &"user:default/root".parse().unwrap(), "x", false).await.unwrap();
        for to in ["user:default/boss", "group:default/admins"] {
            tx.execute(&GRANT, Args::new().text(to)).await.unwrap();
        }
        identity::provider::link::put(&mut tx, "another", "1", &"user:default/left".parse().unwrap()).await.unwrap();
        tx.execute(&POLICY, Args::new().text(r#"permit (principal == User::"user:default/named", action, resource);"#)).await.unwrap();
        tx.feed("policy", "test");
        setup.world.seen(tx.commit().await.unwrap()).await;
        for login in ["root", "ROOT", "boss", "named", "left"] {
            let who = setup.sign_in(|claims| (claims["sub"], claims["preferred_username"]) = (login.into(), login.into())).await;
            assert_eq!(who, "Your name is taken", "{login} {}", database.name);
            assert_eq!(setup.entity(&format!("user:default/{login}")).await, Value::Null);
        }
        let reasons: Vec<(String,)> = database.store.fetch_all(&REASONS, Args::new()).await.unwrap();
        let counted = |by: &str| reasons.iter().filter(|(detail,)| detail.contains(&format!("\"name-taken-by-{by}\""))).count();
        assert_eq!((counted("account"), counted("grant")), (2, 2), "{reasons:?}");

        let who = setup.sign_in(|claims| claims["groups"] = json!(["admins", "plain"])).await;
        assert_eq!(who, "user:default/ada [group:default/plain]", "{}", database.name);
        assert_eq!(setup.entity("group:default/admins").await, Value::Null);
    }
}

#[tokio::test]
async fn users_of_files_stay_as_they_are() {
    let database = sqlite().await;
    let provision = |config: &mut ProviderConfig| {
        config.provision = Provision::Users;
        config.groups_claim = Some("groups".to_owned());
    };
    let catalog = with_email("ada", "ada@example.com") + &user("eve", "spec:\n") + &group("platform");
    let setup = Setup::start(&database.store, &catalog, provision).await;
    let before = setup.entity("user:default/ada").await;
    assert_eq!(setup.sign_in(|claims| claims["groups"] = json!(["platform"])).await, "user:default/ada []");
    assert_eq!(setup.entity("user:default/ada").await, before);
    let eve = |claims: &mut Value| {
        (claims["sub"], claims["email"], claims["preferred_username"]) = ("e".into(), "eve@example.com".into(), "eve".into())
    };
    assert_eq!(setup.sign_in(eve).await, "Your name is taken");
    // Groups are made by `users-and-groups` only.
    let bob = |claims: &mut Value| {
        (claims["sub"], claims["email"], claims["preferred_username"]) = ("b".into(), "bob@example.com".into(), "bob@example.com".into());
        claims["groups"] = json!(["platform", "unknown"]);
    };
    assert_eq!(setup.sign_in(bob).await, "user:default/bob []");
    assert_eq!(setup.entity("group:default/unknown").await, Value::Null);
}

#[tokio::test]
async fn groups_are_joined_by_their_exact_names_where_that_is_wanted() {
    let database = sqlite().await;
    let provision = |config: &mut ProviderConfig| {
        config.provision = Provision::Users;
        config.groups_claim = Some("groups".to_owned());
        config.join_groups = true;
    };
    let setup = Setup::start(&database.store, &(group("platform-team") + &group("core")), provision).await;
    for (said, expected) in [
        (json!(["/platform/Team", "platform team", "//core"]), "user:default/ada []"),
        (json!(["Platform-Team", "/core"]), "user:default/ada [group:default/core, group:default/platform-team]"),
    ] {
        assert_eq!(setup.sign_in(|claims| claims["groups"] = said).await, expected);
    }
}

#[tokio::test]
async fn who_leaves_there_leaves_here() {
    for database in testkit::databases().await {
        let setup = Setup::start(&database.store, &with_email("ada", "ada@example.com"), |_| {}).await;
        let providers = setup.world.portal.providers();
        let mut cookies = Vec::new();
        for sid in ["s1", "s2"] {
            let callback = setup.answered(|claims| claims["sid"] = sid.into()).await;
            cookies.push(setup.finish(&callback).await.unwrap().opened.cookie);
        }
        let token = |jti: &str, sid: Value| {
            let claims = json!({
                "iss": setup.issuer.url, "aud": CLIENT, "iat": now(), "exp": now() + 120, "jti": jti, "sub": "ada-1", "sid": sid,
                "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            });
            signed("one", &json!({ "alg": "EdDSA", "kid": "one", "typ": "logout+jwt" }), &claims)
        };
        let visitor = Visitor::default();
        let one = token("j1", "s1".into());
        assert_eq!(providers.back_channel_logout("test", &one, &visitor).await, Ok(1), "{}", database.name);
        assert_eq!([setup.who(&cookies[0]).await, setup.who(&cookies[1]).await], ["nobody", "user:default/ada []"]);
        let again = providers.back_channel_logout("test", &one, &visitor).await;
        assert_eq!(again, Err(PortalError::invalid("the token was taken before (jti)")));
        assert_eq!(providers.back_channel_logout("test", &token("j2", Value::Null), &visitor).await, Ok(1));
        assert_eq!(setup.who(&cookies[1]).await, "nobody");
    }
}
