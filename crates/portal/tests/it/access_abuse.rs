//! What people must not get out of links, tokens and locks: others shut out, or more than they have.

use model::{Caller, EntityRef, PortalError};
use portal::{Created, NewServiceAccount, NewSession, NewToken, Portal, SetupFor, TokenOwner, Visitor};
use secrecy::SecretString;
use store::{Args, Statement, Store};
use testkit::databases;

use crate::world::World;

const PEOPLE: &str = "
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada}
spec: {memberOf: [team]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bob}
spec: {memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team}
spec: {type: team, children: []}
";

const POLICY: Statement = Statement::both(
    "test.policy_of_accounts",
    "INSERT INTO policy (name, version, text, enabled, changed_by, changed_at) VALUES ('accounts', 1, $1, 1, 'test', 1)",
);

async fn world(store: &Store) -> World {
    let world = World::start(store, &[("catalog-info.yaml", PEOPLE)]).await;
    world.read().await;
    world
}

fn password() -> SecretString {
    SecretString::from("correct horse battery")
}

fn at(address: &str) -> Visitor {
    Visitor { address: address.parse().ok(), ..Visitor::default() }
}

async fn signed_in(portal: &Portal, name: &str) -> Caller {
    let new = NewSession {
        person: EntityRef::new("user", "default", name),
        provider: "corp".to_owned(),
        subject: name.to_owned(),
        provider_session: String::new(),
        id_token: String::new(),
        visitor: Visitor::default(),
    };
    let cookie = portal.access().open_session(new).await.unwrap().cookie;
    portal.access().caller_of_session(&cookie, None, "r").await.unwrap().unwrap()
}

async fn make(portal: &Portal, caller: &Caller, owner: TokenOwner, days: Option<u32>) -> Result<Created, PortalError> {
    let new = NewToken { owner, name: "laptop".to_owned(), scopes: vec!["*".to_owned()], expires_days: days };
    portal.access().create_token(caller, &new).await
}

/// The kind of an answer.
fn kind<T>(answer: &Result<T, PortalError>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(PortalError::Forbidden { .. }) => "forbidden",
        Err(PortalError::Invalid { .. }) => "invalid",
        Err(PortalError::NotFound { .. }) => "not found",
        Err(PortalError::RateLimited { .. }) => "locked",
        Err(PortalError::Unauthenticated { .. }) => "wrong",
        Err(_) => "another error",
    }
}

#[tokio::test]
async fn links_for_somebody_are_for_those_who_give_roles() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, access) = (&world.portal, world.portal.access());
        let admin = Caller::admin_token();
        portal.roles().grant(&admin, "admin", "user:default/ada").await.unwrap();
        let link = access.create_setup_link(&admin, Some("root")).await.unwrap();
        access.use_setup_link(&link, "", password(), &Visitor::default()).await.unwrap();
        let mut tx = database.store.begin().await.unwrap();
        let text = r#"permit (principal == User::"user:default/bob", action == Action::"account:write", resource);"#;
        tx.execute(&POLICY, Args::new().text(text)).await.unwrap();
        tx.feed("policy", "accounts");
        world.seen(tx.commit().await.unwrap()).await;

        let bob = signed_in(portal, "bob").await;
        let made = async |caller: &Caller, account: Option<&str>| kind(&access.create_setup_link(caller, account).await);
        assert_eq!(made(&bob, Some("newcomer")).await, "done", "{}", database.name);
        for account in [Some("ada"), Some("root"), None] {
            assert_eq!(made(&bob, account).await, "forbidden", "{account:?}: whoever uses it becomes them");
        }
        let ada = signed_in(portal, "ada").await;
        for (scopes, expected) in [("*", "done"), ("account:write", "forbidden"), ("self:*", "forbidden")] {
            let limited = Caller { scopes: Some(vec![scopes.to_owned()].into()), ..ada.clone() };
            assert_eq!(made(&limited, Some("another")).await, expected, "{scopes}");
        }
        assert_eq!(made(&ada, Some("root")).await, "done");
        world.stop().await;
    }
}

#[tokio::test]
async fn links_go_with_those_who_made_them() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, access) = (&world.portal, world.portal.access());
        let admin = Caller::admin_token();
        let holds = async |link: &str| access.setup_link(link, &Visitor::default()).await.unwrap().is_some();
        let grant = async |to: &str| world.seen(portal.roles().grant(&admin, "admin", to).await.unwrap()).await;
        let take = async |to: &str| world.seen(portal.roles().take(&admin, "admin", to).await.unwrap()).await;
        // Somebody has to be left who can give roles.
        let first = access.create_setup_link(&Caller::worker(), None).await.unwrap();
        access.use_setup_link(&first, "root", password(), &Visitor::default()).await.unwrap();
        let kept = access.create_setup_link(&admin, Some("kept")).await.unwrap();

        grant("user:default/bob").await;
        let bob = signed_in(portal, "bob").await;
        let (first, second) =
            (access.create_setup_link(&bob, None).await.unwrap(), access.create_setup_link(&bob, Some("x")).await.unwrap());
        take("user:default/bob").await;
        assert!(!holds(&first).await && !holds(&second).await && holds(&kept).await, "{}: without the role", database.name);

        grant("group:default/team").await;
        let ada = signed_in(portal, "ada").await;
        let through_group = access.create_setup_link(&ada, None).await.unwrap();
        take("group:default/team").await;
        assert!(!holds(&through_group).await && holds(&kept).await, "without the group's role");

        grant("user:default/bob").await;
        let (made, of) =
            (access.create_setup_link(&bob, None).await.unwrap(), access.create_setup_link(&admin, Some("bob")).await.unwrap());
        access.disable_account(&admin, "user:default/bob", true).await.unwrap();
        assert!(!holds(&made).await && !holds(&of).await && holds(&kept).await, "switched off");
        world.stop().await;
    }
}

#[tokio::test]
async fn tokens_do_not_outlive_what_made_them() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, access) = (&world.portal, world.portal.access());
        let (ada, admin) = (signed_in(portal, "ada").await, Caller::admin_token());
        for owner in [TokenOwner::Me, TokenOwner::Person(EntityRef::new("user", "default", "ada"))] {
            for (days, expected) in [(None, "invalid"), (Some(0), "invalid"), (Some(366), "invalid"), (Some(365), "done")] {
                assert_eq!(kind(&make(portal, &ada, owner.clone(), days).await), expected, "{owner:?} {days:?}");
            }
        }
        let bob = TokenOwner::Person(EntityRef::new("user", "default", "bob"));
        assert_eq!(kind(&make(portal, &admin, bob, None).await), "done");

        let short = make(portal, &ada, TokenOwner::Me, Some(2)).await.unwrap();
        let by_token = access.caller_of_token(&short.token, None, "r").await.unwrap().unwrap();
        let longer = make(portal, &by_token, TokenOwner::Me, Some(300)).await.unwrap();
        let shorter = make(portal, &by_token, TokenOwner::Me, Some(1)).await.unwrap();
        let rows = access.tokens(&ada, &TokenOwner::Me).await.unwrap();
        let end = |id: &str| rows.iter().find(|row| row.id == id).and_then(|row| row.expires_at).unwrap().0;
        assert_eq!(end(&longer.id), end(&short.id), "{}", database.name);
        assert!(end(&shorter.id) < end(&short.id));
        world.stop().await;
    }
}

#[tokio::test]
async fn bad_tokens_lock_no_good_ones() {
    for database in databases().await {
        let world = world(&database.store).await;
        let (portal, access) = (&world.portal, world.portal.access());
        let admin = Caller::admin_token();
        let new = NewServiceAccount { name: "ci".to_owned(), description: String::new(), owner: "group:default/team".to_owned() };
        access.create_service_account(&admin, &new).await.unwrap();
        let good = make(portal, &admin, TokenOwner::Service("ci".to_owned()), None).await.unwrap().token;
        let here = "192.0.2.1".parse().ok();
        for _ in 0..20 {
            assert!(access.caller_of_token(&identity::token::generate(), here, "r").await.unwrap().is_none());
        }
        let bad = access.caller_of_token(&identity::token::generate(), here, "r").await;
        assert_eq!(kind(&bad), "locked", "{}", database.name);
        let found = access.caller_of_token(&good, here, "r").await.unwrap();
        assert!(found.is_some(), "a replica that has never seen it takes it");
        world.stop().await;
    }
}

#[tokio::test]
async fn nobody_shuts_others_out() {
    for database in databases().await {
        let world = world(&database.store).await;
        let access = world.portal.access();
        let link = access.create_setup_link(&Caller::admin_token(), Some("root")).await.unwrap();
        let (here, there) = (at("192.0.2.1"), at("198.51.100.1"));

        // A page elsewhere can make a browser open these, as often as it likes.
        for _ in 0..25 {
            assert_eq!(access.setup_link("guess", &here).await.unwrap(), None);
        }
        assert_eq!(access.setup_link(&link, &here).await.unwrap(), Some(SetupFor::Account("root".to_owned())));
        access.use_setup_link(&link, "", password(), &here).await.unwrap();
        // It cannot make it send forms.
        let mut used = Vec::new();
        for _ in 0..21 {
            used.push(kind(&access.use_setup_link("guess", "", password(), &at("203.0.113.1")).await));
        }
        assert_eq!((used[19], used[20]), ("not found", "locked"));

        let sign_in =
            async |password: SecretString, visitor: &Visitor| kind(&access.sign_in_with_password("root", password, visitor).await);
        for _ in 0..5 {
            assert_eq!(sign_in(SecretString::from("correct horse stable"), &there).await, "wrong");
        }
        assert_eq!(sign_in(password(), &there).await, "locked");
        assert_eq!(sign_in(password(), &here).await, "done", "{}: who guesses locks themselves out", database.name);
        world.stop().await;
    }
}
