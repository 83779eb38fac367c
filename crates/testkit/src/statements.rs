//! The check of SQL that every crate with statements runs over its `STATEMENTS`.

use store::Statement;

use crate::databases;

/// Checks each statement against the rules of `migrations/README.md` and prepares it on every database.
///
/// # Panics
/// With everything that is wrong, if anything is.
pub async fn check_statements(statements: &'static [&'static Statement]) {
    let mut faults: Vec<String> = statements.iter().flat_map(|statement| statement.faults()).collect();
    for (at, statement) in statements.iter().enumerate() {
        if statements[..at].iter().any(|other| other.name == statement.name) {
            faults.push(format!("{}: two statements have this name", statement.name));
        }
    }
    for database in databases().await {
        for statement in statements {
            if let Err(error) = database.store.prepare(statement).await {
                faults.push(format!("{}: {error}", database.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
