-- What the store itself needs: the change feed, jobs, leases and settings.
-- Every time is in microseconds since 1970-01-01T00:00:00Z.

-- One row. seq is the last number given out, tail the highest that was pruned: a reader that stands before it must reload.
CREATE TABLE feed_head (
    id   BIGINT           NOT NULL PRIMARY KEY CHECK (id = 1),
    seq  BIGINT           NOT NULL,
    tail BIGINT           NOT NULL
);
INSERT INTO feed_head (id, seq, tail) VALUES (1, 0, 0);

-- What changed, in the order of commits. It names what changed; readers fetch the current row.
CREATE TABLE feed (
    seq   BIGINT           NOT NULL PRIMARY KEY,
    at    BIGINT           NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    key   TEXT COLLATE "C" NOT NULL
);

-- Work that outlives a request. state: queued, running, done, dead (gave up), superseded (a newer job of the same key does its work).
CREATE TABLE job (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    queue        TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    key          TEXT COLLATE "C", -- jobs of one queue, name and key are one while they wait, and never run at once
    payload      TEXT COLLATE "C" NOT NULL, -- JSON
    priority     BIGINT           NOT NULL, -- higher first
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('queued', 'running', 'done', 'dead', 'superseded')),
    run_at       BIGINT           NOT NULL, -- not before
    attempts     BIGINT           NOT NULL,
    max_attempts BIGINT           NOT NULL,
    epoch        BIGINT           NOT NULL, -- raised by each claim; every write of a claim names it
    owner        TEXT COLLATE "C", -- the process that runs it
    locked_until BIGINT, -- when others may take it over, by the database's clock
    progress     TEXT COLLATE "C", -- JSON
    last_error   TEXT COLLATE "C",
    created_at   BIGINT           NOT NULL,
    updated_at   BIGINT           NOT NULL
);
CREATE UNIQUE INDEX job_waiting_once ON job (queue, name, key) WHERE state = 'queued' AND key IS NOT NULL;
CREATE INDEX job_open ON job (queue, priority DESC, run_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_running ON job (queue, name, key) WHERE state = 'running' AND key IS NOT NULL;
CREATE INDEX job_closed ON job (updated_at) WHERE state IN ('done', 'dead', 'superseded');

-- Who alone may do something for a while. A released lease keeps its row, so that epochs never start again.
CREATE TABLE lease (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder     TEXT COLLATE "C" NOT NULL,
    epoch      BIGINT           NOT NULL,
    expires_at BIGINT           NOT NULL
);

-- Facts about this installation.
CREATE TABLE setting (
    key   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);
