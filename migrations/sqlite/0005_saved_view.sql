-- Questions to the catalog that people keep, for themselves or for everybody.

CREATE TABLE saved_view (
    id         TEXT NOT NULL PRIMARY KEY,
    person     TEXT NOT NULL, -- the User who made it
    name       TEXT NOT NULL,
    query      TEXT NOT NULL, -- the catalog page's query string
    shared     INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    UNIQUE (person, name)
) STRICT;
