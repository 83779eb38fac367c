//! Every statement of the portal's own tables: what people starred, visited and keep as views.

pub(crate) mod admin;
pub(crate) mod authority;
pub(crate) mod board;
pub(crate) mod policy;
pub(crate) mod system;

use store::{Statement, Ts};

/// Every statement of this crate, for the test that prepares them on both databases.
pub const STATEMENTS: &[&Statement] = &[
    &STARS,
    &STARS_OF,
    &STAR_ADD,
    &STAR_REMOVE,
    &VISITS_OF,
    &VISITS_ADD,
    &VISITS_TRIM,
    &VIEWS,
    &VIEWS_OF,
    &VIEW_ADD,
    &VIEW_CHANGE,
    &VIEW_REMOVE,
    &authority::POLICIES_ENABLED,
    &authority::GRANTS,
    &admin::GRANTS,
    &admin::GRANT_ADD,
    &admin::GRANT_REMOVE,
    &admin::SETTINGS,
    &admin::SETTING_OF,
    &admin::SETTING_PUT,
    &admin::SEEN_SESSIONS,
    &admin::SEEN_TOKENS,
    &admin::SEEN_PROVIDERS,
    &policy::POLICIES,
    &policy::POLICY,
    &policy::ADD,
    &policy::CHANGE,
    &policy::REMOVE,
    &policy::VERSION_ADD,
    &policy::VERSIONS,
    &policy::LATEST,
    &policy::TURN,
    &board::ANNOUNCEMENTS,
    &board::ADD,
    &board::CHANGE,
    &board::REMOVE,
    &board::BRANDING,
    &board::FORGET,
    &system::REPLICAS,
    &system::REPLICA_PUT,
    &system::REPLICA_GONE,
    &system::REPLICAS_OLD,
    &system::DATABASE,
    &system::MIGRATIONS,
    &system::COUNTED,
];

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

/// A saved view.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ViewRow {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) query: String,
    pub(crate) shared: i64,
    pub(crate) created_at: Ts,
}

/// Everybody's saved views.
pub(crate) const VIEWS: Statement =
    Statement::both("portal.views", "SELECT id, person, name, query, shared, created_at FROM saved_view ORDER BY person, name");

/// `$1` person: their saved views.
pub(crate) const VIEWS_OF: Statement = Statement::both(
    "portal.views_of",
    "SELECT id, person, name, query, shared, created_at FROM saved_view WHERE person = $1 ORDER BY name",
);

/// `$1` id, `$2` person, `$3` name, `$4` query, `$5` shared, `$6` now, `$7` how many a person may have. Adds nothing when the person has
/// that many, or one of that name.
pub(crate) const VIEW_ADD: Statement = Statement::each(
    "portal.view_add",
    "INSERT INTO saved_view (id, person, name, query, shared, created_at) SELECT $1, $2, $3, $4, $5, $6
     WHERE (SELECT CAST(count(*) AS BIGINT) FROM saved_view WHERE person = $2) < $7 ON CONFLICT (person, name) DO NOTHING",
    "INSERT INTO saved_view (id, person, name, query, shared, created_at)
     SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT)
     WHERE (SELECT CAST(count(*) AS BIGINT) FROM saved_view WHERE person = $2) < CAST($7 AS BIGINT) ON CONFLICT (person, name) DO NOTHING",
);

/// `$1` id, `$2` person, `$3` name, `$4` shared. Changes nothing when the person has another view of that name.
pub(crate) const VIEW_CHANGE: Statement = Statement::both(
    "portal.view_change",
    "UPDATE saved_view SET name = $3, shared = $4 WHERE id = $1 AND person = $2
     AND NOT EXISTS (SELECT 1 FROM saved_view AS other WHERE other.person = $2 AND other.name = $3 AND other.id <> $1)",
);

/// `$1` id, `$2` person.
pub(crate) const VIEW_REMOVE: Statement = Statement::both("portal.view_remove", "DELETE FROM saved_view WHERE id = $1 AND person = $2");
