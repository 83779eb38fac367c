//! Pages of lists: `limit` and an opaque `cursor`.

use crate::http::{failure::HttpFailure, rest::params::Params};

/// What a page has without a limit.
const USUAL: usize = 100;
/// What a page has at most.
pub(super) const MOST: usize = 500;

/// The `limit` that was asked for.
///
/// # Errors
/// 400 when it is no number of 1 to 500.
pub(super) fn limit(params: &Params<'_>) -> Result<usize, HttpFailure> {
    match params.number("limit")? {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(_) => Err(HttpFailure::invalid(format!("limit has to be between 1 and {MOST}"))),
    }
}

/// A cursor that is a number: how many were seen.
///
/// # Errors
/// 400 when it is none of ours.
pub(super) fn offset(params: &Params<'_>) -> Result<usize, HttpFailure> {
    params.one("cursor")?.map_or(Ok(0), |text| text.parse::<u32>().map(|offset| offset as usize).map_err(|_| malformed()))
}

/// What is said of a cursor that was not given out here.
pub(super) fn malformed() -> HttpFailure {
    HttpFailure::invalid("cursor is not one that this list gave; start without it")
}
