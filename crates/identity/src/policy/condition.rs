//! The `when` and `unless` of policies, without the scopes that were settled before.

use std::{collections::HashMap, sync::Arc};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, Policy, PolicySet, Request,
    pst::{self, ActionConstraint, Clause, Effect, PolicyID, PrincipalConstraint, ResourceConstraint, StaticPolicy, Template},
};

use super::{
    facts::Resource,
    mentions::Mentions,
    needs::Need,
    schema::{Kind, groups_of},
    standing::Standing,
};
use crate::Action;

/// What has to hold besides principal, action and resource being those that a policy is for.
#[derive(Debug)]
pub(super) struct Condition {
    /// One policy that permits everybody everything under this condition.
    alone: PolicySet,
    /// What has to be so for it to hold; the rest is for Cedar to say.
    pub(super) needs: Vec<Need>,
    /// What it asks about.
    pub(super) mentions: Mentions,
    clauses: Vec<Clause>,
    /// The same for conditions that say the same.
    pub(super) key: String,
}

/// All conditions that there are, each once.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    known: HashMap<String, Arc<Condition>>,
}

/// A question as Cedar takes it.
#[derive(Debug)]
pub(super) struct Question {
    request: Request,
    entities: Entities,
}

impl Conditions {
    /// The condition that these clauses make; `None` when there is nothing to hold.
    ///
    /// # Errors
    /// What Cedar has against them standing alone.
    pub(super) fn of(&mut self, clauses: &[Clause]) -> Result<Option<Arc<Condition>>, String> {
        if clauses.is_empty() {
            return Ok(None);
        }
        // The debug notation tells apart whatever differs, which the notation of Cedar need not.
        let key = format!("{clauses:?}");
        if let Some(known) = self.known.get(&key) {
            return Ok(Some(Arc::clone(known)));
        }
        let condition = Arc::new(Condition::new(clauses, key.clone()).map_err(|error| error.to_string())?);
        self.known.insert(key, Arc::clone(&condition));
        Ok(Some(condition))
    }
}

impl Condition {
    fn new(clauses: &[Clause], key: String) -> Result<Self, Box<dyn std::error::Error>> {
        let anything = Template::new(
            PolicyID::from("condition"),
            Effect::Permit,
            PrincipalConstraint::Any,
            ActionConstraint::Any,
            ResourceConstraint::Any,
        );
        let policy = StaticPolicy::try_from(anything.try_with_clauses(clauses.iter().cloned())?)?;
        let mut alone = PolicySet::new();
        alone.add(Policy::from_pst(pst::Policy::Static(policy))?)?;
        Ok(Self { alone, needs: Need::of(clauses), mentions: Mentions::of(clauses), clauses: clauses.to_vec(), key })
    }

    /// The first of its clauses that does not hold, as a condition of its own and as it is written. Of one that holds, nothing.
    pub(super) fn unmet(&self, standing: &Standing, action: Action, resource: &Resource<'_>) -> Option<(Self, String)> {
        let question = Question::new(standing, action, resource, &self.mentions);
        let alone = |clause: &Clause| Some((Self::new(std::slice::from_ref(clause), String::new()).ok()?, clause.to_string()));
        self.clauses.iter().filter_map(alone).find(|(clause, _)| !clause.holds(&question))
    }

    /// Whether it can hold, as far as that can be said without Cedar.
    pub(super) fn can_hold(&self, standing: &Standing, resource: &Resource<'_>) -> bool {
        self.needs.iter().all(|need| need.is_met(standing, resource))
    }

    /// Whether it holds. One that cannot be evaluated does not, as Cedar's authorizer has it.
    pub(super) fn holds(&self, question: &Question) -> bool {
        Authorizer::new().is_authorized(&question.request, &self.alone, &question.entities).decision() == Decision::Allow
    }
}

impl Question {
    /// Puts together what conditions that mention no more than `mentions` need to be evaluated.
    pub(super) fn new(standing: &Standing, action: Action, resource: &Resource<'_>, mentions: &Mentions) -> Self {
        let principal = standing.uid();
        let action_uid = Kind::Action.uid(action.id());
        let named = mentions.groups.iter().map(|group| &**group);
        let owners = resource.owner_groups().filter(|_| mentions.owner_groups.is_some());
        let parents = named.chain(owners).filter(|group| standing.is_in(group)).map(|group| Kind::Group.uid(group)).collect();
        let mut entities = vec![Entity::new_no_attrs(principal.clone(), parents), resource.entity(mentions)];
        if mentions.action {
            let groups = groups_of(action).iter().map(|group| Kind::Action.uid(group)).collect();
            entities.push(Entity::new_no_attrs(action_uid.clone(), groups));
        }
        let entities = Entities::from_entities(entities, None).expect("three entities of different types, with parents that have none");
        let request = Request::new(principal, action_uid, resource.uid(), Context::empty(), None).expect("no schema is checked here");
        Self { request, entities }
    }
}
