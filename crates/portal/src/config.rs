//! What the portal is told about people and machines. Every part has a default with which it works.

use std::{path::PathBuf, time::Duration};

use identity::{
    audit::AuditKey,
    policy::{Grant, PolicyText},
    provider::ProviderConfig,
};

use crate::access::AdminKey;

/// Who may do what, before anybody has said anything in the portal.
#[derive(Clone, Debug)]
pub struct AuthorisationConfig {
    /// The role that every person has, if there is one.
    pub default_role: Option<String>,
    /// Policies of files, beside those that come with Waymark.
    pub policies: Vec<PolicyText>,
    /// Roles of people, groups and service accounts.
    pub grants: Vec<Grant>,
}

impl Default for AuthorisationConfig {
    fn default() -> Self {
        Self { default_role: Some("developer".to_owned()), policies: Vec::new(), grants: Vec::new() }
    }
}

/// Sessions, tokens, accounts.
#[derive(Clone, Debug)]
pub struct AccessConfig {
    /// After how long without a request a session ends.
    pub idle: Duration,
    /// After how long a session ends whatever happens.
    pub absolute: Duration,
    /// `WAYMARK_ADMIN_TOKEN`.
    pub admin: Option<AdminKey>,
}

impl Default for AccessConfig {
    /// 12 hours without a request, 30 days in all; no admin token.
    fn default() -> Self {
        let identity::session::Lifetime { idle, absolute } = identity::session::Lifetime::default();
        Self { idle, absolute, admin: None }
    }
}

/// Who signs people in.
#[derive(Clone, Debug, Default)]
pub struct ProvidersConfig {
    /// The providers, in the order in which they are offered.
    pub providers: Vec<ProviderConfig>,
    /// The portal's own address, which providers send people back to. Without it nobody is sent anywhere.
    pub public_url: Option<url::Url>,
}

/// The audit log.
#[derive(Clone, Debug, Default)]
pub struct AuditConfig {
    /// What the log is signed with; without it, with a key that everybody knows, which is for tests.
    pub key: Option<AuditKey>,
    /// How long rows are kept; for ever without it.
    pub retention: Option<Duration>,
    /// Writes each row to standard output too, as a line of JSON.
    pub stream_stdout: bool,
    /// A file outside of the database that keeps the end of the log, so that a database that was put back is noticed.
    pub seen_file: Option<PathBuf>,
}

/// Notifications.
#[derive(Clone, Debug, Default)]
pub struct NotificationsConfig {
    /// What leaves the portal, and how.
    pub channels: notifications::ChannelsConfig,
    /// A name that no other process uses; deliveries of a process that was killed start again at once under it.
    pub owner: String,
}
