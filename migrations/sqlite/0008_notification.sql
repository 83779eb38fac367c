-- What the portal tells people: an inbox for each, and what was sent elsewhere.

CREATE TABLE notification (
    id         TEXT    NOT NULL PRIMARY KEY,
    origin     TEXT    NOT NULL, -- which part of the portal or which client sent it
    topic      TEXT    NOT NULL,
    severity   TEXT    NOT NULL, -- critical, high, normal or low
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    link       TEXT    NOT NULL,
    icon       TEXT    NOT NULL DEFAULT '',
    scope      TEXT    NOT NULL DEFAULT '', -- the same scope and origin replace what stands, instead of adding
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER
) STRICT;
CREATE INDEX notification_created ON notification (created_at);
CREATE INDEX notification_scope ON notification (origin, scope);

-- Whom it is for. Groups are resolved when it is sent, everybody when it is read.
CREATE TABLE notification_recipient (
    notification TEXT    NOT NULL,
    person       TEXT    NOT NULL, -- a User, or '*' for everybody
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (notification, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_recipient_person ON notification_recipient (person, created_at DESC);

CREATE TABLE notification_state (
    notification TEXT    NOT NULL,
    person       TEXT    NOT NULL,
    read_at      INTEGER,
    saved_at     INTEGER,
    PRIMARY KEY (person, notification)
) STRICT, WITHOUT ROWID;

-- What people want to hear of and where. A row that is missing means: as by default.
CREATE TABLE notification_setting (
    person  TEXT    NOT NULL,
    channel TEXT    NOT NULL, -- portal, email, or a channel of the configuration
    origin  TEXT    NOT NULL,
    topic   TEXT    NOT NULL, -- empty: all topics of the origin
    enabled INTEGER NOT NULL,
    PRIMARY KEY (person, channel, origin, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_quiet (
    person   TEXT NOT NULL PRIMARY KEY,
    from_minute INTEGER NOT NULL, -- minutes after midnight
    to_minute   INTEGER NOT NULL,
    timezone TEXT NOT NULL
) STRICT;

-- What was sent outside, or tried.
CREATE TABLE notification_delivery (
    id           TEXT    NOT NULL PRIMARY KEY,
    notification TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    target       TEXT    NOT NULL, -- the address, without secrets
    state        TEXT    NOT NULL, -- waiting, sent or failed
    attempts     INTEGER NOT NULL,
    last_error   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    not_before   INTEGER NOT NULL, -- later than created in quiet hours
    UNIQUE (notification, channel, target)
) STRICT;
CREATE INDEX notification_delivery_recent ON notification_delivery (created_at);
