//! Who somebody is whom a provider vouches for: found in the catalog, put there, or turned away; and leaving.

use std::collections::BTreeMap;

use identity::provider::{ProviderConfig, Provision, Started};
use model::{PortalError, view::NotLetInView};
use portal::{Callback, Finished, NotLetIn, ProvidersConfig, Visitor};
use serde_json::{Value, json};
use store::Store;

use crate::{
    issuer::{CLIENT, Issuer, now, signed},
    world::World,
};

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
async fn guessing_is_locked_out() {
    let database = sqlite().await;
    let setup = Setup::start(&database.store, &with_email("ada", "ada@example.com"), |_| {}).await;
    let invented = Callback { state: Some("invented".to_owned()), code: Some("x".to_owned()), ..Callback::default() };
    let mut told_of = Vec::new();
    for _ in 0..25 {
        told_of.push(told(setup.finish(&invented).await.unwrap_err()));
    }
    assert!(told_of.last().unwrap().starts_with("failed: too many requests"), "{told_of:?}");
}

#[tokio::test]
async fn new_people_and_groups_come_into_the_catalog() {
    for database in testkit::databases().await {
        let provision = |config: &mut ProviderConfig| {
            config.provision = Provision::UsersAndGroups;
            config.groups_claim = Some("groups".to_owned());
        };
        let setup = Setup::start(&database.store, &group("platform"), provision).await;
        let who = setup.sign_in(|claims| claims["groups"] = json!(["platform", "/New Team"])).await;
        assert_eq!(who, "user:default/ada [group:default/new-team, group:default/platform]", "{}", database.name);
        let ada = setup.entity("user:default/ada").await;
        assert_eq!(ada["metadata"]["annotations"]["waymark.dev/sign-in-provider"], "test");
        assert_eq!(ada["spec"]["profile"], json!({ "displayName": "Ada", "email": "ada@example.com" }));
        let team = setup.entity("group:default/new-team").await;
        assert_eq!(team["spec"]["profile"]["displayName"], "New Team");
        // Groups of a file stay as the file has them.
        assert_eq!(setup.entity("group:default/platform").await["metadata"]["annotations"]["waymark.dev/sign-in-provider"], Value::Null);

        let who = setup.sign_in(|claims| (claims["groups"], claims["name"]) = (json!(["platform"]), "Ada L.".into())).await;
        assert_eq!(who, "user:default/ada [group:default/platform]");
        assert_eq!(setup.entity("user:default/ada").await["spec"]["profile"]["displayName"], "Ada L.");

        // Another account of the same login does not become her.
        let other = setup.sign_in(|claims| (claims["sub"], claims["email"]) = ("eve".into(), "eve@example.com".into())).await;
        assert_eq!(other, "Your name is taken");
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
    assert_eq!(setup.sign_in(bob).await, "user:default/bob [group:default/platform]");
    assert_eq!(setup.entity("group:default/unknown").await, Value::Null);
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
