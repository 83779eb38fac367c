//! Sending, replacing, reading, and what is kept.

use model::Timestamp;
use notifications::{
    Channels, ChannelsConfig, InboxQuery, Mark, Message, Quiet, Setting, Settings, Severity, SmtpConfig, SmtpTls, Sort, SortBy, mark,
    mark_all_read, prune, save_quiet, save_settings, stands, status, topics,
};
use store::Store;
use testkit::databases;

use crate::world::{everybody, log, message, people, scoped, shown, silent, tell, tick};

#[tokio::test]
async fn statements_are_right_on_both() {
    testkit::check_statements(notifications::STATEMENTS).await;
}

async fn marked(store: &Store, name: &str, ids: &[&str], wanted: Mark) {
    let mut tx = store.begin().await.unwrap();
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    mark(&mut tx, &format!("user:default/{name}"), &ids, wanted).await.unwrap();
    tx.commit().await.unwrap();
}

const READ: Mark = Mark { read: Some(true), saved: None };
const SAVED: Mark = Mark { read: None, saved: Some(true) };

#[tokio::test]
async fn everybody_reads_for_themselves() {
    for database in databases().await {
        let (store, silent, all) = (&database.store, silent(), InboxQuery::default());
        let both = tell(store, &message("both"), &people(&["ada", "bob"]), &silent).await.id;
        let open = tell(store, &message("open to all"), &everybody(), &silent).await.id;
        tell(store, &message("hers"), &people(&["ada"]), &silent).await;
        marked(store, "ada", &[&both, &open, "no-such-id"], READ).await;
        marked(store, "bob", &[&open], Mark { read: Some(true), saved: Some(true) }).await;
        assert_eq!(shown(store, "ada", &all).await, "hers (unread); open to all (read); both (read)", "{}", database.name);
        assert_eq!(shown(store, "bob", &all).await, "both (unread); open to all (read, saved)");
        assert_eq!(shown(store, "eve", &all).await, "open to all (unread)");
        let count = status(store, "user:default/ada").await.unwrap();
        assert_eq!((count.unread, count.read, count.saved), (1, 2, 0));
        // Nobody touches what is not theirs.
        marked(store, "eve", &[&both], READ).await;
        assert_eq!(shown(store, "bob", &InboxQuery { read: Some(false), ..all.clone() }).await, "both (unread)");
        marked(store, "bob", &[&open], Mark { read: Some(false), saved: Some(false) }).await;
        assert_eq!(shown(store, "bob", &all).await, "open to all (unread); both (unread)");
        assert_eq!(topics(store, "user:default/ada").await.unwrap(), [("service:ci".to_owned(), "build".to_owned())]);
    }
}

#[tokio::test]
async fn a_scope_replaces_for_each_person() {
    for database in databases().await {
        let (store, silent, all) = (&database.store, silent(), InboxQuery::default());
        let first = tell(store, &scoped("one", "s"), &people(&["ada", "bob"]), &silent).await;
        marked(store, "ada", &[&first.id], Mark { read: Some(true), saved: Some(true) }).await;
        // For more people: in place, unread again, still saved.
        let again = tell(store, &scoped("two", "s"), &people(&["ada", "bob", "eve"]), &silent).await;
        assert_eq!((again.id.as_str(), again.replaced), (first.id.as_str(), true), "{}", database.name);
        assert_eq!(shown(store, "ada", &all).await, "two (unread, saved, again)");
        assert_eq!(shown(store, "eve", &all).await, "two (unread, again)");
        // For fewer: those get a new one and keep what they saved, the others keep the old one.
        let fewer = tell(store, &scoped("three", "s"), &people(&["ada"]), &silent).await;
        assert!(fewer.replaced && fewer.id != first.id);
        assert_eq!(shown(store, "ada", &all).await, "three (unread, saved)");
        assert_eq!(shown(store, "bob", &all).await, "two (unread, again)");
        // For everybody: each has it once.
        tell(store, &scoped("four", "s"), &everybody(), &silent).await;
        assert_eq!(shown(store, "ada", &all).await, "four (unread, saved, again)");
        assert_eq!(shown(store, "bob", &all).await, "four (unread, again)");
        assert_eq!(shown(store, "zoe", &all).await, "four (unread, again)");
        // Another origin, another scope, and none replace nothing.
        tell(store, &Message { origin: "service:cd".to_owned(), ..scoped("other", "s") }, &people(&["bob"]), &silent).await;
        tell(store, &scoped("else", "t"), &people(&["bob"]), &silent).await;
        tell(store, &message("no scope"), &people(&["bob"]), &silent).await;
        tell(store, &message("no scope"), &people(&["bob"]), &silent).await;
        let by_title = InboxQuery { sort: vec![Sort { by: SortBy::Title, descending: false }], ..all.clone() };
        assert_eq!(
            shown(store, "bob", &by_title).await,
            "else (unread); four (unread, again); no scope (unread); no scope (unread); other (unread)"
        );
        let mut tx = store.begin().await.unwrap();
        assert!(stands(&mut tx, "service:ci", "t").await.unwrap());
        assert!(!stands(&mut tx, "service:ci", "u").await.unwrap());
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn two_at_once_under_one_scope_are_one() {
    for database in databases().await {
        let sending = (0..8).map(|at| {
            let store = database.store.clone();
            async move { tell(&store, &scoped(&format!("{at}"), "s"), &people(&["ada"]), &silent()).await }
        });
        let tasks: Vec<_> = sending.map(tokio::spawn).collect();
        for task in tasks {
            task.await.unwrap();
        }
        let count = status(&database.store, "user:default/ada").await.unwrap();
        assert_eq!(count.unread, 1, "{}", database.name);
    }
}

#[tokio::test]
async fn finds_and_orders() {
    for database in databases().await {
        let (store, silent) = (&database.store, silent());
        let with = |title: &str, topic: &str, severity, body: &str| Message {
            topic: topic.to_owned(),
            severity,
            body: body.to_owned(),
            ..message(title)
        };
        tell(store, &with("Alpha", "deploy", Severity::Low, "100 % done"), &people(&["ada"]), &silent).await;
        tick(store).await;
        tell(store, &with("Beta", "build", Severity::Critical, "The ROOF is on fire"), &people(&["ada"]), &silent).await;
        tick(store).await;
        tell(store, &with("Gamma", "", Severity::High, ""), &people(&["ada"]), &silent).await;
        let check = async |query: InboxQuery, expected: &str| {
            assert_eq!(shown(store, "ada", &query).await, expected, "{} {query:?}", database.name)
        };
        let none = InboxQuery::default();
        check(none.clone(), "Gamma (unread, high); Beta (unread, critical); Alpha (unread, low)").await;
        check(InboxQuery { topic: Some("build".to_owned()), ..none.clone() }, "Beta (unread, critical)").await;
        check(InboxQuery { search: Some("roof IS".to_owned()), ..none.clone() }, "Beta (unread, critical)").await;
        check(InboxQuery { search: Some("0 %".to_owned()), ..none.clone() }, "Alpha (unread, low)").await;
        check(InboxQuery { search: Some("_".to_owned()), ..none.clone() }, "").await;
        check(InboxQuery { severities: Severity::High.and_worse(), ..none.clone() }, "Gamma (unread, high); Beta (unread, critical)").await;
        let by = |by, descending| InboxQuery { sort: vec![Sort { by, descending }], ..InboxQuery::default() };
        check(by(SortBy::Severity, true), "Beta (unread, critical); Gamma (unread, high); Alpha (unread, low)").await;
        check(by(SortBy::Created, false), "Alpha (unread, low); Beta (unread, critical); Gamma (unread, high)").await;
        check(InboxQuery { offset: 1, limit: Some(1), ..by(SortBy::Title, false) }, "Beta (unread, critical)").await;
        check(InboxQuery { limit: Some(0), ..none.clone() }, "").await;
        check(InboxQuery { created_after: Some(Timestamp(i64::MAX)), ..none.clone() }, "").await;
        check(InboxQuery { ids: Some(Vec::new()), ..none }, "").await;
    }
}

#[tokio::test]
async fn what_comes_while_one_looks_stays_unread() {
    for database in databases().await {
        let (store, silent) = (&database.store, silent());
        tell(store, &message("before"), &people(&["ada"]), &silent).await;
        let looked = tick(store).await;
        tell(store, &message("after"), &people(&["ada"]), &silent).await;
        let mut tx = store.begin().await.unwrap();
        let marked = mark_all_read(&mut tx, "user:default/ada", looked).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(marked, 1, "{}", database.name);
        assert_eq!(shown(store, "ada", &InboxQuery::default()).await, "after (unread); before (read)");
    }
}

#[tokio::test]
async fn old_messages_go_unless_they_are_saved() {
    for database in databases().await {
        let (store, silent) = (&database.store, silent());
        let kept = tell(store, &message("kept"), &people(&["ada", "bob"]), &silent).await.id;
        tell(store, &message("gone"), &people(&["ada"]), &silent).await;
        tell(store, &scoped("replaced", "s"), &people(&["ada"]), &silent).await;
        marked(store, "ada", &[&kept], SAVED).await;
        let then = tick(store).await;
        tell(store, &scoped("replaced later", "s"), &people(&["ada"]), &silent).await;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(prune(&mut tx, Timestamp(then.0 + 1), 100).await.unwrap(), 1, "{}", database.name);
        tx.commit().await.unwrap();
        assert_eq!(shown(store, "ada", &InboxQuery::default()).await, "replaced later (unread, again); kept (unread, saved)");
    }
}

fn with_mail() -> Channels {
    let smtp = SmtpConfig {
        host: "127.0.0.1".to_owned(),
        port: Some(1),
        user: None,
        password: None,
        from: "portal@example.com".to_owned(),
        tls: SmtpTls::None,
    };
    Channels::new(ChannelsConfig { smtp: Some(smtp), ..ChannelsConfig::default() }).unwrap()
}

#[tokio::test]
async fn people_get_what_they_want_where_they_want_it() {
    for database in databases().await {
        let (store, mail) = (&database.store, with_mail());
        let off = |channel: &str, topic: &str| Setting {
            channel: channel.to_owned(),
            origin: "service:ci".to_owned(),
            topic: topic.to_owned(),
            enabled: false,
        };
        let set = async |name: &str, settings: Vec<Setting>| {
            let mut tx = store.begin().await.unwrap();
            save_settings(&mut tx, &format!("user:default/{name}"), &Settings::new(settings)).await.unwrap();
            tx.commit().await.unwrap();
        };
        set("ada", vec![off("portal", "build")]).await;
        set("bob", vec![off("email", "")]).await;
        let sent = tell(store, &message("m"), &people(&["ada", "bob", "eve"]), &mail).await;
        assert_eq!((sent.people.join(" "), sent.deliveries), ("user:default/bob user:default/eve".to_owned(), 2), "{}", database.name);
        assert_eq!(log(store).await, "email ada@example.com waiting 0\nemail eve@example.com waiting 0");
        // Everybody's comes to everybody, and never by e-mail.
        let all = tell(store, &message("all"), &everybody(), &mail).await;
        assert_eq!((all.people.join(" "), all.deliveries), ("*".to_owned(), 0));
    }
}

#[tokio::test]
async fn quiet_hours_hold_mail_back_unless_it_is_critical() {
    for database in databases().await {
        let (store, mail) = (&database.store, with_mail());
        // All day but one minute, wherever the clock stands now.
        let now = store.now().await.unwrap();
        let minute = u16::try_from(now.0.div_euclid(60_000_000).rem_euclid(24 * 60)).unwrap();
        let quiet = Quiet { from_minute: (minute + 1439) % 1440, to_minute: (minute + 1438) % 1440, timezone: "UTC".to_owned() };
        let mut tx = store.begin().await.unwrap();
        save_quiet(&mut tx, "user:default/ada", Some(&quiet)).await.unwrap();
        tx.commit().await.unwrap();
        tell(store, &message("later"), &people(&["ada", "bob"]), &mail).await;
        tell(store, &Message { severity: Severity::Critical, ..message("now") }, &people(&["ada"]), &mail).await;
        let (rows, _) = notifications::deliveries(store, &notifications::DeliveryQuery { limit: 9, ..Default::default() }).await.unwrap();
        let mut waits: Vec<String> =
            rows.iter().map(|row| format!("{} {} {}", row.title, row.target, row.not_before > row.created)).collect();
        waits.sort();
        assert_eq!(waits, ["later ada@example.com true", "later bob@example.com false", "now ada@example.com false"], "{}", database.name);
    }
}
