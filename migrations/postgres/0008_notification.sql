-- What the portal tells people: an inbox for each, and what was sent elsewhere.

CREATE TABLE notification (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    origin     TEXT COLLATE "C"    NOT NULL, -- which part of the portal or which client sent it
    topic      TEXT COLLATE "C"    NOT NULL,
    severity   TEXT COLLATE "C"    NOT NULL, -- critical, high, normal or low
    title      TEXT COLLATE "C"    NOT NULL,
    body       TEXT COLLATE "C"    NOT NULL,
    link       TEXT COLLATE "C"    NOT NULL,
    icon       TEXT COLLATE "C"    NOT NULL DEFAULT '',
    scope      TEXT COLLATE "C"    NOT NULL DEFAULT '', -- the same scope and origin replace what stands, instead of adding
    created_by TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT
);
CREATE INDEX notification_created ON notification (created_at);
CREATE INDEX notification_scope ON notification (origin, scope);

-- Whom it is for. Groups are resolved when it is sent, everybody when it is read.
CREATE TABLE notification_recipient (
    notification TEXT COLLATE "C"    NOT NULL,
    person       TEXT COLLATE "C"    NOT NULL, -- a User, or '*' for everybody
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (notification, person)
);
CREATE INDEX notification_recipient_person ON notification_recipient (person, created_at DESC);

CREATE TABLE notification_state (
    notification TEXT COLLATE "C"    NOT NULL,
    person       TEXT COLLATE "C"    NOT NULL,
    read_at      BIGINT,
    saved_at     BIGINT,
    PRIMARY KEY (person, notification)
);

-- What people want to hear of and where. A row that is missing means: as by default.
CREATE TABLE notification_setting (
    person  TEXT COLLATE "C"    NOT NULL,
    channel TEXT COLLATE "C"    NOT NULL, -- portal, email, or a channel of the configuration
    origin  TEXT COLLATE "C"    NOT NULL,
    topic   TEXT COLLATE "C"    NOT NULL, -- empty: all topics of the origin
    enabled BIGINT NOT NULL,
    PRIMARY KEY (person, channel, origin, topic)
);

CREATE TABLE notification_quiet (
    person   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    from_minute BIGINT NOT NULL, -- minutes after midnight
    to_minute   BIGINT NOT NULL,
    timezone TEXT COLLATE "C" NOT NULL
);

-- What was sent outside, or tried.
CREATE TABLE notification_delivery (
    id           TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    notification TEXT COLLATE "C"    NOT NULL,
    channel      TEXT COLLATE "C"    NOT NULL,
    target       TEXT COLLATE "C"    NOT NULL, -- the address, without secrets
    state        TEXT COLLATE "C"    NOT NULL, -- waiting, sent or failed
    attempts     BIGINT NOT NULL,
    last_error   TEXT COLLATE "C"    NOT NULL,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    not_before   BIGINT NOT NULL, -- later than created in quiet hours
    UNIQUE (notification, channel, target)
);
CREATE INDEX notification_delivery_recent ON notification_delivery (created_at);
