-- What people mark and open. Entities are named by ref, so that a star outlives a deletion and a return.

CREATE TABLE person_star (
    person     TEXT COLLATE "C" NOT NULL,
    entity_ref TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL,
    PRIMARY KEY (person, entity_ref)
);

CREATE TABLE person_visit (
    person     TEXT COLLATE "C" NOT NULL,
    entity_ref TEXT COLLATE "C" NOT NULL,
    visited_at BIGINT           NOT NULL,
    PRIMARY KEY (person, entity_ref)
);
CREATE INDEX person_visit_recent ON person_visit (person, visited_at DESC);
