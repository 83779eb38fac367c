-- The catalog's durable half. The index that answers queries is built from these rows.

-- Where entities come from. source: config (file or flags) or registered (over REST).
CREATE TABLE location (
    id           TEXT    NOT NULL PRIMARY KEY,
    type         TEXT    NOT NULL,
    target       TEXT    NOT NULL,
    source       TEXT    NOT NULL CHECK (source IN ('config', 'registered')),
    presence     TEXT    NOT NULL DEFAULT 'required',
    rules        TEXT, -- JSON; NULL: the defaults of the source
    created_at   INTEGER NOT NULL,
    last_read_at INTEGER,
    last_ok_at   INTEGER,
    last_error   TEXT,
    UNIQUE (type, target)
) STRICT;

-- One read unit of a location: a file, or a URL. hash is that of the content that was last processed.
CREATE TABLE file (
    location_id TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    parent      TEXT, -- the target that named this one; NULL: the location itself
    hash        TEXT,
    read_at     INTEGER NOT NULL,
    error       TEXT,
    seen_epoch  INTEGER NOT NULL DEFAULT 0, -- the last walk over the location that met it
    watched     TEXT    NOT NULL DEFAULT '{}', -- JSON: further files that it depends on, with their modification times
    PRIMARY KEY (location_id, target)
) STRICT, WITHOUT ROWID;

-- The last good state of each entity.
CREATE TABLE entity (
    uid         TEXT    NOT NULL PRIMARY KEY,
    ref         TEXT    NOT NULL UNIQUE, -- kind:namespace/name in lower case
    location_id TEXT    NOT NULL,
    file        TEXT    NOT NULL,
    position    INTEGER NOT NULL DEFAULT 0, -- index of the document in the file
    hash        TEXT    NOT NULL,
    json        TEXT    NOT NULL,
    emitted     TEXT    NOT NULL DEFAULT '[]', -- JSON: relations that its fields state, in both directions
    status      TEXT, -- JSON: status items; NULL: none
    first_seen  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX entity_file ON entity (location_id, file);
