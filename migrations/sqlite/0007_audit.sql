-- What was done, by whom. A chain: each row's hash covers the row before it, and the head is signed with a key that is not in here.

CREATE TABLE audit (
    seq        INTEGER NOT NULL PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor      TEXT    NOT NULL, -- user:…, service:NAME, system:admin-token, system:worker or anonymous
    via        TEXT    NOT NULL, -- session:ID, token:ID, admin-token, proxy, worker or nothing
    action     TEXT    NOT NULL, -- as policies call it
    resource   TEXT    NOT NULL,
    decision   TEXT    NOT NULL, -- allow or deny
    before_digest TEXT NOT NULL DEFAULT '',
    after_digest  TEXT NOT NULL DEFAULT '',
    request_id TEXT    NOT NULL DEFAULT '',
    address    TEXT    NOT NULL DEFAULT '',
    detail     TEXT    NOT NULL DEFAULT '', -- JSON, never a secret
    hash       TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_resource ON audit (resource, seq);
CREATE INDEX audit_action ON audit (action, seq);

-- One row. Taken last in a transaction, after the feed's head.
CREATE TABLE audit_head (
    id   INTEGER NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash TEXT    NOT NULL,
    mac  TEXT    NOT NULL,
    key_id TEXT  NOT NULL -- a fingerprint of the key, to tell a wrong key from a changed log
) STRICT;
INSERT INTO audit_head (id, seq, hash, mac, key_id) VALUES (1, 0, '', '', '');

-- Up to where retention removed rows, signed.
CREATE TABLE audit_checkpoint (
    seq        INTEGER NOT NULL PRIMARY KEY, -- the last row that was removed
    hash       TEXT    NOT NULL,             -- its hash
    removed    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    mac        TEXT    NOT NULL
) STRICT;
