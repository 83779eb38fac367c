//! Roles that somebody was given.

use std::{fmt, str::FromStr};

use cedar_policy::EntityUid;
use model::EntityRef;

use super::schema::{EVERYONE, Kind};

/// A role that was given to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// The role's name: `developer`.
    pub role: String,
    /// Who has it.
    pub to: GrantTo,
    /// Where it was granted.
    pub origin: GrantOrigin,
}

/// Where a role was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantOrigin {
    /// `access.default-role` of the configuration.
    DefaultRole,
    /// `[[access.grants]]` of the configuration.
    Configuration,
    /// The portal.
    Database,
}

/// Whom a role can be given to. Written `user:default/ada`, `group:default/payments`, `service:ci` or `everyone`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GrantTo {
    /// One person.
    User(EntityRef),
    /// The members of a group, those of its subgroups included.
    Group(EntityRef),
    /// A service account, by its name.
    Service(String),
    /// Every person; no service account.
    Everyone,
}

impl GrantTo {
    /// As Cedar names it.
    pub(super) fn uid(&self) -> EntityUid {
        match self {
            Self::User(name) => Kind::User.uid(&name.to_string()),
            Self::Group(name) => Kind::Group.uid(&name.to_string()),
            Self::Service(name) => Kind::ServiceAccount.uid(name),
            Self::Everyone => Kind::Group.uid(EVERYONE),
        }
    }
}

impl fmt::Display for GrantTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) | Self::Group(name) => name.fmt(f),
            Self::Service(name) => write!(f, "service:{name}"),
            Self::Everyone => f.write_str(EVERYONE),
        }
    }
}

impl FromStr for GrantTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("\"{text}\" is nobody that a role can be given to: {why}. Write user:NAME, group:NAME, service:NAME or everyone.")
        };
        if text == EVERYONE {
            return Ok(Self::Everyone);
        }
        if let Some(name) = text.strip_prefix("service:") {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
            return match name.is_empty() || !name.chars().all(plain) {
                true => Err(wrong("a service account's name has lower case letters, digits, dots, - and _")),
                false => Ok(Self::Service(name.to_owned())),
            };
        }
        let name: EntityRef = text.parse().map_err(|_| wrong("it has no kind"))?;
        let name: EntityRef = name.to_string().parse().map_err(|_| wrong("its name is not complete"))?;
        match name.kind() {
            "user" => Ok(Self::User(name)),
            "group" => Ok(Self::Group(name)),
            kind => Err(wrong(&format!("{kind} is no kind that can sign in"))),
        }
    }
}
