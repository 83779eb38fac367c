//! What the portal tells people by itself: losses that wait to be confirmed, locations that cannot be read, tokens that run out.
//!
//! It looks from time to time at what is so, and not at what happens: a process that was away tells what it missed. Each thing is told once:
//! the scope names it, and the message that stands under it says that it was told, whichever replica did.

use std::{collections::HashMap, time::Duration};

use ::notifications::{KEPT, Severity};
use catalog::{Held, Location};
use identity::{
    Action,
    policy::GrantTo,
    token::{self, TokenRow},
};
use model::{Caller, EntityRef, Timestamp};
use store::{Store, StoreError};
use tokio_util::sync::CancellationToken;

use super::{NewNotification, Recipients};
use crate::{
    Portal,
    record::{Done, plain},
};

/// How often locations are looked at.
const LOCATIONS: Duration = Duration::from_secs(30);
/// How often tokens are looked at, and old messages removed.
const HOURLY: u32 = 120;
/// For how long a location has to fail before anybody is told, in microseconds.
const FAILING: i64 = 10 * 60 * 1_000_000;
/// How long before its end a token's owner is told, in microseconds.
const EXPIRING: i64 = 7 * 86_400 * 1_000_000;
/// Messages that one transaction removes.
const BATCH: u32 = 500;

/// The role whose holders mend what nobody registered.
const ADMINISTRATORS: &str = "admin";

/// Looks until `cancel`.
pub(crate) async fn run(portal: Portal, cancel: CancellationToken) {
    let mut round: u32 = 0;
    let mut failing = HashMap::new();
    while cancel.run_until_cancelled(tokio::time::sleep(LOCATIONS)).await.is_some() {
        if let Err(error) = look(&portal, &mut failing, round.is_multiple_of(HOURLY)).await {
            tracing::info!(%error, "what people should be told could not be looked at, it is tried again");
            continue;
        }
        round = round.wrapping_add(1);
    }
}

/// Looks once; with `all`, also at what changes slowly. `failing` keeps since when locations were seen to fail.
async fn look(portal: &Portal, failing: &mut HashMap<String, Timestamp>, all: bool) -> Result<(), StoreError> {
    let now = portal.inner.store.now().await?;
    let locations = portal.inner.catalog.locations();
    failing.retain(|id, _| locations.by_id(id).is_some_and(|location| location.last_error.is_some()));
    for location in &locations.all {
        if let Some(held) = &location.held {
            once(portal, about_loss(portal, location, held)).await?;
        } else if let Some(error) = &location.last_error {
            let since = *failing.entry(location.id.clone()).or_insert(now);
            if now.0 - since.0 >= FAILING {
                once(portal, about_failing(portal, location, error)).await?;
            }
        }
    }
    if all {
        for row in token::list(&portal.inner.store, None).await? {
            if let Some(send) = about_token(&row, owner_of(portal, &row).await?, now) {
                once(portal, send).await?;
            }
        }
        prune(&portal.inner.store).await?;
    }
    Ok(())
}

/// Sends unless it was sent before.
async fn once(portal: &Portal, send: NewNotification) -> Result<(), StoreError> {
    let caller = Caller::worker();
    let mut tx = portal.inner.store.begin().await?;
    if ::notifications::stands(&mut tx, &send.origin, &send.scope).await? {
        return tx.rollback().await;
    }
    let (to, title) = (send.recipients.to_string(), send.title.clone());
    let sent = portal.notify(&mut tx, send, &caller).await?;
    let done = Done::new(Action::NotificationSend, format!("notification:{}", sent.id)).with("to", to).with("title", title);
    portal.commit(tx, &caller, done).await?;
    portal.inner.notifier.forget();
    Ok(())
}

fn about_loss(portal: &Portal, location: &Location, held: &Held) -> NewNotification {
    let mut of = registrars(portal, location);
    // Who owns what would go.
    of.extend(held.refs.iter().filter_map(|name| name.parse::<EntityRef>().ok()));
    NewNotification {
        recipients: Recipients::these(of),
        severity: Severity::High,
        origin: "catalog".to_owned(),
        topic: "loss-held".to_owned(),
        title: cut(&format!("{} of {} entities would go from {}", held.lost, held.of, plain(&location.target))),
        // Which, is not said: not everybody who reads this may see all of them.
        body: "The last reading no longer found them. Nothing was removed. If that is right, confirm the loss; if not, mend the source."
            .to_owned(),
        link: format!("/locations/{}", location.id),
        scope: format!("held:{}:{}", location.id, held.at),
        ..NewNotification::default()
    }
}

fn about_failing(portal: &Portal, location: &Location, error: &str) -> NewNotification {
    let error = error.replace(&location.target, &plain(&location.target));
    let since = location.last_ok.map_or_else(|| "never".to_owned(), |at| at.0.to_string());
    let last = location.last_ok.map_or_else(
        || "It was never read without a problem.".to_owned(),
        |at| format!("It was last read without a problem at {}. What came from it until then stays.", at.rfc3339()),
    );
    NewNotification {
        recipients: Recipients::these(registrars(portal, location)),
        severity: Severity::Normal,
        origin: "catalog".to_owned(),
        topic: "location-failing".to_owned(),
        title: cut(&format!("{} cannot be read", plain(&location.target))),
        body: format!("{}\n\n{last}", error.chars().filter(|c| !c.is_control() || *c == '\n').take(2_000).collect::<String>()),
        link: format!("/locations/{}", location.id),
        scope: format!("failing:{}:{since}", location.id),
        ..NewNotification::default()
    }
}

/// Who is to mend a location: whoever registered it, else the administrators.
fn registrars(portal: &Portal, location: &Location) -> Vec<EntityRef> {
    let by =
        location.registered_by.as_deref().and_then(|by| by.parse::<EntityRef>().ok()).filter(|by| by.kind().eq_ignore_ascii_case("user"));
    if let Some(by) = by {
        return vec![by];
    }
    let grants = portal.inner.authority.grants();
    let holders = grants.iter().filter(|grant| grant.role == ADMINISTRATORS).filter_map(|grant| match &grant.to {
        GrantTo::User(entity) | GrantTo::Group(entity) => Some(entity.clone()),
        GrantTo::Service(_) | GrantTo::Everyone => None,
    });
    holders.collect()
}

/// Whose a token is: the person, or who answers for the service account.
async fn owner_of(portal: &Portal, row: &TokenRow) -> Result<Option<EntityRef>, StoreError> {
    if row.service.is_empty() {
        return Ok(row.person.parse().ok());
    }
    let account = identity::service::find(&portal.inner.store, &row.service).await?;
    Ok(account.and_then(|account| account.owner.parse().ok()))
}

fn about_token(row: &TokenRow, owner: Option<EntityRef>, now: Timestamp) -> Option<NewNotification> {
    let expires = row.expires_at?.0;
    let lived = expires.0 - row.created_at.0.0;
    // What was made for less than two weeks is meant to end soon.
    if row.revoked_at.is_some() || expires <= now || expires.0 - now.0 > EXPIRING || lived <= 2 * EXPIRING {
        return None;
    }
    let (what, link) = if row.service.is_empty() {
        (format!("Your token \u{201c}{}\u{201d}", row.name), "/settings/tokens")
    } else {
        (format!("The token \u{201c}{}\u{201d} of {}", row.name, row.service), "/admin/service-accounts")
    };
    let ends = expires.rfc3339();
    Some(NewNotification {
        recipients: Recipients::these(owner),
        severity: Severity::Normal,
        origin: "access".to_owned(),
        topic: "token-expiring".to_owned(),
        title: cut(&format!("{what} runs out on {}", ends.get(..10).unwrap_or(&ends))),
        body: format!(
            "It begins with {} and works until {ends}. Make a new one, put it where this one is, then revoke this one.",
            row.hint
        ),
        link: link.to_owned(),
        scope: format!("expiring:{}", row.id),
        ..NewNotification::default()
    })
}

/// What fits into a title.
fn cut(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    if text.chars().count() <= ::notifications::MOST_TITLE {
        text
    } else {
        text.chars().take(::notifications::MOST_TITLE - 1).chain(['…']).collect()
    }
}

/// Removes what is old.
async fn prune(store: &Store) -> Result<(), StoreError> {
    loop {
        let mut tx = store.begin().await?;
        let now = tx.now().await?;
        let before = Timestamp(now.0.saturating_sub(i64::try_from(KEPT.as_micros()).unwrap_or(i64::MAX)));
        let removed = ::notifications::prune(&mut tx, before, BATCH).await?;
        tx.commit().await?;
        if removed < u64::from(BATCH) {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use ::notifications::InboxQuery;
    use catalog::{LocationConfig, ReadingConfig, generated_ref};
    use store::{Args, Json, Statement, Ts};
    use tempfile::TempDir;
    use tokio::task::JoinSet;

    use super::*;
    use crate::PortalConfig;

    const PEOPLE: &str = "
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: { name: team }
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: Ada }
spec: { memberOf: [team] }
";

    const GRANT: Statement = Statement::both(
        "test.grant",
        "INSERT INTO role_grant (role, principal, created_by, created_at) VALUES ('admin', 'user:default/ada', 'test', $1)",
    );

    /// A portal on a folder with a team and so many components of theirs; it reads when it is asked to.
    struct World {
        portal: Portal,
        folder: TempDir,
        stop: CancellationToken,
        tasks: JoinSet<()>,
    }

    impl World {
        async fn start(store: &Store) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let location = LocationConfig::file("catalog-info.yaml", folder.path());
            let config = PortalConfig {
                authorisation: Default::default(),
                access: Default::default(),
                providers: Default::default(),
                audit: Default::default(),
                notifications: Default::default(),
                reading: ReadingConfig {
                    poll: Duration::from_secs(3600),
                    grace: Duration::ZERO,
                    hold_percent: Some(20),
                    ..ReadingConfig::new(vec![location], "watching".to_owned())
                },
                history: Duration::from_secs(3600),
                feed_delay: Duration::ZERO,
                demo: None,
            };
            write(&folder, 10);
            let portal = Portal::open(store.clone(), config).await.unwrap();
            let stop = CancellationToken::new();
            let tasks = portal.start(&stop).await.unwrap();
            let world = Self { portal, folder, stop, tasks };
            world.read().await;
            world
        }

        async fn read(&self) {
            let path = self.folder.path().join("catalog-info.yaml");
            let root = generated_ref("file", path.to_str().unwrap());
            loop {
                match self.portal.catalog().refresh(&Caller::worker(), &root).await {
                    Ok(seq) => {
                        let caller = Caller { seen: Some(seq), ..Caller::worker() };
                        self.portal.seen(&caller).await.unwrap();
                        return;
                    }
                    // Until the first reading is over, the location's own entity may not be there yet.
                    Err(model::PortalError::NotFound { .. }) => tokio::task::yield_now().await,
                    Err(error) => panic!("{error}"),
                }
            }
        }

        /// Ada's inbox, oldest first.
        async fn inbox(&self) -> String {
            let listed = ::notifications::list(&self.portal.inner.store, "user:default/ada", &InboxQuery::default()).await.unwrap();
            let folder = self.folder.path().display().to_string();
            let text = |item: &::notifications::Item| {
                format!("{} {} {}: {}", item.topic, item.severity.name(), item.title, item.body).replace(&folder, "DIR")
            };
            listed.items.iter().rev().map(text).collect::<Vec<_>>().join("\n")
        }

        async fn stop(mut self) {
            self.stop.cancel();
            while self.tasks.join_next().await.is_some() {}
        }
    }

    fn write(folder: &TempDir, components: usize) {
        let component = |at| {
            format!(
                "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: c{at} }}\nspec: {{ type: service, lifecycle: x, owner: team }}\n"
            )
        };
        let text: String = std::iter::once(PEOPLE.to_owned()).chain((0..components).map(component)).collect();
        std::fs::write(folder.path().join("catalog-info.yaml"), text).unwrap();
    }

    #[tokio::test]
    async fn owners_hear_once_of_a_loss() {
        for database in testkit::databases().await {
            let world = World::start(&database.store).await;
            let mut failing = HashMap::new();
            look(&world.portal, &mut failing, true).await.unwrap();
            assert_eq!(world.inbox().await, "");
            write(&world.folder, 5);
            world.read().await;
            for _ in 0..2 {
                look(&world.portal, &mut failing, false).await.unwrap();
            }
            let expected = "loss-held high 5 of 12 entities would go from DIR/catalog-info.yaml: The last reading no longer found them. \
                            Nothing was removed. If that is right, confirm the loss; if not, mend the source.";
            assert_eq!(world.inbox().await, expected, "{}", database.name);
            // Two looks at once are still one message.
            let (mut one, mut other) = (HashMap::new(), HashMap::new());
            let (first, second) = tokio::join!(look(&world.portal, &mut one, false), look(&world.portal, &mut other, true));
            first.and(second).unwrap();
            assert_eq!(world.inbox().await, expected);
            // A location of the configuration is the administrators' to mend, and only after a while.
            let mut tx = database.store.begin().await.unwrap();
            tx.execute(&GRANT, Args::new().ts(Timestamp(0))).await.unwrap();
            tx.feed("grant", "user:default/ada");
            let caller = Caller { seen: Some(tx.commit().await.unwrap()), ..Caller::worker() };
            world.portal.seen(&caller).await.unwrap();
            write(&world.folder, 10);
            world.read().await;
            std::fs::remove_file(world.folder.path().join("catalog-info.yaml")).unwrap();
            world.read().await;
            look(&world.portal, &mut failing, false).await.unwrap();
            assert_eq!(world.inbox().await, expected);
            failing.values_mut().for_each(|since| since.0 -= FAILING);
            for _ in 0..2 {
                look(&world.portal, &mut failing, false).await.unwrap();
            }
            let inbox = world.inbox().await;
            assert_eq!(
                inbox.lines().filter(|line| line.starts_with("location-failing normal DIR/catalog-info.yaml cannot be read: ")).count(),
                1,
                "{inbox}"
            );
            world.stop().await;
        }
    }

    #[tokio::test]
    async fn addresses_lose_what_may_be_secret() {
        let database = testkit::databases().await.swap_remove(0);
        let world = World::start(&database.store).await;
        let target = "https://ada:hunter2@example.com/catalog-info.yaml?token=t0p";
        let location = Location { target: target.to_owned(), ..world.portal.inner.catalog.locations().all[0].clone() };
        let held = Held { lost: 1, of: 2, digest: String::new(), refs: vec!["component:default/hidden".to_owned()], at: 0 };
        for told in [about_loss(&world.portal, &location, &held), about_failing(&world.portal, &location, &format!("{target}: 404"))] {
            let text = format!("{} {}", told.title, told.body);
            assert!(text.contains("https://example.com/catalog-info.yaml"), "{text}");
            assert!(!["hunter2", "t0p", "hidden"].iter().any(|secret| text.contains(secret)), "{text}");
        }
        world.stop().await;
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut(&"x".repeat(300)).chars().count(), 200);
    }

    fn told(created: i64, expires: Option<i64>, revoked: bool, service: &str) -> String {
        const DAY: i64 = 86_400_000_000;
        let now = Timestamp::parse("2026-11-22T09:00:00Z").unwrap();
        let at = |days: i64| Ts(Timestamp(now.0 + days * DAY));
        let row = TokenRow {
            id: "t_1".to_owned(),
            hint: "wm_ab".to_owned(),
            person: if service.is_empty() { "user:default/ada".to_owned() } else { String::new() },
            service: service.to_owned(),
            name: "Laptop".to_owned(),
            scopes: Json(Vec::new()),
            created_by: String::new(),
            created_at: at(created),
            expires_at: expires.map(at),
            used_at: None,
            used_from: String::new(),
            revoked_at: revoked.then(|| at(-1)),
        };
        about_token(&row, "user:default/ada".parse().ok(), now)
            .map_or_else(|| "nothing".to_owned(), |new| format!("{} {} {}", new.title, new.link, new.scope))
    }

    #[test]
    fn tokens_run_out() {
        assert_eq!(told(-90, Some(6), false, ""), "Your token “Laptop” runs out on 2026-11-28 /settings/tokens expiring:t_1");
        assert_eq!(told(-90, Some(7), false, "ci"), "The token “Laptop” of ci runs out on 2026-11-29 /admin/service-accounts expiring:t_1");
        for nothing in
            [told(-90, Some(8), false, ""), told(-90, Some(-1), false, ""), told(-90, None, false, ""), told(-90, Some(6), true, "")]
        {
            assert_eq!(nothing, "nothing");
        }
        assert_eq!(told(-1, Some(6), false, ""), "nothing", "what was made for a week is meant to end");
    }
}
