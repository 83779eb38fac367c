-- More sources than files, and what became of entities: schedules, held losses, conflicts, overlays, history, hosts.

-- How often a location is read, in microseconds; NULL: the setting.
ALTER TABLE location ADD COLUMN read_every INTEGER;
ALTER TABLE location ADD COLUMN next_read_at INTEGER;
-- Who registered it: a User's name or system:admin-token; NULL: the configuration.
ALTER TABLE location ADD COLUMN registered_by TEXT;
-- JSON: a loss of many entities that waits for somebody to confirm it; NULL: none.
ALTER TABLE location ADD COLUMN held TEXT;
-- The digest of the loss that was confirmed.
ALTER TABLE location ADD COLUMN confirmed TEXT;
-- Its target is gone at its source: when the location goes too.
ALTER TABLE location ADD COLUMN unregister_at INTEGER;
-- When a webhook last named it.
ALTER TABLE location ADD COLUMN last_push_at INTEGER;

-- No source provides it any more: when it goes, unless a source claims it before.
ALTER TABLE entity ADD COLUMN gone_at INTEGER;
CREATE INDEX entity_gone ON entity (gone_at) WHERE gone_at IS NOT NULL;

-- A name that several sources provide: those that do not have it, with what they would have written, so that one of them can
-- take over in the moment in which the name becomes free.
CREATE TABLE entity_conflict (
    ref         TEXT NOT NULL,
    location_id TEXT NOT NULL,
    file        TEXT NOT NULL,
    since       INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    json        TEXT NOT NULL,
    emitted     TEXT NOT NULL,
    PRIMARY KEY (ref, location_id, file)
) STRICT;
CREATE INDEX entity_conflict_location ON entity_conflict (location_id, file);

-- What people put over an entity that a file owns. patch: JSON with labels, annotations, tags, links, owner.
CREATE TABLE entity_overlay (
    ref        TEXT NOT NULL PRIMARY KEY,
    patch      TEXT NOT NULL,
    etag       TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- Every change of an entity. diff: JSON, a list of [path, before, after].
CREATE TABLE entity_change (
    id     TEXT NOT NULL PRIMARY KEY,
    ref    TEXT NOT NULL,
    at     INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('created', 'changed', 'moved', 'removed', 'overlaid')),
    actor  TEXT, -- a User's name or system:admin-token; NULL: a source
    source TEXT NOT NULL, -- type:target of the location and the file in it, or portal
    diff   TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX entity_change_ref ON entity_change (ref, at);
CREATE INDEX entity_change_at ON entity_change (at);

-- What the last requests to each host gave, and what it still allows.
CREATE TABLE source_host (
    host       TEXT NOT NULL PRIMARY KEY,
    requests   INTEGER NOT NULL DEFAULT 0, -- since it is known
    unchanged  INTEGER NOT NULL DEFAULT 0, -- of those, answered with "not modified"
    failed     INTEGER NOT NULL DEFAULT 0,
    last_at    INTEGER NOT NULL,
    last_result TEXT NOT NULL,
    budget     INTEGER, -- requests that its limit allows in a window
    remaining  INTEGER,
    resets_at  INTEGER,
    waits_until INTEGER -- not asked before
) STRICT;
