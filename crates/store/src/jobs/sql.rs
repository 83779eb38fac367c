//! The job queue's statements.

use crate::Statement;

/// `$1` id, `$2` queue, `$3` name, `$4` key, `$5` payload, `$6` priority, `$7` run at, `$8` most attempts, `$9` now.
/// A job that waits under the same key takes the newer payload, the earlier time and the higher priority.
pub(crate) const ENQUEUE: Statement = Statement::both(
    "job.enqueue",
    "INSERT INTO job (id, queue, name, key, payload, priority, state, run_at, attempts, max_attempts, epoch, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, 0, $8, 0, $9, $9)
     ON CONFLICT (queue, name, key) WHERE state = 'queued' AND key IS NOT NULL DO UPDATE SET
         payload = excluded.payload,
         priority = CASE WHEN job.priority > excluded.priority THEN job.priority ELSE excluded.priority END,
         run_at = CASE WHEN job.run_at < excluded.run_at THEN job.run_at ELSE excluded.run_at END,
         attempts = 0,
         max_attempts = excluded.max_attempts,
         updated_at = excluded.updated_at
     RETURNING id",
);

/// As [`ENQUEUE`], but gives nothing where a job waits under the same key already. On PostgreSQL it is known then that the job was committed.
pub(crate) const ENQUEUE_FIRST: Statement = Statement::both(
    "job.enqueue_first",
    "INSERT INTO job (id, queue, name, key, payload, priority, state, run_at, attempts, max_attempts, epoch, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, 0, $8, 0, $9, $9)
     ON CONFLICT (queue, name, key) WHERE state = 'queued' AND key IS NOT NULL DO NOTHING
     RETURNING id",
);

/// The payload of the job that waits under a key: `$1` queue, `$2` name, `$3` key. On PostgreSQL nobody changes it until the transaction ends.
pub(crate) const WAITING: Statement = Statement::each(
    "job.waiting",
    "SELECT payload FROM job WHERE queue = $1 AND name = $2 AND key = $3 AND state = 'queued'",
    "SELECT payload FROM job WHERE queue = $1 AND name = $2 AND key = $3 AND state = 'queued' FOR UPDATE",
);

/// Jobs whose holder vanished on their last attempt: they may well be what made it vanish. `$1` queue, `$2` now.
pub(crate) const BURY: Statement = Statement::both(
    "job.bury",
    "UPDATE job SET state = 'dead', locked_until = NULL, updated_at = $2,
         last_error = 'the process that ran it ended, or stopped answering, on the last attempt'
     WHERE queue = $1 AND state = 'running' AND locked_until <= $2 AND attempts >= max_attempts",
);

/// `$1` queue, `$2` array of names, `$3` now, `$4` owner, `$5` locked until. A job waits while another of its key runs.
pub(crate) const CLAIM: Statement = Statement::each(
    "job.claim",
    "UPDATE job SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, owner = $4, locked_until = $5, updated_at = $3
     WHERE id = (
         SELECT j.id FROM job j
         WHERE j.queue = $1 AND j.state IN ('queued', 'running') AND j.name IN (SELECT value FROM json_each($2))
         AND ((j.state = 'queued' AND j.run_at <= $3 AND NOT EXISTS (
                  SELECT 1 FROM job r WHERE r.queue = j.queue AND r.name = j.name AND r.key = j.key AND r.state = 'running'))
              OR (j.state = 'running' AND j.locked_until <= $3))
         ORDER BY j.priority DESC, j.run_at, j.id LIMIT 1)
     RETURNING id, queue, name, key, payload, attempts, max_attempts, epoch, locked_until",
    "UPDATE job SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, owner = $4, locked_until = $5, updated_at = $3
     WHERE id = (
         SELECT j.id FROM job j
         WHERE j.queue = $1 AND j.state IN ('queued', 'running') AND j.name IN (SELECT json_array_elements_text($2::json))
         AND ((j.state = 'queued' AND j.run_at <= $3 AND NOT EXISTS (
                  SELECT 1 FROM job r WHERE r.queue = j.queue AND r.name = j.name AND r.key = j.key AND r.state = 'running'))
              OR (j.state = 'running' AND j.locked_until <= $3))
         ORDER BY j.priority DESC, j.run_at, j.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED)
     RETURNING id, queue, name, key, payload, attempts, max_attempts, epoch, locked_until",
);

/// `$1` id, `$2` epoch, `$3` locked until, `$4` now.
pub(crate) const HEARTBEAT: Statement = Statement::both(
    "job.heartbeat",
    "UPDATE job SET locked_until = $3, updated_at = $4 WHERE id = $1 AND epoch = $2 AND state = 'running'",
);

/// `$1` id, `$2` epoch, `$3` progress, `$4` now.
pub(crate) const PROGRESS: Statement =
    Statement::both("job.progress", "UPDATE job SET progress = $3, updated_at = $4 WHERE id = $1 AND epoch = $2 AND state = 'running'");

/// `$1` id, `$2` epoch, `$3` now.
pub(crate) const FINISH: Statement = Statement::both(
    "job.finish",
    "UPDATE job SET state = 'done', locked_until = NULL, last_error = NULL, updated_at = $3
     WHERE id = $1 AND epoch = $2 AND state = 'running'",
);

/// `$1` id, `$2` epoch, `$3` error, `$4` run at, `$5` now. If a newer job of the same key waits already, that one is the retry.
pub(crate) const RETRY: Statement = Statement::both(
    "job.retry",
    "UPDATE job SET
         state = CASE WHEN EXISTS (
             SELECT 1 FROM job w WHERE w.queue = job.queue AND w.name = job.name AND w.key = job.key AND w.state = 'queued')
             THEN 'superseded' ELSE 'queued' END,
         run_at = $4, owner = NULL, locked_until = NULL, last_error = $3, updated_at = $5
     WHERE id = $1 AND epoch = $2 AND state = 'running'
     RETURNING state",
);

/// `$1` id, `$2` epoch, `$3` error, `$4` now.
pub(crate) const GIVE_UP: Statement = Statement::both(
    "job.give_up",
    "UPDATE job SET state = 'dead', locked_until = NULL, last_error = $3, updated_at = $4
     WHERE id = $1 AND epoch = $2 AND state = 'running'",
);

/// Changes nothing, but locks the row until the transaction ends, so that nobody takes the job over in between.
pub(crate) const FENCE: Statement =
    Statement::both("job.fence", "UPDATE job SET epoch = epoch WHERE id = $1 AND epoch = $2 AND state = 'running'");

/// Free to be claimed at once, and the attempt does not count. The state stays, so that no job of the same key starts before
/// it. `$1` owner, `$2` now.
pub(crate) const RETURN: Statement = Statement::both(
    "job.return",
    "UPDATE job SET locked_until = 0, attempts = attempts - 1, epoch = epoch + 1, owner = NULL, updated_at = $2
     WHERE owner = $1 AND state = 'running'",
);

pub(crate) const COUNTS: Statement = Statement::both(
    "job.counts",
    "SELECT queue, state, CAST(count(*) AS BIGINT) AS jobs FROM job GROUP BY queue, state ORDER BY queue, state",
);

/// Jobs that are not done, by queue and name.
pub(crate) const KINDS: Statement = Statement::both(
    "job.kinds",
    "SELECT j.queue, j.name,
         CAST(sum(CASE WHEN j.state = 'queued' THEN 1 ELSE 0 END) AS BIGINT) AS queued,
         CAST(sum(CASE WHEN j.state = 'running' THEN 1 ELSE 0 END) AS BIGINT) AS running,
         CAST(sum(CASE WHEN j.state = 'dead' THEN 1 ELSE 0 END) AS BIGINT) AS dead,
         min(CASE WHEN j.state = 'queued' THEN j.run_at END) AS oldest,
         (SELECT e.last_error FROM job e WHERE e.queue = j.queue AND e.name = j.name AND e.last_error IS NOT NULL
          AND e.state IN ('queued', 'running', 'dead') ORDER BY e.updated_at DESC LIMIT 1) AS last_error
     FROM job j WHERE j.state IN ('queued', 'running', 'dead') GROUP BY j.queue, j.name ORDER BY j.queue, j.name",
);

pub(crate) const GET: Statement = Statement::both(
    "job.get",
    "SELECT id, queue, name, key, state, run_at, attempts, max_attempts, progress, last_error, created_at, updated_at
     FROM job WHERE id = $1",
);

/// `$1` before, `$2` limit.
pub(crate) const PRUNE: Statement = Statement::both(
    "job.prune",
    "DELETE FROM job WHERE id IN (
         SELECT id FROM job WHERE state IN ('done', 'dead', 'superseded') AND updated_at < $1 ORDER BY updated_at LIMIT $2)",
);
