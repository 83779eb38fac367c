//! *Test as*: what somebody may do with the policies in force, and with what stands in the editor.

use identity::{
    ResourceKind,
    policy::{GrantTo, Origin, Policies, PolicyProblem, PolicyText, Resource, Who},
};
use model::{
    Caller, EntityRef, FieldError, PortalError, Principal,
    view::{PolicyForm, PolicyMention, PolicyTest, PolicyVerdict, PolicyView},
};

use super::{PolicyUseCases, mention, shown};
use crate::{Action, authorise::facts::Facts, people::groups_of};

/// What is asked.
struct Question {
    principal: Principal,
    groups: Vec<EntityRef>,
    action: Action,
    resource: Option<EntityRef>,
}

impl PolicyUseCases<'_> {
    /// The editor again, with what the test found.
    ///
    /// # Errors
    /// As [`Self::one`].
    pub async fn test(&self, caller: &Caller, form: PolicyForm, is_new: bool) -> Result<PolicyView, PortalError> {
        let mut view = self.again(caller, form, is_new).await?;
        let scoped = self.portal.catalog().scoped(caller).await?;
        let question = match question(&view.form, |person| groups_of(&scoped.whole, person)) {
            Ok(question) => question,
            Err(errors) => {
                view.errors = errors;
                return Ok(view);
            }
        };
        if let Principal::Person(person) = &question.principal
            && caller.person() != Some(person)
            && scoped.hides_past(person)
        {
            view.errors = vec![wrong("who", format!("There is no {person} in the catalog."))];
            return Ok(view);
        }
        let id = question.resource.as_ref().map(|name| scoped.snapshot.find(name).ok_or(name)).transpose();
        let id = match id {
            Ok(id) => id,
            Err(name) => {
                view.errors = vec![wrong("resource", format!("There is no {name} in the catalog."))];
                return Ok(view);
            }
        };
        let entity = id.map(|id| scoped.snapshot.entity(id));
        let facts = entity.as_ref().map(Facts::whole);
        let ask = |policies: &Policies| match &facts {
            Some(facts) => facts.with(|resource| question.ask(policies, resource)),
            None => question.ask(policies, &Resource::Portal),
        };
        let in_force = ask(&self.portal.inner.authority.policies());
        let editable = view.can_write && view.origin == model::view::PolicyOrigin::Portal;
        let draft = if editable {
            match self.draft(&view.form) {
                Ok(policies) => ask(&policies),
                Err(problems) => {
                    view.problems = problems.iter().map(shown).collect();
                    return Ok(view);
                }
            }
        } else {
            in_force.clone()
        };
        view.test = Some(PolicyTest { question: question.sentence(), in_force, draft });
        Ok(view)
    }

    /// The policies as they would be with what stands in the editor, switched on.
    fn draft(&self, form: &PolicyForm) -> Result<Policies, Vec<PolicyProblem>> {
        let authority = &self.portal.inner.authority;
        let is_stored = |text: &PolicyText| matches!(text.origin, Origin::Database { .. });
        let mut texts: Vec<PolicyText> = authority.texts().into_iter().filter(|text| is_stored(text) && text.id != form.name).collect();
        let id = if form.name.is_empty() { "this text".to_owned() } else { form.name.clone() };
        texts.push(PolicyText { id, text: form.text.clone(), origin: Origin::Database { version: 0 } });
        let stored = |grant: &identity::policy::Grant| grant.origin == identity::policy::GrantOrigin::Database;
        authority.with(texts, authority.grants().into_iter().filter(stored).collect())
    }
}

impl Question {
    fn ask(&self, policies: &Policies, resource: &Resource<'_>) -> PolicyVerdict {
        let who = Who { principal: &self.principal, groups: &self.groups };
        let decision = policies.slice(&who, self.action).allows(resource);
        let named = |id: &String| {
            policies
                .policy(id)
                .map_or_else(|| PolicyMention { name: id.clone(), ..PolicyMention::default() }, |policy| mention(policy, true))
        };
        let mut by: Vec<PolicyMention> = decision.determining.iter().map(named).collect();
        by.dedup();
        PolicyVerdict { allowed: decision.allowed, by }
    }

    fn sentence(&self) -> String {
        let to = self.resource.as_ref().map(|name| format!(" on {name}")).unwrap_or_default();
        format!("May {} do {}{to}?", self.principal.recorded(), self.action)
    }
}

fn wrong(field: &str, message: String) -> FieldError {
    FieldError { field: field.to_owned(), message }
}

/// The question of a form, or what is wrong with it.
fn question(form: &PolicyForm, groups: impl Fn(&EntityRef) -> Vec<EntityRef>) -> Result<Question, Vec<FieldError>> {
    let mut errors = Vec::new();
    let principal = read_who(&form.who).map_err(|message| errors.push(wrong("who", message))).ok();
    let action: Option<Action> = form.action.parse().map_err(|message| errors.push(wrong("action", message))).ok();
    let resource = read_resource(&form.resource, action).map_err(|message| errors.push(wrong("resource", message))).ok().flatten();
    match (principal, action) {
        (Some(principal), Some(action)) if errors.is_empty() => {
            let groups = if let Principal::Person(person) = &principal { groups(person) } else { Vec::new() };
            Ok(Question { principal, groups, action, resource })
        }
        _ => Err(errors),
    }
}

/// A person or a service account; a plain name is a person's.
pub(super) fn read_who(text: &str) -> Result<Principal, String> {
    let whole = if text.contains(':') || text == "everyone" { text.to_owned() } else { format!("user:default/{text}") };
    match whole.parse() {
        Ok(GrantTo::User(person)) if !text.is_empty() => Ok(Principal::Person(person)),
        Ok(GrantTo::Service(name)) => Ok(Principal::Service(name)),
        _ => Err("Write a person, as user:default/ada, or a service account, as service:ci.".to_owned()),
    }
}

/// The entity that an action is done to; none for the portal.
pub(super) fn read_resource(text: &str, action: Option<Action>) -> Result<Option<EntityRef>, String> {
    let needed = action.map(Action::resource);
    match (text.is_empty(), needed) {
        (true, Some(ResourceKind::Entity)) => Err("This action is done to an entity. Say which, as component:default/checkout.".to_owned()),
        // Of the portal the field may still hold what another question was about.
        (true, _) | (false, Some(ResourceKind::Portal)) => Ok(None),
        (false, _) => text.parse::<EntityRef>().map(Some).map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_machines_are_read() {
        let check = |text: &str, expected: &str| {
            let read = read_who(text).map(|principal| principal.recorded());
            assert_eq!(read.unwrap_or_default(), expected, "{text}");
        };
        check("ada", "user:default/ada");
        check("User:Default/Ada", "user:default/ada");
        check("service:ci", "service:ci");
        check("group:default/team", "");
        check("everyone", "");
        check("", "");
        check("service:", "");
    }

    #[test]
    fn entities_are_asked_for_where_one_is_needed() {
        let check = |text: &str, action: Action, expected: Result<Option<&str>, ()>| {
            let read = read_resource(text, Some(action)).map(|name| name.map(|name| name.to_string())).map_err(drop);
            assert_eq!(read, expected.map(|name| name.map(str::to_owned)), "{text} {action}");
        };
        check("", Action::EntityChange, Err(()));
        check("component:default/a", Action::EntityChange, Ok(Some("component:default/a")));
        check("component:default/a", Action::PolicyWrite, Ok(None));
        check("", Action::PolicyWrite, Ok(None));
        check("a b", Action::EntityChange, Err(()));
    }
}
