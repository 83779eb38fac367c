//! Words of the system page.

use super::counted;

/// The page.
pub const TITLE: &str = "System";
/// Section.
pub const REPLICAS: &str = "Replicas";
/// What the section says.
pub const REPLICAS_HINT: &str = "Each says every ten seconds that it lives. One that stays silent is greyed, and forgotten after a day.";
/// Column.
pub const REPLICA: &str = "Replica";
/// Column.
pub const VERSION: &str = "Version";
/// Column.
pub const ADDRESS: &str = "Address";
/// Column.
pub const STARTED: &str = "Started";
/// Column.
pub const SEEN: &str = "Last word";
/// Column.
pub const BEHIND: &str = "Behind";
/// The one that answers.
pub const THIS: &str = "this one";
/// Probably gone.
pub const SILENT: &str = "silent";
/// No replica has spoken.
pub const NO_REPLICAS: &str = "No replica has said yet that it lives. Look again in ten seconds.";
/// Section.
pub const DATABASE: &str = "Database";
/// Fact.
pub const KIND: &str = "Kind";
/// Fact.
pub const SIZE: &str = "Size";
/// Fact.
pub const MIGRATIONS: &str = "Migrations";
/// Fact.
pub const FEED: &str = "Change feed";
/// Section.
pub const PROGRAM: &str = "Program";
/// Fact.
pub const BUILD: &str = "Build";
/// Fact.
pub const DATA: &str = "Data directory";
/// Fact.
pub const POLICIES: &str = "Policies";
/// Fact.
pub const MEMORY: &str = "In memory";
/// Section.
pub const QUEUES: &str = "Queues";
/// Nothing waits.
pub const NO_JOBS: &str = "Nothing waits, nothing runs, nothing was given up.";
/// Column.
pub const QUEUE: &str = "Job";
/// Column.
pub const WAITING: &str = "Waiting";
/// Column.
pub const RUNNING: &str = "Running";
/// Column.
pub const GIVEN_UP: &str = "Given up";
/// Column.
pub const OLDEST: &str = "Oldest";
/// Column.
pub const LAST_ERROR: &str = "Last error";
/// Section.
pub const LOCATIONS: &str = "Locations";
/// None has an error.
pub const LOCATIONS_FINE: &str = "Every location was read without an error.";
/// Leads to the page.
pub const ALL_LOCATIONS: &str = "All locations";
/// Section.
pub const CONFIGURATION: &str = "Configuration";
/// What the section says.
pub const CONFIGURATION_HINT: &str = "Of the replica that answers. Secrets are never shown, only whether they are set.";
/// Column.
pub const KEY: &str = "Setting";
/// Column.
pub const VALUE: &str = "Value";
/// Column.
pub const SOURCE: &str = "Set by";
/// Not set anywhere.
pub const DEFAULT: &str = "default";
/// The feed cannot be followed.
pub const FEED_FAILING: &str = "This replica cannot follow the change feed; what it shows may be old";

/// Bytes as people read them: `3.4 MiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return counted(bytes, "byte", "bytes");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if size < 10.0 { format!("{size:.1} {}", UNITS[unit]) } else { format!("{size:.0} {}", UNITS[unit]) }
}

/// Not everything was counted.
pub fn at_least(size: &str) -> String {
    format!("at least {size}")
}

/// Where the feed is.
pub fn feed(head: i64, reached: i64) -> String {
    let head_text = super::number(u64::try_from(head).unwrap_or_default());
    match u64::try_from(head - reached) {
        Ok(behind) if behind > 0 => format!("at {head_text}, this replica is {} behind", counted(behind, "change", "changes")),
        _ => format!("at {head_text}, this replica has all of it"),
    }
}

/// How many policies, and how often they changed.
pub fn policies(count: u64, changes: i64) -> String {
    format!("{} of this portal, {}", super::number(count), counted(u64::try_from(changes).unwrap_or_default(), "change", "changes"))
}

/// How many migrations.
pub fn migrations(count: i64, newest: i64) -> String {
    format!("{}, up to {newest:04}", counted(u64::try_from(count).unwrap_or_default(), "applied", "applied"))
}

/// How far a replica is behind.
pub fn behind(changes: i64) -> String {
    match u64::try_from(changes) {
        Ok(0) | Err(_) => "–".to_owned(),
        Ok(changes) => counted(changes, "change", "changes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let check = |size: u64, expected: &str| assert_eq!(bytes(size), expected);
        check(1, "1 byte");
        check(1_023, "1,023 bytes");
        check(1_536, "1.5 KiB");
        check(20 << 20, "20 MiB");
        check(5 << 40, "5.0 TiB");
    }

    #[test]
    fn where_the_feed_is() {
        assert_eq!(feed(1_200, 1_199), "at 1,200, this replica is 1 change behind");
        assert_eq!(feed(7, 9), "at 7, this replica has all of it");
    }
}
