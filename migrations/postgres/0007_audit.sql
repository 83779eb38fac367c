-- What was done, by whom. A chain: each row's hash covers the row before it, and the head is signed with a key that is not in here.

CREATE TABLE audit (
    seq        BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C"    NOT NULL, -- user:…, service:NAME, system:admin-token, system:worker or anonymous
    via        TEXT COLLATE "C"    NOT NULL, -- session:ID, token:ID, admin-token, proxy, worker or nothing
    action     TEXT COLLATE "C"    NOT NULL, -- as policies call it
    resource   TEXT COLLATE "C"    NOT NULL,
    decision   TEXT COLLATE "C"    NOT NULL, -- allow or deny
    before_digest TEXT COLLATE "C" NOT NULL DEFAULT '',
    after_digest  TEXT COLLATE "C" NOT NULL DEFAULT '',
    request_id TEXT COLLATE "C"    NOT NULL DEFAULT '',
    address    TEXT COLLATE "C"    NOT NULL DEFAULT '',
    detail     TEXT COLLATE "C"    NOT NULL DEFAULT '', -- JSON, never a secret
    hash       TEXT COLLATE "C"    NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor, seq);
CREATE INDEX audit_resource ON audit (resource, seq);
CREATE INDEX audit_action ON audit (action, seq);

-- One row. Taken last in a transaction, after the feed's head.
CREATE TABLE audit_head (
    id   BIGINT NOT NULL PRIMARY KEY,
    seq  BIGINT NOT NULL,
    hash TEXT COLLATE "C"    NOT NULL,
    mac  TEXT COLLATE "C"    NOT NULL,
    key_id TEXT COLLATE "C"  NOT NULL -- a fingerprint of the key, to tell a wrong key from a changed log
);
INSERT INTO audit_head (id, seq, hash, mac, key_id) VALUES (1, 0, '', '', '');

-- Up to where retention removed rows, signed.
CREATE TABLE audit_checkpoint (
    seq        BIGINT NOT NULL PRIMARY KEY, -- the last row that was removed
    hash       TEXT COLLATE "C"    NOT NULL,             -- its hash
    removed    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    mac        TEXT COLLATE "C"    NOT NULL
);
