//! Who may do what, as policies in Cedar: data in, a decision out, nothing is read or written here.
//!
//! Policies come from files and from the database, [`Role`]s are templates of policies that [`Grant`]s fill in, and whatever no policy
//! permits is denied. [`Policies::compile`] checks all of it against the [schema](schema_text) and sorts it so that a question looks only
//! at the policies that can matter to who asks: [`Policies::slice`] finds those by the principal and the action, remembers them, and
//! [`Slice`] decides resource by resource. Conditions are evaluated by Cedar, and tests hold the answers equal to those of Cedar's own
//! authorizer over all policies.
//!
//! ```text
//! texts, grants ─ compile ─▶ Policies ─ slice(who, action) ─▶ Slice ─ permits(resource) ─▶ bool
//!                                └───── explain(who, action, resource) ─▶ Explanation
//! ```

mod compile;
mod condition;
mod explain;
mod facts;
mod grant;
mod guard;
mod mentions;
mod needs;
mod nesting;
mod parse;
mod problem;
mod role;
mod schema;
mod slice;
mod standing;
mod statement;

#[cfg(test)]
mod tests;

pub use compile::Policies;
pub use explain::{Explanation, Hint};
pub use facts::{EntityFacts, Resource};
pub use grant::{Grant, GrantOrigin, GrantTo};
pub use guard::{Candidate, Holders};
pub use mentions::{Mentions, Signature};
pub use problem::PolicyProblem;
pub use role::{Role, RoleAction, built_in};
pub use schema::{LONGEST_TEXT, MOST_GRANTED, MOST_POLICIES, schema_text};
pub use slice::{Decision, Reach, Slice, Sweep};
pub use statement::{Effect, PolicyRef};

use model::{EntityRef, Principal};

/// Policies as somebody wrote them: one or several, in Cedar.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PolicyText {
    /// What lists and messages call it; unique among all texts.
    pub id: String,
    /// The text in Cedar.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where policies come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// They come with Waymark.
    BuiltIn,
    /// A file that the configuration names.
    File(String),
    /// They were written in the portal.
    Database {
        /// The version that holds.
        version: i64,
    },
}

/// Who asks, as policies see them.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// Who stands behind the request. [`Principal::AdminToken`] and [`Principal::Worker`] may do everything, without any policy.
    pub principal: &'a Principal,
    /// The groups that they belong to, nested ones included. Every person is in `Group::"everyone"` besides.
    pub groups: &'a [EntityRef],
}
