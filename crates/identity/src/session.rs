//! Sessions of people in browsers, in the database: every replica knows them, and a restart signs nobody out.
//!
//! The cookie holds 128 random bits ([`Id`]), the database their digest. Whoever reads the database can therefore use no session of it.

use std::time::Duration;

use async_trait::async_trait;
use model::{Principal, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Args, Store, StoreError, Ts, Tx};
use tower_sessions::{SessionStore, cookie::time::OffsetDateTime, session_store};

pub use tower_sessions::session::{Id, Record};

use crate::{
    digest::{digest, name},
    sql,
};

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// After the last request.
    pub idle: Duration,
    /// After signing in, whatever happens.
    pub absolute: Duration,
}

impl Default for Lifetime {
    /// 12 hours without a request, 30 days in all.
    fn default() -> Self {
        Self { idle: Duration::from_secs(12 * 3600), absolute: Duration::from_secs(30 * 86_400) }
    }
}

/// Who opened a session, and how. It never changes: whoever signs in again gets another session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What lists and the audit log call it.
    pub public_id: String,
    /// Who it is.
    pub principal: Principal,
    /// The way in: a provider's id, `password`, `demo` or `admin-token`.
    pub provider: String,
    /// The provider's name of the person; for the admin token the seal that ties the session to it.
    #[serde(default)]
    pub subject: String,
    /// The provider's own session.
    #[serde(default)]
    pub provider_session: String,
    /// Where it was opened from.
    #[serde(default)]
    pub address: String,
    /// The browser, as it calls itself.
    #[serde(default)]
    pub agent: String,
}

/// A session as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// What lists and the audit log call it.
    pub public_id: String,
    /// Whose it is, as recorded: `user:default/ada` or `system:admin-token`.
    pub person: String,
    /// The way in.
    pub provider: String,
    /// The provider's name of the person.
    pub subject: String,
    /// The provider's token, to sign out there; empty in lists.
    pub id_token: String,
    /// Where it was opened from.
    pub address: String,
    /// The browser, as it calls itself.
    pub agent: String,
    /// When it was opened.
    pub created_at: Ts,
    /// When it was last used, a minute late at most.
    pub seen_at: Ts,
    /// When it ends without a request.
    pub idle_until: Ts,
    /// When it ends whatever happens.
    pub expires_at: Ts,
}

/// The key of [`Held`] in a record.
const HELD: &str = "held";
/// Bytes of a browser's name for itself that are kept.
const AGENT: usize = 300;

/// The sessions of the database. As a [`SessionStore`] each call is a transaction of its own; the other methods take part in one.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    lifetime: Lifetime,
}

impl Sessions {
    /// The sessions of `store`.
    pub fn new(store: Store, lifetime: Lifetime) -> Self {
        Self { store, lifetime }
    }

    /// How long they live.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// A new session under a fresh id, not yet written.
    pub fn fresh(&self, id: Id, principal: Principal, provider: &str, now: Timestamp) -> (Record, Held) {
        let held = Held {
            public_id: name("s_"),
            principal,
            provider: provider.to_owned(),
            subject: String::new(),
            provider_session: String::new(),
            address: String::new(),
            agent: String::new(),
        };
        (Record { id, data: Default::default(), expiry_date: at(after(now, self.lifetime.absolute)) }, held)
    }

    /// Writes a session; false when its id is taken, which 128 random bits never are by chance.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn add(&self, tx: &mut Tx, record: &Record, held: &Held, id_token: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut data = record.data.clone();
        let mut held = held.clone();
        clip(&mut held.agent, AGENT);
        let value = serde_json::to_value(&held).map_err(|error| StoreError::Configuration(format!("a session is no JSON: {error}")))?;
        data.insert(HELD.to_owned(), value);
        let end = micros(record.expiry_date);
        let args = Args::new()
            .text(digest(&record.id.to_string()))
            .text(&held.public_id)
            .text(held.principal.recorded())
            .json(&data)
            .text(&held.provider)
            .text(&held.subject)
            .text(&held.provider_session)
            .text(id_token)
            .text(&held.address)
            .text(&held.agent)
            .ts(now)
            .ts(after(now, self.lifetime.idle).min(end))
            .ts(end);
        Ok(tx.execute(&sql::SESSION_ADD, args).await? == 1)
    }

    /// Who opened the session with this id, unless it ended.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn held(&self, id: &Id) -> Result<Option<Held>, StoreError> {
        let Some(row) = self.row(id).await? else { return Ok(None) };
        let data: session_data::Data = serde_json::from_str(&row.data).unwrap_or_default();
        Ok(data.held)
    }

    async fn row(&self, id: &Id) -> Result<Option<sql::HeldRow>, StoreError> {
        // The database's clock: other replicas wrote when it ends.
        let now = self.store.now().await?;
        self.store.fetch_optional(&sql::SESSION_OF, Args::new().text(digest(&id.to_string())).ts(now)).await
    }

    /// Ends the session with this id: its public id, if there was one.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn end(tx: &mut Tx, id: &Id) -> Result<Option<(String, String)>, StoreError> {
        tx.fetch_optional(&sql::SESSION_END, Args::new().text(digest(&id.to_string()))).await
    }

    /// Ends the session that lists call so: it and whose it was.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn end_public(tx: &mut Tx, public_id: &str) -> Result<Option<(String, String)>, StoreError> {
        tx.fetch_optional(&sql::SESSION_END_ID, Args::new().text(public_id)).await
    }

    /// Ends all sessions of a person: their public ids.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn end_of(tx: &mut Tx, person: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String, String)> = tx.fetch_all(&sql::SESSIONS_END, Args::new().text(person)).await?;
        Ok(rows.into_iter().map(|(public_id, _)| public_id).collect())
    }

    /// The sessions that a provider opened, for one subject or one session of the provider's.
    ///
    /// # Errors
    /// Any failure of the statement.
    pub async fn of_provider(tx: &mut Tx, provider: &str, subject: Option<&str>, sid: Option<&str>) -> Result<Vec<String>, StoreError> {
        let args = Args::new().text(provider).text(subject.unwrap_or_default()).text(sid.unwrap_or_default());
        let rows: Vec<(String,)> = tx.fetch_all(&sql::SESSIONS_OF_PROVIDER, args).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// What is kept of one session.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn one(&self, public_id: &str) -> Result<Option<SessionRow>, StoreError> {
        self.store.fetch_optional(&sql::SESSION_HELD, Args::new().text(public_id)).await
    }

    /// The sessions of a person, or everybody's, the latest used first.
    ///
    /// # Errors
    /// As [`Store::fetch_all`].
    pub async fn list(&self, person: Option<&str>) -> Result<Vec<SessionRow>, StoreError> {
        let now = self.store.now().await?;
        match person {
            Some(person) => self.store.fetch_all(&sql::SESSIONS_OF, Args::new().text(person).ts(now)).await,
            None => self.store.fetch_all(&sql::SESSIONS, Args::new().ts(now)).await,
        }
    }

    /// Writes down that these sessions were used, which pushes their idle end off.
    ///
    /// # Errors
    /// Any failure of the statements.
    pub async fn seen(&self, tx: &mut Tx, public_ids: &[String]) -> Result<(), StoreError> {
        let now = tx.now().await?;
        tx.execute(&sql::SESSIONS_SEEN, Args::new().ts(now).ts(after(now, self.lifetime.idle)).json(public_ids)).await.map(drop)
    }

    /// Removes sessions that ended; how many.
    ///
    /// # Errors
    /// Any failure of the statements.
    pub async fn sweep(tx: &mut Tx) -> Result<u64, StoreError> {
        let now = tx.now().await?;
        tx.execute(&sql::SESSIONS_SWEEP, Args::new().ts(now)).await
    }
}

mod session_data {
    use std::collections::HashMap;

    /// A record's data with the part that Waymark reads.
    #[derive(Default, serde::Deserialize)]
    pub(super) struct Data {
        #[serde(default)]
        pub(super) held: Option<super::Held>,
        #[serde(flatten)]
        pub(super) rest: HashMap<String, serde_json::Value>,
    }
}

fn backend(error: &StoreError) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let mut tx = self.store.begin().await.map_err(|error| backend(&error))?;
        let now = tx.now().await.map_err(|error| backend(&error))?;
        let held = record.data.get(HELD).and_then(|held| serde_json::from_value(held.clone()).ok());
        let held = held.ok_or_else(|| session_store::Error::Encode("a session needs whoever opens it".to_owned()))?;
        while !self.add(&mut tx, record, &held, "", now).await.map_err(|error| backend(&error))? {
            record.id = Id::default();
        }
        tx.commit().await.map(drop).map_err(|error| backend(&error))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let mut tx = self.store.begin().await.map_err(|error| backend(&error))?;
        let args = Args::new().text(digest(&record.id.to_string())).json(&record.data).ts(micros(record.expiry_date));
        tx.execute(&sql::SESSION_SAVE, args).await.map_err(|error| backend(&error))?;
        tx.commit().await.map(drop).map_err(|error| backend(&error))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(row) = self.row(id).await.map_err(|error| backend(&error))? else { return Ok(None) };
        let session_data::Data { held, mut rest } =
            serde_json::from_str(&row.data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        if let Some(held) = held {
            rest.insert(HELD.to_owned(), serde_json::to_value(held).map_err(|error| session_store::Error::Decode(error.to_string()))?);
        }
        Ok(Some(Record { id: *id, data: rest, expiry_date: at(row.expires_at.0) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let mut tx = self.store.begin().await.map_err(|error| backend(&error))?;
        if let Some((public_id, _)) = Self::end(&mut tx, id).await.map_err(|error| backend(&error))? {
            tx.feed("session", public_id);
        }
        tx.commit().await.map(drop).map_err(|error| backend(&error))
    }
}

/// So much later.
pub(crate) fn after(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
}

fn at(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn micros(time: OffsetDateTime) -> Timestamp {
    Timestamp(i64::try_from(time.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX))
}

/// Cuts text to so many bytes, between two characters, and takes NUL out, which no database keeps.
fn clip(text: &mut String, bytes: usize) {
    if text.contains('\0') {
        *text = text.replace('\0', "");
    }
    if text.len() > bytes {
        let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}
