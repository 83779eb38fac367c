-- More sources than files, and what became of entities: schedules, held losses, conflicts, overlays, history, hosts.

-- How often a location is read, in microseconds; NULL: the setting.
ALTER TABLE location ADD COLUMN read_every BIGINT;
ALTER TABLE location ADD COLUMN next_read_at BIGINT;
-- Who registered it: a User's name or system:admin-token; NULL: the configuration.
ALTER TABLE location ADD COLUMN registered_by TEXT COLLATE "C";
-- JSON: a loss of many entities that waits for somebody to confirm it; NULL: none.
ALTER TABLE location ADD COLUMN held TEXT COLLATE "C";
-- The digest of the loss that was confirmed.
ALTER TABLE location ADD COLUMN confirmed TEXT COLLATE "C";
-- Its target is gone at its source: when the location goes too.
ALTER TABLE location ADD COLUMN unregister_at BIGINT;
-- When a webhook last named it.
ALTER TABLE location ADD COLUMN last_push_at BIGINT;

-- No source provides it any more: when it goes, unless a source claims it before.
ALTER TABLE entity ADD COLUMN gone_at BIGINT;
CREATE INDEX entity_gone ON entity (gone_at) WHERE gone_at IS NOT NULL;

-- A name that several sources provide: those that do not have it, with what they would have written, so that one of them can
-- take over in the moment in which the name becomes free.
CREATE TABLE entity_conflict (
    ref         TEXT COLLATE "C" NOT NULL,
    location_id TEXT COLLATE "C" NOT NULL,
    file        TEXT COLLATE "C" NOT NULL,
    since       BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL,
    json        TEXT COLLATE "C" NOT NULL,
    emitted     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (ref, location_id, file)
);
CREATE INDEX entity_conflict_location ON entity_conflict (location_id, file);

-- What people put over an entity that a file owns. patch: JSON with labels, annotations, tags, links, owner.
CREATE TABLE entity_overlay (
    ref        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    patch      TEXT COLLATE "C" NOT NULL,
    etag       TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Every change of an entity. diff: JSON, a list of [path, before, after].
CREATE TABLE entity_change (
    id     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    ref    TEXT COLLATE "C" NOT NULL,
    at     BIGINT NOT NULL,
    action TEXT COLLATE "C" NOT NULL CHECK (action IN ('created', 'changed', 'moved', 'removed', 'overlaid')),
    actor  TEXT COLLATE "C", -- a User's name or system:admin-token; NULL: a source
    source TEXT COLLATE "C" NOT NULL, -- type:target of the location and the file in it, or portal
    diff   TEXT COLLATE "C" NOT NULL DEFAULT '[]'
);
CREATE INDEX entity_change_ref ON entity_change (ref, at);
CREATE INDEX entity_change_at ON entity_change (at);

-- What the last requests to each host gave, and what it still allows.
CREATE TABLE source_host (
    host       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    requests   BIGINT NOT NULL DEFAULT 0, -- since it is known
    unchanged  BIGINT NOT NULL DEFAULT 0, -- of those, answered with "not modified"
    failed     BIGINT NOT NULL DEFAULT 0,
    last_at    BIGINT NOT NULL,
    last_result TEXT COLLATE "C" NOT NULL,
    budget     BIGINT, -- requests that its limit allows in a window
    remaining  BIGINT,
    resets_at  BIGINT,
    waits_until BIGINT -- not asked before
);
