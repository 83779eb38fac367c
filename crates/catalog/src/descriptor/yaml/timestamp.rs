//! Dates of YAML 1.1, which only documents with `%YAML 1.1` or a `!!timestamp` tag have.

/// The text that JSON makes of a timestamp, `2020-01-01T00:00:00.000Z`; `None` when the text is none.
pub(super) fn to_json(text: &str) -> Option<String> {
    let mut rest = Cursor(text);
    let year = rest.digits(4, 4)?;
    let month = rest.after('-')?.digits(1, 2)?;
    let day = rest.after('-')?.digits(1, 2)?;
    if rest.0.is_empty() {
        return Some(format_instant(days(year, month, day) * 86_400_000));
    }
    let before = rest.0.len();
    match rest.0.strip_prefix(['t', 'T']) {
        Some(time) => rest.0 = time,
        None => rest.blanks(),
    }
    if rest.0.len() == before {
        return None;
    }
    let hour = rest.digits(1, 2)?;
    let minute = rest.after(':')?.digits(1, 2)?;
    let second = rest.after(':')?.digits(1, 2)?;
    let mut millis = 0;
    if let Some(fraction) = rest.0.strip_prefix('.') {
        let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let three: String = fraction[..length].chars().chain("000".chars()).take(3).collect();
        millis = three.parse().ok().filter(|_| length > 0)?;
        rest.0 = &fraction[length..];
    }
    rest.blanks();
    let offset = match rest.0.as_bytes().first() {
        None => 0,
        Some(b'Z') if rest.0 == "Z" => 0,
        Some(sign @ (b'+' | b'-')) => {
            rest.0 = &rest.0[1..];
            let hours = rest.digits(1, 2)?;
            let minutes = if rest.0.is_empty() { 0 } else { rest.after(':')?.digits(2, 2)? };
            if !rest.0.is_empty() {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'-' { -1 } else { 1 }
        }
        Some(_) => return None,
    };
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second;
    Some(format_instant(seconds * 1000 + millis))
}

struct Cursor<'t>(&'t str);

impl Cursor<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let length = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let value = self.0[..length].parse().ok().filter(|_| length >= least)?;
        self.0 = &self.0[length..];
        Some(value)
    }

    fn after(&mut self, separator: char) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(separator)?;
        Some(self)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }
}

/// Days from 1970-01-01 in the Gregorian calendar; months and days may overflow, as in JavaScript's `Date.UTC`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let months = year * 12 + month - 1;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    // A year that starts in March puts the leap day last.
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * since_march + 2) / 5 + day - 1 - 719_468
}

fn format_instant(millis: i64) -> String {
    let (day, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let (year, month, day) = civil(day);
    let (hour, minute, second, millis) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// The inverse of [`days`].
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, in_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
    let day_of_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let since_march = (5 * day_of_year + 2) / 153;
    let month = if since_march < 10 { since_march + 3 } else { since_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * since_march + 2) / 5 + 1)
}
