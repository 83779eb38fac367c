//! Sending: the message, whom it is for, and what has to leave the portal, in the caller's transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::Timestamp;
use store::{Args, StoreError, Tx, jobs};
use uuid::Uuid;

use crate::{
    Channels, EMAIL, EVERYBODY, Message, PORTAL, Quiet, Settings, Severity,
    delivery::job,
    setting::{quiet, setting},
    sql,
};

/// Rows that one statement writes.
const BATCH: usize = 500;

/// Somebody whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reader {
    /// The User, as `user:default/ada` in small letters.
    pub person: String,
    /// Where e-mail reaches them.
    pub email: Option<String>,
}

/// Whom a message is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Everybody who ever signs in; then `people` are left alone.
    pub everybody: bool,
    /// The people, members of the groups included.
    pub people: Vec<Reader>,
    /// How it was addressed: refs of people and groups in small letters. Channels of the configuration go by them.
    pub addressed: Vec<String>,
}

/// What sending did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The notification.
    pub id: String,
    /// When it was sent, by the database's clock.
    pub at: Timestamp,
    /// It took the place of an earlier one.
    pub replaced: bool,
    /// In whose inbox it is, `*` for everybody's.
    pub people: Vec<String>,
    /// How many deliveries leave the portal.
    pub deliveries: usize,
}

/// Sends a message within a transaction. What stands for the same people under its origin and scope is replaced: it is unread again, and
/// stays saved where it was. Whoever set that they do not want it in the portal gets none; everybody's messages reach everybody.
///
/// Check the message first ([`Message::check`]).
///
/// # Errors
/// Any failure of the statements.
pub async fn send(tx: &mut Tx, message: &Message, audience: &Audience, channels: &Channels) -> Result<Sent, StoreError> {
    if !message.scope.is_empty() {
        lock(tx, &message.origin, &message.scope).await?;
    }
    let now = tx.now().await?;
    let chosen = Chosen::read(tx, message, audience).await?;
    let people: BTreeSet<String> = if audience.everybody {
        BTreeSet::from([EVERYBODY.to_owned()])
    } else {
        let wanting = audience.people.iter().filter(|reader| chosen.wants(&reader.person, PORTAL, message));
        wanting.map(|reader| reader.person.clone()).collect()
    };
    let (id, replaced) = place(tx, message, &people, now).await?;
    let rows: Vec<&String> = people.iter().collect();
    for batch in rows.chunks(BATCH) {
        tx.execute(&sql::RECIPIENTS_ADD, Args::new().text(&id).ts(now).json(batch)).await?;
    }
    let mut deliveries = 0;
    if channels.has_email() && !audience.everybody {
        let mut told = BTreeSet::new();
        for reader in &audience.people {
            let Some(address) = reader.email.as_deref().map(str::trim).filter(|address| !address.is_empty()) else { continue };
            if chosen.wants(&reader.person, EMAIL, message) && told.insert(address.to_ascii_lowercase()) {
                deliver(tx, &id, EMAIL, address, now, chosen.not_before(&reader.person, message.severity, now)).await?;
                deliveries += 1;
            }
        }
    }
    for (channel, target) in channels.taking(message, audience) {
        deliver(tx, &id, channel, target, now, now).await?;
        deliveries += 1;
    }
    tx.feed("notification", id.clone());
    Ok(Sent { id, at: now, replaced, people: people.into_iter().collect(), deliveries })
}

/// Whether something was sent under this origin and scope that is still kept, so that what goes on for days is told once. Until the
/// transaction ends nobody else sends under them.
///
/// # Errors
/// When the database does not answer.
pub async fn stands(tx: &mut Tx, origin: &str, scope: &str) -> Result<bool, StoreError> {
    lock(tx, origin, scope).await?;
    let row: Option<(String, String)> = tx.fetch_optional(&sql::SCOPE, Args::new().text(origin).text(scope)).await?;
    Ok(row.is_some())
}

async fn lock(tx: &mut Tx, origin: &str, scope: &str) -> Result<(), StoreError> {
    let _: Option<(i64,)> = tx.fetch_optional(&sql::LOCK, Args::new().text(format!("{origin}\n{scope}"))).await?;
    Ok(())
}

/// Writes the message: over the one that stands for nobody else, or as a new one, to which the people of others move.
async fn place(tx: &mut Tx, message: &Message, people: &BTreeSet<String>, now: Timestamp) -> Result<(String, bool), StoreError> {
    let mut standing: Vec<(String, BTreeSet<String>)> = Vec::new();
    if !message.scope.is_empty() {
        let rows: Vec<(String, String)> = tx.fetch_all(&sql::SCOPE, Args::new().text(&message.origin).text(&message.scope)).await?;
        for (id, person) in rows {
            match standing.last_mut() {
                Some((last, people)) if *last == id => drop(people.insert(person)),
                _ => standing.push((id, BTreeSet::from([person]))),
            }
        }
    }
    let everybody = people.contains(EVERYBODY);
    let covered = |person: &String| everybody || person.is_empty() || people.contains(person);
    let kept = standing.iter().position(|(_, before)| before.iter().all(covered));
    let id = match kept {
        Some(at) => {
            let id = standing[at].0.clone();
            let args = Args::new().text(&id).text(&message.topic).text(message.severity.name()).text(&message.title).text(&message.body);
            let args = args.text(&message.link).text(&message.icon).text(&message.created_by).ts(now);
            tx.execute(&sql::REPLACE, args).await?;
            tx.execute(&sql::STATES_UNREAD, Args::new().text(&id)).await?;
            if everybody {
                tx.execute(&sql::RECIPIENTS_REMOVE_ALL, Args::new().text(&id)).await?;
            }
            id
        }
        None => {
            let id = Uuid::new_v4().to_string();
            let args = Args::new().text(&id).text(&message.origin).text(&message.topic).text(message.severity.name()).text(&message.title);
            let args =
                args.text(&message.body).text(&message.link).text(&message.icon).text(&message.scope).text(&message.created_by).ts(now);
            tx.execute(&sql::ADD, args).await?;
            id
        }
    };
    let mut replaced = kept.is_some();
    for (old, before) in standing.iter().filter(|(old, _)| *old != id) {
        let moving: Vec<&String> = before.iter().filter(|person| covered(person)).collect();
        if moving.is_empty() {
            continue;
        }
        replaced = true;
        tx.execute(&sql::STATES_MOVE, Args::new().text(old).text(&id).json(&moving)).await?;
        if moving.len() == before.len() {
            tx.execute(&sql::RECIPIENTS_REMOVE_ALL, Args::new().text(old)).await?;
            tx.execute(&sql::STATES_REMOVE, Args::new().text(old)).await?;
            tx.execute(&sql::REMOVE, Args::new().text(old)).await?;
        } else {
            tx.execute(&sql::RECIPIENTS_REMOVE, Args::new().text(old).json(&moving)).await?;
        }
    }
    Ok((id, replaced))
}

/// Writes down that something has to leave the portal, and queues the work.
pub(crate) async fn deliver(
    tx: &mut Tx,
    notification: &str,
    channel: &str,
    target: &str,
    now: Timestamp,
    not_before: Timestamp,
) -> Result<String, StoreError> {
    let id = Uuid::new_v4().to_string();
    let args = Args::new().text(&id).text(notification).text(channel).text(target).ts(now).ts(not_before);
    tx.execute(&sql::DELIVERY_PUT, args).await?;
    jobs::enqueue(tx, job(&id, not_before)?).await?;
    Ok(id)
}

/// What the people of an audience chose about a message.
struct Chosen {
    settings: HashMap<String, Settings>,
    quiet: HashMap<String, Quiet>,
}

impl Chosen {
    async fn read(tx: &mut Tx, message: &Message, audience: &Audience) -> Result<Self, StoreError> {
        let mut out = Self { settings: HashMap::new(), quiet: HashMap::new() };
        if audience.everybody {
            return Ok(out);
        }
        let people: Vec<&str> = audience.people.iter().map(|reader| reader.person.as_str()).collect();
        let mut settings: BTreeMap<String, Vec<crate::Setting>> = BTreeMap::new();
        for batch in people.chunks(BATCH) {
            let args = Args::new().text(&message.origin).text(&message.topic).json(batch);
            for row in tx.fetch_all::<sql::SettingRow>(&sql::SETTINGS_FOR, args).await? {
                let (person, one) = setting(row);
                settings.entry(person).or_default().push(one);
            }
            for row in tx.fetch_all::<sql::QuietRow>(&sql::QUIET_FOR, Args::new().json(batch)).await? {
                out.quiet.extend([quiet(row)]);
            }
        }
        out.settings = settings.into_iter().map(|(person, settings)| (person, Settings::new(settings))).collect();
        Ok(out)
    }

    fn wants(&self, person: &str, channel: &str, message: &Message) -> bool {
        self.settings.get(person).is_none_or(|settings| settings.wants(channel, &message.origin, &message.topic))
    }

    /// Not in quiet hours, unless it has to be read now.
    fn not_before(&self, person: &str, severity: Severity, now: Timestamp) -> Timestamp {
        let quiet = self.quiet.get(person).filter(|_| severity != Severity::Critical);
        quiet.and_then(|quiet| quiet.until(now)).unwrap_or(now)
    }
}
