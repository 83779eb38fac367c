//! *Why can't I?* as a page: the question, and the explanation in words.

use identity::policy::{GrantTo, Hint, Role};
use model::{
    Caller, FieldError, PortalError, Principal,
    view::{PolicyMention, WhyAnswer, WhyHint, WhyView, policy_href},
};

use super::{
    PolicyUseCases, actions, mention,
    test::{read_resource, read_who},
};
use crate::{Action, authorise::Explained, summary::Links};

impl PolicyUseCases<'_> {
    /// The page. `who` is empty for the caller; without an action nothing is asked yet.
    ///
    /// # Errors
    /// `NotFound` for those who ask for others and may not; `Unavailable`.
    pub async fn why(&self, caller: &Caller, who: &str, action: &str, resource: &str) -> Result<WhyView, PortalError> {
        let may_ask_for_others = self.portal.may(caller, Action::PolicyRead);
        let mut view = WhyView {
            who: who.to_owned(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            actions: actions(),
            may_ask_for_others,
            ..WhyView::default()
        };
        if action.is_empty() {
            return Ok(view);
        }
        let wrong = |field: &str, message: String| FieldError { field: field.to_owned(), message };
        let asked: Option<Action> = action.parse().map_err(|message| view.errors.push(wrong("action", message))).ok();
        let entity = read_resource(resource, asked).map_err(|message| view.errors.push(wrong("resource", message))).ok().flatten();
        let person = match (who.is_empty(), read_who(who)) {
            (true, _) => None,
            (false, Ok(Principal::Person(person))) => Some(person),
            (false, _) => {
                view.errors.push(wrong("who", "Write a person, as user:default/ada.".to_owned()));
                None
            }
        };
        let Some(asked) = asked.filter(|_| view.errors.is_empty()) else { return Ok(view) };
        match self.portal.explain(caller, person.as_ref(), asked, entity.as_ref()).await {
            Ok(explained) => view.answer = Some(self.answer(caller, person.is_none(), explained).await?),
            Err(PortalError::NotFound { message }) if entity.is_some() => view.errors.push(wrong("resource", message)),
            Err(PortalError::Invalid { message, .. }) => view.errors.push(wrong("resource", message)),
            Err(other) => return Err(other),
        }
        Ok(view)
    }

    async fn answer(&self, caller: &Caller, is_self: bool, explained: Explained) -> Result<WhyAnswer, PortalError> {
        let scoped = self.portal.catalog().scoped(caller).await?;
        let links = Links::new(&scoped.snapshot);
        let readable = self.portal.may(caller, Action::PolicyRead);
        let named = |policies: &[identity::policy::PolicyRef]| {
            let mut mentions: Vec<PolicyMention> = policies.iter().map(|policy| mention(policy, readable)).collect();
            mentions.dedup();
            mentions
        };
        let Explained { who, action, resource, explanation, owners, can_grant, .. } = explained;
        let scopes = caller.scopes.as_deref().filter(|_| is_self);
        let explanation = explanation.with_scopes(action, scopes);
        let would_allow = explanation.would_allow.iter().filter(|hint| concerns(hint, &who)).map(|hint| shown(hint, readable));
        let would_allow: Vec<WhyHint> = would_allow.collect();
        let who = match who.parse() {
            Ok(person) if !is_self => links.target(&person).title,
            _ => who,
        };
        Ok(WhyAnswer {
            allowed: explanation.allowed,
            is_self,
            who,
            what: phrase(action),
            resource: resource.map(|name| links.target(&name)),
            scope_missing: explanation.scope_missing.clone(),
            by: named(&explanation.by),
            forbidden_by: named(&explanation.forbidden_by),
            would_allow,
            who_can_grant: can_grant.iter().map(|name| links.target(name)).collect(),
            owners: owners.iter().map(|name| links.target(name)).collect(),
        })
    }
}

/// What an action does, as the end of a sentence: `see entities, their relations, problems and history`.
fn phrase(action: Action) -> String {
    let about = action.about().split(';').next().unwrap_or_default().trim_end_matches('.');
    let mut letters = about.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Whether a hint says more than that somebody else has a role: that role is a hint of its own.
fn concerns(hint: &Hint, who: &str) -> bool {
    match &hint.policy.granted {
        Some((to @ (GrantTo::User(_) | GrantTo::Service(_)), _)) => to.to_string() == who,
        Some((GrantTo::Group(_), _)) => !hint.why.contains("not a member"),
        Some((GrantTo::Everyone, _)) | None => true,
    }
}

fn shown(hint: &Hint, readable: bool) -> WhyHint {
    let policy = &hint.policy;
    let open_role = policy.role.as_deref().filter(|_| policy.granted.is_none());
    let title = match open_role {
        Some(role) => Role::named(role).map_or(role, |known| known.title).to_owned(),
        None => mention(policy, false).name,
    };
    // The first sentence says which policy allows it to whom, which the title says already.
    let rest = policy.granted.as_ref().and_then(|_| hint.why.split_once("`. ").or_else(|| hint.why.split_once(". "))).map(|(_, rest)| rest);
    WhyHint {
        title,
        href: readable.then(|| policy_href(&policy.text)),
        is_role: open_role.is_some(),
        why: rest.unwrap_or(&hint.why).replace('`', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_read_as_the_end_of_a_sentence() {
        assert_eq!(phrase(Action::CatalogRead), "see entities, their relations, problems and history");
        assert_eq!(phrase(Action::PolicyWrite), "change the policies");
        assert!(Action::ALL.iter().all(|action| !phrase(*action).ends_with('.')));
    }
}
