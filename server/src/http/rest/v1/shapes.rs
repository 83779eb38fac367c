//! What `/api/v1` sends and takes, as its document describes it.

use catalog::{Preview, StoredOverlay, history};
use model::{
    EntityRef, Timestamp,
    view::{ProblemItem, ProblemLevel},
};
use portal::{LocationState, UnregisterPreview};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An entity: a Backstage descriptor with `metadata.uid`, `metadata.etag`, `relations` and `status`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = Object)]
pub(super) struct Entity(pub(super) Value);

/// A page of entities.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntityPage {
    pub(super) items: Vec<Entity>,
    /// How many there are on all pages.
    pub(super) total_items: u64,
    /// For the next page; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// One field that changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldChange {
    /// Its dotted path: `metadata.labels.tier`.
    path: String,
    /// What it was; missing when it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    before: Option<Value>,
    /// What it is now; missing when it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    after: Option<Value>,
}

/// A change of an entity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    id: String,
    entity_ref: String,
    /// RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
    /// `created`, `changed`, `moved`, `removed` or `overlaid`.
    action: &'static str,
    /// The person or machine that did it; missing when a source did.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// `type:file` of the source, or `portal`.
    source: String,
    diff: Vec<FieldChange>,
}

impl From<history::Change> for Change {
    fn from(change: history::Change) -> Self {
        let diff = change.diff.into_iter().map(|field| FieldChange { path: field.path, before: field.before, after: field.after });
        Self {
            id: change.id,
            entity_ref: change.entity_ref.to_string(),
            at: change.at.rfc3339(),
            action: change.action.name(),
            actor: change.actor,
            source: change.source,
            diff: diff.collect(),
        }
    }
}

/// A page of changes, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangePage {
    pub(super) items: Vec<Change>,
    /// For the next page; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// Something that is wrong, whose it is and what to do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Problem {
    /// `error`, `never`, `held`, `conflict`, `orphan`, `stale`, `host`, `owner` or `dangling`.
    sort: &'static str,
    /// `error` or `warning`.
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_ref: Option<String>,
    /// The id of the location concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// Whose it is to mend.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    title: String,
    detail: String,
    fix: String,
}

impl From<ProblemItem> for Problem {
    fn from(item: ProblemItem) -> Self {
        Self {
            sort: item.sort.value(),
            level: match item.level {
                ProblemLevel::Error => "error",
                ProblemLevel::Warning => "warning",
            },
            entity_ref: text(item.entity_ref),
            location: item.location,
            file: item.file,
            line: item.line,
            owner: text(item.owner),
            title: item.title,
            detail: item.detail,
            fix: item.fix,
        }
    }
}

/// A page of problems, the worst first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProblemPage {
    pub(super) items: Vec<Problem>,
    pub(super) total_items: u64,
    /// For the next page; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next_cursor: Option<String>,
}

/// A location to register or to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewLocation {
    /// `url` or `git`.
    pub(super) r#type: String,
    /// An address: `https://github.com/acme/shop/blob/main/catalog-info.yaml`, or `https://git.example.com/shop.git//catalog/*.yaml?ref=main`.
    pub(super) target: String,
    /// False: it is no error that nothing is there.
    #[serde(default = "yes")]
    pub(super) required: bool,
    /// How often it is read, in seconds; without it as often as the portal's setting says.
    #[schema(minimum = 10, maximum = 2_592_000)]
    pub(super) read_every_seconds: Option<u64>,
}

fn yes() -> bool {
    true
}

/// A location and how its reading goes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    id: String,
    r#type: String,
    target: String,
    /// The Location entity that stands for it.
    entity_ref: String,
    /// `config` or `registered`.
    source: String,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    registered_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_every_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_read: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_ok: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    next_read: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// When a webhook last named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_push: Option<String>,
    /// Its target is gone: when the location goes too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    unregister_at: Option<String>,
    /// A loss of many entities that waits for `confirm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<HeldLoss>,
    /// Entities that it provides.
    entities: u64,
    /// What is wrong in it.
    problems: u64,
    /// Who owns most of its entities.
    owners: Vec<String>,
}

/// A loss of many entities in one reading.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeldLoss {
    lost: u64,
    of: u64,
    /// The first of them.
    entity_refs: Vec<String>,
}

impl From<LocationState> for Location {
    fn from(state: LocationState) -> Self {
        let LocationState { location, entities, problems, owners } = state;
        Self {
            id: location.id,
            r#type: location.location_type,
            target: location.target,
            entity_ref: location.entity_ref.to_string(),
            source: location.source,
            required: location.required,
            registered_by: location.registered_by,
            read_every_seconds: location.read_every.map(|every| every.as_secs()),
            last_read: at(location.last_read),
            last_ok: at(location.last_ok),
            next_read: at(location.next_read),
            last_error: location.last_error,
            last_push: at(location.last_push),
            unregister_at: at(location.unregister_at),
            held: location.held.map(|held| HeldLoss { lost: held.lost, of: held.of, entity_refs: held.refs }),
            entities,
            problems,
            owners: owners.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Every location.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LocationList {
    pub(super) items: Vec<Location>,
}

/// A location that was registered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RegisteredLocation {
    pub(super) id: String,
    pub(super) entity_ref: String,
    /// It was registered before, and is read again.
    pub(super) existed: bool,
}

/// What unregistering a location would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Removal {
    /// The entities that would go.
    entities: Vec<String>,
    /// The entities that another file would provide, with that file.
    handed_over: Vec<HandedOver>,
    /// Relations of others that would lead nowhere.
    dangling: Vec<DanglingRelation>,
}

/// An entity that another file provides from then on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HandedOver {
    entity_ref: String,
    file: String,
}

/// A relation to something that would be gone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DanglingRelation {
    from: String,
    r#type: String,
    to: String,
}

impl From<UnregisterPreview> for Removal {
    fn from(preview: UnregisterPreview) -> Self {
        let dangling = preview.dangling.into_iter();
        let handed_over = preview.handed_over.into_iter();
        Self {
            entities: preview.entities.iter().map(ToString::to_string).collect(),
            handed_over: handed_over.map(|(name, file)| HandedOver { entity_ref: name.to_string(), file }).collect(),
            dangling: dangling
                .map(|(from, kind, to)| DanglingRelation { from: from.to_string(), r#type: kind, to: to.to_string() })
                .collect(),
        }
    }
}

/// What reading a place would bring; nothing is written.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewResult {
    files: Vec<PreviewFile>,
    entities: Vec<PreviewEntity>,
    problems: Vec<PreviewProblem>,
    /// There is more than is shown.
    truncated: bool,
}

/// A file that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewFile {
    address: String,
    entities: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// An entity that would come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreviewEntity {
    entity_ref: String,
    file: String,
    line: u32,
    /// The source that provides an entity of that name now.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_by: Option<String>,
    entity: Entity,
}

/// What is wrong in a file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreviewProblem {
    file: String,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity_ref: Option<String>,
    rule: String,
    message: String,
    help: String,
}

impl From<Preview> for PreviewResult {
    fn from(preview: Preview) -> Self {
        Self {
            files: preview
                .files
                .into_iter()
                .map(|file| PreviewFile { address: file.address, entities: file.entities, error: file.error })
                .collect(),
            entities: preview
                .entities
                .into_iter()
                .map(|found| PreviewEntity {
                    entity_ref: found.entity_ref.to_string(),
                    file: found.file,
                    line: found.line,
                    taken_by: found.taken_by,
                    entity: Entity(found.entity),
                })
                .collect(),
            problems: preview
                .problems
                .into_iter()
                .map(|problem| PreviewProblem {
                    file: problem.file,
                    line: problem.line,
                    column: problem.column,
                    entity_ref: text(problem.entity_ref),
                    rule: problem.rule,
                    message: problem.message,
                    help: problem.help,
                })
                .collect(),
            truncated: preview.truncated,
        }
    }
}

/// What is put over an entity that a file owns. What is missing stays as the file has it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OverlayState {
    /// `labels`, `annotations`, `tags`, `links`, `owner`, `title`, `description`.
    #[schema(value_type = Object)]
    overlay: catalog::Overlay,
    etag: String,
    changed_by: String,
    #[schema(format = DateTime)]
    changed_at: String,
}

impl From<StoredOverlay> for OverlayState {
    fn from(stored: StoredOverlay) -> Self {
        let changed_at = stored.changed_at.rfc3339();
        Self { overlay: stored.overlay, etag: stored.etag, changed_by: stored.changed_by, changed_at }
    }
}

/// A host that files are read from, and what it still allows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Host {
    pub(super) host: String,
    /// Requests sent since the host is known.
    pub(super) requests: u64,
    /// Those that said that nothing has changed.
    pub(super) unchanged: u64,
    pub(super) failed: u64,
    #[schema(format = DateTime)]
    pub(super) last_at: String,
    pub(super) last_result: String,
    /// Requests that its limit allows in a window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) budget: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remaining: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub(super) resets_at: Option<String>,
    /// It is not asked before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub(super) waits_until: Option<String>,
}

/// Every host.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HostList {
    pub(super) items: Vec<Host>,
}

/// What was refused and why (RFC 9457).
#[expect(dead_code, reason = "the shell writes it; this describes it")]
#[derive(Debug, ToSchema)]
pub(super) struct ProblemDetails {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    instance: String,
    request_id: String,
    /// For a fault of the portal's: the id under which its log has the cause.
    incident: Option<String>,
    /// What is wrong with single fields.
    errors: Option<Vec<FieldProblem>>,
}

/// What is wrong with one field.
#[expect(dead_code, reason = "the shell writes it; this describes it")]
#[derive(Debug, ToSchema)]
pub(super) struct FieldProblem {
    field: String,
    message: String,
}

fn text(name: Option<EntityRef>) -> Option<String> {
    name.map(|name| name.to_string())
}

/// RFC 3339.
pub(super) fn at(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::rfc3339)
}
