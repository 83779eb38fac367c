//! Coming in, staying in, and being put out.

use std::time::Duration;

use catalog::{LocationConfig, ReadingConfig};
use model::{Caller, EntityRef, PortalError, Principal, Via};
use portal::{
    AccessConfig, AdminKey, NewServiceAccount, NewSession, NewToken, Portal, PortalConfig, ProxyResolver, SetupFor, TokenOwner, Visitor,
};
use secrecy::SecretString;
use store::{Args, Statement, Store};
use testkit::databases;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::world::World;

const PEOPLE: &str = "
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: Ada}
spec: {memberOf: [team], profile: {email: ada@example.org}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bob}
spec: {memberOf: [], profile: {email: bob@example.org}}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, parent: all, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: all}
spec: {type: division, children: [team]}
";

const GRANTS: Statement = Statement::both("test.grants", "SELECT role, principal FROM role_grant ORDER BY principal");
const ACTIONS: Statement = Statement::both("test.actions", "SELECT actor, action, resource, decision FROM audit ORDER BY seq");
const TIMES: Statement = Statement::both("test.times", "SELECT seen_at, created_at FROM session");

fn person(name: &str) -> EntityRef {
    EntityRef::new("user", "default", name)
}

fn password() -> SecretString {
    SecretString::from("correct horse battery")
}

async fn sign_in(portal: &Portal, name: &str) -> String {
    let new = NewSession {
        person: person(name),
        provider: "corp".to_owned(),
        subject: format!("subject-of-{name}"),
        provider_session: "sid-1".to_owned(),
        id_token: String::new(),
        visitor: Visitor::default(),
    };
    portal.access().open_session(new).await.unwrap().cookie
}

async fn by_cookie(portal: &Portal, cookie: &str) -> Option<Caller> {
    portal.access().caller_of_session(cookie, None, "r").await.unwrap()
}

async fn by_token(portal: &Portal, token: &str) -> Option<Caller> {
    portal.access().caller_of_token(token, None, "r").await.unwrap()
}

async fn make_token(portal: &Portal, caller: &Caller, owner: TokenOwner, scopes: &[&str]) -> Result<portal::Created, PortalError> {
    let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    portal.access().create_token(caller, &NewToken { owner, name: "laptop".to_owned(), scopes, expires_days: Some(1) }).await
}

/// A second replica over the same database and folder.
struct Twin {
    portal: Portal,
    cancel: CancellationToken,
    tasks: JoinSet<()>,
}

impl Twin {
    async fn of(world: &World, store: &Store, admin: Option<&str>) -> Self {
        let location = LocationConfig { allow: Vec::new(), ..LocationConfig::file("catalog-info.yaml", world.folder.path()) };
        let config = PortalConfig {
            authorisation: Default::default(),
            access: AccessConfig { admin: admin.map(|token| AdminKey::new(&SecretString::from(token))), ..AccessConfig::default() },
            providers: Default::default(),
            audit: Default::default(),
            notifications: Default::default(),
            reading: ReadingConfig {
                poll: Duration::from_secs(3600),
                ..ReadingConfig::new(vec![location], uuid_like(admin.unwrap_or("twin")))
            },
            history: Duration::from_secs(3600),
            feed_delay: Duration::ZERO,
            demo: None,
        };
        let portal = Portal::open(store.clone(), config).await.unwrap();
        let cancel = CancellationToken::new();
        let tasks = portal.start(&cancel).await.unwrap();
        Self { portal, cancel, tasks }
    }

    async fn stop(mut self) {
        self.cancel.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

fn uuid_like(name: &str) -> String {
    format!("{name:0>32}")
}

/// Asks until `done`; the test's own limit ends it otherwise.
async fn until(store: &Store, done: impl AsyncFn() -> bool) {
    let mut feed = store.feed_watch();
    let asked = async {
        while !done().await {
            feed.changed_or(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.expect("it happens");
}

#[tokio::test]
async fn a_session_says_who_asks_and_asks_the_database_once() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let cookie = sign_in(&world.portal, "ada").await;
        let caller = by_cookie(&world.portal, &cookie).await.unwrap();
        assert_eq!(caller.principal, Principal::Person(person("ada")));
        assert!(matches!(&caller.via, Via::Session(id) if id.starts_with("s_")), "{:?}", caller.via);
        let groups: Vec<String> = caller.groups.iter().map(ToString::to_string).collect();
        assert_eq!(groups, ["group:default/team", "group:default/all"]);
        let again = by_cookie(&world.portal, &cookie).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&caller.groups, &again.groups), "groups are worked out once");
        for wrong in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", &cookie[1..], &format!("{cookie}=")] {
            assert!(by_cookie(&world.portal, wrong).await.is_none(), "{wrong}");
        }
        let portal = world.portal.clone();
        let (store, _folder) = world.stop().await;
        let times: Vec<(i64, i64)> = store.fetch_all(&TIMES, Args::new()).await.unwrap();
        assert!(times.iter().all(|(seen, created)| seen > created), "{times:?}: what waited was written at the end");
        // Nothing can be asked of a database that is closed.
        store.close().await;
        assert!(by_cookie(&portal, &cookie).await.is_some());
        assert!(portal.access().caller_of_session("AAAAAAAAAAAAAAAAAAAAAA", None, "r").await.is_err());
    }
}

#[tokio::test]
async fn whoever_left_the_catalog_is_out() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let portal = &world.portal;
        let cookie = sign_in(portal, "bob").await;
        let bob = by_cookie(portal, &cookie).await.unwrap();
        let token = make_token(portal, &bob, TokenOwner::Me, &["*"]).await.unwrap().token;
        assert_eq!(by_token(portal, &token).await.unwrap().principal, bob.principal);
        let before = by_cookie(portal, &sign_in(portal, "ada").await).await.unwrap();

        world.write("catalog-info.yaml", &PEOPLE.replace("name: bob", "name: carl"));
        world.read().await;
        catalog_without(&database.store, portal, "bob").await;
        assert!(by_cookie(portal, &cookie).await.is_none());
        assert!(by_token(portal, &token).await.is_none());
        let after = by_cookie(portal, &sign_in(portal, "ada").await).await.unwrap();
        assert!(std::sync::Arc::ptr_eq(&before.groups, &after.groups), "the same groups stay the same");
        world.stop().await;
    }
}

async fn catalog_without(store: &Store, portal: &Portal, name: &str) {
    let gone = person(name);
    until(store, async || {
        let scoped = portal.catalog().scoped(&Caller::worker()).await.unwrap();
        scoped.snapshot.find(&gone).is_none()
    })
    .await;
}

#[tokio::test]
async fn whoever_is_switched_off_is_out_on_every_replica() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let twin = Twin::of(&world, &database.store, None).await;
        let (here, there) = (&world.portal, &twin.portal);
        let cookie = sign_in(here, "bob").await;
        let bob = by_cookie(here, &cookie).await.unwrap();
        let token = make_token(here, &bob, TokenOwner::Me, &["catalog:read"]).await.unwrap().token;
        assert!(by_cookie(there, &cookie).await.is_some());
        assert_eq!(by_token(there, &token).await.unwrap().scopes.as_deref(), Some(&["catalog:read".to_owned()][..]));

        let admin = Caller::admin_token();
        here.access().disable_account(&admin, "user:default/bob", true).await.unwrap();
        assert!(by_cookie(here, &cookie).await.is_none());
        assert!(by_token(here, &token).await.is_none());
        until(&database.store, async || by_cookie(there, &cookie).await.is_none() && by_token(there, &token).await.is_none()).await;
        let new = NewSession {
            person: person("bob"),
            provider: "corp".to_owned(),
            subject: String::new(),
            provider_session: String::new(),
            id_token: String::new(),
            visitor: Visitor::default(),
        };
        assert!(matches!(there.access().open_session(new).await, Err(PortalError::Forbidden { .. })));
        here.access().disable_account(&admin, "user:default/bob", false).await.unwrap();
        assert!(by_cookie(here, &cookie).await.is_none(), "the session ended");
        assert!(by_token(here, &token).await.is_some(), "the token is the person's again");
        assert!(!here.access().has_accounts(), "nobody has a password");
        assert!(matches!(here.access().disable_account(&admin, "user:default/nobody", true).await, Err(PortalError::NotFound { .. })));

        let cookie = sign_in(here, "bob").await;
        assert!(by_cookie(here, &cookie).await.is_some());
        world.write("catalog-info.yaml", &PEOPLE.replace("name: bob", "name: carl"));
        world.read().await;
        catalog_without(&database.store, here, "bob").await;
        let left = by_cookie(here, &cookie).await.is_none() && by_token(here, &token).await.is_none();
        assert!(left, "having been switched off does not keep anybody in who leaves the catalog");
        twin.stop().await;
        world.stop().await;
    }
}

#[tokio::test]
async fn what_is_revoked_here_ends_there() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let twin = Twin::of(&world, &database.store, None).await;
        let (here, there) = (&world.portal, &twin.portal);
        let (one, two) = (sign_in(here, "ada").await, sign_in(here, "ada").await);
        let ada = by_cookie(here, &one).await.unwrap();
        let token = make_token(here, &ada, TokenOwner::Me, &["*"]).await.unwrap();
        assert!(
            by_cookie(there, &one).await.is_some()
                && by_cookie(there, &two).await.is_some()
                && by_token(there, &token.token).await.is_some()
        );
        let rows = here.access().sessions(&ada, Some(&person("ada"))).await.unwrap();
        assert_eq!(rows.len(), 2);

        here.access().end_session(&ada).await.unwrap();
        here.access().revoke_token(&ada, &token.id).await.unwrap();
        assert!(by_cookie(here, &one).await.is_none() && by_token(here, &token.token).await.is_none());
        until(&database.store, async || by_cookie(there, &one).await.is_none() && by_token(there, &token.token).await.is_none()).await;
        assert!(by_cookie(there, &two).await.is_some());
        let access = there.access();
        assert_eq!(access.end_sessions_of_provider("corp", Some("subject-of-bob"), None).await.unwrap(), 0);
        assert_eq!(access.end_sessions_of_provider("corp", None, None).await.unwrap(), 0);
        assert_eq!(access.end_sessions_of_provider("corp", Some("subject-of-ada"), Some("sid-1")).await.unwrap(), 1);
        until(&database.store, async || by_cookie(here, &two).await.is_none()).await;
        twin.stop().await;
        world.stop().await;
    }
}

#[tokio::test]
async fn a_session_of_the_admin_token_ends_with_the_token() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let one = Twin::of(&world, &database.store, Some("one")).await;
        let cookie = one.portal.access().open_admin_session(&Visitor::default()).await.unwrap().cookie;
        assert_eq!(by_cookie(&one.portal, &cookie).await.unwrap().principal, Principal::AdminToken);
        one.stop().await;
        for (admin, good) in [(Some("one"), true), (Some("two"), false), (None, false)] {
            let other = Twin::of(&world, &database.store, admin).await;
            assert_eq!(by_cookie(&other.portal, &cookie).await.is_some(), good, "{admin:?}");
            other.stop().await;
        }
        world.stop().await;
    }
}

#[tokio::test]
async fn a_link_makes_the_first_administrator_once() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let access = world.portal.access();
        let visitor = Visitor { address: "192.0.2.1".parse().ok(), ..Visitor::default() };
        assert!(!access.has_accounts());
        let link = access.create_setup_link(&Caller::worker(), None).await.unwrap();
        assert_eq!(access.setup_link(&link, &visitor).await.unwrap(), Some(SetupFor::Administrator));
        for (name, password) in [("root", "short"), ("not a name", "correct horse battery"), ("rootrootroot", "rootrootroot")] {
            let refused = access.use_setup_link(&link, name, SecretString::from(password), &visitor).await;
            assert!(matches!(refused, Err(PortalError::Invalid { .. })), "{name} {refused:?}");
        }
        let opened = access.use_setup_link(&link, "Root", password(), &visitor).await.unwrap();
        let root = by_cookie(&world.portal, &opened.cookie).await.unwrap();
        assert_eq!(
            (root.principal.recorded().as_str(), root.groups.len()),
            ("user:default/root", 0),
            "nobody of that name is in the catalog"
        );
        let grants: Vec<(String, String)> = database.store.fetch_all(&GRANTS, Args::new()).await.unwrap();
        assert_eq!(grants, [("admin".to_owned(), "user:default/root".to_owned())]);
        assert!(access.has_accounts());
        let again = access.use_setup_link(&link, "other", password(), &visitor).await;
        assert!(matches!(again, Err(PortalError::NotFound { .. })), "{again:?}");

        assert!(access.sign_in_with_password("ROOT ", password(), &visitor).await.is_ok());
        let wrong = access.sign_in_with_password("root", SecretString::from("correct horse stable"), &visitor).await;
        assert_eq!(wrong.unwrap_err().to_string(), "Name or password is wrong.");
        let unknown = access.sign_in_with_password("my password in the wrong field", password(), &visitor).await;
        assert_eq!(unknown.unwrap_err().to_string(), "Name or password is wrong.");

        let reset = access.create_setup_link(&root, Some("root")).await.unwrap();
        assert_eq!(access.setup_link(&reset, &visitor).await.unwrap(), Some(SetupFor::Account("root".to_owned())));
        let other = SecretString::from("another horse battery");
        access.use_setup_link(&reset, "", other.clone(), &visitor).await.unwrap();
        assert!(by_cookie(&world.portal, &opened.cookie).await.is_none(), "a new password ends the sessions of the old one");
        assert!(access.sign_in_with_password("root", password(), &visitor).await.is_err());
        assert!(access.sign_in_with_password("root", other, &visitor).await.is_ok());

        let rows: Vec<(String, String, String, String)> = database.store.fetch_all(&ACTIONS, Args::new()).await.unwrap();
        let lines: Vec<String> = rows
            .iter()
            .filter(|(_, action, ..)| action.starts_with("session") || action.starts_with("account"))
            .map(|(actor, action, resource, decision)| {
                let resource = if resource.starts_with("session:") { "session" } else { resource };
                format!("{actor} {action} {resource} {decision}")
            })
            .collect();
        let expected = [
            "system:worker account:setup-link account allow",
            "user:default/root account:setup account:root allow",
            "user:default/root session:open session allow",
            "user:default/root session:open session allow",
            "anonymous session:refused account:root deny",
            "anonymous session:refused account deny",
            "user:default/root account:setup-link account:root allow",
            "user:default/root account:setup account:root allow",
            "user:default/root session:open session allow",
            "anonymous session:refused account:root deny",
            "user:default/root session:open session allow",
        ];
        assert_eq!(lines, expected);
        world.stop().await;
    }
}

#[tokio::test]
async fn tokens_do_what_they_are_for_and_make_no_better_ones() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
        world.read().await;
        let portal = &world.portal;
        let ada = by_cookie(portal, &sign_in(portal, "ada").await).await.unwrap();
        let limited = make_token(portal, &ada, TokenOwner::Me, &["self:*"]).await.unwrap().token;
        let limited = by_token(portal, &limited).await.unwrap();
        assert!(matches!(make_token(portal, &limited, TokenOwner::Me, &["*"]).await, Err(PortalError::Forbidden { .. })));
        assert!(matches!(make_token(portal, &ada, TokenOwner::Person(person("bob")), &["*"]).await, Err(PortalError::Forbidden { .. })));
        assert!(matches!(make_token(portal, &ada, TokenOwner::Me, &["everything"]).await, Err(PortalError::Invalid { .. })));
        assert!(matches!(make_token(portal, &Caller::admin_token(), TokenOwner::Me, &["*"]).await, Err(PortalError::Forbidden { .. })));

        let admin = Caller::admin_token();
        let access = portal.access();
        let new = NewServiceAccount { name: "CI".to_owned(), description: "Builds".to_owned(), owner: "group:default/team".to_owned() };
        access.create_service_account(&admin, &new).await.unwrap();
        assert!(matches!(access.create_service_account(&admin, &new).await, Err(PortalError::Conflict { .. })));
        let orphan = NewServiceAccount { owner: "group:default/nobody".to_owned(), name: "other".to_owned(), ..new };
        assert!(matches!(access.create_service_account(&admin, &orphan).await, Err(PortalError::Invalid { .. })));
        let token = make_token(portal, &admin, TokenOwner::Service("ci".to_owned()), &["metrics:read"]).await.unwrap();
        let ci = by_token(portal, &token.token).await.unwrap();
        assert_eq!((ci.principal.recorded().as_str(), ci.groups.len()), ("service:ci", 0));
        assert_eq!(access.service_accounts(&admin).await.unwrap()[0].tokens, 1);
        access.disable_service_account(&admin, "ci", true).await.unwrap();
        assert!(by_token(portal, &token.token).await.is_none());
        assert!(matches!(
            make_token(portal, &admin, TokenOwner::Service("ci".to_owned()), &["*"]).await,
            Err(PortalError::Conflict { .. })
        ));
        access.disable_service_account(&admin, "ci", false).await.unwrap();
        assert!(by_token(portal, &token.token).await.is_some());
        assert!(access.tokens(&ada, &TokenOwner::Me).await.unwrap().len() == 1);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_proxy_names_people_of_the_catalog() {
    let database = databases().await.swap_remove(0);
    let world = World::start(&database.store, &[("catalog-info.yaml", PEOPLE)]).await;
    world.read().await;
    // An account with a password and no User.
    let mut tx = database.store.begin().await.unwrap();
    identity::account::add(&mut tx, "root", &"user:default/root".parse().unwrap(), "x", false).await.unwrap();
    tx.feed("account", "root");
    world.seen(tx.commit().await.unwrap()).await;
    assert!(world.portal.access().has_accounts());
    let check = |name: &str, resolver: ProxyResolver, expected: &str| {
        let found = world.portal.access().caller_of_proxy(name, resolver, None, "r");
        let shown = match found {
            Ok(caller) => format!("{} {}", caller.principal.recorded(), caller.via.recorded()),
            Err(error) => error.to_string(),
        };
        assert!(shown.contains(expected), "{name}: {shown}");
    };
    check("ada@example.org", ProxyResolver::Email, "user:default/ada proxy");
    check("ADA@Example.org", ProxyResolver::Email, "user:default/ada proxy");
    check("eve@example.org", ProxyResolver::Email, "no User of the catalog has that as spec.profile.email");
    check("bob@elsewhere.org", ProxyResolver::LocalPart, "user:default/bob proxy");
    check("eve@elsewhere.org", ProxyResolver::LocalPart, "There is no user:default/eve in the catalog");
    check("bob", ProxyResolver::Name, "user:default/bob proxy");
    check("root", ProxyResolver::Name, "There is no user:default/root in the catalog");
    check("root@example.org", ProxyResolver::LocalPart, "There is no user:default/root in the catalog");
    check("group:default/team", ProxyResolver::Name, "which is not the name of a User");
    check("", ProxyResolver::LocalPart, "There is no user:default/ in the catalog");
    world.stop().await;
}
