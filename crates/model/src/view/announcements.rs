//! What is announced to everybody, and how the portal names and shows the organisation.

use super::changes::Actor;
use crate::{FieldError, Timestamp};

/// The levels of an announcement, by their name.
pub const LEVELS: [&str; 3] = ["info", "warn", "danger"];

/// An announcement in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementRow {
    /// Its id.
    pub id: String,
    /// `info`, `warn` or `danger`.
    pub level: String,
    /// One line.
    pub title: String,
    /// More, as plain text.
    pub body: String,
    /// Where to read on.
    pub link: String,
    /// From when on it shows.
    pub starts: Timestamp,
    /// Until when; for ever without it.
    pub ends: Option<Timestamp>,
    /// Who wrote it.
    pub by: Actor,
}

/// The fields of an announcement's form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnnouncementForm {
    /// The one that is changed; empty for a new one.
    pub id: String,
    /// `info`, `warn` or `danger`.
    pub level: String,
    /// One line.
    pub title: String,
    /// More.
    pub body: String,
    /// Where to read on.
    pub link: String,
    /// From when on, as `2026-11-22T09:30` in UTC; now without it.
    pub starts: String,
    /// Until when; for ever without it.
    pub ends: String,
}

impl AnnouncementForm {
    /// Reads the fields of a form that was sent.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out = Self::default();
        for (name, value) in pairs {
            let field = match name {
                "level" => &mut out.level,
                "title" => &mut out.title,
                "body" => &mut out.body,
                "link" => &mut out.link,
                "starts" => &mut out.starts,
                "ends" => &mut out.ends,
                _ => continue,
            };
            *field = value.replace("\r\n", "\n").trim().to_owned();
        }
        out
    }
}

/// The announcements, and the form in which one is made or changed.
#[derive(Clone, Debug, Default)]
pub struct AnnouncementsView {
    /// All of them, the latest first.
    pub rows: Vec<AnnouncementRow>,
    /// The form.
    pub form: AnnouncementForm,
    /// What is wrong with the form.
    pub errors: Vec<FieldError>,
    /// The caller may change how the organisation is shown.
    pub may_brand: bool,
    /// The clock.
    pub now: Timestamp,
}

/// How the portal names and shows the organisation, on every page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branding {
    /// The path of the logo, if there is one.
    pub logo: Option<String>,
    /// Who helps: what is shown, and an https or mailto address.
    pub support: Option<(String, String)>,
}

/// The fields of the branding form, as they are or as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrandingForm {
    /// The organisation's name; empty for the configuration's.
    pub organisation: String,
    /// What the link to those who help says.
    pub support_label: String,
    /// Where it leads.
    pub support_link: String,
}

/// The page on which branding is changed.
#[derive(Clone, Debug, Default)]
pub struct BrandingView {
    /// The fields.
    pub form: BrandingForm,
    /// The name that the configuration has.
    pub configured: String,
    /// The path of the logo, if there is one.
    pub logo: Option<String>,
    /// What is wrong with the form.
    pub errors: Vec<FieldError>,
    /// The caller may announce.
    pub may_announce: bool,
}
