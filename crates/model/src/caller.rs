//! Who asks. Every use case takes a [`Caller`] first.

use serde::{Deserialize, Serialize};

use crate::EntityRef;

/// Who stands behind a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Principal {
    /// A person, named by the catalog's User entity.
    Person(EntityRef),
    /// The holder of `WAYMARK_ADMIN_TOKEN`, recorded as `system:admin-token`.
    AdminToken,
    /// Waymark's own workers.
    Worker,
}

/// Who asks, with what is needed to decide what they may do and what they must see.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who stands behind the request.
    pub principal: Principal,
    /// The groups the person belongs to, nested ones included; empty for machines.
    pub groups: Vec<EntityRef>,
    /// The sequence of the caller's last write: what is read must include it.
    pub seen: Option<Seq>,
    /// The id under which the request is logged.
    pub request_id: String,
}

impl Caller {
    /// Waymark's own workers, which may do everything.
    pub fn worker() -> Self {
        Self { principal: Principal::Worker, groups: Vec::new(), seen: None, request_id: String::new() }
    }

    /// The person, if a person asks.
    pub fn person(&self) -> Option<&EntityRef> {
        match &self.principal {
            Principal::Person(person) => Some(person),
            Principal::AdminToken | Principal::Worker => None,
        }
    }
}

/// A place in the change feed. Larger is later; 0 is before every change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub i64);
