//! What stands around every page.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::announcements::Branding;
use crate::EntityRef;

/// What stands around every page: the header, the person, the theme and a message from the last action.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The organisation's name, in the page title and on the sign-in page.
    pub organisation: String,
    /// Who is signed in.
    pub person: Option<PersonBadge>,
    /// The theme from the cookie.
    pub theme: Theme,
    /// The place in the navigation that the page belongs to.
    pub place: Place,
    /// Path and query of the page, for the forms that come back to it (theme, star, sign-out).
    pub path: String,
    /// The message that the last action left.
    pub flash: Option<Flash>,
    /// The portal runs on the sample organisation.
    pub demo: bool,
    /// The icons of declared kinds, by the kind in lower case.
    pub kind_icons: Arc<BTreeMap<String, String>>,
    /// The parts of administration that the person may see; none: no administration is offered.
    pub admin: Vec<Place>,
    /// Messages in the person's inbox that are not read yet.
    pub unread: usize,
    /// What is announced to everybody at the moment and was not closed by this person.
    pub announcements: Vec<AnnouncementView>,
    /// The organisation's logo, and who helps.
    pub branding: Branding,
    /// The person wants no keyboard shortcuts, in any browser.
    pub keys_off: bool,
    /// Path prefix of this build's assets, as in `/assets/3f2a…`, without a final slash.
    pub assets: String,
    /// The request's nonce for the Content-Security-Policy.
    pub nonce: String,
}

/// The person in the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonBadge {
    /// The User entity; `None` for the holder of the admin token.
    pub entity_ref: Option<EntityRef>,
    /// The name shown.
    pub name: String,
    /// One or two letters for the avatar.
    pub initials: String,
}

/// The colours: as the system has them, or fixed. Kept in the cookie `wm_theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the operating system has them.
    #[default]
    System,
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    /// The value in the cookie and in `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the cookie's value; anything unknown is the system's.
    pub fn from_name(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The places of the navigation that exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Home
    Home,
    /// The catalog's list and entity pages.
    Catalog,
    /// The catalog's APIs.
    Apis,
    /// The graph explorer.
    Graph,
    /// What changed in the catalog.
    Changes,
    /// What is wrong in the catalog.
    Problems,
    /// Where the catalog is read from.
    Locations,
    /// How something comes into the catalog.
    Register,
    /// What the person starred: under Home in the navigation.
    Starred,
    /// The person's inbox.
    Notifications,
    /// The person's own settings.
    Settings,
    /// Administration: who signs in, and their sessions.
    AdminPeople,
    /// Administration: roles and who has them.
    AdminRoles,
    /// Administration: service accounts and tokens.
    AdminServiceAccounts,
    /// Administration: policies.
    AdminPolicies,
    /// Administration: sign-in providers.
    AdminProviders,
    /// Administration: the audit log.
    AdminAudit,
    /// Administration: deliveries of notifications.
    AdminNotifications,
    /// Administration: announcements and branding.
    AdminAnnouncements,
    /// Administration: version, replicas, queues, configuration.
    AdminSystem,
    /// Not in the navigation: search, sign-in, errors, design.
    #[default]
    Elsewhere,
}

impl Place {
    /// Whether it is a part of the catalog, in whose second row of the navigation it stands.
    pub const fn is_in_catalog(self) -> bool {
        matches!(self, Self::Catalog | Self::Apis | Self::Graph | Self::Changes | Self::Problems | Self::Locations | Self::Register)
    }

    /// The parts of administration, in the order of its second row.
    pub const ADMIN: [Self; 9] = [
        Self::AdminPeople,
        Self::AdminRoles,
        Self::AdminServiceAccounts,
        Self::AdminPolicies,
        Self::AdminProviders,
        Self::AdminAudit,
        Self::AdminNotifications,
        Self::AdminAnnouncements,
        Self::AdminSystem,
    ];

    /// The address of a part of administration; `None` for every other place.
    pub const fn admin_href(self) -> Option<&'static str> {
        Some(match self {
            Self::AdminPeople => "/admin/people",
            Self::AdminRoles => "/admin/roles",
            Self::AdminServiceAccounts => "/admin/service-accounts",
            Self::AdminPolicies => "/admin/policies",
            Self::AdminProviders => "/admin/providers",
            Self::AdminAudit => "/admin/audit",
            Self::AdminNotifications => "/admin/notifications",
            Self::AdminAnnouncements => "/admin/announcements",
            Self::AdminSystem => "/admin/system",
            _ => return None,
        })
    }

    /// Whether it is a part of administration, in whose second row of the navigation it stands.
    pub fn is_in_admin(self) -> bool {
        Self::ADMIN.contains(&self)
    }
}

/// Something that is announced to everybody, at the top of every page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnouncementView {
    /// Its id, by which a person closes it.
    pub id: String,
    /// `info`, `warn` or `danger`.
    pub level: String,
    /// One line.
    pub title: String,
    /// More, as plain text; may be empty.
    pub body: String,
    /// Where to read on: a path of the portal or an https address; may be empty.
    pub link: String,
}

/// A message that an action leaves for the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// How it went.
    pub level: FlashLevel,
    /// What happened, in one sentence.
    pub text: String,
}

/// How an action went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FlashLevel {
    /// Done.
    Ok,
    /// Not done.
    Danger,
}
