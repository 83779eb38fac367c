//! Registering locations: what people and machines add to those of the configuration.

use std::time::Duration;

use forge::HostState;
use model::Timestamp;
use store::{Args, Store, StoreError, Tx};
use url::Url;

use crate::{
    conflict,
    descriptor::{LocationRef, Presence},
    ingest::{Changes, generated, own_hash},
    location::{generated_entity, generated_ref, in_micros, is_git_address},
    sql::{self, HostRow, KnownRow, LocationRow},
};

/// The longest target that is taken, in bytes.
const LONGEST_TARGET: usize = 2_000;
/// The shortest time between two readings that a location may ask for.
const SHORTEST_PAUSE: Duration = Duration::from_secs(10);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 86_400);

/// A location to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLocation {
    /// `url` or `git`.
    pub location_type: String,
    /// The address.
    pub target: String,
    /// Whether it is an error that nothing is there.
    pub required: bool,
    /// How often it is read; without it as often as the setting says.
    pub read_every: Option<Duration>,
    /// Who registers it: a User's name or `system:admin-token`.
    pub registered_by: Option<String>,
}

impl NewLocation {
    /// A location that must be there, without a schedule of its own.
    pub fn new(location_type: impl Into<String>, target: impl Into<String>) -> Self {
        Self { location_type: location_type.into(), target: target.into(), required: true, read_every: None, registered_by: None }
    }

    fn presence(&self) -> &'static str {
        if self.required { Presence::Required.as_str() } else { Presence::Optional.as_str() }
    }

    fn place(&self) -> LocationRef {
        LocationRef::new(&self.location_type, &self.target)
    }
}

/// A location that is registered now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its id, a UUID.
    pub id: String,
    /// It was there already, and is as it was.
    pub existed: bool,
}

/// Brings a location into the form in which it is stored: without white space around it and without what only a browser needs.
///
/// # Errors
/// A sentence, when it cannot be registered: files of this machine and `file://` repositories belong into the configuration.
pub fn check_target(new: &NewLocation) -> Result<NewLocation, String> {
    let target = new.target.trim();
    if target.is_empty() {
        return Err("The target is empty; write the address of a file or repository".to_owned());
    }
    if target.len() > LONGEST_TARGET {
        return Err(format!("The target has {} bytes, at most {LONGEST_TARGET} are taken", target.len()));
    }
    if target.chars().any(char::is_control) {
        return Err("The target holds control characters".to_owned());
    }
    if let Some(every) = new.read_every
        && !(SHORTEST_PAUSE..=LONGEST_PAUSE).contains(&every)
    {
        return Err(format!("A location is read every {} s to 30 days", SHORTEST_PAUSE.as_secs()));
    }
    let target = match new.location_type.trim() {
        "url" => web_target(target)?,
        "git" => {
            if target.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file://")) {
                return Err("Repositories of this machine (file://) can only be named in the configuration".to_owned());
            }
            forge::GitTarget::parse(target).map_err(|error| error.to_string())?;
            target.to_owned()
        }
        "file" => {
            return Err(
                "Registered locations must be of type url or git, got 'file'; files of this machine are named in the configuration \
                        (`catalog.locations` in waymark.toml, or --catalog)"
                    .to_owned(),
            );
        }
        other => return Err(format!("Registered locations must be of type url or git, got '{other}'")),
    };
    Ok(NewLocation { location_type: new.location_type.trim().to_owned(), target, ..new.clone() })
}

fn web_target(target: &str) -> Result<String, String> {
    let url = Url::parse(target).map_err(|error| format!("The target '{target}' is not a valid URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(if is_git_address(target) {
            format!("The target '{target}' is an address for git; register it with the type git")
        } else {
            format!("The target '{target}' is not an http or https address")
        });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("The target holds a user or password; credentials of hosts are given in the configuration ([[hosts]])".to_owned());
    }
    // A fragment is for browsers; everything else stays as it was written, since the address is also the name.
    Ok(target.split('#').next().unwrap_or(target).to_owned())
}

/// Registers a location that [`check_target`] gave back. Its Location entity is there at once; whoever reads it hears of it through the feed.
///
/// # Errors
/// Any failure of the store.
pub async fn register(tx: &mut Tx, new: &NewLocation) -> Result<Registered, StoreError> {
    let now = tx.now().await?;
    let id = uuid::Uuid::new_v4().to_string();
    let args = Args::new()
        .text(&id)
        .text(&new.location_type)
        .text(&new.target)
        .text(new.presence())
        .ts(now)
        .opt_int(new.read_every.map(in_micros))
        .opt_text(new.registered_by.as_deref());
    if tx.execute(&sql::LOCATION_REGISTER, args).await? == 0 {
        let row = at(tx, new).await?;
        let row = row.ok_or_else(|| refused("the location went in the same moment, try again"))?;
        return Ok(Registered { id: row.id, existed: true });
    }
    write_own(tx, &id, new, now, new.registered_by.as_deref()).await?;
    tx.feed("location", &id);
    Ok(Registered { id, existed: false })
}

/// Gives a registered location another target or schedule. Its id, and the uids of the entities that are still there, stay. False when
/// there is no such registered location, or another location has the target already.
///
/// # Errors
/// Any failure of the store.
pub async fn update(tx: &mut Tx, id: &str, new: &NewLocation) -> Result<bool, StoreError> {
    let rows: Vec<LocationRow> = tx.fetch_all(&sql::LOCATIONS_BY_ID, Args::new().json(&[id])).await?;
    let Some(before) = rows.into_iter().next().filter(|row| row.source == "registered") else { return Ok(false) };
    if at(tx, new).await?.is_some_and(|other| other.id != id) {
        return Ok(false);
    }
    let args = Args::new().text(id).text(&new.location_type).text(&new.target).text(new.presence()).opt_int(new.read_every.map(in_micros));
    if tx.execute(&sql::LOCATION_UPDATE, args).await? == 0 {
        return Ok(false);
    }
    let (was, is) = (generated_ref(&before.location_type, &before.target), generated_ref(&new.location_type, &new.target));
    if was != is {
        // What the old target named stays until the new one was read, whatever becomes of that.
        tx.execute(&sql::FILES_REPARENT, Args::new().text(id).text(was.to_string()).text(is.to_string())).await?;
        let old: Vec<KnownRow> = tx.fetch_all(&sql::ENTITIES_BY_REF, Args::new().json(&[was.to_string()])).await?;
        let mut changes = Changes::new(id, None);
        for row in old.iter().filter(|row| row.location_id == id && row.file.is_empty()) {
            changes.delete(row, format!("{}:{}", before.location_type, before.target));
        }
        changes.write(tx).await?;
    }
    let now = tx.now().await?;
    write_own(tx, id, new, now, new.registered_by.as_deref()).await?;
    tx.feed("location", id);
    Ok(true)
}

/// Removes a registered location with what it provides, except where another source waits for the name. False when there is none.
///
/// # Errors
/// Any failure of the store.
pub async fn unregister(tx: &mut Tx, id: &str, actor: Option<&str>) -> Result<bool, StoreError> {
    // First of all: whoever writes what was read of it stops here, or was before.
    if tx.execute(&sql::LOCATION_UNREGISTER, Args::new().text(id)).await? == 0 {
        return Ok(false);
    }
    conflict::drop_location(tx, id, actor, None).await?;
    tx.execute(&sql::FILES_OF_LOCATION_DELETE, Args::new().text(id)).await?;
    tx.feed("location", id);
    Ok(true)
}

/// Allows the loss that a location's last reading found and held back; the next reading, which follows at once, applies it if it is still
/// the same. False when nothing is held.
///
/// # Errors
/// Any failure of the store.
pub async fn confirm(tx: &mut Tx, id: &str) -> Result<bool, StoreError> {
    let confirmed = tx.execute(&sql::LOCATION_CONFIRM, Args::new().text(id)).await? > 0;
    if confirmed {
        tx.feed("location", id);
    }
    Ok(confirmed)
}

/// Every host that was asked, as written down after readings.
///
/// # Errors
/// Any failure of the store.
pub async fn hosts(store: &Store) -> Result<Vec<HostState>, StoreError> {
    let rows: Vec<HostRow> = store.fetch_all(&sql::HOSTS, Args::new()).await?;
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let state = |row: HostRow| HostState {
        host: row.host,
        requests: count(row.requests),
        unchanged: count(row.unchanged),
        failed: count(row.failed),
        last_at: row.last_at,
        last_result: row.last_result,
        budget: row.budget,
        remaining: row.remaining,
        resets_at: row.resets_at,
        waits_until: row.waits_until,
    };
    Ok(rows.into_iter().map(state).collect())
}

fn refused(message: &str) -> StoreError {
    StoreError::Refused { statement: "catalog.register".to_owned(), message: message.to_owned() }
}

async fn at(tx: &mut Tx, new: &NewLocation) -> Result<Option<LocationRow>, StoreError> {
    tx.fetch_optional(&sql::LOCATION_AT, Args::new().text(&new.location_type).text(&new.target)).await
}

/// Writes the Location entity that stands for a location, and remembers that it is written.
async fn write_own(tx: &mut Tx, id: &str, new: &NewLocation, now: Timestamp, actor: Option<&str>) -> Result<(), StoreError> {
    let entity = generated(generated_entity(&new.location_type, &new.target, new.required)).map_err(|message| refused(&message))?;
    let known: Vec<KnownRow> = tx.fetch_all(&sql::ENTITIES_BY_REF, Args::new().json(&[&entity.entity_ref])).await?;
    let mut changes = Changes::new(id, actor);
    changes.upsert("", known.into_iter().next(), entity, new.place().to_string());
    changes.write(tx).await?;
    let file = serde_json::json!([["", "", own_hash(&new.place(), new.required), null, "{}"]]);
    tx.execute(&sql::FILES_UPSERT, Args::new().text(id).ts(now).json(&file)).await.map(drop)
}
