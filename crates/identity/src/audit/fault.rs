//! What can be wrong with a log, in words for whoever has to find out how it came about.

use std::fmt;

/// The first thing that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A row does not fit its hash.
    Altered {
        /// Its number.
        seq: i64,
    },
    /// Rows between others are not there.
    Missing {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// Rows at the end are not there.
    Cut {
        /// The last row that is there.
        last: i64,
        /// The last row by the head.
        head: i64,
    },
    /// A row stands behind the end.
    Behind {
        /// Its number.
        seq: i64,
        /// The last row by the head.
        head: i64,
    },
    /// A row stands where retention has removed everything.
    Before {
        /// Its number.
        seq: i64,
        /// The last row that retention removed.
        removed: i64,
    },
    /// The last row is another than the one that the head was signed for.
    Replaced {
        /// Its number.
        seq: i64,
    },
    /// The head is not signed with the key.
    Head {
        /// How far the log goes by it.
        seq: i64,
    },
    /// There is no head.
    NoHead,
    /// A checkpoint of retention is not signed with the key.
    Checkpoint {
        /// The last removed row by it.
        seq: i64,
    },
    /// When this row was written, the head was found not to be the one that was left there.
    Noticed {
        /// Its number.
        seq: i64,
    },
    /// The log was longer, or another, when this program looked before.
    Forgotten {
        /// The last row that it saw then.
        seq: i64,
        /// The last row now.
        last: i64,
    },
}

impl Fault {
    /// The first row that is concerned, where one can be named.
    pub const fn seq(&self) -> Option<i64> {
        match self {
            Self::Altered { seq }
            | Self::Behind { seq, .. }
            | Self::Before { seq, .. }
            | Self::Replaced { seq }
            | Self::Noticed { seq }
            | Self::Checkpoint { seq } => Some(*seq),
            Self::Missing { from, .. } => Some(*from),
            Self::Cut { last, .. } | Self::Forgotten { last, .. } => Some(*last + 1),
            Self::Head { .. } | Self::NoHead => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { seq } => write!(
                f,
                "row {seq} does not fit its hash: it was altered or put in another's place, or the row before it was altered together with its own hash"
            ),
            Self::Missing { from, to } if from == to => write!(f, "row {from} is missing, while rows after it are there: it was deleted"),
            Self::Missing { from, to } => write!(f, "rows {from} to {to} are missing, while rows after them are there: they were deleted"),
            Self::Cut { last: 0, head } => {
                write!(f, "the log is empty, while its signed head says that it goes to row {head}: all rows were deleted")
            }
            Self::Cut { last, head } => {
                write!(f, "the log ends at row {last}, while its signed head says that it goes to row {head}: the last rows were deleted")
            }
            Self::Behind { seq, head } => {
                write!(f, "row {seq} stands behind the end of the log, which is row {head} by its signed head: it was put in by hand")
            }
            Self::Before { seq, removed } => {
                write!(f, "row {seq} is there, while retention removed everything up to row {removed}: it was put in by hand")
            }
            Self::Replaced { seq } => {
                write!(f, "row {seq}, the last, is not the row that the head was signed for: it was replaced together with its hash")
            }
            Self::Head { seq } => write!(
                f,
                "the head, by which the log goes to row {seq}, is not signed with the key: it was rewritten, and rows before it may have been deleted or replaced"
            ),
            Self::NoHead => write!(f, "the row of audit_head is missing: it was deleted"),
            Self::Checkpoint { seq } => {
                write!(
                    f,
                    "the checkpoint that says that retention removed the rows up to {seq} is not signed with the key: it was forged, to hide deleted rows"
                )
            }
            Self::Noticed { seq } => write!(
                f,
                "when row {seq} was written, the head was not the one that had been left there: before it, rows were deleted or replaced without the key. Row {seq} says what was found"
            ),
            Self::Forgotten { seq, last } => write!(
                f,
                "this program has seen row {seq} before, and now the log ends at row {last} or has another row in its place: the database was put back to an earlier state. If that was a restored backup, remove the file audit.seen from the data directory"
            ),
        }
    }
}
