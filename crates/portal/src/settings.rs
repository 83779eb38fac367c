//! What people set for themselves, and which parts of administration they are offered.
//!
//! Whether somebody wants keyboard shortcuts stands in every page, and reads never wait for the database: so it is in memory, and the
//! change feed keeps it current.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

use identity::Action;
use model::{
    Caller, EntityRef, FieldError, PortalError, Seq,
    view::{AppearanceView, NewTokenView, OwnTokensView, Place, ProfileView, SessionView, SessionsView, TokenForm},
};
use store::{Args, ReadTx, Store, StoreError};

use crate::{
    Portal,
    access::{Created, NewToken, TokenOwner},
    admin::lines,
    failure,
    people::email_of,
    record::Done,
    roles::Holdings,
    sql::admin as sql,
    summary::Links,
};

/// The key under which people keep whether they want keyboard shortcuts.
const SHORTCUTS: &str = "shortcuts";
/// Its value when they do not.
const OFF: &str = "off";
/// Days for which people's own tokens work at most.
const YEAR: u32 = 365;

/// What every page has to know of people's settings.
#[derive(Debug, Default)]
pub(crate) struct Preferences {
    /// Those who want no keyboard shortcuts.
    keys_off: RwLock<HashSet<String>>,
}

impl Preferences {
    fn keys_off(&self, person: &EntityRef) -> bool {
        self.keys_off.read().unwrap_or_else(PoisonError::into_inner).contains(&person.to_string())
    }

    /// Reads everybody's.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        let rows: Vec<(String, String)> = tx.fetch_all(&sql::SETTINGS, Args::new().text(SHORTCUTS)).await?;
        let off = rows.into_iter().filter(|(_, value)| value == OFF).map(|(person, _)| person).collect();
        *self.keys_off.write().unwrap_or_else(PoisonError::into_inner) = off;
        Ok(())
    }

    /// Reads one person's again.
    pub(crate) async fn reload(&self, store: &Store, person: &str) -> Result<(), StoreError> {
        let rows: Vec<(String, String)> = store.fetch_all(&sql::SETTING_OF, Args::new().text(person).text(SHORTCUTS)).await?;
        let mut keys_off = self.keys_off.write().unwrap_or_else(PoisonError::into_inner);
        if rows.iter().any(|(_, value)| value == OFF) {
            keys_off.insert(person.to_owned());
        } else {
            keys_off.remove(person);
        }
        drop(keys_off);
        Ok(())
    }
}

impl Portal {
    /// The parts of administration that the caller may see, in the order of the navigation.
    pub fn admin_places(&self, caller: &Caller) -> Vec<Place> {
        Place::ADMIN.into_iter().filter(|place| reading(*place).iter().any(|action| self.may(caller, *action))).collect()
    }

    /// Whether the caller wants no keyboard shortcuts.
    pub fn keys_off(&self, caller: &Caller) -> bool {
        caller.person().is_some_and(|person| self.inner.preferences.keys_off(person))
    }

    /// What people set for themselves.
    pub fn settings(&self) -> SettingsUseCases<'_> {
        SettingsUseCases { portal: self }
    }
}

/// The actions of which one is enough to be offered a part of administration.
const fn reading(place: Place) -> &'static [Action] {
    match place {
        Place::AdminPeople | Place::AdminRoles | Place::AdminServiceAccounts => &[Action::PersonRead],
        Place::AdminPolicies => &[Action::PolicyRead],
        Place::AdminProviders => &[Action::ProviderRead],
        Place::AdminAudit => &[Action::AuditRead],
        Place::AdminNotifications => &[Action::NotificationAdmin],
        Place::AdminAnnouncements => &[Action::AnnouncementWrite, Action::BrandingWrite],
        Place::AdminSystem => &[Action::SystemRead],
        _ => &[],
    }
}

/// Use cases of people's own settings.
#[derive(Debug)]
pub struct SettingsUseCases<'a> {
    portal: &'a Portal,
}

impl SettingsUseCases<'_> {
    /// How the portal looks and listens for the caller.
    ///
    /// # Errors
    /// `Forbidden` when the caller may not keep settings; `Unavailable`.
    pub async fn appearance(&self, caller: &Caller) -> Result<AppearanceView, PortalError> {
        self.portal.allow(caller, Action::SelfManage).await?;
        self.portal.seen(caller).await?;
        Ok(AppearanceView { shortcuts: !self.portal.keys_off(caller), person: caller.person().is_some() })
    }

    /// Keeps whether the caller wants keyboard shortcuts.
    ///
    /// # Errors
    /// `Forbidden` for machines; `Unavailable`.
    pub async fn set_shortcuts(&self, caller: &Caller, on: bool) -> Result<Seq, PortalError> {
        self.portal.allow(caller, Action::SelfManage).await?;
        let person = own(caller)?.to_string();
        let (old, new) =
            if self.portal.keys_off(caller) { (OFF, if on { "on" } else { OFF }) } else { ("on", if on { "on" } else { OFF }) };
        let write = async {
            let mut tx = self.portal.inner.store.begin().await?;
            tx.execute(&sql::SETTING_PUT, Args::new().text(&person).text(SHORTCUTS).text(new)).await?;
            tx.feed("setting", &person);
            let done = Done::new(Action::SelfManage, &person).before(old.as_bytes()).after(new.as_bytes()).with(SHORTCUTS, new);
            self.portal.commit(tx, caller, done).await
        };
        write.await.map_err(|error| failure::of_store(&error, caller))
    }
}

impl SettingsUseCases<'_> {
    /// Who the caller is here.
    ///
    /// # Errors
    /// `Forbidden` for machines; `Unavailable`.
    pub async fn profile(&self, caller: &Caller) -> Result<ProfileView, PortalError> {
        self.portal.allow(caller, Action::SelfManage).await?;
        let person = own(caller)?;
        let snapshot = self.portal.seen(caller).await?;
        let links = Links::new(&snapshot);
        let sessions = self.portal.access().sessions(caller, Some(person)).await?;
        Ok(ProfileView {
            person: links.target(person),
            email: email_of(&snapshot, person),
            groups: caller.groups.iter().map(|group| links.target(group)).collect(),
            roles: Holdings::of(self.portal).of_person(person, &caller.groups, &links),
            session: sessions.into_iter().map(|row| lines::session(row, &caller.via)).find(|session| session.current),
            now: crate::now(),
        })
    }

    /// The caller's sessions, this one first.
    ///
    /// # Errors
    /// `Forbidden` for machines; `Unavailable`.
    pub async fn sessions(&self, caller: &Caller) -> Result<SessionsView, PortalError> {
        let rows = self.portal.access().sessions(caller, Some(own(caller)?)).await?;
        let mut sessions: Vec<SessionView> = rows.into_iter().map(|row| lines::session(row, &caller.via)).collect();
        sessions.sort_by_key(|session| !session.current);
        Ok(SessionsView { sessions, now: crate::now() })
    }

    /// Ends the caller's sessions but the one they ask in; how many it were.
    ///
    /// # Errors
    /// `Forbidden` for machines; `Unavailable`.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<u64, PortalError> {
        let mut ended = 0;
        for session in self.sessions(caller).await?.sessions.into_iter().filter(|session| !session.current) {
            match self.portal.access().revoke_session(caller, &session.id).await {
                Ok(()) => ended += 1,
                // It ended by itself meanwhile.
                Err(PortalError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }

    /// The caller's tokens, those that work first.
    ///
    /// # Errors
    /// `Forbidden` for machines; `Unavailable`.
    pub async fn tokens(&self, caller: &Caller) -> Result<OwnTokensView, PortalError> {
        own(caller)?;
        let rows = self.portal.access().tokens(caller, &TokenOwner::Me).await?;
        let snapshot = self.portal.seen(caller).await?;
        let (links, now) = (Links::new(&snapshot), crate::now());
        let tokens = lines::sorted(rows.into_iter().map(|row| lines::token(row, &links)).collect(), now);
        Ok(OwnTokensView { tokens, made: None, may_make: self.portal.may(caller, Action::SelfToken), now })
    }

    /// The form that makes a token of the caller's.
    ///
    /// # Errors
    /// `Forbidden` for machines and those who may not make tokens.
    pub async fn new_token(&self, caller: &Caller, form: TokenForm) -> Result<NewTokenView, PortalError> {
        self.portal.allow(caller, Action::SelfToken).await?;
        own(caller)?;
        Ok(NewTokenView { service: None, areas: lines::areas(), form })
    }

    /// Makes a token of the caller's, which ends within a year.
    ///
    /// # Errors
    /// `Invalid` with what is wrong; else as [`crate::AccessUseCases::create_token`].
    pub async fn create_token(
        &self,
        caller: &Caller,
        name: String,
        scopes: Vec<String>,
        days: Option<u32>,
    ) -> Result<Created, PortalError> {
        let Some(days) = days.filter(|days| (1..=YEAR).contains(days)) else {
            let message = format!("Your own tokens end after 1 to {YEAR} days. What has to work for longer is for a service account.");
            let fields = vec![FieldError { field: "days".to_owned(), message: message.clone() }];
            return Err(PortalError::Invalid { message, fields });
        };
        self.portal.access().create_token(caller, &NewToken { owner: TokenOwner::Me, name, scopes, expires_days: Some(days) }).await
    }
}

/// The person who asks.
fn own(caller: &Caller) -> Result<&EntityRef, PortalError> {
    caller.person().ok_or_else(|| PortalError::Forbidden { message: "Only people have settings. Sign in as a person.".to_owned() })
}
