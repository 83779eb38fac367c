//! Every statement of the portal's own tables: what people starred and visited.

use store::{Statement, Ts};

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[&STARS, &STARS_OF, &STAR_ADD, &STAR_REMOVE, &VISITS_OF, &VISITS_ADD, &VISITS_TRIM];

/// Who starred what.
pub(crate) const STARS: Statement =
    Statement::both("portal.stars", "SELECT person, entity_ref FROM person_star ORDER BY person, created_at DESC, entity_ref");

/// `$1` person: what they starred, the latest first.
pub(crate) const STARS_OF: Statement =
    Statement::both("portal.stars_of", "SELECT person, entity_ref FROM person_star WHERE person = $1 ORDER BY created_at DESC, entity_ref");

/// `$1` person, `$2` entity, `$3` now.
pub(crate) const STAR_ADD: Statement = Statement::both(
    "portal.star_add",
    "INSERT INTO person_star (person, entity_ref, created_at) VALUES ($1, $2, $3) ON CONFLICT (person, entity_ref) DO NOTHING",
);

/// `$1` person, `$2` entity.
pub(crate) const STAR_REMOVE: Statement =
    Statement::both("portal.star_remove", "DELETE FROM person_star WHERE person = $1 AND entity_ref = $2");

/// A visit.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct VisitRow {
    pub(crate) entity_ref: String,
    #[expect(dead_code, reason = "the row's order comes from it")]
    pub(crate) visited_at: Ts,
}

/// `$1` person: what they visited, the latest first.
pub(crate) const VISITS_OF: Statement = Statement::both(
    "portal.visits_of",
    "SELECT entity_ref, visited_at FROM person_visit WHERE person = $1 ORDER BY visited_at DESC, entity_ref LIMIT 20",
);

/// `$1` now, `$2` JSON array of `[person, entity]`.
pub(crate) const VISITS_ADD: Statement = Statement::each(
    "portal.visits_add",
    "INSERT INTO person_visit (person, entity_ref, visited_at) SELECT value ->> 0, value ->> 1, $1 FROM json_each($2) WHERE true
     ON CONFLICT (person, entity_ref) DO UPDATE SET visited_at = excluded.visited_at",
    "INSERT INTO person_visit (person, entity_ref, visited_at) SELECT value ->> 0, value ->> 1, $1
     FROM json_array_elements(CAST($2 AS JSON)) ON CONFLICT (person, entity_ref) DO UPDATE SET visited_at = excluded.visited_at",
);

/// `$1` person: forgets all but the latest 50 visits.
pub(crate) const VISITS_TRIM: Statement = Statement::both(
    "portal.visits_trim",
    "DELETE FROM person_visit WHERE person = $1 AND entity_ref NOT IN
     (SELECT entity_ref FROM person_visit WHERE person = $1 ORDER BY visited_at DESC, entity_ref LIMIT 50)",
);
