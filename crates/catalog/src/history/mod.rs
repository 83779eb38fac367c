//! What became of entities: every change of one, with who or what made it, when, and field by field.
//!
//! Changes are written in the transaction that makes them. The first reading of a configured location writes none, so that taking in a whole
//! catalog costs nothing for it: [`changes`] of an entity ends with the moment in which the catalog first held it.

mod diff;

use model::{EntityRef, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Args, Store, StoreError, Ts, Tx};

use crate::{
    descriptor::MANAGED_BY_LOCATION,
    sql::{self, BATCH, ChangeRow},
};
pub use diff::{FieldChange, diff};

/// Changes that one query gives at most.
const MOST: u32 = 1_000;
/// Entities that one query may name; the rest is left out.
const NAMES: usize = 500;

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It came.
    Created,
    /// Its content changed.
    Changed,
    /// Another source or file provides it now.
    Moved,
    /// It went.
    Removed,
    /// People put something over it, or took that away.
    Overlaid,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Created, Self::Changed, Self::Moved, Self::Removed, Self::Overlaid];

    /// As it stands in addresses, in REST and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Removed => "removed",
            Self::Overlaid => "overlaid",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// One change of one entity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Names it; part of the cursor.
    pub id: String,
    /// The entity.
    pub entity_ref: EntityRef,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub action: Action,
    /// Who did it: a User's name or `system:admin-token`; `None` when a source did.
    pub actor: Option<String>,
    /// Where it comes from: `type:file`, or `portal`.
    pub source: String,
    /// Field by field.
    pub diff: Vec<FieldChange>,
}

/// Which changes are asked for; what is `None` does not narrow them.
#[derive(Clone, Debug, Default)]
pub struct ChangeQuery {
    /// Of this entity.
    pub entity: Option<EntityRef>,
    /// Of any of these; at most 500 are looked at.
    pub entities: Option<Vec<EntityRef>>,
    /// By this person or machine.
    pub actor: Option<String>,
    /// Of this sort.
    pub action: Option<Action>,
    /// Then or later.
    pub since: Option<Timestamp>,
    /// Then or earlier.
    pub until: Option<Timestamp>,
    /// The time and id of the last change that was seen: what follows it.
    pub before: Option<(Timestamp, String)>,
    /// How many; at most 1,000.
    pub limit: u32,
}

/// The changes that a query asks for, the latest first. The next page begins `before` the last of them.
///
/// For one entity the list ends with its creation, also where no row says so.
///
/// # Errors
/// Any failure of the store.
pub async fn changes(store: &Store, query: &ChangeQuery) -> Result<Vec<Change>, StoreError> {
    let limit = query.limit.min(MOST);
    let (last, id) = query.before.clone().unwrap_or((Timestamp(i64::MAX), String::new()));
    let until = query.until.map_or(last, |until| if until.0 < last.0 { until } else { last });
    let args = Args::new()
        .ts(query.since.unwrap_or(Timestamp(i64::MIN)))
        .ts(until)
        .ts(last)
        .text(&id)
        .opt_text(query.action.map(Action::name))
        .opt_text(query.actor.as_deref())
        .int(i64::from(limit));
    let names: Option<Vec<String>> = match (&query.entity, &query.entities) {
        (Some(entity), _) => Some(vec![entity.to_string()]),
        (None, Some(entities)) => Some(entities.iter().take(NAMES).map(ToString::to_string).collect()),
        (None, None) => None,
    };
    let rows: Vec<ChangeRow> = match &names {
        Some(names) => store.fetch_all(&sql::CHANGES_OF, args.json(names)).await?,
        None => store.fetch_all(&sql::CHANGES, args).await?,
    };
    let mut found: Vec<Change> = rows.into_iter().filter_map(change).collect();
    if let Some(entity) = &query.entity
        && found.len() < limit as usize
        && let Some(first) = first_seen(store, entity).await?
        && wanted(&first, query, (last, &id))
    {
        let at = found.partition_point(|change| (change.at.0, &change.id) > (first.at.0, &first.id));
        found.insert(at, first);
    }
    Ok(found)
}

fn wanted(change: &Change, query: &ChangeQuery, (last, id): (Timestamp, &str)) -> bool {
    query.actor.is_none()
        && query.action.is_none_or(|action| action == change.action)
        && query.since.is_none_or(|since| change.at.0 >= since.0)
        && query.until.is_none_or(|until| change.at.0 <= until.0)
        && (change.at.0, change.id.as_str()) < (last.0, id)
}

/// The creation of an entity whose history does not tell it.
async fn first_seen(store: &Store, entity: &EntityRef) -> Result<Option<Change>, StoreError> {
    let row: Option<(String, String, Ts, i64)> = store.fetch_optional(&sql::CHANGE_CREATED, Args::new().text(entity.to_string())).await?;
    Ok(row.filter(|(_, _, _, told)| *told == 0).map(|(uid, json, first_seen, _)| Change {
        id: uid,
        entity_ref: entity.clone(),
        at: first_seen.into(),
        action: Action::Created,
        actor: None,
        source: source_of(&json),
        diff: Vec::new(),
    }))
}

fn change(row: ChangeRow) -> Option<Change> {
    Some(Change {
        entity_ref: row.entity_ref.parse().ok()?,
        at: row.at.into(),
        action: Action::from_name(&row.action)?,
        actor: row.actor,
        source: row.source,
        diff: serde_json::from_str(&row.diff).unwrap_or_default(),
        id: row.id,
    })
}

/// Forgets changes from before a time, some at once; how many were forgotten.
///
/// # Errors
/// Any failure of the store.
pub async fn prune(tx: &mut Tx, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
    tx.execute(&sql::CHANGES_PRUNE, Args::new().ts(before).int(i64::from(limit))).await
}

/// A change that is about to be written.
#[derive(Debug)]
pub(crate) struct NewChange {
    pub(crate) entity_ref: String,
    pub(crate) action: Action,
    pub(crate) actor: Option<String>,
    pub(crate) source: String,
    pub(crate) diff: Vec<FieldChange>,
}

/// Writes changes, in the transaction that makes them.
pub(crate) async fn record(tx: &mut Tx, changes: &[NewChange]) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let now = tx.now().await?;
    for chunk in changes.chunks(BATCH) {
        let rows: Vec<Value> = chunk
            .iter()
            .map(|change| {
                let diff = serde_json::to_string(&change.diff).unwrap_or_else(|_| "[]".to_owned());
                // In the order in which they are made, for changes of the same moment.
                let id = uuid::Uuid::now_v7().to_string();
                serde_json::json!([id, change.entity_ref, change.action.name(), change.actor, change.source, diff])
            })
            .collect();
        tx.execute(&sql::CHANGES_WRITE, Args::new().ts(now).json(&rows)).await?;
    }
    Ok(())
}

/// Where an entity comes from, as it says itself: `type:file`.
pub(crate) fn source_of(json: &str) -> String {
    #[derive(Deserialize)]
    struct Entity {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        #[serde(default)]
        annotations: serde_json::Map<String, Value>,
    }
    let annotations = serde_json::from_str::<Entity>(json).map(|entity| entity.metadata.annotations).unwrap_or_default();
    let at = annotations.get(MANAGED_BY_LOCATION).and_then(Value::as_str).unwrap_or_default();
    if at.starts_with("portal:") { crate::PORTAL.to_owned() } else { at.to_owned() }
}
