//! Quiet hours: when nothing is sent to a person outside of the portal.

use jiff::{ToSpan as _, civil::Time, tz::TimeZone};
use model::{FieldError, Timestamp};

/// From when to when a person wants to hear nothing, by the clock of a time zone. The end may be on the next day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// Minutes after midnight.
    pub from_minute: u16,
    /// Minutes after midnight.
    pub to_minute: u16,
    /// Its name in the time zone database, as `Europe/Berlin`.
    pub timezone: String,
}

impl Quiet {
    /// Reads what a form sends: `22:00`, `07:30`, `Europe/Berlin`.
    ///
    /// # Errors
    /// Every field that is wrong, with what would be right.
    pub fn parse(from: &str, to: &str, timezone: &str) -> Result<Self, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut fault = |field: &str, message: &str| wrong.push(FieldError { field: field.to_owned(), message: message.to_owned() });
        let (start, end) = (minute(from), minute(to));
        if start.is_none() {
            fault("from", "Quiet hours begin at a time such as 22:00");
        }
        if end.is_none() {
            fault("to", "Quiet hours end at a time such as 07:30");
        }
        if start.is_some() && start == end {
            fault("to", "Quiet hours end at another time than they begin");
        }
        let timezone = timezone.trim();
        let known = (timezone.len() <= 64).then(|| TimeZone::get(timezone).ok()).flatten();
        if known.is_none() {
            fault("timezone", "The time zone is a name such as Europe/Berlin or UTC");
        }
        match (start, end, known) {
            (Some(from_minute), Some(to_minute), Some(zone)) if wrong.is_empty() => {
                // As the database spells it.
                let timezone = zone.iana_name().unwrap_or(timezone).to_owned();
                Ok(Self { from_minute, to_minute, timezone })
            }
            _ => Err(wrong),
        }
    }

    /// When they begin, as `22:00`.
    pub fn from(&self) -> String {
        clock(self.from_minute)
    }

    /// When they end, as `07:30`.
    pub fn to(&self) -> String {
        clock(self.to_minute)
    }

    /// If `now` is in them, when they end. A time zone that is not known any more has none.
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get(&self.timezone).ok()?;
        let here = jiff::Timestamp::from_microsecond(now.0).ok()?.to_zoned(zone.clone());
        let minute = u16::try_from(i16::from(here.hour()) * 60 + i16::from(here.minute())).ok()?;
        let (from, to) = (self.from_minute, self.to_minute);
        let quiet = if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        if !quiet {
            return None;
        }
        let day = if minute < to { here.date() } else { here.date().checked_add(1.day()).ok()? };
        let end = day.to_datetime(time(to)).to_zoned(zone).ok()?;
        Some(Timestamp(end.timestamp().as_microsecond()))
    }

    /// The names of all time zones.
    pub fn timezones() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort_unstable();
        names
    }
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes): (u16, u16) =
        if digits(hours) && digits(minutes) { (hours.parse().ok()?, minutes.parse().ok()?) } else { return None };
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn time(minute: u16) -> Time {
    let part = |number: u16| i8::try_from(number).unwrap_or_default();
    Time::new(part(minute / 60), part(minute % 60), 0, 0).unwrap_or(Time::midnight())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, timezone: &str, now: &str, expected: &str) {
        let quiet = Quiet::parse(from, to, timezone).unwrap();
        let until = quiet.until(Timestamp::parse(now).unwrap());
        assert_eq!(until.map_or_else(|| "loud".to_owned(), Timestamp::rfc3339), expected, "{from}-{to} {timezone} at {now}");
    }

    #[test]
    fn ends_by_the_clock_of_the_time_zone() {
        check("22:00", "07:30", "UTC", "2026-11-22T21:59:59Z", "loud");
        check("22:00", "07:30", "UTC", "2026-11-22T22:00:00Z", "2026-11-23T07:30:00Z");
        check("22:00", "07:30", "UTC", "2026-11-23T07:29:59Z", "2026-11-23T07:30:00Z");
        check("22:00", "07:30", "UTC", "2026-11-23T07:30:00Z", "loud");
        check("12:00", "13:00", "UTC", "2026-11-22T12:30:00Z", "2026-11-22T13:00:00Z");
        check("12:00", "13:00", "UTC", "2026-11-22T23:00:00Z", "loud");
        check("22:00", "07:00", "Asia/Kolkata", "2026-11-22T17:00:00Z", "2026-11-23T01:30:00Z");
        // The night in which summer time begins is an hour shorter, the one in which it ends an hour longer.
        check("22:00", "07:00", "Europe/Berlin", "2027-03-27T21:30:00Z", "2027-03-28T05:00:00Z");
        check("22:00", "07:00", "Europe/Berlin", "2026-10-24T20:30:00Z", "2026-10-25T06:00:00Z");
        // An end that the clock skips is the moment after the gap.
        check("22:00", "02:30", "Europe/Berlin", "2027-03-27T22:30:00Z", "2027-03-28T01:30:00Z");
    }

    #[test]
    fn says_what_is_wrong() {
        let wrong =
            |from, to, timezone| Quiet::parse(from, to, timezone).unwrap_err().into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(wrong("24:00", "7:00", "Mars/Olympus"), ["from", "to", "timezone"]);
        assert_eq!(wrong("07:00", "07:00", "UTC"), ["to"]);
        assert_eq!(Quiet::parse("07:00", "08:00", "europe/berlin").unwrap().timezone, "Europe/Berlin");
        assert!(Quiet::timezones().len() > 400);
    }
}
