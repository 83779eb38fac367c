//! Who asks. Every use case takes a [`Caller`] first.

use std::{net::IpAddr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::EntityRef;

/// Who stands behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Principal {
    /// A person, named by the catalog's User entity.
    Person(EntityRef),
    /// A machine with an account of its own, by the account's name.
    Service(String),
    /// The holder of `WAYMARK_ADMIN_TOKEN`, recorded as `system:admin-token`.
    AdminToken,
    /// Waymark's own workers.
    Worker,
}

impl Principal {
    /// How it is recorded: `user:default/ada`, `service:ci`, `system:admin-token` or `system:worker`.
    pub fn recorded(&self) -> String {
        match self {
            Self::Person(person) => person.to_string(),
            Self::Service(name) => format!("service:{name}"),
            Self::AdminToken => "system:admin-token".to_owned(),
            Self::Worker => "system:worker".to_owned(),
        }
    }
}

/// By what somebody came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// A session in a browser, by the id that lists show.
    Session(Arc<str>),
    /// A token, by the id that lists show.
    Token(Arc<str>),
    /// `WAYMARK_ADMIN_TOKEN`.
    AdminToken,
    /// The header of a trusted proxy, which has signed the person in.
    Proxy,
    /// Nothing yet: somebody who is signing in.
    Nothing,
    /// Nothing from outside: the portal's own work.
    #[default]
    Worker,
}

impl Via {
    /// How it is recorded: `session:ID`, `token:ID`, `admin-token`, `proxy`, `worker`, or nothing.
    pub fn recorded(&self) -> String {
        match self {
            Self::Session(id) => format!("session:{id}"),
            Self::Token(id) => format!("token:{id}"),
            Self::AdminToken => "admin-token".to_owned(),
            Self::Proxy => "proxy".to_owned(),
            Self::Nothing => String::new(),
            Self::Worker => "worker".to_owned(),
        }
    }
}

/// Who asks, with what is needed to decide what they may do and what they must see.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who stands behind the request.
    pub principal: Principal,
    /// The groups the person belongs to, nested ones included; empty for machines.
    pub groups: Arc<[EntityRef]>,
    /// By what they came in.
    pub via: Via,
    /// What a token is limited to, as `catalog:read`; `None`: nothing limits it beyond the policies.
    pub scopes: Option<Arc<[String]>>,
    /// Where the request comes from, if it came over the network.
    pub address: Option<IpAddr>,
    /// The sequence of the caller's last write: what is read must include it.
    pub seen: Option<Seq>,
    /// The id under which the request is logged.
    pub request_id: String,
}

impl Caller {
    /// Waymark's own workers, which may do everything.
    pub fn worker() -> Self {
        Self {
            principal: Principal::Worker,
            groups: Arc::new([]),
            via: Via::Worker,
            scopes: None,
            address: None,
            seen: None,
            request_id: String::new(),
        }
    }

    /// The holder of the admin token.
    pub fn admin_token() -> Self {
        Self { principal: Principal::AdminToken, via: Via::AdminToken, ..Self::worker() }
    }

    /// The person, if a person asks.
    pub fn person(&self) -> Option<&EntityRef> {
        match &self.principal {
            Principal::Person(person) => Some(person),
            Principal::Service(_) | Principal::AdminToken | Principal::Worker => None,
        }
    }
}

/// A place in the change feed. Larger is later; 0 is before every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);
