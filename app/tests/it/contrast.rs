//! The colours of `style/tokens.css` can be told apart in both themes (WCAG 2.2: 4.5 for text, 3 for lines that mean
//! something), and the accent is no status colour's neighbour.

use std::{collections::BTreeMap, fs};

type Oklch = [f64; 3];

/// The colours of both themes by token.
fn tokens() -> BTreeMap<String, [Oklch; 2]> {
    let sheet = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../style/tokens.css")).expect("the tokens");
    let mut out = BTreeMap::new();
    for line in sheet.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": light-dark(")) else { continue };
        let colours: Vec<Oklch> = value
            .split("oklch(")
            .skip(1)
            .filter(|colour| !colour.contains('/'))
            .map(|colour| {
                let numbers: Vec<f64> = colour
                    .split(')')
                    .next()
                    .unwrap_or_default()
                    .split_whitespace()
                    .map(|number| number.parse().expect("a number"))
                    .collect();
                numbers.try_into().expect("three numbers")
            })
            .collect();
        if let Ok(pair) = colours.try_into() {
            out.insert(name.to_owned(), pair);
        }
    }
    out
}

/// Relative luminance as WCAG has it, by way of linear sRGB.
fn luminance([l, c, h]: Oklch) -> f64 {
    let (a, b) = (c * h.to_radians().cos(), c * h.to_radians().sin());
    let cone = |x: f64, y: f64| (l + x * a + y * b).powi(3);
    let (long, medium, short) =
        (cone(0.396_337_777_4, 0.215_803_757_3), cone(-0.105_561_345_8, -0.063_854_172_8), cone(-0.089_484_177_5, -1.291_485_548));
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

fn check(ink: &str, papers: &[&str], least: f64) {
    let tokens = tokens();
    for paper in papers {
        for (theme, name) in ["light", "dark"].iter().enumerate() {
            let (a, b) = (luminance(tokens[ink][theme]), luminance(tokens[*paper][theme]));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= least, "{ink} on {paper} in the {name} theme: {contrast:.2}, needs {least}");
        }
    }
}

#[test]
fn text_can_be_read() {
    check("ink", &["paper", "paper-2", "paper-3", "raised", "accent-soft", "warning-soft", "danger-soft", "ok-soft", "info-soft"], 7.0);
    check("muted", &["paper", "paper-2", "paper-3", "raised", "accent-soft", "danger-soft", "warning-soft"], 4.5);
    check("link", &["paper", "paper-2", "danger-soft", "warning-soft"], 4.5);
    check("accent-ink", &["accent", "accent-hover"], 4.5);
    check("code-ink", &["code-paper", "ok-soft", "danger-soft"], 7.0);
    check("code-muted", &["code-paper", "ok-soft", "danger-soft", "warning-soft"], 4.5);
    for status in ["ok", "warning", "danger", "info"] {
        check(status, &["paper", "raised", &format!("{status}-soft")], 4.5);
    }
}

#[test]
fn lines_that_mean_something_can_be_seen() {
    check("accent", &["paper", "paper-2", "raised"], 3.0);
    check("line-strong", &["paper", "raised"], 3.0);
}

#[test]
fn the_accent_is_far_from_every_status() {
    let tokens = tokens();
    for status in ["ok", "warning", "danger", "info"] {
        for (accent, other) in tokens["accent"].iter().zip(&tokens[status]) {
            let apart = (accent[2] - other[2]).abs();
            let apart = apart.min(360.0 - apart);
            assert!(apart >= 45.0, "{status}: {apart} degrees from the accent");
        }
    }
}
