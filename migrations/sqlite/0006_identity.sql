-- Who may come in and what they may do: accounts, sessions, tokens, roles and policies. Secrets are kept as hashes.

-- Passwords for the first hour and for when the provider is away.
CREATE TABLE account (
    name          TEXT    NOT NULL PRIMARY KEY, -- lower case; the person is user:default/NAME unless person says otherwise
    person        TEXT    NOT NULL UNIQUE,      -- the User that somebody is who signs in with it
    password_hash TEXT    NOT NULL,             -- argon2id, PHC string
    disabled      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL
) STRICT;

-- Links that let one person choose a password, once: the first administrator's, and those that administrators hand out.
CREATE TABLE setup_link (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL, -- empty: whoever comes first makes the first administrator
    created_by TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id_hash     TEXT    NOT NULL PRIMARY KEY, -- SHA-256 of what is in the cookie
    public_id   TEXT    NOT NULL UNIQUE,      -- what lists and the audit log call it
    person      TEXT    NOT NULL,             -- empty while somebody is still signing in
    data        TEXT    NOT NULL,             -- JSON of what the session holds
    provider    TEXT    NOT NULL DEFAULT '',  -- the way in: a provider's id, 'password', 'demo', 'proxy', 'admin-token'
    subject     TEXT    NOT NULL DEFAULT '',  -- the provider's name of the person
    provider_session TEXT NOT NULL DEFAULT '', -- the provider's sid, for back-channel logout
    id_token    TEXT    NOT NULL DEFAULT '',  -- for logout at the provider
    address     TEXT    NOT NULL DEFAULT '',
    agent       TEXT    NOT NULL DEFAULT '',
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,             -- written now and then, not at every read
    idle_until  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL              -- whatever happens
) STRICT;
CREATE INDEX session_person ON session (person);
CREATE INDEX session_subject ON session (provider, subject);
CREATE INDEX session_expires ON session (expires_at);

-- Sign-ins that wait for a provider's answer. Taken out when the answer comes, so none can be used twice.
CREATE TABLE sign_in_attempt (
    state_hash  TEXT    NOT NULL PRIMARY KEY,
    provider    TEXT    NOT NULL,
    browser_hash TEXT   NOT NULL, -- binds the answer to the browser that asked
    nonce       TEXT    NOT NULL,
    verifier    TEXT    NOT NULL, -- PKCE
    return_to   TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

-- Back-channel logouts that were taken, so that none is taken twice.
CREATE TABLE logout_token (
    provider   TEXT    NOT NULL,
    jti        TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (provider, jti)
) STRICT;

CREATE TABLE service_account (
    name        TEXT    NOT NULL PRIMARY KEY,
    description TEXT    NOT NULL,
    owner       TEXT    NOT NULL, -- a User or Group
    disabled    INTEGER NOT NULL DEFAULT 0,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE token (
    id         TEXT    NOT NULL PRIMARY KEY, -- what lists and the audit log call it
    hash       TEXT    NOT NULL UNIQUE,      -- SHA-256 of the whole token
    hint       TEXT    NOT NULL,             -- its first characters, to recognise it by
    person     TEXT    NOT NULL,             -- whose personal token it is; empty for a service account's
    service    TEXT    NOT NULL,             -- the service account; empty for a person's
    name       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,             -- JSON list
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    used_at    INTEGER,                      -- written now and then
    used_from  TEXT    NOT NULL DEFAULT '',
    revoked_at INTEGER
) STRICT;
CREATE INDEX token_person ON token (person);
CREATE INDEX token_service ON token (service);

-- Failed guesses, by what is guessed at and from where. Shared by all replicas.
CREATE TABLE throttle (
    key          TEXT    NOT NULL PRIMARY KEY,
    count        INTEGER NOT NULL,
    window_start INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose User a provider's subject is, once that was settled.
CREATE TABLE identity_link (
    provider   TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    person     TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (provider, subject)
) STRICT;

CREATE TABLE role_grant (
    role       TEXT    NOT NULL,
    principal  TEXT    NOT NULL, -- user:…, group:…, service:NAME or everyone
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (role, principal)
) STRICT;
CREATE INDEX role_grant_principal ON role_grant (principal);

-- Policies written in the portal. Those in files are not here.
CREATE TABLE policy (
    name       TEXT    NOT NULL PRIMARY KEY,
    version    INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    enabled    INTEGER NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE policy_version (
    name       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    text       TEXT    NOT NULL, -- empty: deleted with this version
    enabled    INTEGER NOT NULL,
    comment    TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) STRICT;

-- Who runs, for the system page.
CREATE TABLE replica (
    id         TEXT    NOT NULL PRIMARY KEY,
    version    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    feed_seq   INTEGER NOT NULL
) STRICT;

-- What people set for themselves.
CREATE TABLE person_setting (
    person TEXT NOT NULL,
    key    TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE announcement (
    id         TEXT    NOT NULL PRIMARY KEY,
    level      TEXT    NOT NULL, -- info, warn or danger
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL, -- Markdown
    link       TEXT    NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER,
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
