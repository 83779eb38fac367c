//! What the person at the terminal sees of long steps: a line when one begins, a line with its time when it ends.

use anyhow::Result;
use std::time::{Duration, Instant};

/// Runs a step, saying what it is before and how long it took after.
pub fn step<T>(what: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {what}");
    let start = Instant::now();
    let result = run();
    let mark = if result.is_ok() { "✓" } else { "✗" };
    println!("{mark} {what}  {}", seconds(start.elapsed()));
    result
}

/// A remark inside a step.
pub fn note(text: &str) {
    println!("  {text}");
}

/// A duration as people read it: `0.4 s`, `3 min 05 s`.
pub fn seconds(duration: Duration) -> String {
    let total = duration.as_secs_f64();
    if total < 60.0 {
        return format!("{total:.1} s");
    }
    let whole = duration.as_secs();
    format!("{} min {:02} s", whole / 60, whole % 60)
}

/// A number of bytes as people read it.
pub fn bytes(count: u64) -> String {
    if count < 1024 * 1024 { format!("{:.1} KiB", count as f64 / 1024.0) } else { format!("{:.1} MiB", count as f64 / 1024.0 / 1024.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_read_well() {
        assert_eq!(seconds(Duration::from_millis(420)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(60 * 1024 * 1024), "60.0 MiB");
    }
}
