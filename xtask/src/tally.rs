//! The test runners' summaries, kept until the end of the run.

/// Counts and summary lines as the runners printed them.
#[derive(Debug, Default)]
pub struct Tally {
    lines: Vec<String>,
    passed: u64,
    failed: u64,
    /// A test program began and has not reported yet.
    open: bool,
}

impl Tally {
    /// Takes a line of `cargo test`: its summaries, and the names of failed tests.
    pub fn rust(&mut self, line: &str) {
        if line.starts_with("running ") && (line.ends_with(" test") || line.ends_with(" tests")) {
            self.close();
            self.open = true;
        } else if line.starts_with("test result: ") {
            self.open = false;
            self.passed += before(line, " passed");
            self.failed += before(line, " failed");
            // Crates without tests say nothing worth repeating.
            if !line.contains(" 0 passed; 0 failed; 0 ignored") {
                self.lines.push(line.to_owned());
            }
        } else if line.starts_with("test ") && line.ends_with("FAILED") {
            self.lines.push(line.to_owned());
        }
    }

    /// Counts a test program that ended without a report, as one that crashed does.
    pub fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.failed += 1;
            self.lines.push("a test program ended before it reported".to_owned());
        }
    }

    /// Takes a line of Playwright's list reporter, which ends with lines such as `  12 passed (8.1s)` and `  1 failed`.
    pub fn playwright(&mut self, line: &str) {
        let plain = without_colour(line);
        let words: Vec<&str> = plain.split_whitespace().collect();
        if !plain.starts_with("  ") || plain.starts_with("   ") || words.len() < 2 {
            return;
        }
        let Ok(count) = words[0].parse::<u64>() else { return };
        match (words[1], words.get(2)) {
            ("passed", _) => self.passed += count,
            ("failed", None) | ("interrupted" | "flaky", None) => self.failed += count,
            ("did", Some(&"not")) | ("skipped", None) => {}
            _ => return,
        }
        self.lines.push(plain);
    }

    /// Prints the summaries again and the sum of all.
    pub fn print(&self) {
        for line in &self.lines {
            println!("{line}");
        }
        println!("\n{} passed, {} failed", self.passed, self.failed);
    }
}

/// The number in front of a word.
fn before(line: &str, word: &str) -> u64 {
    line.split(word).next().and_then(|head| head.rsplit(' ').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The line without terminal colours.
fn without_colour(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_the_runners_print() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a::b ... ok",
            "test a::c ... FAILED",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.rust(line);
        }
        tally.rust("running 1 test");
        tally.close();
        for line in
            ["  ✓  1 home.spec.ts:3:5 › home (210ms)", "\u{1b}[31m  1 failed\u{1b}[39m", "    a.spec.ts:1:1 › a", "  12 passed (8.1s)"]
        {
            tally.playwright(line);
        }
        assert_eq!((tally.passed, tally.failed), (14, 3));
        assert_eq!(tally.lines.len(), 5);
    }
}
