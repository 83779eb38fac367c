//! `/api/notifications`: Backstage's notifications, so that its clients work unchanged.
//!
//! Paths, parameters and shapes are those of notifications-backend 0.6.9. One thing differs: a message to several people has one id for all of
//! them.

use axum::{
    body::Body,
    extract::{Path, RawQuery, State},
    response::Response,
    routing::{get, post},
};
use model::{Caller, EntityRef, Timestamp, view::Severity};
use portal::{ChannelChoice, EMAIL, INBOX, InboxQuery, Item, Mark, NewNotification, Recipients, Sort, SortBy};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    answer::{json as answer, with_seq},
    body,
    params::Params,
};
use crate::http::{access::Signed, failure::HttpFailure, routes::Routes, state::AppState};

/// Backstage's names of the channels, and ours.
const CHANNELS: [(&str, &str); 2] = [("Web", INBOX), ("Email", EMAIL)];
/// Messages that one answer holds when none are asked for otherwise.
const MOST: usize = 1_000;

/// The routes: those that today's client uses, and the older ones beside them.
pub(super) fn routes() -> Routes {
    Routes::default()
        .add("/api/notifications", get(list).post(send))
        .add("/api/notifications/", get(list).post(send))
        .add("/api/notifications/notifications", get(list).post(send))
        .add("/api/notifications/notifications/update", post(update))
        .add("/api/notifications/notifications/{id}", get(one))
        .add("/api/notifications/status", get(status))
        .add("/api/notifications/settings", get(settings).post(save_settings))
        .add("/api/notifications/topics", get(topics))
        .add("/api/notifications/update", post(update))
        .add("/api/notifications/{id}", get(one))
}

async fn list(State(state): State<AppState>, Signed(caller): Signed, RawQuery(query): RawQuery) -> Result<Response, HttpFailure> {
    let params = Params::parse(query.as_deref())?;
    let mut query = common(&params)?;
    query.offset = params.number("offset")?.unwrap_or_default();
    query.limit = Some(params.number("limit")?.unwrap_or(MOST).min(MOST));
    query.topic = params.one("topic")?.filter(|topic| !topic.is_empty()).map(str::to_owned);
    let order: Vec<Sort> = params.all("orderField").map(sort).collect::<Result<_, _>>()?;
    query.sort = if order.is_empty() { vec![Sort { by: SortBy::Created, descending: true }] } else { order };
    let listed = state.portal.notifications().list(&caller, &query).await?;
    let user = user_of(&caller);
    let items: Vec<Value> = listed.items.iter().map(|item| notification(item, &user)).collect();
    Ok(answer(json!({ "totalCount": listed.total, "notifications": items }).to_string()))
}

async fn one(State(state): State<AppState>, Signed(caller): Signed, Path(id): Path<String>) -> Result<Response, HttpFailure> {
    let item = state.portal.notifications().one(&caller, &id).await?;
    Ok(answer(notification(&item, &user_of(&caller)).to_string()))
}

async fn status(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    let status = state.portal.notifications().status(&caller).await?;
    Ok(answer(json!({ "unread": status.unread, "read": status.read }).to_string()))
}

async fn topics(State(state): State<AppState>, Signed(caller): Signed, RawQuery(query): RawQuery) -> Result<Response, HttpFailure> {
    let query = common(&Params::parse(query.as_deref())?)?;
    let topics = state.portal.notifications().topics(&caller, &query).await?;
    Ok(answer(json!({ "topics": topics }).to_string()))
}

/// `POST /update`
#[derive(Debug, Deserialize)]
struct Update {
    ids: Vec<String>,
    #[serde(default)]
    read: Option<bool>,
    #[serde(default)]
    saved: Option<bool>,
}

async fn update(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let Update { ids, read, saved } = body::read(body).await?;
    let (mut items, seq) = state.portal.notifications().update(&caller, &ids, Mark { read, saved }).await?;
    items.sort_by_key(|item| std::cmp::Reverse(item.created));
    let user = user_of(&caller);
    let items: Vec<Value> = items.iter().map(|item| notification(item, &user)).collect();
    Ok(with_seq(answer(Value::from(items).to_string()), seq))
}

/// `POST /`
#[derive(Debug, Deserialize)]
struct Sending {
    #[serde(default)]
    recipients: Option<To>,
    #[serde(default)]
    payload: Payload,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct To {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    entity_ref: OneOrMore,
    #[serde(default)]
    exclude_entity_ref: OneOrMore,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl OneOrMore {
    fn refs(self) -> Result<Vec<EntityRef>, HttpFailure> {
        let texts = match self {
            Self::One(text) => vec![text],
            Self::More(texts) => texts,
        };
        let parse = |text: String| {
            text.parse().map_err(|error: model::EntityRefError| HttpFailure::invalid(format!("Failed to send user notifications: {error}")))
        };
        texts.into_iter().map(parse).collect()
    }
}

#[derive(Debug, Default, Deserialize)]
struct Payload {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    icon: Option<String>,
}

async fn send(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let Sending { recipients, payload } = body::read(body).await?;
    let title = payload.title.filter(|title| !title.is_empty());
    let missing = [title.is_none().then_some("title"), recipients.is_none().then_some("recipients")];
    let (Some(recipients), Some(title)) = (recipients, title) else {
        let missing: Vec<&str> = missing.into_iter().flatten().collect();
        return Err(HttpFailure::invalid(format!("Invalid notification request received: missing {}", missing.join(", "))));
    };
    let Some(to) = recipients_of(recipients)? else {
        return Err(HttpFailure::invalid("Invalid recipients type, please use either 'broadcast' or 'entity'"));
    };
    let severity = match payload.severity.as_deref() {
        None => Severity::Normal,
        Some(name) => Severity::from_name(name).ok_or_else(|| {
            HttpFailure::invalid(format!("Invalid severity \"{name}\", please use 'critical', 'high', 'normal' or 'low'"))
        })?,
    };
    let new = NewNotification {
        recipients: to,
        severity,
        topic: payload.topic.unwrap_or_default(),
        title,
        body: payload.description.unwrap_or_default(),
        link: link(payload.link.as_deref().unwrap_or_default()),
        icon: payload.icon.unwrap_or_default(),
        scope: payload.scope.unwrap_or_default(),
        origin: String::new(),
    };
    let told = state.portal.notifications().send(&caller, new).await.map_err(|error| {
        let failure = HttpFailure::from(error);
        // Backstage's word for it.
        if failure.fields.iter().any(|field| field.field == "link") { HttpFailure::invalid("Invalid link provided") } else { failure }
    })?;
    let created = iso(told.at);
    let sent: Vec<Value> = told
        .people
        .iter()
        .map(|person| {
            json!({
                "id": told.id,
                "user": (person != portal::EVERYBODY).then_some(person),
                "created": created,
                "origin": told.message.origin,
                "payload": payload_of(&told.message.title, &told.message.body, &told.message.link, &told.message.topic, severity, &told.message.scope, &told.message.icon),
            })
        })
        .collect();
    Ok(with_seq(answer(Value::from(sent).to_string()), told.seq))
}

fn recipients_of(to: To) -> Result<Option<Recipients>, HttpFailure> {
    Ok(match to.kind.as_str() {
        "broadcast" => Some(Recipients::Everybody),
        "entity" => Some(Recipients::Entities { of: to.entity_ref.refs()?, except: to.exclude_entity_ref.refs()? }),
        _ => None,
    })
}

/// Backstage takes `catalog/…` for a path of the portal.
fn link(link: &str) -> String {
    let relative = !link.is_empty() && !link.starts_with('/') && url::Url::parse(link) == Err(url::ParseError::RelativeUrlWithoutBase);
    if relative { format!("/{link}") } else { link.to_owned() }
}

/// `{ channels: [{ id, origins: [{ id, enabled, topics: [{ id, enabled }] }] }] }`
#[derive(Debug, Serialize, Deserialize)]
struct SettingsBody {
    channels: Vec<ChannelBody>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ChannelBody {
    id: String,
    #[serde(default)]
    origins: Vec<OriginBody>,
}

#[derive(Debug, Serialize, Deserialize)]
struct OriginBody {
    id: String,
    enabled: bool,
    #[serde(default)]
    topics: Vec<TopicBody>,
}

#[derive(Debug, Serialize, Deserialize)]
struct TopicBody {
    id: String,
    enabled: bool,
}

async fn settings(State(state): State<AppState>, Signed(caller): Signed) -> Result<Response, HttpFailure> {
    settings_answer(&state, &caller).await
}

async fn settings_answer(state: &AppState, caller: &Caller) -> Result<Response, HttpFailure> {
    let notifications = state.portal.notifications();
    let choices = notifications.choices(caller).await?;
    let mut channels: Vec<ChannelBody> = Vec::new();
    for channel in notifications.personal_channels() {
        let id = CHANNELS.iter().find(|(_, ours)| *ours == channel).map_or(channel, |(theirs, _)| theirs);
        let mut origins: Vec<OriginBody> = Vec::new();
        // The origin's own choice comes first, then its topics'.
        for choice in choices.iter().filter(|choice| choice.channel == channel) {
            match origins.last_mut() {
                Some(origin) if !choice.topic.is_empty() && origin.id == choice.origin => {
                    origin.topics.push(TopicBody { id: choice.topic.clone(), enabled: choice.enabled });
                }
                _ => origins.push(OriginBody { id: choice.origin.clone(), enabled: choice.enabled, topics: Vec::new() }),
            }
        }
        channels.push(ChannelBody { id: id.to_owned(), origins });
    }
    Ok(answer(serde_json::to_string(&SettingsBody { channels }).map_err(|error| HttpFailure::fault(&error))?))
}

async fn save_settings(State(state): State<AppState>, Signed(caller): Signed, body: Body) -> Result<Response, HttpFailure> {
    let given: SettingsBody = body::read(body).await?;
    let known: Vec<&str> = state.portal.notifications().personal_channels().collect();
    let mut choices = Vec::new();
    for channel in given.channels {
        let ours = CHANNELS.iter().find(|(theirs, ours)| *theirs == channel.id && known.contains(ours)).map(|(_, ours)| *ours);
        let ours = ours.ok_or_else(|| HttpFailure::invalid("Invalid channel"))?;
        for origin in channel.origins {
            let choice = |topic: String, enabled| ChannelChoice { channel: ours.to_owned(), origin: origin.id.clone(), topic, enabled };
            choices.push(choice(String::new(), origin.enabled));
            // As there: a topic of an origin that is off is off.
            choices.extend(origin.topics.into_iter().map(|topic| choice(topic.id, origin.enabled && topic.enabled)));
        }
    }
    let seq = state.portal.notifications().save_choices(&caller, choices).await?;
    Ok(with_seq(settings_answer(&state, &caller).await?, seq))
}

/// The parameters that lists and topics share.
fn common(params: &Params<'_>) -> Result<InboxQuery, HttpFailure> {
    let flag = |name: &str| {
        params.one(name).map(|value| match value {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        })
    };
    let created_after = match params.one("createdAfter")?.filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(date(text).ok_or_else(|| HttpFailure::invalid("Unexpected date format"))?),
    };
    let least = params.one("minimumSeverity")?.filter(|text| !text.is_empty());
    Ok(InboxQuery {
        read: flag("read")?,
        saved: flag("saved")?,
        severities: least.map(|name| Severity::from_name(name).unwrap_or_default().and_worse()).unwrap_or_default(),
        search: params.one("search")?.filter(|text| !text.is_empty()).map(str::to_owned),
        created_after,
        ..InboxQuery::default()
    })
}

/// A time, or the start of a day in UTC.
fn date(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| Timestamp::parse(&format!("{text}T00:00:00Z"))).or_else(|| Timestamp::parse(&format!("{text}Z")))
}

/// `created,desc`
fn sort(text: &str) -> Result<Sort, HttpFailure> {
    let (field, order) = text.split_once(',').unwrap_or((text, "asc"));
    let by = match field {
        "created" => SortBy::Created,
        "updated" => SortBy::Updated,
        "title" => SortBy::Title,
        "topic" => SortBy::Topic,
        "origin" => SortBy::Origin,
        "severity" => SortBy::Severity,
        "read" => SortBy::Read,
        "saved" => SortBy::Saved,
        _ => return Err(HttpFailure::invalid(format!("Invalid order field \"{field}\""))),
    };
    match order {
        "asc" => Ok(Sort { by, descending: false }),
        "desc" => Ok(Sort { by, descending: true }),
        _ => Err(HttpFailure::invalid("Invalid order field order, must be asc or desc")),
    }
}

/// Whose inbox is asked, as Backstage writes refs.
fn user_of(caller: &Caller) -> String {
    caller.person().map(|person| person.to_string().to_lowercase()).unwrap_or_default()
}

fn notification(item: &Item, user: &str) -> Value {
    json!({
        "id": item.id,
        "user": (!item.everybody).then_some(user),
        "created": iso(item.created),
        "saved": item.saved.map(iso),
        "read": item.read.map(iso),
        "updated": item.updated.map(iso),
        "origin": item.origin,
        "payload": payload_of(&item.title, &item.body, &item.link, &item.topic, item.severity, &item.scope, &item.icon),
    })
}

fn payload_of(title: &str, body: &str, link: &str, topic: &str, severity: Severity, scope: &str, icon: &str) -> Value {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "title": title,
        "description": some(body),
        "link": some(link),
        "topic": some(topic),
        "severity": severity.name(),
        "scope": some(scope),
        "icon": some(icon),
    })
}

/// As JavaScript writes times: with milliseconds.
fn iso(at: Timestamp) -> String {
    let seconds = at.rfc3339();
    let milliseconds = at.0.rem_euclid(1_000_000) / 1_000;
    format!("{}.{milliseconds:03}Z", seconds.trim_end_matches('Z'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_times_as_javascript_does() {
        assert_eq!(iso(Timestamp(1_795_000_000_123_456)), "2026-11-18T11:06:40.123Z");
        assert_eq!(date("2026-11-18T11:06:40.123Z"), Some(Timestamp(1_795_000_000_123_000)));
        assert_eq!(date("2026-11-18").map(Timestamp::rfc3339).as_deref(), Some("2026-11-18T00:00:00Z"));
        assert_eq!(date("yesterday"), None);
    }

    #[test]
    fn reads_orders_and_links() {
        assert_eq!(sort("created,desc").unwrap(), Sort { by: SortBy::Created, descending: true });
        assert_eq!(sort("topic").unwrap(), Sort { by: SortBy::Topic, descending: false });
        assert_eq!(sort("title,up").unwrap_err().message, "Invalid order field order, must be asc or desc");
        assert_eq!([link("catalog/x"), link("/x"), link("https://x"), link("")], ["/catalog/x", "/x", "https://x", ""]);
    }
}
