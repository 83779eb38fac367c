//! What is announced to everybody. It stands on every page, so all of it is in memory and the change feed keeps it current.

use std::sync::{Arc, PoisonError, RwLock};

use identity::Action;
use model::{
    Caller, FieldError, PortalError, Seq, Timestamp,
    view::{ANNOUNCEMENT_LEVELS, AnnouncementForm, AnnouncementRow, AnnouncementView, AnnouncementsView},
};
use store::{Args, ReadTx, Store, StoreError};

use crate::{Portal, catalog::changes::actor_of, failure, record::Done, sql::board as sql, summary::Links};

/// Announcements that there may be.
const MOST: usize = 100;
/// Announcements that show at once; more would push the page away.
const SHOWN: usize = 3;
/// Characters of a title.
const TITLE: usize = 120;
/// Characters of a body.
const BODY: usize = 1_000;
/// Bytes of an address.
const LINK: usize = 500;

/// Every announcement, the latest first.
#[derive(Debug, Default)]
pub(crate) struct Announcements {
    rows: RwLock<Arc<Vec<sql::AnnouncementRow>>>,
}

impl Announcements {
    fn all(&self) -> Arc<Vec<sql::AnnouncementRow>> {
        Arc::clone(&self.rows.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, rows: Vec<sql::AnnouncementRow>) {
        *self.rows.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rows);
    }

    /// Reads all of them.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        self.keep(tx.fetch_all(&sql::ANNOUNCEMENTS, Args::new()).await?);
        Ok(())
    }

    /// Reads all of them again; there are few.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        self.keep(store.fetch_all(&sql::ANNOUNCEMENTS, Args::new()).await?);
        Ok(())
    }
}

/// Use cases of announcements.
#[derive(Debug)]
pub struct AnnouncementUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> AnnouncementUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// What is announced at the moment, without what `closed` names; from memory. An announcement that was changed has another id, so
    /// that it shows again.
    pub fn current(&self, closed: impl Fn(&str) -> bool) -> Vec<AnnouncementView> {
        let rows = self.portal.inner.announcements.all();
        if rows.is_empty() {
            return Vec::new();
        }
        let now = crate::now();
        let showing = rows.iter().filter(|row| row.starts_at.0 <= now && row.ends_at.as_ref().is_none_or(|ends| ends.0 > now));
        let views = showing.map(|row| AnnouncementView {
            id: shown_id(row),
            level: row.level.clone(),
            title: row.title.clone(),
            body: row.body.clone(),
            link: row.link.clone(),
        });
        views.filter(|view| !closed(&view.id)).take(SHOWN).collect()
    }

    /// All of them, and the form: an empty one, or one with the announcement `edit`.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` when there is no announcement `edit`; `Unavailable`.
    pub async fn page(&self, caller: &Caller, edit: Option<&str>) -> Result<AnnouncementsView, PortalError> {
        self.portal.allow(caller, Action::AnnouncementWrite).await?;
        let view = self.view(caller).await?;
        let Some(id) = edit else { return Ok(view) };
        let row = view.rows.iter().find(|row| row.id == id).ok_or_else(unknown)?;
        let form = AnnouncementForm {
            id: row.id.clone(),
            level: row.level.clone(),
            title: row.title.clone(),
            body: row.body.clone(),
            link: row.link.clone(),
            starts: typed(row.starts),
            ends: row.ends.map(typed).unwrap_or_default(),
        };
        Ok(AnnouncementsView { form, ..view })
    }

    async fn view(&self, caller: &Caller) -> Result<AnnouncementsView, PortalError> {
        let snapshot = self.portal.seen(caller).await?;
        let links = Links::new(&snapshot);
        let rows = self.portal.inner.announcements.all();
        let rows = rows.iter().map(|row| AnnouncementRow {
            id: row.id.clone(),
            level: row.level.clone(),
            title: row.title.clone(),
            body: row.body.clone(),
            link: row.link.clone(),
            starts: row.starts_at.0,
            ends: row.ends_at.map(|ends| ends.0),
            by: actor_of(&links, &row.created_by),
        });
        Ok(AnnouncementsView {
            rows: rows.collect(),
            form: AnnouncementForm { level: ANNOUNCEMENT_LEVELS[0].to_owned(), ..AnnouncementForm::default() },
            errors: Vec::new(),
            may_brand: self.portal.may(caller, Action::BrandingWrite),
            now: crate::now(),
        })
    }

    /// Announces something, or changes the announcement that the form names. What cannot be kept comes back as the page, with what is
    /// wrong.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`; `NotFound` when the announcement is gone.
    pub async fn save(&self, caller: &Caller, form: AnnouncementForm) -> Result<Result<Seq, Box<AnnouncementsView>>, PortalError> {
        self.portal.allow(caller, Action::AnnouncementWrite).await?;
        let known = self.portal.inner.announcements.all();
        let checked = check(&form).and_then(|fields| {
            let full = form.id.is_empty() && known.len() >= MOST;
            if full {
                Err(vec![wrong("title", format!("There are {MOST} announcements already. Delete an old one first."))])
            } else {
                Ok(fields)
            }
        });
        let fields = match checked {
            Ok(fields) => fields,
            Err(errors) => return Ok(Err(Box::new(AnnouncementsView { form, errors, ..self.view(caller).await? }))),
        };
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        let now = tx.now().await.map_err(failed)?;
        let starts = fields.starts.unwrap_or(now);
        let is_new = form.id.is_empty();
        let id = if is_new { uuid::Uuid::new_v4().simple().to_string()[..12].to_owned() } else { form.id.clone() };
        let args =
            Args::new().text(&id).text(&form.level).text(&form.title).text(&form.body).text(&form.link).ts(starts).opt_ts(fields.ends);
        let written = if is_new {
            tx.execute(&sql::ADD, args.text(caller.principal.recorded()).ts(now)).await
        } else {
            tx.execute(&sql::CHANGE, args.ts(now)).await
        };
        if written.map_err(failed)? == 0 {
            return Err(unknown());
        }
        tx.feed("announcement", id.clone());
        let before = known.iter().find(|row| row.id == id).map(content).unwrap_or_default();
        let after = format!("{}\n{}\n{}\n{}", form.level, form.title, form.body, form.link);
        let done = Done::new(Action::AnnouncementWrite, format!("announcement:{id}")).before(before.as_bytes()).after(after.as_bytes());
        let done = done.with("change", if is_new { "announced" } else { "changed" }).with("title", form.title);
        self.portal.commit(tx, caller, done).await.map(Ok).map_err(failed)
    }

    /// Takes an announcement away.
    ///
    /// # Errors
    /// `Forbidden`, `Unavailable`; `NotFound` when it is gone already.
    pub async fn delete(&self, caller: &Caller, id: &str) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::AnnouncementWrite).await?;
        let failed = |error| failure::of_store(&error, caller);
        let mut tx = self.portal.inner.store.begin().await.map_err(failed)?;
        if tx.execute(&sql::REMOVE, Args::new().text(id)).await.map_err(failed)? == 0 {
            return Err(unknown());
        }
        tx.feed("announcement", id);
        let before = self.portal.inner.announcements.all().iter().find(|row| row.id == id).map(content).unwrap_or_default();
        let done = Done::new(Action::AnnouncementWrite, format!("announcement:{id}")).before(before.as_bytes()).with("change", "deleted");
        self.portal.commit(tx, caller, done).await.map_err(failed)
    }
}

/// What a person closes: the id with the time of the last change.
fn shown_id(row: &sql::AnnouncementRow) -> String {
    format!("{}-{:x}", row.id, row.changed_at.0.0 / 1_000_000)
}

fn content(row: &sql::AnnouncementRow) -> String {
    format!("{}\n{}\n{}\n{}", row.level, row.title, row.body, row.link)
}

/// A time as a field of a form holds it: minutes, in UTC.
fn typed(at: Timestamp) -> String {
    at.rfc3339().get(..16).unwrap_or_default().to_owned()
}

#[derive(Debug, PartialEq, Eq)]
struct Times {
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
}

fn wrong(field: &str, message: String) -> FieldError {
    FieldError { field: field.to_owned(), message }
}

/// Everything that is wrong with the form, or its times.
fn check(form: &AnnouncementForm) -> Result<Times, Vec<FieldError>> {
    let mut errors = Vec::new();
    if !ANNOUNCEMENT_LEVELS.contains(&form.level.as_str()) {
        errors.push(wrong("level", format!("The level is one of {}.", ANNOUNCEMENT_LEVELS.join(", "))));
    }
    let hidden = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
    let title = form.title.chars().count();
    if title == 0 {
        errors.push(wrong("title", "Say in one line what is announced.".to_owned()));
    } else if title > TITLE || form.title.contains('\n') || hidden(&form.title) {
        errors.push(wrong("title", format!("The title is one line of at most {TITLE} characters, it has {title}.")));
    }
    let body = form.body.chars().count();
    if body > BODY || hidden(&form.body) {
        errors.push(wrong("body", format!("The text has at most {BODY} characters, it has {body}.")));
    }
    if let Err(message) = check_link(&form.link) {
        errors.push(wrong("link", message));
    }
    let mut time = |field: &str, text: &str| {
        let read = read_time(text);
        if !text.is_empty() && read.is_none() {
            errors.push(wrong(field, format!("\"{text}\" is no time. Write it as 2026-11-22T09:30, in UTC.")));
        }
        read
    };
    let (starts, ends) = (time("starts", &form.starts), time("ends", &form.ends));
    if let (Some(starts), Some(ends)) = (starts, ends)
        && ends <= starts
    {
        errors.push(wrong("ends", "It ends before it starts. Choose a later end, or none.".to_owned()));
    }
    if errors.is_empty() { Ok(Times { starts, ends }) } else { Err(errors) }
}

/// A path of the portal or an https address; nothing is fine too.
pub(crate) fn check_link(link: &str) -> Result<(), String> {
    let local = link.starts_with('/') && !link.starts_with("//") && !link.contains('\\');
    let web = || url::Url::parse(link).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    let plain = link.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    match link.len() {
        0 => Ok(()),
        ..=LINK if plain && (local || web()) => Ok(()),
        _ => {
            Err(format!("Write a path of this portal, as /catalog, or an address that starts with https://, of at most {LINK} characters."))
        }
    }
}

fn read_time(text: &str) -> Option<Timestamp> {
    let whole = match text.len() {
        16 => format!("{text}:00Z"),
        19 => format!("{text}Z"),
        _ => text.to_owned(),
    };
    Timestamp::parse(&whole)
}

fn unknown() -> PortalError {
    PortalError::not_found("There is no such announcement. It may be deleted already.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_checked() {
        let base = AnnouncementForm { level: "info".to_owned(), title: "Maintenance".to_owned(), ..AnnouncementForm::default() };
        let check = |form: AnnouncementForm, expected: &str| {
            let errors = super::check(&form).err().unwrap_or_default();
            let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields.join(" "), expected, "{form:?}");
        };
        check(base.clone(), "");
        check(AnnouncementForm { level: "loud".to_owned(), title: String::new(), ..base.clone() }, "level title");
        check(AnnouncementForm { title: "é".repeat(121), body: "x".repeat(1_001), ..base.clone() }, "title body");
        check(AnnouncementForm { title: "a\nb".to_owned(), ..base.clone() }, "title");
        let times = |starts: &str, ends: &str| AnnouncementForm { starts: starts.to_owned(), ends: ends.to_owned(), ..base.clone() };
        check(times("2026-11-22T09:30", "2026-11-22T10:00"), "");
        check(times("2026-11-22T09:30", "2026-11-22T09:30"), "ends");
        check(times("tomorrow", "2026-11-22"), "starts ends");
    }

    #[test]
    fn links_stay_here_or_are_https() {
        let check = |link: &str, fine: bool| assert_eq!(check_link(link).is_ok(), fine, "{link}");
        check("", true);
        check("/catalog?kind=api", true);
        check("https://status.example/now", true);
        for link in ["//evil.example", "/\\evil.example", "http://a.example", "javascript:alert(1)", "https://", "catalog", "/a b"] {
            check(link, false);
        }
        check(&format!("/{}", "a".repeat(500)), false);
    }
}
