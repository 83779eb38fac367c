//! All policies and grants that hold, sorted by whom they are for.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use cedar_policy::{Policy, PolicyId, PolicySet, SlotId, Template};
use model::{EntityRef, Principal};
use rustc_hash::FxHashMap;

use super::{
    Grant, GrantTo, Origin, PolicyText, Who,
    condition::{Condition, Conditions},
    parse::{self, Body, Piece},
    problem::{Place, PolicyProblem, nearest},
    role::{self, ROLES, Role},
    schema::{Kind, MOST_GRANTED, MOST_POLICIES},
    slice::Slice,
    standing::{Asker, Standing},
    statement::{Effect, PolicyRef, PrincipalScope, Statement},
};
use crate::Action;

/// People and machines whose slices are remembered, in each of two generations.
const REMEMBERED: usize = 512;

/// All policies and grants that hold. Made anew when one of them changes; shared by all requests in between.
pub struct Policies {
    /// Everything as Cedar has it, for comparison.
    #[cfg(test)]
    set: PolicySet,
    statements: Vec<Arc<Statement>>,
    by: Index,
    /// The roles that can be granted, with the policies that make them.
    roles: BTreeMap<String, Vec<RolePolicy>>,
    /// The texts that were read, so that those that stay need not be read again.
    read: HashMap<String, Arc<ReadText>>,
    memory: Mutex<Memory>,
}

/// A text and what is in it.
#[derive(Debug)]
struct ReadText {
    text: String,
    pieces: Vec<Piece>,
}

/// A policy that holds for whoever is given a role.
#[derive(Debug)]
pub(super) struct RolePolicy {
    pub(super) info: Arc<PolicyRef>,
    pub(super) actions: super::statement::ActionSet,
    pub(super) condition: Option<Arc<Condition>>,
    template: PolicyId,
}

/// Places of statements, by whom they are for.
#[derive(Debug, Default)]
struct Index {
    everybody: Vec<u32>,
    people: Vec<u32>,
    services: Vec<u32>,
    person: FxHashMap<Box<str>, Vec<u32>>,
    service: FxHashMap<Box<str>, Vec<u32>>,
    group: FxHashMap<Box<str>, Vec<u32>>,
}

/// Whoever asked lately.
#[derive(Debug, Default)]
struct Memory {
    young: HashMap<u128, Arc<Known>>,
    old: HashMap<u128, Arc<Known>>,
    /// The same by the address of the list of groups, which is kept so that no other list can come to have it.
    lists: HashMap<(usize, Principal), KnownList>,
}

#[derive(Debug)]
struct KnownList {
    /// Keeps the address taken.
    _groups: Arc<[EntityRef]>,
    known: Arc<Known>,
}

/// Somebody who asked, with what was worked out for them.
struct Known {
    standing: Arc<Standing>,
    statements: Vec<Arc<Statement>>,
    slices: [OnceLock<Arc<Slice>>; Action::ALL.len()],
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").field("standing", &self.standing).finish_non_exhaustive()
    }
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policies").field("statements", &self.statements.len()).finish_non_exhaustive()
    }
}

impl Policies {
    /// Puts together what comes with Waymark, these texts and these grants.
    ///
    /// # Errors
    /// Everything that is wrong with them; nothing holds then.
    pub fn compile(texts: &[PolicyText], grants: &[Grant]) -> Result<Self, Vec<PolicyProblem>> {
        Self::put_together(texts, grants, &HashMap::new())
    }

    /// As [`Self::compile`], for when something changed: texts that are as they were are not read and checked again.
    ///
    /// # Errors
    /// Everything that is wrong with them; these policies are left as they are.
    pub fn recompile(&self, texts: &[PolicyText], grants: &[Grant]) -> Result<Self, Vec<PolicyProblem>> {
        Self::put_together(texts, grants, &self.read)
    }

    fn put_together(texts: &[PolicyText], grants: &[Grant], before: &HashMap<String, Arc<ReadText>>) -> Result<Self, Vec<PolicyProblem>> {
        let mut building = Building::default();
        building.text(ROLES, &Origin::BuiltIn, role::pieces());
        for text in texts.iter().filter(|text| text.origin != Origin::BuiltIn) {
            let place = Place { policy: &text.id, text: &text.text };
            if text.id == ROLES {
                // A copy of what is there anyway does no harm.
                if role::built_in().iter().all(|known| known.text != text.text) {
                    let message = "This is the name of the roles that come with Waymark. Add to them in a text of another name.";
                    building.problems.push(place.whole(message));
                }
                continue;
            }
            if building.read.contains_key(&text.id) {
                building.problems.push(place.whole("There are two texts of this name. Give one of them another."));
                continue;
            }
            let known = before.get(&text.id).filter(|known| known.text == text.text).cloned();
            let read =
                known.map_or_else(|| parse::read(place, false).map(|pieces| Arc::new(ReadText { text: text.text.clone(), pieces })), Ok);
            match read {
                // Each text is told for itself, so that whoever can do without the last ones knows which those are.
                Ok(read) if building.written + read.pieces.len() > MOST_POLICIES => {
                    let message = format!("With it there are more than {MOST_POLICIES} policies. Put policies for several teams into one.");
                    building.problems.push(place.whole(message));
                }
                Ok(read) => {
                    building.written += read.pieces.len();
                    building.text(&text.id, &text.origin, &read.pieces);
                    building.read.insert(text.id.clone(), read);
                }
                Err(problems) => building.problems.extend(problems),
            }
        }
        for grant in grants {
            building.grant(grant);
        }
        if !building.problems.is_empty() {
            return Err(building.problems);
        }
        let by = Index::of(&building.statements);
        Ok(Self {
            #[cfg(test)]
            set: building.set,
            statements: building.statements,
            by,
            roles: building.roles,
            read: building.read,
            memory: Mutex::default(),
        })
    }

    /// What is wrong with a text, policies that can never apply included. Nothing when it can be saved.
    pub fn validate(text: &str) -> Vec<PolicyProblem> {
        parse::read(Place { policy: "", text }, true).err().unwrap_or_default()
    }

    /// The policies of a text, as [`Decision::determining`](super::Decision::determining) will name them.
    pub fn policies_of(&self, text: &str) -> Vec<&PolicyRef> {
        let stated = self.statements.iter().map(|statement| &*statement.info);
        let roles = self.roles.values().flatten().map(|policy| &*policy.info);
        stated.filter(|info| info.granted.is_none()).chain(roles).filter(|info| info.text == text).collect()
    }

    /// A policy or granted role by its id.
    pub fn policy(&self, id: &str) -> Option<&PolicyRef> {
        self.statements.iter().map(|statement| &*statement.info).find(|info| info.id == id)
    }

    /// The names of the roles that can be given: those that come with Waymark, and those that policies define.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.keys().map(String::as_str)
    }

    /// The policies that can matter when somebody does something: by principal and action alone. Remembered for those who asked lately.
    pub fn slice(&self, who: &Who<'_>, action: Action) -> Arc<Slice> {
        self.known(who).slice(action)
    }

    /// As [`Self::slice`], without looking at every group: as long as the same list comes again, it is known by its address. For people
    /// who are in thousands of groups.
    pub fn slice_of_list(&self, principal: &Principal, groups: &Arc<[EntityRef]>, action: Action) -> Arc<Slice> {
        let key = (groups.as_ptr() as usize, principal.clone());
        let listed = self.memory().lists.get(&key).map(|list| Arc::clone(&list.known));
        if let Some(known) = listed {
            return known.slice(action);
        }
        let known = self.known(&Who { principal, groups });
        let mut memory = self.memory();
        // An empty list has no address of its own.
        if !groups.is_empty() {
            if memory.lists.len() >= REMEMBERED {
                memory.lists.clear();
            }
            memory.lists.insert(key, KnownList { _groups: Arc::clone(groups), known: Arc::clone(&known) });
        }
        drop(memory);
        known.slice(action)
    }

    pub(super) fn statements(&self) -> &[Arc<Statement>] {
        &self.statements
    }

    pub(super) fn role_policies(&self) -> impl Iterator<Item = (&str, &[RolePolicy])> {
        self.roles.iter().map(|(name, policies)| (name.as_str(), policies.as_slice()))
    }

    /// Everything as Cedar has it.
    #[cfg(test)]
    pub(super) fn set(&self) -> &PolicySet {
        &self.set
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        // What was remembered stays right whoever panicked.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, who: &Who<'_>) -> Arc<Known> {
        let key = Standing::key(who);
        let mut memory = self.memory();
        if let Some(known) = memory.young.get(&key) {
            return Arc::clone(known);
        }
        let remembered = memory.old.remove(&key);
        drop(memory);
        let known = remembered.unwrap_or_else(|| {
            let standing = Arc::new(Standing::new(who));
            let statements = self.by.find(&standing).into_iter().map(|at| &self.statements[at as usize]);
            let statements = statements.filter(|statement| standing.is_of(&statement.principal)).cloned().collect();
            Arc::new(Known { standing, statements, slices: std::array::from_fn(|_| OnceLock::new()) })
        });
        let mut memory = self.memory();
        if memory.young.len() >= REMEMBERED {
            memory.old = std::mem::take(&mut memory.young);
        }
        memory.young.insert(key, Arc::clone(&known));
        known
    }
}

impl Known {
    fn slice(&self, action: Action) -> Arc<Slice> {
        let make = || Arc::new(Slice::new(&self.standing, action, &self.statements));
        Arc::clone(self.slices[action as usize].get_or_init(make))
    }
}

impl Index {
    fn of(statements: &[Arc<Statement>]) -> Self {
        let mut index = Self::default();
        for (at, statement) in (0..).zip(statements) {
            let place = match &statement.principal {
                PrincipalScope::Everybody => &mut index.everybody,
                PrincipalScope::Kind(Kind::ServiceAccount) => &mut index.services,
                PrincipalScope::Kind(_) => &mut index.people,
                PrincipalScope::Named { kind, id, .. } => {
                    let map = match kind {
                        Kind::Group => &mut index.group,
                        Kind::ServiceAccount => &mut index.service,
                        _ => &mut index.person,
                    };
                    map.entry(id.clone()).or_default()
                }
                PrincipalScope::Nobody => continue,
            };
            place.push(at);
        }
        index
    }

    /// Those that are for somebody, in their order.
    fn find(&self, standing: &Standing) -> Vec<u32> {
        let (kind, named) = match &standing.principal {
            Asker::Root => return Vec::new(),
            Asker::Person(name) => (&self.people, self.person.get(name.as_str())),
            Asker::Service(name) => (&self.services, self.service.get(name.as_str())),
        };
        let mut found: Vec<u32> = [Some(&self.everybody), Some(kind), named].into_iter().flatten().flatten().copied().collect();
        if standing.groups().len() < self.group.len() {
            found.extend(standing.groups().filter_map(|group| self.group.get(group)).flatten());
        } else {
            found.extend(self.group.iter().filter(|(group, _)| standing.is_in(group)).flat_map(|(_, places)| places));
        }
        found.sort_unstable();
        found
    }
}

/// What was put together so far.
#[derive(Default)]
struct Building {
    /// Everything as Cedar has it, grants as links of templates.
    set: PolicySet,
    statements: Vec<Arc<Statement>>,
    roles: BTreeMap<String, Vec<RolePolicy>>,
    conditions: Conditions,
    read: HashMap<String, Arc<ReadText>>,
    granted: BTreeSet<(String, GrantTo)>,
    /// Policies of texts that do not come with Waymark.
    written: usize,
    /// Policies that grants made.
    links: usize,
    problems: Vec<PolicyProblem>,
}

impl Building {
    fn text(&mut self, id: &str, origin: &Origin, pieces: &[Piece]) {
        for (at, piece) in pieces.iter().enumerate() {
            let place = Place { policy: id, text: "" };
            let condition = match self.conditions.of(piece.tree.clauses()) {
                Ok(condition) => condition,
                Err(why) => {
                    let message = format!("The conditions of the policy on line {} cannot be evaluated: {why}.", piece.line);
                    self.problems.push(place.whole(message));
                    continue;
                }
            };
            let name = match &piece.name {
                Some(name) => format!("{id}/{name}"),
                None if pieces.len() == 1 => id.to_owned(),
                None => format!("{id}#{}", at + 1),
            };
            let info = PolicyRef {
                id: name.clone(),
                text: id.to_owned(),
                origin: origin.clone(),
                line: piece.line,
                description: piece.description.clone(),
                effect: Effect::Permit,
                role: None,
                granted: None,
            };
            match &piece.body {
                Body::Policy(policy) => self.policy(&policy.new_id(PolicyId::new(name)), info, condition),
                Body::Role(template, roles) => self.role(&template.new_id(PolicyId::new(name)), roles, &info, condition.as_ref()),
            }
        }
    }

    fn policy(&mut self, policy: &Policy, mut info: PolicyRef, condition: Option<Arc<Condition>>) {
        info.effect = effect(policy.effect());
        if let Err(error) = self.set.add(policy.clone()) {
            self.problems.push(Place { policy: &info.text, text: "" }.whole(format!("{} cannot be added: {error}.", info.id)));
        }
        self.statements.push(Arc::new(Statement::new(policy, info, condition)));
    }

    fn role(&mut self, template: &Template, roles: &[String], info: &PolicyRef, condition: Option<&Arc<Condition>>) {
        if let Err(error) = self.set.add_template(template.clone()) {
            self.problems.push(Place { policy: &info.text, text: "" }.whole(format!("{} cannot be added: {error}.", info.id)));
        }
        for role in roles {
            let info = PolicyRef { effect: effect(template.effect()), role: Some(role.clone()), ..info.clone() };
            self.roles.entry(role.clone()).or_default().push(RolePolicy {
                info: Arc::new(info),
                actions: super::statement::ActionSet::of(&template.action_constraint()),
                condition: condition.cloned(),
                template: template.id().clone(),
            });
        }
    }

    fn grant(&mut self, grant: &Grant) {
        let about = format!("grant of {} to {}", grant.role, grant.to);
        let Some(policies) = self.roles.get(&grant.role) else {
            let near = nearest(&grant.role, self.roles.keys().map(String::as_str)).map(|near| format!(" Did you mean {near}?"));
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name).collect();
            let near = near.unwrap_or_else(|| format!(" There are {}.", names.join(", ")));
            let message = format!("There is no role {}.{near}", grant.role);
            self.problems.push(Place { policy: &about, text: "" }.whole(message));
            return;
        };
        if !self.granted.insert((grant.role.clone(), grant.to.clone())) {
            return; // Granted twice, in the configuration and in the portal say.
        }
        if self.links + policies.len() > MOST_GRANTED {
            let message = format!(
                "Roles are given to as many people and groups as Waymark keeps in memory: with it grants make more than {MOST_GRANTED} policies. Give roles to groups instead of people."
            );
            self.problems.push(Place { policy: &about, text: "" }.whole(message));
            return;
        }
        self.links += policies.len();
        for policy in policies {
            let local = policy.info.id.rsplit(['/', '#']).next().unwrap_or_default();
            // A role's policies can come from several texts.
            let local = if policy.info.text == ROLES { local.to_owned() } else { policy.info.id.clone() };
            let id = format!("{}@{}/{local}", grant.role, grant.to);
            let link = PolicyId::new(&id);
            let slots = HashMap::from([(SlotId::principal(), grant.to.uid())]);
            if let Err(error) = self.set.link(policy.template.clone(), link.clone(), slots) {
                self.problems.push(Place { policy: &about, text: "" }.whole(format!("It cannot be granted: {error}.")));
                continue;
            }
            let Some(linked) = self.set.policy(&link) else { continue };
            let info = PolicyRef { id, granted: Some((grant.to.clone(), grant.origin)), ..(*policy.info).clone() };
            self.statements.push(Arc::new(Statement::new(linked, info, policy.condition.clone())));
        }
    }
}

fn effect(effect: cedar_policy::Effect) -> Effect {
    match effect {
        cedar_policy::Effect::Permit => Effect::Permit,
        cedar_policy::Effect::Forbid => Effect::Forbid,
    }
}
