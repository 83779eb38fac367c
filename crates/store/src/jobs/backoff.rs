//! How long a failed job waits: twice as long each time, with chance in it, so that jobs that failed together do not come
//! back together.

use std::time::Duration;

/// The pause after attempt number `attempt` (from 1): between half and one and a half times 2^attempt seconds, at most
/// about an hour. `chance` is from 0 to 1.
pub(crate) fn pause(attempt: i64, chance: f64) -> Duration {
    let exponent = i32::try_from(attempt.clamp(1, 12)).unwrap_or(12);
    let middle = 2_f64.powi(exponent).min(2400.0);
    Duration::from_secs_f64(middle * (0.5 + chance.clamp(0.0, 1.0)))
}

/// A random number from 0 to 1; one half if the system has none to give.
pub(crate) fn chance() -> f64 {
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attempt: i64, chance: f64, seconds: u64) {
        assert_eq!(pause(attempt, chance), Duration::from_secs(seconds));
    }

    #[test]
    fn doubles_up_to_an_hour() {
        check(1, 0.5, 2);
        check(1, 0.0, 1);
        check(1, 1.0, 3);
        check(5, 0.5, 32);
        check(11, 0.5, 2048);
        check(12, 1.0, 3600);
        check(1000, 1.0, 3600);
    }
}
