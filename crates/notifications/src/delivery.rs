//! What leaves the portal: the log of it, and the jobs that do it.
//!
//! A delivery is tried until it is taken, refused for good, or given up. Each attempt is counted before it is made, and what became of it is
//! written after: a process that dies in between tries again, with the same delivery id, by which the receiver can tell.

use std::{sync::Arc, time::Duration};

use model::{Timestamp, view::DeliveryState};
use store::{
    Args, Store, StoreError, Tx,
    jobs::{self, Handled, JobContext, JobFailure, NewJob, Worker},
};
use uuid::Uuid;

use crate::{
    Message, Outgoing, Severity,
    channel::{Channels, Outcome},
    send::deliver,
    sql,
};

const QUEUE: &str = "notifications";
const DELIVER: &str = "deliver";
/// Deliveries at once in one process.
const AT_ONCE: usize = 4;
/// Longer than any channel takes to fail.
const LEASE: Duration = Duration::from_secs(90);
/// Characters of an error that are kept.
const MOST_ERROR: usize = 500;

/// One message to one target of one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, which receivers of webhooks get too.
    pub id: String,
    /// [`crate::EMAIL`] or a channel of the configuration.
    pub channel: String,
    /// Where to, without secrets.
    pub target: String,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u64,
    /// Why the last attempt failed; empty if it did not.
    pub error: String,
    /// When it was written down.
    pub created: Timestamp,
    /// When anything about it last changed.
    pub changed: Timestamp,
    /// It waits until then.
    pub not_before: Timestamp,
    /// The title of the message; empty when that is gone.
    pub title: String,
    /// How much the message matters.
    pub severity: Severity,
}

/// Which deliveries are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryQuery {
    /// Only those that are so far.
    pub state: Option<DeliveryState>,
    /// Only of this channel.
    pub channel: Option<String>,
    /// How many are left out at the start.
    pub offset: usize,
    /// How many, at most.
    pub limit: usize,
}

/// How many deliveries of a channel are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The channel.
    pub channel: String,
    /// The state.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
    /// When the last of them changed.
    pub changed: Timestamp,
}

/// The deliveries, the latest first, and how many there are by channel and state.
///
/// # Errors
/// When the database does not answer.
pub async fn deliveries(store: &Store, query: &DeliveryQuery) -> Result<(Vec<Delivery>, Vec<Counted>), StoreError> {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let args = Args::new()
        .text(query.state.map_or("", DeliveryState::name))
        .text(query.channel.as_deref().unwrap_or_default())
        .int(number(query.limit))
        .int(number(query.offset));
    let rows: Vec<sql::DeliveryRow> = store.fetch_all(&sql::DELIVERIES, args).await?;
    let counts: Vec<(String, String, i64, i64)> = store.fetch_all(&sql::DELIVERY_COUNTS, Args::new()).await?;
    let counts = counts.into_iter().filter_map(|(channel, state, count, changed)| {
        let state = DeliveryState::from_name(&state)?;
        Some(Counted { channel, state, count: u64::try_from(count).unwrap_or_default(), changed: Timestamp(changed) })
    });
    Ok((rows.into_iter().map(delivery).collect(), counts.collect()))
}

fn delivery(row: sql::DeliveryRow) -> Delivery {
    Delivery {
        id: row.id,
        channel: row.channel,
        target: row.target,
        state: DeliveryState::from_name(&row.state).unwrap_or(DeliveryState::Failed),
        attempts: u64::try_from(row.attempts).unwrap_or_default(),
        error: row.last_error,
        created: row.created_at.0,
        changed: row.changed_at.0,
        not_before: row.not_before.0,
        title: row.title.unwrap_or_default(),
        severity: row.severity.as_deref().and_then(Severity::from_name).unwrap_or_default(),
    }
}

/// Tries a failed delivery again from the start; false if it is not failed.
///
/// # Errors
/// Any failure of the statements.
pub async fn retry(tx: &mut Tx, id: &str) -> Result<bool, StoreError> {
    let now = tx.now().await?;
    if tx.execute(&sql::DELIVERY_AGAIN, Args::new().text(id).ts(now)).await? == 0 {
        return Ok(false);
    }
    jobs::enqueue(tx, job(id, now)?).await?;
    Ok(true)
}

/// Sends a message to one target of one channel and to no inbox, to see whether it gets through. Returns the delivery's id.
///
/// # Errors
/// Any failure of the statements.
pub async fn test(tx: &mut Tx, message: &Message, channel: &str, target: &str) -> Result<String, StoreError> {
    let now = tx.now().await?;
    let id = Uuid::new_v4().to_string();
    let args = Args::new().text(&id).text(&message.origin).text(&message.topic).text(message.severity.name()).text(&message.title);
    let args = args.text(&message.body).text(&message.link).text(&message.icon).text("").text(&message.created_by).ts(now);
    tx.execute(&sql::ADD, args).await?;
    deliver(tx, &id, channel, target, now, now).await
}

/// The job of a delivery.
pub(crate) fn job(delivery: &str, not_before: Timestamp) -> Result<NewJob, StoreError> {
    // Attempts that ended by themselves queue the next; these are for processes that died.
    Ok(NewJob::new(QUEUE, DELIVER, delivery)?.key(delivery).run_at(not_before).max_attempts(20))
}

/// What delivers, in this process.
pub fn worker(store: Store, channels: Arc<Channels>) -> Worker {
    Worker::new(store, QUEUE).at_once(AT_ONCE).lease(LEASE).handle(DELIVER, move |context| {
        let channels = Arc::clone(&channels);
        async move { attempt(&context, &channels).await }
    })
}

async fn attempt(context: &JobContext, channels: &Channels) -> Result<Handled, JobFailure> {
    let id: String = context.job.payload()?;
    let mut tx = context.store.begin().await?;
    tx.fence(&context.job).await?;
    let now = tx.now().await?;
    if tx.execute(&sql::DELIVERY_BEGIN, Args::new().text(&id).ts(now)).await? == 0 {
        // A newer text took its place, or it is old and gone.
        return Ok(Handled::Done);
    }
    let row: Option<sql::DeliveryRow> = tx.fetch_optional(&sql::DELIVERY, Args::new().text(&id)).await?;
    tx.commit().await?;
    let Some(row) = row else { return Ok(Handled::Done) };
    let attempts = row.attempts;
    let channel = row.channel.clone();
    let outcome = match outgoing(row, now) {
        Some(outgoing) => Box::pin(channels.deliver(&outgoing)).await,
        None => Outcome::Refused("the message was removed before it could be sent".to_owned()),
    };
    record(context, channels, &id, &channel, attempts, outcome).await
}

/// Writes what became of an attempt, and queues the next.
async fn record(
    context: &JobContext,
    channels: &Channels,
    id: &str,
    channel: &str,
    attempts: i64,
    outcome: Outcome,
) -> Result<Handled, JobFailure> {
    let mut tx = context.store.begin().await?;
    tx.fence(&context.job).await?;
    let now = tx.now().await?;
    let (state, error, again) = match outcome {
        Outcome::Taken => (DeliveryState::Sent, String::new(), None),
        Outcome::Refused(error) => (DeliveryState::Failed, error, None),
        Outcome::Later(error, wait) => match channels.retry().pause(attempts, wait) {
            Some(pause) => (DeliveryState::Waiting, error, Some(after(now, pause))),
            None => (DeliveryState::Failed, format!("given up after {attempts} attempts: {error}"), None),
        },
    };
    let error: String = error.chars().filter(|c| !c.is_control()).take(MOST_ERROR).collect();
    match state {
        DeliveryState::Sent => tracing::debug!(delivery = id, channel, "a notification was delivered"),
        _ => tracing::info!(delivery = id, channel, attempts, error, given_up = again.is_none(), "a notification was not delivered"),
    }
    let args = Args::new().text(id).text(state.name()).text(error).ts(now).ts(again.unwrap_or(now));
    let changed = tx.execute(&sql::DELIVERY_END, args).await?;
    if let Some(again) = again.filter(|_| changed > 0) {
        jobs::enqueue(&mut tx, job(id, again)?).await?;
    }
    jobs::finish(&mut tx, &context.job).await?;
    tx.commit().await?;
    Ok(Handled::Recorded)
}

fn outgoing(row: sql::DeliveryRow, now: Timestamp) -> Option<Outgoing> {
    Some(Outgoing {
        delivery: row.id,
        channel: row.channel,
        target: row.target,
        notification: row.notification,
        origin: row.origin?,
        topic: row.topic?,
        severity: Severity::from_name(&row.severity?).unwrap_or_default(),
        title: row.title?,
        body: row.body?,
        link: row.link?,
        scope: row.scope?,
        sent: row.sent_at?.0,
        now,
    })
}

fn after(now: Timestamp, pause: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX)))
}
