-- The catalog's durable half. The index that answers queries is built from these rows.

-- Where entities come from. source: config (file or flags) or registered (over REST).
CREATE TABLE location (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    type         TEXT COLLATE "C" NOT NULL,
    target       TEXT COLLATE "C" NOT NULL,
    source       TEXT COLLATE "C" NOT NULL CHECK (source IN ('config', 'registered')),
    presence     TEXT COLLATE "C" NOT NULL DEFAULT 'required',
    rules        TEXT COLLATE "C", -- JSON; NULL: the defaults of the source
    created_at   BIGINT           NOT NULL,
    last_read_at BIGINT,
    last_ok_at   BIGINT,
    last_error   TEXT COLLATE "C",
    UNIQUE (type, target)
);

-- One read unit of a location: a file, or a URL. hash is that of the content that was last processed.
CREATE TABLE file (
    location_id TEXT COLLATE "C" NOT NULL,
    target      TEXT COLLATE "C" NOT NULL,
    parent      TEXT COLLATE "C", -- the target that named this one; NULL: the location itself
    hash        TEXT COLLATE "C",
    read_at     BIGINT           NOT NULL,
    error       TEXT COLLATE "C",
    seen_epoch  BIGINT           NOT NULL DEFAULT 0, -- the last walk over the location that met it
    watched     TEXT COLLATE "C" NOT NULL DEFAULT '{}', -- JSON: further files that it depends on, with their modification times
    PRIMARY KEY (location_id, target)
);

-- The last good state of each entity.
CREATE TABLE entity (
    uid         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    ref         TEXT COLLATE "C" NOT NULL UNIQUE, -- kind:namespace/name in lower case
    location_id TEXT COLLATE "C" NOT NULL,
    file        TEXT COLLATE "C" NOT NULL,
    position    BIGINT           NOT NULL DEFAULT 0, -- index of the document in the file
    hash        TEXT COLLATE "C" NOT NULL,
    json        TEXT COLLATE "C" NOT NULL,
    emitted     TEXT COLLATE "C" NOT NULL DEFAULT '[]', -- JSON: relations that its fields state, in both directions
    status      TEXT COLLATE "C", -- JSON: status items; NULL: none
    first_seen  BIGINT           NOT NULL,
    changed_at  BIGINT           NOT NULL
);
CREATE INDEX entity_file ON entity (location_id, file);
