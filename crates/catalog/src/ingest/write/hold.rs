//! Losses that are too large to be believed: a token that expired or a folder that was not mounted must not empty a catalog.

use std::fmt::Write as _;

use model::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::sql::{KnownRow, ScanRow};

/// Entities from which a location's loss can be held; of fewer, a share says nothing.
const FROM: i64 = 5;
/// Names that a held loss tells.
const NAMES: usize = 100;

/// A loss that waits for somebody to confirm it, as JSON in its location's row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct HeldLoss {
    /// How many entities would go.
    pub(super) lost: usize,
    /// Of how many.
    pub(super) of: i64,
    /// Names exactly this loss; what is confirmed.
    pub(super) digest: String,
    /// The first names of those that would go.
    pub(super) refs: Vec<String>,
    /// When it was first held, in microseconds.
    pub(super) at: i64,
}

/// What is to be done about a loss.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is applied.
    Apply,
    /// It waits.
    Hold(HeldLoss),
}

/// Judges the loss of `rows` out of `total` entities.
pub(super) fn judge(rows: &[KnownRow], total: i64, percent: Option<u8>, location: &ScanRow, now: Timestamp) -> Verdict {
    let files: Vec<&KnownRow> = rows.iter().filter(|row| !row.file.is_empty()).collect();
    let lost = i64::try_from(files.len()).unwrap_or(i64::MAX);
    let Some(percent) = percent else { return Verdict::Apply };
    if total < FROM || lost.saturating_mul(100) <= total.saturating_mul(i64::from(percent)) {
        return Verdict::Apply;
    }
    let mut refs: Vec<String> = files.iter().map(|row| row.entity_ref.clone()).collect();
    refs.sort_unstable();
    let digest = Sha1::digest(refs.join("\n").as_bytes()).iter().fold(String::with_capacity(40), |mut text, byte| {
        let _: std::fmt::Result = write!(text, "{byte:02x}");
        text
    });
    if location.confirmed.as_ref() == Some(&digest) {
        return Verdict::Apply;
    }
    let before: HeldLoss = location.held.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let at = if before.digest == digest { before.at } else { now.0 };
    let lost = refs.len();
    refs.truncate(NAMES);
    Verdict::Hold(HeldLoss { lost, of: total, digest, refs, at })
}
