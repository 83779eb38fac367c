//! SQL text with a name.

/// One statement: its name for metrics and messages, and its text for each database.
///
/// Statements are constants, so that no value can ever become part of the text. `migrations/README.md` has the rules for
/// the text; [`Statement::faults`] finds what breaks them.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// `concern.action`, as it stands in metrics and error messages.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

impl Statement {
    /// One text that means the same in both databases.
    pub const fn both(name: &'static str, sql: &'static str) -> Self {
        Self { name, sqlite: sql, postgres: sql }
    }

    /// Two texts, for what the databases do not share.
    pub const fn each(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres }
    }

    /// What in the text breaks the rules of `migrations/README.md`, as sentences; empty if nothing does.
    pub fn faults(&self) -> Vec<String> {
        const CLOCK: &str = "bind Tx::now(), the database's clock";
        const UNTYPED: &str = "PostgreSQL cannot tell the type, write CAST($n AS …)";
        let mut rules = vec![
            ("like".to_owned(), "ignores case in SQLite and not in PostgreSQL"),
            ("current_timestamp".to_owned(), CLOCK),
            ("now()".to_owned(), CLOCK),
        ];
        for n in 1..=9 {
            rules.push((format!("${n} is null"), UNTYPED));
            rules.push((format!("${n} is not null"), UNTYPED));
        }
        let mut faults = Vec::new();
        for sql in [self.sqlite, self.postgres].map(normalised) {
            for (needle, reason) in rules.iter().filter(|(needle, _)| contains_word(&sql, needle)) {
                faults.push(format!("{}: `{needle}`: {reason}", self.name));
            }
            if sql.contains("count(") && !sql.contains("cast(count(") {
                faults.push(format!("{}: write CAST(count(…) AS BIGINT)", self.name));
            }
        }
        faults.dedup();
        faults
    }
}

/// Lower case, each run of white space one space.
fn normalised(sql: &str) -> String {
    sql.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `sql` holds `needle` as words of its own, so that `known()` is not taken for `now()`.
fn contains_word(sql: &str, needle: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    sql.match_indices(needle).any(|(at, _)| !sql[..at].ends_with(inside) && !sql[at + needle.len()..].starts_with(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &'static str, expected: &[&str]) {
        assert_eq!(Statement::both("t", sql).faults(), expected);
    }

    #[test]
    fn finds_what_breaks_the_rules() {
        check("SELECT known() FROM t WHERE dislike = $1", &[]);
        check("SELECT CAST(count(*) AS BIGINT) FROM t", &[]);
        check("SELECT count(*) FROM t", &["t: write CAST(count(…) AS BIGINT)"]);
        check("SELECT a FROM t WHERE a\n LIKE 'x'", &["t: `like`: ignores case in SQLite and not in PostgreSQL"]);
        check("SELECT NOW()", &["t: `now()`: bind Tx::now(), the database's clock"]);
        check("SELECT a FROM t WHERE $2 IS NULL", &["t: `$2 is null`: PostgreSQL cannot tell the type, write CAST($n AS …)"]);
    }
}
