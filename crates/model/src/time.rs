//! Points in time as the database keeps them and people read them.

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// RFC 3339 in UTC with seconds, as in `2026-11-22T09:30:00Z`.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.0.div_euclid(1_000_000)).map_or_else(|_| self.0.to_string(), |t| t.to_string())
    }

    /// Reads RFC 3339, as in `2026-11-22T09:30:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|at| Self(at.as_microsecond()))
    }

    /// For people: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date.
    pub fn relative_to(self, now: Self) -> String {
        let seconds = (now.0 - self.0) / 1_000_000;
        match seconds {
            ..60 => "just now".to_owned(),
            60..3600 => format!("{} min ago", seconds / 60),
            3600..86_400 => format!("{} h ago", seconds / 3600),
            86_400..172_800 => "yesterday".to_owned(),
            172_800..2_592_000 => format!("{} days ago", seconds / 86_400),
            _ => self.rfc3339()[..10].to_owned(),
        }
    }
}
