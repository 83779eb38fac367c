//! Sessions, tokens, links and failed guesses as the databases keep them.

use std::time::Duration;

use identity::{
    digest,
    session::{Id, Lifetime, Record, Sessions},
    setup,
    throttle::{self, Key, Limits, Tried},
    token::{self, Making},
};
use model::{Principal, Timestamp};
use store::{Args, Statement, Store};
use testkit::databases;
use tower_sessions::SessionStore;

const SESSION_KEYS: Statement = Statement::both("test.session_keys", "SELECT id_hash FROM session ORDER BY id_hash");
const SESSION_AGES: Statement =
    Statement::both("test.session_ages", "UPDATE session SET idle_until = idle_until - $1, expires_at = expires_at - $2");
const TOKEN_KEYS: Statement = Statement::both("test.token_keys", "SELECT hash, hint FROM token");
const LINK_KEYS: Statement = Statement::both("test.link_keys", "SELECT token_hash FROM setup_link");
const LOCKS_PASS: Statement = Statement::both("test.locks_pass", "UPDATE throttle SET locked_until = $1");

fn ada() -> Principal {
    Principal::Person("user:default/ada".parse().unwrap())
}

/// Opens a session; its id and what lists call it.
async fn open(store: &Store, sessions: &Sessions) -> (Id, String) {
    let mut tx = store.begin().await.unwrap();
    let now = tx.now().await.unwrap();
    let (record, held) = sessions.fresh(Id::default(), ada(), "corp", now);
    assert!(sessions.add(&mut tx, &record, &held, "", now).await.unwrap());
    assert!(!sessions.add(&mut tx, &record, &held, "", now).await.unwrap(), "an id is one session's");
    tx.commit().await.unwrap();
    (record.id, held.public_id)
}

#[tokio::test]
async fn sessions_are_found_by_the_digest_of_their_id_until_they_end() {
    for database in databases().await {
        let store = &database.store;
        let sessions = Sessions::new(store.clone(), Lifetime { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) });
        let (one, public_id) = open(store, &sessions).await;
        let (two, _) = open(store, &sessions).await;
        let keys: Vec<(String,)> = store.fetch_all(&SESSION_KEYS, Args::new()).await.unwrap();
        assert!(keys.iter().any(|(key,)| *key == digest(&one.to_string())) && keys.iter().all(|(key,)| key.len() == 64), "{keys:?}");
        let held = async |id: &Id| sessions.held(id).await.unwrap().map(|held| held.public_id);
        assert_eq!(held(&one).await, Some(public_id.clone()));
        assert_eq!(held(&Id::default()).await, None);

        let mut tx = store.begin().await.unwrap();
        assert!(Sessions::end_public(&mut tx, &public_id).await.unwrap().is_some());
        tx.commit().await.unwrap();
        assert_eq!(held(&one).await, None);

        let age = async |idle: i64, end: i64| {
            let mut tx = store.begin().await.unwrap();
            tx.execute(&SESSION_AGES, Args::new().int(idle * 1_000_000).int(end * 1_000_000)).await.unwrap();
            tx.commit().await.unwrap();
        };
        age(50, 0).await;
        assert!(held(&two).await.is_some());
        age(10, 0).await;
        assert!(held(&two).await.is_none(), "nobody used it for a minute");
        age(-60, 600).await;
        assert!(held(&two).await.is_none(), "ten minutes are over, however much it was used");
        let mut tx = store.begin().await.unwrap();
        assert_eq!(Sessions::sweep(&mut tx).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_use_pushes_the_idle_end_off() {
    for database in databases().await {
        let store = &database.store;
        let sessions = Sessions::new(store.clone(), Lifetime { idle: Duration::from_secs(60), absolute: Duration::from_secs(600) });
        let (id, public_id) = open(store, &sessions).await;
        let mut tx = store.begin().await.unwrap();
        tx.execute(&SESSION_AGES, Args::new().int(59_000_000).int(0)).await.unwrap();
        sessions.seen(&mut tx, std::slice::from_ref(&public_id)).await.unwrap();
        tx.execute(&SESSION_AGES, Args::new().int(30_000_000).int(0)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(sessions.held(&id).await.unwrap().is_some());
        let rows = sessions.list(Some("user:default/ada")).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.public_id.clone()).collect::<Vec<_>>(), [public_id]);
        assert!(sessions.list(Some("user:default/bob")).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn it_is_a_store_of_tower_sessions() {
    for database in databases().await {
        let sessions = Sessions::new(database.store.clone(), Lifetime::default());
        let now = database.store.now().await.unwrap();
        let (mut record, held) = sessions.fresh(Id::default(), ada(), "corp", now);
        record.data.insert("held".to_owned(), serde_json::to_value(&held).unwrap());
        sessions.create(&mut record).await.unwrap();
        let mut twin = Record { id: record.id, data: record.data.clone(), expiry_date: record.expiry_date };
        twin.data.insert(
            "held".to_owned(),
            serde_json::to_value(identity::session::Held { public_id: "s_other".to_owned(), ..held.clone() }).unwrap(),
        );
        sessions.create(&mut twin).await.unwrap();
        assert_ne!(twin.id, record.id, "an id that is taken is not shared");
        record.data.insert("more".to_owned(), serde_json::json!({"a": [1, 2]}));
        sessions.save(&record).await.unwrap();
        let loaded = sessions.load(&record.id).await.unwrap().unwrap();
        assert_eq!(loaded.data["more"], record.data["more"]);
        assert_eq!(loaded.data["held"]["public_id"], held.public_id);
        sessions.delete(&record.id).await.unwrap();
        sessions.delete(&record.id).await.unwrap();
        assert!(sessions.load(&record.id).await.unwrap().is_none());
        assert!(sessions.load(&twin.id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn tokens_are_kept_as_digests_and_end() {
    for database in databases().await {
        let store = &database.store;
        let scopes = vec!["catalog:read".to_owned()];
        let add = async |expires_at: Option<Timestamp>| {
            let mut tx = store.begin().await.unwrap();
            let making = Making { principal: &ada(), name: "laptop", scopes: &scopes, created_by: "user:default/ada", expires_at };
            let made = token::add(&mut tx, &making).await.unwrap();
            tx.commit().await.unwrap();
            made
        };
        let (id, text) = add(None).await;
        let keys: Vec<(String, String)> = store.fetch_all(&TOKEN_KEYS, Args::new()).await.unwrap();
        assert_eq!(keys, [(digest(&text), text[..8].to_owned())], "of the token only its digest and five characters are kept");
        let found = token::find(store, &text).await.unwrap().unwrap();
        assert_eq!((found.id.as_str(), &found.principal, &found.scopes), (id.as_str(), &ada(), &scopes));
        for wrong in ["", "wm_", &token::generate(), &text[..51], &format!("{text}\0")] {
            assert_eq!(token::find(store, wrong).await.unwrap(), None, "{wrong}");
        }
        let now = store.now().await.unwrap();
        let (_, ended) = add(Some(now)).await;
        assert_eq!(token::find(store, &ended).await.unwrap(), None);

        let mut tx = store.begin().await.unwrap();
        token::used(&mut tx, &[token::Use { id: id.clone(), from: "192.0.2.1".to_owned() }]).await.unwrap();
        assert!(token::revoke(&mut tx, &id).await.unwrap());
        assert!(!token::revoke(&mut tx, &id).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(token::find(store, &text).await.unwrap(), None);
        let rows = token::list(store, Some(&ada())).await.unwrap();
        let row = rows.iter().find(|row| row.id == id).unwrap();
        assert!(row.used_at.is_some() && row.revoked_at.is_some() && row.used_from == "192.0.2.1", "{row:?}");
    }
}

#[tokio::test]
async fn links_work_once() {
    for database in databases().await {
        let store = &database.store;
        let mut tx = store.begin().await.unwrap();
        let first = setup::add(&mut tx, None, "system:worker").await.unwrap();
        let second = setup::add(&mut tx, None, "system:worker").await.unwrap();
        let third = setup::add(&mut tx, Some("ada"), "system:worker").await.unwrap();
        tx.commit().await.unwrap();
        let keys: Vec<(String,)> = store.fetch_all(&LINK_KEYS, Args::new()).await.unwrap();
        assert!(keys.iter().all(|(key,)| key.len() == 64 && *key != first), "{keys:?}");
        assert_eq!(setup::find(store, &first).await.unwrap(), Some(None));
        assert_eq!(setup::find(store, &third).await.unwrap(), Some(Some("ada".to_owned())));
        let take = async |secret: &str| {
            let mut tx = store.begin().await.unwrap();
            let taken = setup::take(&mut tx, secret).await.unwrap();
            tx.commit().await.unwrap();
            taken
        };
        assert_eq!(take(&first).await, Some(None));
        assert_eq!(take(&first).await, None);
        assert_eq!(take(&second).await, None, "there is one first administrator");
        assert_eq!(take(&third).await, Some(Some("ada".to_owned())));
    }
}

#[tokio::test]
async fn failures_lock_for_longer_and_longer() {
    for database in databases().await {
        let store = &database.store;
        let limits = Limits::default();
        let place = "192.0.2.1".parse().ok();
        let (ada, here) = (Key::account_from("Ada", place), Key::sign_in_from("192.0.2.1".parse().ok()));
        let both = [ada.clone(), here.clone()];
        let fail = async |keys: &[Key]| match throttle::attempt(store, keys, limits).await.unwrap() {
            Tried::Locked(locked) => format!("locked for {}", locked.retry_after_seconds.div_ceil(15) * 15),
            Tried::Counted { locks_for_seconds: None } => "counted".to_owned(),
            Tried::Counted { locks_for_seconds: Some(seconds) } => format!("locks for {seconds}"),
        };
        let pass = async || {
            let mut tx = store.begin().await.unwrap();
            let now = tx.now().await.unwrap();
            tx.execute(&LOCKS_PASS, Args::new().ts(now)).await.unwrap();
            tx.commit().await.unwrap();
        };
        for _ in 0..4 {
            assert_eq!(fail(&both).await, "counted");
        }
        assert_eq!(fail(&both).await, "locks for 15");
        assert_eq!(fail(&both).await, "locked for 15");
        assert_eq!(fail(&[Key::account_from("ADA", place)]).await, "locked for 15", "letters' case does not matter");
        assert_eq!(fail(&[Key::account_from("bob", place), here.clone()]).await, "counted");
        for expected in ["locks for 30", "locks for 60", "locks for 120"] {
            pass().await;
            assert_eq!(fail(&both).await, expected);
        }
        pass().await;
        let mut tx = store.begin().await.unwrap();
        throttle::succeeded(&mut tx, &both).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fail(&both).await, "counted", "the account is forgiven");
        // Of nine failures here one was taken back, and one came.
        for _ in 0..10 {
            assert_eq!(fail(std::slice::from_ref(&here)).await, "counted");
        }
        assert_eq!(fail(std::slice::from_ref(&here)).await, "locks for 15");
        assert!(
            fail(&[Key::account_from("carl", place), here.clone()]).await.starts_with("locked"),
            "an address is locked after many failures"
        );
    }
}

#[tokio::test]
async fn an_account_is_locked_where_it_is_guessed_at() {
    for database in databases().await {
        let limits = Limits { first: std::time::Duration::from_secs(3000), ..Limits::default() };
        let attempt = async |name: &str, place: &str| {
            let keys = [Key::account_from(name, place.parse().ok()), Key::account(name)];
            throttle::attempt(&database.store, &keys, limits).await.unwrap()
        };
        for _ in 0..5 {
            assert!(matches!(attempt("ada", "192.0.2.1").await, Tried::Counted { .. }));
        }
        assert!(matches!(attempt("ada", "192.0.2.1").await, Tried::Locked(_)));
        assert_eq!(attempt("ada", "192.0.2.2").await, Tried::Counted { locks_for_seconds: None }, "elsewhere it goes on");
        // A name that looks like the key of another place is another name.
        assert_eq!(attempt("@192.0.2.1 ada", "192.0.2.3").await, Tried::Counted { locks_for_seconds: None });
        for guess in 0..93 {
            assert_eq!(attempt("ada", &format!("198.51.100.{guess}")).await, Tried::Counted { locks_for_seconds: None }, "{guess}");
        }
        assert_eq!(attempt("ada", "192.0.2.4").await, Tried::Counted { locks_for_seconds: Some(60) }, "never for long: {}", database.name);
        assert!(matches!(attempt("ada", "192.0.2.5").await, Tried::Locked(_)));
    }
}

#[tokio::test]
async fn tries_at_once_are_all_counted() {
    for database in databases().await {
        let keys = [Key::account_from("ada", None)];
        let tries = (0..20).map(|_| throttle::attempt(&database.store, &keys, Limits::default()));
        let done = futures_util::future::join_all(tries).await;
        let let_through = done.into_iter().filter(|tried| matches!(tried, Ok(Tried::Counted { .. }))).count();
        assert_eq!(let_through, 5, "{}", database.name);
    }
}
