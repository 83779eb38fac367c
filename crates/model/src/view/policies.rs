//! Policies in the portal: the list, one of them with its editor, its history, and why somebody may or may not do something.

use super::{changes::Actor, edit::CompareLine, edit::YamlProblem, entity::EntityLink};
use crate::{FieldError, Timestamp};

/// Where a policy is read, by its name. Names of files may hold anything, so they are encoded.
pub fn policy_href(name: &str) -> String {
    let mut out = "/admin/policies/".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Where a policy comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PolicyOrigin {
    /// Part of the program.
    BuiltIn,
    /// A file of the configuration.
    File(String),
    /// Written in the portal.
    #[default]
    Portal,
}

/// A policy in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyRow {
    /// Its name, its address below `/admin/policies`.
    pub name: String,
    /// What it says, in one line.
    pub says: String,
    /// Where it comes from. Only those of the portal can be changed here.
    pub origin: PolicyOrigin,
    /// It counts.
    pub enabled: bool,
    /// Who changed it last, and when; only for those of the portal.
    pub changed: Option<(Actor, Timestamp)>,
    /// What is wrong with it.
    pub problems: Vec<YamlProblem>,
}

/// A policy that one can start from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyExample {
    /// Its name in the address.
    pub id: String,
    /// What it does, in a few words.
    pub title: String,
    /// Its text.
    pub text: String,
}

/// Every policy there is.
#[derive(Clone, Debug, Default)]
pub struct PoliciesView {
    /// Those of the portal first, then those of files, then the built-in ones.
    pub rows: Vec<PolicyRow>,
    /// Policies to start from.
    pub examples: Vec<PolicyExample>,
    /// The caller may change them.
    pub can_write: bool,
    /// The clock.
    pub now: Timestamp,
}

/// The fields of the editor, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyForm {
    /// The name, for a new one.
    pub name: String,
    /// The text.
    pub text: String,
    /// The version that the editor started from; 0 for a new one.
    pub version: i64,
    /// Why it is changed.
    pub comment: String,
    /// What was reviewed: a digest of the text whose change was shown.
    pub reviewed: String,
    /// Whom to test as.
    pub who: String,
    /// The action to test.
    pub action: String,
    /// The entity to test with; empty for the portal as a whole.
    pub resource: String,
}

impl PolicyForm {
    /// Reads the fields of a form that was sent.
    pub fn parse<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out = Self::default();
        for (name, value) in pairs {
            match name {
                "name" => value.trim().clone_into(&mut out.name),
                "text" => out.text = value.replace("\r\n", "\n"),
                "version" => out.version = value.parse().unwrap_or_default(),
                "comment" => value.trim().clone_into(&mut out.comment),
                "reviewed" => value.clone_into(&mut out.reviewed),
                "who" => value.trim().clone_into(&mut out.who),
                "action" => value.trim().clone_into(&mut out.action),
                "resource" => value.trim().clone_into(&mut out.resource),
                _ => {}
            }
        }
        out
    }
}

/// A decision, and what made it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyVerdict {
    /// Allowed.
    pub allowed: bool,
    /// The policies that decide; none where nothing allows it.
    pub by: Vec<PolicyMention>,
}

/// A policy that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyMention {
    /// Its name, or that of the role as a phrase.
    pub name: String,
    /// It is a role that somebody has.
    pub is_role: bool,
    /// Where it is read; `None` for those who may not.
    pub href: Option<String>,
}

/// What a test found: with the policies in force, and with what stands in the editor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyTest {
    /// The question as a sentence.
    pub question: String,
    /// As it is now.
    pub in_force: PolicyVerdict,
    /// As it would be.
    pub draft: PolicyVerdict,
}

/// One policy with its editor.
#[derive(Clone, Debug, Default)]
pub struct PolicyView {
    /// It is not there yet.
    pub is_new: bool,
    /// Where it comes from.
    pub origin: PolicyOrigin,
    /// It counts.
    pub enabled: bool,
    /// Who changed it last, and when.
    pub changed: Option<(Actor, Timestamp)>,
    /// The fields, as they are or as they were typed.
    pub form: PolicyForm,
    /// What is wrong with the text.
    pub problems: Vec<YamlProblem>,
    /// What is wrong with the fields.
    pub errors: Vec<FieldError>,
    /// What stands in the way as a whole.
    pub message: Option<String>,
    /// Somebody else changed it meanwhile: what is there now, compared with what was typed.
    pub conflict: Option<Vec<CompareLine>>,
    /// What would be saved, compared with what is there; asked for by *Review*.
    pub review: Option<Vec<CompareLine>>,
    /// What a test found.
    pub test: Option<PolicyTest>,
    /// Every action: name and what it means.
    pub actions: Vec<(String, String)>,
    /// The caller may change it.
    pub can_write: bool,
    /// The clock.
    pub now: Timestamp,
}

/// What becomes of a policy that is deleted.
#[derive(Clone, Debug, Default)]
pub struct DeletePolicyView {
    /// The policy.
    pub name: String,
    /// What it says.
    pub text: String,
    /// The version that the question was asked for.
    pub version: i64,
}

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Its number, from 1.
    pub version: i64,
    /// Who made it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub comment: String,
    /// It counted.
    pub enabled: bool,
    /// It was deleted with this version.
    pub deleted: bool,
    /// What changed since the version before it.
    pub lines: Vec<CompareLine>,
}

/// The history of one policy.
#[derive(Clone, Debug, Default)]
pub struct PolicyHistoryView {
    /// The policy.
    pub name: String,
    /// It is there now.
    pub exists: bool,
    /// The latest first.
    pub versions: Vec<PolicyVersion>,
    /// There are older ones than those shown.
    pub more: bool,
    /// The caller may go back to one.
    pub can_write: bool,
    /// The clock.
    pub now: Timestamp,
}

/// *Why can't I?*: the question, and what answers it.
#[derive(Clone, Debug, Default)]
pub struct WhyView {
    /// Whom it is about, as typed; empty for the caller.
    pub who: String,
    /// The action.
    pub action: String,
    /// The entity; empty for the portal as a whole.
    pub resource: String,
    /// Every action: name and what it means.
    pub actions: Vec<(String, String)>,
    /// The caller may ask for others.
    pub may_ask_for_others: bool,
    /// What is wrong with the question.
    pub errors: Vec<FieldError>,
    /// The answer; none before anything was asked.
    pub answer: Option<WhyAnswer>,
}

/// Why somebody may or may not do something.
#[derive(Clone, Debug, Default)]
pub struct WhyAnswer {
    /// It is allowed.
    pub allowed: bool,
    /// It is about the caller.
    pub is_self: bool,
    /// Whom it is about.
    pub who: String,
    /// What is done, as the end of a sentence: `see entities`.
    pub what: String,
    /// What it is done to, if it is an entity.
    pub resource: Option<EntityLink>,
    /// The token does not cover the action: what it lacks, as a sentence.
    pub scope_missing: Option<String>,
    /// The policies that allow it.
    pub by: Vec<PolicyMention>,
    /// The policies that forbid it, whatever allows it.
    pub forbidden_by: Vec<PolicyMention>,
    /// What would allow it: a role or a policy, and why it does not now.
    pub would_allow: Vec<WhyHint>,
    /// Who can give roles.
    pub who_can_grant: Vec<EntityLink>,
    /// Who owns the entity.
    pub owners: Vec<EntityLink>,
}

/// Something that would allow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhyHint {
    /// A role by its title, or a policy.
    pub title: String,
    /// Where it is read; `None` for those who may not.
    pub href: Option<String>,
    /// It is a role, which somebody can give.
    pub is_role: bool,
    /// Why it does not hold now.
    pub why: String,
}
