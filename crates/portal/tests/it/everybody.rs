//! What everybody sees (announcements, branding) and what runs, on both databases.

use std::time::Duration;

use bytes::Bytes;
use model::{
    Caller, EntityRef, PortalError, Principal, Seq,
    view::{AnnouncementForm, BrandingForm},
};
use portal::{LogoChange, Portal, Replica};
use testkit::databases;
use tokio_util::sync::CancellationToken;

use crate::world::World;

const NOBODYS: &str = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: bob}\nspec: {memberOf: []}\n";

fn bob() -> Caller {
    Caller { principal: Principal::Person(EntityRef::new("user", "default", "bob")), ..Caller::worker() }
}

fn admin(seen: Option<Seq>) -> Caller {
    Caller { seen, ..Caller::admin_token() }
}

fn announcement(title: &str) -> AnnouncementForm {
    AnnouncementForm { level: "warn".to_owned(), title: title.to_owned(), ..AnnouncementForm::default() }
}

fn titles(portal: &Portal) -> String {
    let showing = portal.announcements().current(|_| false);
    showing.into_iter().map(|view| view.title).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn announcements_show_while_they_last() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", NOBODYS)]).await;
        world.read().await;
        let announcements = world.portal.announcements();
        let refused = announcements.save(&bob(), announcement("x")).await.map(drop);
        assert!(matches!(refused, Err(PortalError::Forbidden { .. })), "{refused:?}");
        let wrong = announcements.save(&admin(None), announcement("")).await.unwrap().unwrap_err();
        assert_eq!((wrong.errors[0].field.as_str(), wrong.form.level.as_str()), ("title", "warn"));

        announcements.save(&admin(None), announcement("Now")).await.unwrap().unwrap();
        let later = AnnouncementForm { starts: "2099-01-01T00:00".to_owned(), ..announcement("Later") };
        announcements.save(&admin(None), later).await.unwrap().unwrap();
        let over = AnnouncementForm { starts: "2020-01-01T00:00".to_owned(), ends: "2020-01-02T00:00".to_owned(), ..announcement("Over") };
        let seq = announcements.save(&admin(None), over).await.unwrap().unwrap();
        let page = announcements.page(&admin(Some(seq)), None).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Later", "Now", "Over"]);
        assert_eq!(titles(&world.portal), "Now");

        let shown = announcements.current(|_| false).remove(0);
        assert!(announcements.current(|id| id == shown.id).is_empty(), "what was closed does not show");
        let id = page.rows[1].id.clone();
        let form = announcements.page(&admin(Some(seq)), Some(&id)).await.unwrap().form;
        let form = AnnouncementForm { title: "Now, and longer".to_owned(), ..form };
        let seq = announcements.save(&admin(None), form).await.unwrap().unwrap();
        announcements.page(&admin(Some(seq)), None).await.unwrap();
        assert_eq!(titles(&world.portal), "Now, and longer");
        let seq = announcements.delete(&admin(None), &id).await.unwrap();
        announcements.page(&admin(Some(seq)), None).await.unwrap();
        assert_eq!(titles(&world.portal), "");
        let gone = announcements.delete(&admin(None), &id).await;
        assert!(matches!(gone, Err(PortalError::NotFound { .. })), "{gone:?}");

        let world = world.restart().await;
        assert_eq!(world.portal.announcements().page(&admin(None), None).await.unwrap().rows.len(), 2, "announcements outlive a restart");
        world.stop().await;
    }
}

#[tokio::test]
async fn branding_is_kept_and_taken_back() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", NOBODYS)]).await;
        let branding = world.portal.branding();
        let form = BrandingForm {
            organisation: "Acme".to_owned(),
            support_label: "Platform team".to_owned(),
            support_link: "https://chat.example/platform".to_owned(),
        };
        let svg = || Bytes::from_static(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>");
        let refused = branding.save(&bob(), form.clone(), LogoChange::Keep, "").await.map(drop);
        assert!(matches!(refused, Err(PortalError::Forbidden { .. })), "{refused:?}");
        let script = LogoChange::Replace(Bytes::from_static(b"<svg><script>1</script></svg>"));
        let wrong = branding.save(&admin(None), form.clone(), script, "").await.unwrap().unwrap_err();
        assert_eq!((wrong.errors[0].field.as_str(), wrong.form.organisation.as_str()), ("logo", "Acme"));

        let seq = branding.save(&admin(None), form.clone(), LogoChange::Replace(svg()), "").await.unwrap().unwrap();
        let page = branding.page(&admin(Some(seq)), "configured").await.unwrap();
        assert_eq!((branding.organisation().as_deref(), page.configured.as_str()), (Some("Acme"), "configured"));
        let path = page.logo.unwrap();
        let name = path.strip_prefix("/assets/branding/").unwrap();
        assert_eq!((branding.logo(name).unwrap().bytes, branding.logo("logo-0.svg")), (svg(), None));
        assert_eq!(branding.shown().support.unwrap().0, "Platform team");

        let world = world.restart().await;
        let branding = world.portal.branding();
        assert!(branding.shown().logo.is_some(), "the logo outlives a restart");
        let seq = branding.save(&admin(None), BrandingForm::default(), LogoChange::Remove, "").await.unwrap().unwrap();
        branding.page(&admin(Some(seq)), "").await.unwrap();
        assert_eq!((branding.shown().logo, branding.organisation()), (None, None));
        world.stop().await;
    }
}

#[tokio::test]
async fn what_runs_is_told() {
    for database in databases().await {
        let world = World::start(&database.store, &[("catalog-info.yaml", NOBODYS)]).await;
        world.read().await;
        let system = world.portal.system();
        let hidden = system.page(&bob(), "").await.map(drop);
        assert!(matches!(hidden, Err(PortalError::NotFound { .. })), "{hidden:?}");

        let cancel = CancellationToken::new();
        let replica = Replica { id: "one".to_owned(), version: "1.2.3".to_owned(), address: "here 127.0.0.1:1".to_owned() };
        let beating = tokio::spawn(system.heartbeat(replica, cancel.clone()));
        let page = loop {
            let page = system.page(&admin(None), "one").await.unwrap();
            if !page.replicas.is_empty() {
                break page;
            }
            tokio::task::yield_now().await;
        };
        let row = &page.replicas[0];
        assert_eq!((row.id.as_str(), row.version.as_str(), row.is_this, row.stale), ("one", "1.2.3", true, false));
        let kind = if database.name == "sqlite" { "SQLite" } else { "PostgreSQL" };
        assert_eq!(page.database.kind, kind);
        assert!(page.database.bytes > 0 && page.database.migrations >= 8 && !page.database.version.is_empty(), "{:?}", page.database);
        assert!(page.feed_head > 0 && page.location_count == 1 && page.feed_failing.is_none());
        cancel.cancel();
        tokio::time::timeout(Duration::from_secs(30), beating).await.expect("it ends").unwrap();
        assert!(system.page(&admin(None), "one").await.unwrap().replicas.is_empty(), "a replica that stops says so");
        world.stop().await;
    }
}
