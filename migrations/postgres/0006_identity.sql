-- Who may come in and what they may do: accounts, sessions, tokens, roles and policies. Secrets are kept as hashes.

-- Passwords for the first hour and for when the provider is away.
CREATE TABLE account (
    name          TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- lower case; the person is user:default/NAME unless person says otherwise
    person        TEXT COLLATE "C"    NOT NULL UNIQUE,      -- the User that somebody is who signs in with it
    password_hash TEXT COLLATE "C"    NOT NULL,             -- argon2id, PHC string
    disabled      BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL
);

-- Links that let one person choose a password, once: the first administrator's, and those that administrators hand out.
CREATE TABLE setup_link (
    token_hash TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    account    TEXT COLLATE "C"    NOT NULL, -- empty: whoever comes first makes the first administrator
    created_by TEXT COLLATE "C"    NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE session (
    id_hash     TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- SHA-256 of what is in the cookie
    public_id   TEXT COLLATE "C"    NOT NULL UNIQUE,      -- what lists and the audit log call it
    person      TEXT COLLATE "C"    NOT NULL,             -- empty while somebody is still signing in
    data        TEXT COLLATE "C"    NOT NULL,             -- JSON of what the session holds
    provider    TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- the way in: a provider's id, 'password', 'demo', 'proxy', 'admin-token'
    subject     TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- the provider's name of the person
    provider_session TEXT COLLATE "C" NOT NULL DEFAULT '', -- the provider's sid, for back-channel logout
    id_token    TEXT COLLATE "C"    NOT NULL DEFAULT '',  -- for logout at the provider
    address     TEXT COLLATE "C"    NOT NULL DEFAULT '',
    agent       TEXT COLLATE "C"    NOT NULL DEFAULT '',
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,             -- written now and then, not at every read
    idle_until  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL              -- whatever happens
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_subject ON session (provider, subject);
CREATE INDEX session_expires ON session (expires_at);

-- Sign-ins that wait for a provider's answer. Taken out when the answer comes, so none can be used twice.
CREATE TABLE sign_in_attempt (
    state_hash  TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    provider    TEXT COLLATE "C"    NOT NULL,
    browser_hash TEXT COLLATE "C"   NOT NULL, -- binds the answer to the browser that asked
    nonce       TEXT COLLATE "C"    NOT NULL,
    verifier    TEXT COLLATE "C"    NOT NULL, -- PKCE
    return_to   TEXT COLLATE "C"    NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

-- Back-channel logouts that were taken, so that none is taken twice.
CREATE TABLE logout_token (
    provider   TEXT COLLATE "C"    NOT NULL,
    jti        TEXT COLLATE "C"    NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (provider, jti)
);

CREATE TABLE service_account (
    name        TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    description TEXT COLLATE "C"    NOT NULL,
    owner       TEXT COLLATE "C"    NOT NULL, -- a User or Group
    disabled    BIGINT NOT NULL DEFAULT 0,
    created_by  TEXT COLLATE "C"    NOT NULL,
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);

CREATE TABLE token (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY, -- what lists and the audit log call it
    hash       TEXT COLLATE "C"    NOT NULL UNIQUE,      -- SHA-256 of the whole token
    hint       TEXT COLLATE "C"    NOT NULL,             -- its first characters, to recognise it by
    person     TEXT COLLATE "C"    NOT NULL,             -- whose personal token it is; empty for a service account's
    service    TEXT COLLATE "C"    NOT NULL,             -- the service account; empty for a person's
    name       TEXT COLLATE "C"    NOT NULL,
    scopes     TEXT COLLATE "C"    NOT NULL,             -- JSON list
    created_by TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at    BIGINT,                      -- written now and then
    used_from  TEXT COLLATE "C"    NOT NULL DEFAULT '',
    revoked_at BIGINT
);
CREATE INDEX token_person ON token (person);
CREATE INDEX token_service ON token (service);

-- Failed guesses, by what is guessed at and from where. Shared by all replicas.
CREATE TABLE throttle (
    key          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    count        BIGINT NOT NULL,
    window_start BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);

-- Whose User a provider's subject is, once that was settled.
CREATE TABLE identity_link (
    provider   TEXT COLLATE "C"    NOT NULL,
    subject    TEXT COLLATE "C"    NOT NULL,
    person     TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (provider, subject)
);

CREATE TABLE role_grant (
    role       TEXT COLLATE "C"    NOT NULL,
    principal  TEXT COLLATE "C"    NOT NULL, -- user:…, group:…, service:NAME or everyone
    created_by TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (role, principal)
);
CREATE INDEX role_grant_principal ON role_grant (principal);

-- Policies written in the portal. Those in files are not here.
CREATE TABLE policy (
    name       TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    text       TEXT COLLATE "C"    NOT NULL,
    enabled    BIGINT NOT NULL,
    changed_by TEXT COLLATE "C"    NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE policy_version (
    name       TEXT COLLATE "C"    NOT NULL,
    version    BIGINT NOT NULL,
    text       TEXT COLLATE "C"    NOT NULL, -- empty: deleted with this version
    enabled    BIGINT NOT NULL,
    comment    TEXT COLLATE "C"    NOT NULL,
    changed_by TEXT COLLATE "C"    NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);

-- Who runs, for the system page.
CREATE TABLE replica (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    version    TEXT COLLATE "C"    NOT NULL,
    address    TEXT COLLATE "C"    NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    feed_seq   BIGINT NOT NULL
);

-- What people set for themselves.
CREATE TABLE person_setting (
    person TEXT COLLATE "C" NOT NULL,
    key    TEXT COLLATE "C" NOT NULL,
    value  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, key)
);

CREATE TABLE announcement (
    id         TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
    level      TEXT COLLATE "C"    NOT NULL, -- info, warn or danger
    title      TEXT COLLATE "C"    NOT NULL,
    body       TEXT COLLATE "C"    NOT NULL, -- Markdown
    link       TEXT COLLATE "C"    NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT,
    created_by TEXT COLLATE "C"    NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
