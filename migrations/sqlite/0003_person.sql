-- What people mark and open. Entities are named by ref, so that a star outlives a deletion and a return.

CREATE TABLE person_star (
    person     TEXT    NOT NULL,
    entity_ref TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (person, entity_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE person_visit (
    person     TEXT    NOT NULL,
    entity_ref TEXT    NOT NULL,
    visited_at INTEGER NOT NULL,
    PRIMARY KEY (person, entity_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_visit_recent ON person_visit (person, visited_at DESC);
