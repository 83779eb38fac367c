//! Policies in the portal: those that are written here beside those of files and of the program, their history, and what they do before
//! they do it.
//!
//! A change is checked as a whole: every text that would be in force, every grant, and whether somebody is left who could take it back.
//! All of that, the change itself, its version and its row of the audit log are one transaction.

mod examples;
mod test;
mod why;
mod write;

pub(crate) use write::{grants, in_force};

use identity::policy::{Origin, Policies, PolicyProblem, PolicyRef, PolicyText};
use model::{
    Caller, PortalError, Seq,
    view::{
        DeletePolicyView, PoliciesView, PolicyExample, PolicyForm, PolicyHistoryView, PolicyMention, PolicyOrigin, PolicyRow,
        PolicyVersion, PolicyView, YamlProblem, policy_href,
    },
};
use sha2::{Digest as _, Sha256};
use store::Args;

use crate::{
    Action, Portal,
    catalog::{changes::actor_of, edit::compare::changed_lines},
    failure,
    sql::policy as sql,
    summary::{Links, one_line},
};

/// Versions that the history shows.
const VERSIONS: i64 = 100;
/// Characters of the line that says what a policy does.
const SAYS: usize = 200;

/// What became of an attempt to save a policy.
#[derive(Clone, Debug)]
pub enum PolicySaved {
    /// It is saved under this name.
    Done(String, Seq),
    /// It is not: the page again, with what was typed and what is wrong. True when somebody else was faster.
    Again(Box<PolicyView>, bool),
}

/// Use cases of policies.
#[derive(Debug)]
pub struct PolicyUseCases<'a> {
    portal: &'a Portal,
}

impl<'a> PolicyUseCases<'a> {
    pub(crate) fn new(portal: &'a Portal) -> Self {
        Self { portal }
    }

    /// Every policy: those of the portal by name, then those of files, then those of the program.
    ///
    /// # Errors
    /// `NotFound` for those who may not read policies, `Unavailable`.
    pub async fn list(&self, caller: &Caller) -> Result<PoliciesView, PortalError> {
        self.portal.allow(caller, Action::PolicyRead).await?;
        let snapshot = self.portal.seen(caller).await?;
        let links = Links::new(&snapshot);
        let stored: Vec<sql::PolicyRow> =
            self.portal.inner.store.fetch_all(&sql::POLICIES, Args::new()).await.map_err(|error| failure::of_store(&error, caller))?;
        let problems = self.portal.inner.authority.problems();
        let mut rows: Vec<PolicyRow> = Vec::new();
        for row in stored {
            rows.push(PolicyRow {
                says: says(&row.text),
                origin: PolicyOrigin::Portal,
                enabled: row.enabled != 0,
                changed: Some((actor_of(&links, &row.changed_by), row.changed_at.0)),
                problems: problems.iter().filter(|problem| problem.policy == row.name).map(shown).collect(),
                name: row.name,
            });
        }
        let mut fixed = self.fixed();
        fixed.sort_by_key(|text| (matches!(text.origin, Origin::BuiltIn), text.id.clone()));
        rows.extend(fixed.into_iter().map(|text| PolicyRow {
            says: says(&text.text),
            origin: origin(&text.origin),
            enabled: true,
            changed: None,
            problems: Vec::new(),
            name: text.id,
        }));
        Ok(PoliciesView { rows, examples: examples(), can_write: self.portal.may(caller, Action::PolicyWrite), now: crate::now() })
    }

    /// One policy with its editor.
    ///
    /// # Errors
    /// `NotFound`, also for those who may not read policies; `Unavailable`.
    pub async fn one(&self, caller: &Caller, name: &str) -> Result<PolicyView, PortalError> {
        self.portal.allow(caller, Action::PolicyRead).await?;
        let snapshot = self.portal.seen(caller).await?;
        let view = PolicyView {
            actions: actions(),
            can_write: self.portal.may(caller, Action::PolicyWrite),
            now: crate::now(),
            enabled: true,
            ..PolicyView::default()
        };
        if let Some(text) = self.fixed().into_iter().find(|text| text.id == name) {
            let form = PolicyForm { name: text.id, text: text.text, ..PolicyForm::default() };
            return Ok(PolicyView { origin: origin(&text.origin), form, ..view });
        }
        let row = self.stored(caller, name).await?.ok_or_else(|| unknown(name))?;
        let changed = Some((actor_of(&Links::new(&snapshot), &row.changed_by), row.changed_at.0));
        let problems = Policies::validate(&row.text).iter().map(shown).collect();
        let form = PolicyForm { name: row.name, text: row.text, version: row.version, ..PolicyForm::default() };
        Ok(PolicyView { enabled: row.enabled != 0, changed, form, problems, ..view })
    }

    /// The editor of a new policy, with the text of an example or none.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for those who may change policies and not read them.
    pub async fn fresh(&self, caller: &Caller, example: &str) -> Result<PolicyView, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        self.portal.allow(caller, Action::PolicyRead).await?;
        let example = examples().into_iter().find(|known| known.id == example);
        let form = example.map(|example| PolicyForm { name: example.id, text: example.text, ..PolicyForm::default() });
        Ok(PolicyView {
            is_new: true,
            enabled: true,
            form: form.unwrap_or_default(),
            actions: actions(),
            can_write: true,
            now: crate::now(),
            ..PolicyView::default()
        })
    }

    /// What is wrong with a text, line by line.
    ///
    /// # Errors
    /// `NotFound` for those who may not read policies; `Invalid` for a text that is too long.
    pub async fn check(&self, caller: &Caller, text: &str) -> Result<Vec<YamlProblem>, PortalError> {
        self.portal.allow(caller, Action::PolicyRead).await?;
        Ok(Policies::validate(text).iter().map(shown).collect())
    }

    /// The editor again, with what the form would change, compared with what is there.
    ///
    /// # Errors
    /// `Forbidden`; as [`Self::one`].
    pub async fn review(&self, caller: &Caller, form: PolicyForm, is_new: bool) -> Result<PolicyView, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        let mut view = self.again(caller, form, is_new).await?;
        let stored = if is_new { None } else { self.stored(caller, &view.form.name).await? };
        let there = stored.as_ref().map(|row| row.text.as_str()).unwrap_or_default();
        view.problems = problems(&view.form.text);
        view.errors = if is_new { self.name_errors(&view.form.name) } else { Vec::new() };
        if let Some(row) = stored.as_ref().filter(|row| row.version != view.form.version) {
            view.conflict = Some(changed_lines(there, &view.form.text));
            // What is there now was shown beside it, so the next review saves over it.
            view.form.version = row.version;
        } else if view.problems.is_empty() && view.errors.is_empty() {
            view.review = Some(changed_lines(there, &view.form.text));
            view.form.reviewed = digest(&view.form.text);
        }
        Ok(view)
    }

    /// The history of a policy, the latest version first.
    ///
    /// # Errors
    /// As [`Self::one`].
    pub async fn history(&self, caller: &Caller, name: &str) -> Result<PolicyHistoryView, PortalError> {
        self.portal.allow(caller, Action::PolicyRead).await?;
        let snapshot = self.portal.seen(caller).await?;
        let rows: Vec<sql::VersionRow> = self
            .portal
            .inner
            .store
            .fetch_all(&sql::VERSIONS, Args::new().text(name).int(VERSIONS + 1))
            .await
            .map_err(|error| failure::of_store(&error, caller))?;
        if rows.is_empty() {
            return Err(unknown(name));
        }
        let links = Links::new(&snapshot);
        let versions = rows.iter().enumerate().take(usize::try_from(VERSIONS).unwrap_or(usize::MAX)).map(|(at, row)| PolicyVersion {
            version: row.version,
            by: actor_of(&links, &row.changed_by),
            at: row.changed_at.0,
            comment: row.comment.clone(),
            enabled: row.enabled != 0,
            deleted: row.text.is_empty(),
            lines: changed_lines(rows.get(at + 1).map(|before| before.text.as_str()).unwrap_or_default(), &row.text),
        });
        Ok(PolicyHistoryView {
            name: name.to_owned(),
            exists: rows.first().is_some_and(|row| !row.text.is_empty()),
            versions: versions.collect(),
            more: rows.len() as i64 > VERSIONS,
            can_write: self.portal.may(caller, Action::PolicyWrite),
            now: crate::now(),
        })
    }

    /// The question before a policy is deleted.
    ///
    /// # Errors
    /// `Forbidden`; as [`Self::one`].
    pub async fn delete_page(&self, caller: &Caller, name: &str) -> Result<DeletePolicyView, PortalError> {
        self.portal.allow(caller, Action::PolicyWrite).await?;
        let row = self.stored(caller, name).await?.ok_or_else(|| unknown(name))?;
        Ok(DeletePolicyView { name: row.name, text: row.text, version: row.version })
    }

    /// The page of the form, with what was typed.
    async fn again(&self, caller: &Caller, form: PolicyForm, is_new: bool) -> Result<PolicyView, PortalError> {
        let view = if is_new { self.fresh(caller, "").await? } else { self.one(caller, &form.name).await? };
        // What cannot be changed here has no text of its own.
        let form = if view.origin == PolicyOrigin::Portal && view.can_write {
            form
        } else {
            PolicyForm { who: form.who, action: form.action, resource: form.resource, ..view.form.clone() }
        };
        Ok(PolicyView { form, ..view })
    }

    async fn stored(&self, caller: &Caller, name: &str) -> Result<Option<sql::PolicyRow>, PortalError> {
        let row = self.portal.inner.store.fetch_optional(&sql::POLICY, Args::new().text(name)).await;
        row.map_err(|error| failure::of_store(&error, caller))
    }

    /// The policies that cannot be changed here.
    fn fixed(&self) -> Vec<PolicyText> {
        let texts = self.portal.inner.authority.texts();
        texts.into_iter().filter(|text| !matches!(text.origin, Origin::Database { .. })).collect()
    }
}

/// A policy as others name it, with a link for those who may read it.
fn mention(policy: &PolicyRef, readable: bool) -> PolicyMention {
    let href = readable.then(|| policy_href(&policy.text));
    let Some(role) = &policy.role else { return PolicyMention { name: policy.id.clone(), is_role: false, href } };
    let given = policy.granted.as_ref().map(|(to, _)| format!(" ({to})")).unwrap_or_default();
    PolicyMention { name: format!("Role {role}{given}"), is_role: true, href }
}

/// The actions that can be asked about: name and meaning.
fn actions() -> Vec<(String, String)> {
    use identity::ResourceKind::{Entity, Portal};
    let askable = Action::ALL.iter().filter(|action| matches!(action.resource(), Entity | Portal));
    askable.map(|action| (action.id().to_owned(), action.about().to_owned())).collect()
}

fn examples() -> Vec<PolicyExample> {
    let example = |(id, title, text): &(&str, &str, &str)| PolicyExample {
        id: (*id).to_owned(),
        title: (*title).to_owned(),
        text: (*text).to_owned(),
    };
    examples::EXAMPLES.iter().map(example).collect()
}

/// The first comment of a text, or its beginning.
fn says(text: &str) -> String {
    let first = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let comment: Vec<&str> = first.map_while(|line| line.strip_prefix("//")).map(str::trim).collect();
    one_line(&if comment.is_empty() { text.to_owned() } else { comment.join(" ") }, SAYS)
}

fn origin(origin: &Origin) -> PolicyOrigin {
    match origin {
        Origin::BuiltIn => PolicyOrigin::BuiltIn,
        Origin::File(file) => PolicyOrigin::File(file.clone()),
        Origin::Database { .. } => PolicyOrigin::Portal,
    }
}

fn shown(problem: &PolicyProblem) -> YamlProblem {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    YamlProblem { line: number(problem.line), column: number(problem.column), message: problem.message.clone(), help: String::new() }
}

/// What is wrong with a text that somebody wants to save.
fn problems(text: &str) -> Vec<YamlProblem> {
    if text.trim().is_empty() {
        let message = "A policy says something. Write one, or start from an example.".to_owned();
        return vec![YamlProblem { line: 1, column: 1, message, help: String::new() }];
    }
    Policies::validate(text).iter().map(shown).collect()
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn unknown(name: &str) -> PortalError {
    PortalError::not_found(format!("There is no policy named \"{name}\"."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_says_what_its_first_comment_says() {
        let check = |text: &str, expected: &str| assert_eq!(says(text), expected);
        check(
            "\n// Hides the acquisition\n//  from everybody else.\nforbid(principal, action, resource);",
            "Hides the acquisition from everybody else.",
        );
        check("forbid(\n  principal,\n  action, resource);", "forbid( principal, action, resource);");
    }

    #[test]
    fn examples_have_no_mistakes() {
        for example in examples() {
            assert_eq!(problems(&example.text), Vec::new(), "{}", example.id);
        }
        assert_eq!(examples().len(), 3);
        assert_eq!(problems(" \n").len(), 1);
    }
}
