-- What the store itself needs: the change feed, jobs, leases and settings.
-- Every time is in microseconds since 1970-01-01T00:00:00Z.

-- One row. seq is the last number given out, tail the highest that was pruned: a reader that stands before it must reload.
CREATE TABLE feed_head (
    id   INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq  INTEGER NOT NULL,
    tail INTEGER NOT NULL
) STRICT;
INSERT INTO feed_head (id, seq, tail) VALUES (1, 0, 0);

-- What changed, in the order of commits. It names what changed; readers fetch the current row.
CREATE TABLE feed (
    seq   INTEGER NOT NULL PRIMARY KEY,
    at    INTEGER NOT NULL,
    topic TEXT    NOT NULL,
    key   TEXT    NOT NULL
) STRICT;

-- Work that outlives a request. state: queued, running, done, dead (gave up), superseded (a newer job of the same key does its work).
CREATE TABLE job (
    id           TEXT    NOT NULL PRIMARY KEY,
    queue        TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    key          TEXT, -- jobs of one queue, name and key are one while they wait, and never run at once
    payload      TEXT    NOT NULL, -- JSON
    priority     INTEGER NOT NULL, -- higher first
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'superseded')),
    run_at       INTEGER NOT NULL, -- not before
    attempts     INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    epoch        INTEGER NOT NULL, -- raised by each claim; every write of a claim names it
    owner        TEXT, -- the process that runs it
    locked_until INTEGER, -- when others may take it over, by the database's clock
    progress     TEXT, -- JSON
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX job_waiting_once ON job (queue, name, key) WHERE state = 'queued' AND key IS NOT NULL;
CREATE INDEX job_open ON job (queue, priority DESC, run_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_running ON job (queue, name, key) WHERE state = 'running' AND key IS NOT NULL;
CREATE INDEX job_closed ON job (updated_at) WHERE state IN ('done', 'dead', 'superseded');

-- Who alone may do something for a while. A released lease keeps its row, so that epochs never start again.
CREATE TABLE lease (
    name       TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    epoch      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Facts about this installation.
CREATE TABLE setting (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
